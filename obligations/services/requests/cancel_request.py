"""Taking an ad-hoc request back: nothing more goes out, and exactly those who were told are told so (S12)."""

from dataclasses import dataclass

from sqlmodel import select

from models.enums import AssignmentState, PeriodState, StepState
from models.tables import Assignment, PeriodStep
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.planning.move_period import told_assignments
from obligations.services.requests.report import find_request
from obligations.services.sending.notices import write_notice
from obligations.services.sending.outbox import cancel_unsent

LONGEST_REASON = 500


@dataclass(frozen=True)
class CancelledRequest:
    """What taking a request back did: unsent messages stopped, agencies told."""

    slug: str
    stopped: int
    told: int


def cancel_request(ctx: Context, slug: str, reason: str) -> CancelledRequest:
    """End a request; what has been sent stays as it is. Refused for a second time or after the request is closed."""
    obligation, period = find_request(ctx, slug)
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise WrongValue("reason", f"Cần ghi lý do, tối đa {LONGEST_REASON} ký tự.")
    if period.state != PeriodState.open:
        raise Refused(f"Đề nghị {slug} đã kết thúc.")
    rows = ctx.session.exec(select(Assignment).where(Assignment.period_id == period.id)).all()
    owing = [row for row in rows if row.state in CHASED]
    told = told_assignments(ctx, owing)
    stopped = cancel_unsent(ctx, [row.id or 0 for row in rows], "Đề nghị không còn thực hiện")
    period.state, period.closed_at = PeriodState.ended, ctx.as_of
    obligation.ended_on, obligation.ended_by = ctx.today, said
    for row in owing:
        row.state, row.state_changed_at = AssignmentState.ended, ctx.as_of
    waiting = select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.state == StepState.planned)
    for step in ctx.session.exec(waiting).all():
        step.state = StepState.cancelled
    notices = [
        write_notice(ctx, [row], "request_cancelled", period.public_id, {"remarks": said})
        for row in owing
        if row.id in told
    ]
    ctx.session.flush()
    reached = sum(notice is not None for notice in notices)
    audit.record(ctx, "request.cancelled", slug, reason=said, stopped=stopped, told=reached)
    return CancelledRequest(slug, stopped, reached)
