"""The coordinator confirms what has arrived for a period that was already open when its plan was applied (S3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, Obligation, Period
from obligations.errors import NotFound, Refused
from obligations.rules.breaks import chasing_day
from obligations.rules.due import at_opening
from obligations.rules.wording import period_name
from obligations.services import audit
from obligations.services.actor_names import actor_names
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import Context
from obligations.services.plan_steps import plan_after_confirmation
from obligations.services.sensible import check_arrival
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report

MOST_NAMED = 10


@dataclass(frozen=True)
class Confirmed:
    """What a confirmation did. ``already``: of those named, had sent or owe nothing; left as they were."""

    period: str
    received: int
    planned: int
    already: int = 0


def confirm_period(
    ctx: Context, period_id: int, received: Sequence[str] = (), arrived_on: date | None = None
) -> Confirmed:
    """Record which agencies have already sent, then plan one message for each of the others.

    ``arrived_on``: the day on which all of those named came, when somebody knows it. Nothing else is known of their reports, and
    nothing is made up: they are neither late nor in time until the real facts are recorded.

    The catch-up goes at 08:00 of the next working day, never on the day of the confirmation itself, and not on the first
    day after a long break.
    """
    period = ctx.session.get(Period, period_id, with_for_update=True)
    if period is None:
        raise NotFound("no such period")
    if not period.needs_confirmation:
        raise Refused(f"Kỳ {period_name(period.label)} được mở đúng ngày, không cần rà soát ban đầu.")
    if period.confirmed_at is not None:
        raise Refused(_was_confirmed(ctx, period, period.confirmed_at, received))
    named = list(dict.fromkeys(received))
    count = _record_received(ctx, period, named, arrived_on)
    period.confirmed_at, period.confirmed_by = ctx.as_of, ctx.actor
    ctx.session.flush()
    catch_up_at = at_opening(chasing_day(ctx.calendar.next_working(ctx.today), ctx.calendar), ctx.settings.zone)
    chased = plan_reminders(ctx, period.id, not_before=catch_up_at)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan_after_confirmation(ctx, obligation, period, catch_up_at if chased.planned else None)
    audit.record(ctx, "period.confirmed", period.public_id, received=count, planned=chased.planned)
    return Confirmed(period.label, count, chased.planned, len(named) - count)


def _was_confirmed(ctx: Context, period: Period, at: datetime, received: Sequence[str]) -> str:
    """Who was first, and which of the agencies ticked here that left to be chased."""
    by = period.confirmed_by or ""
    moment = at.astimezone(ctx.settings.zone)
    said = f"Kỳ {period_name(period.label)} đã được {actor_names(ctx, [by]).get(by, by)} xác nhận lúc {moment:%H:%M ngày %d/%m/%Y}."
    query = (
        select(Agency.name)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id, col(Agency.code).in_(received))
        .where(Assignment.state == AssignmentState.open)
    )
    left = ctx.session.exec(query.order_by(col(Agency.position))).all()
    if not left:
        return said
    more = f" và {len(left) - MOST_NAMED} nơi khác" if len(left) > MOST_NAMED else ""
    return (
        f"{said} Nơi vừa đánh dấu mà chưa được ghi đã gửi: {', '.join(left[:MOST_NAMED])}{more}. "
        "Đề nghị ghi nhận tại đầu việc của từng nơi trước khi thông báo được gửi."
    )


def _record_received(ctx: Context, period: Period, codes: Sequence[str], arrived_on: date | None) -> int:
    """Only where nothing has come: what is on record is never replaced by a tick."""
    rows = ctx.session.exec(
        select(Agency, Assignment)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id, col(Agency.code).in_(codes))
        .with_for_update(of=Assignment)
    ).all()
    unknown = sorted(set(codes) - {agency.code for agency, _ in rows})
    if unknown:
        codes_said = ", ".join(unknown)
        raise NotFound(
            f"not assigned in period {period.label}: {codes_said}; see: dondoc agencies list",
            f"Không phải báo cáo trong kỳ {period_name(period.label)}: {codes_said}.",
            field="received",
        )
    owing = [(agency, assignment) for agency, assignment in rows if assignment.state == AssignmentState.open]
    check_arrival(ctx, [assignment.id or 0 for _, assignment in owing], arrived_on)
    for agency, assignment in owing:
        draft = SubmissionDraft(
            agency_id=agency.id or 0,
            assignment_ids=[assignment.id or 0],
            form=SubmissionForm.stated,
            channel=SubmissionChannel.other,
            content={"entries": [], "figures": []},
            note="Ghi nhận khi rà soát ban đầu",
            idempotency_key=f"confirm:{period.public_id}:{agency.code}",
            arrived_on=arrived_on,
        )
        submit_report(ctx, draft, tell_agency=False)
    return len(owing)
