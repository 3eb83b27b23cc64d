"""Đề nghị xem lại phân công: an agency says a duty is not its own. It waits, for both, until a decision."""

from sqlmodel import col, select

from models.enums import AssignmentState, PeriodState, ReassignmentKind
from models.tables import Agency, Assignment, Period
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.agencies.hand_over import Cause, own_assignment, stop
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code, assignment_by_public_id
from obligations.services.roster import is_valid
from obligations.services.sending.notices import write_notice


def dispute_assignment(
    ctx: Context, assignment_public_id: str, reason: str, evidence: str, proposed: str | None = None
) -> None:
    """Ask for a duty to be looked at again. The due stays; chasing pauses for this agency and for the one it names.

    The agency gets a receipt, unless a decision comes before it goes.

    ``evidence``: the paper it rests on. Refused without either, for what has come, is settled already or is closed.
    """
    assignment = assignment_by_public_id(ctx, assignment_public_id)
    period = ctx.session.get_one(Period, assignment.period_id)
    if not reason.strip() or not evidence.strip():
        raise WrongValue("reason", "Đề nghị xem lại phân công cần ghi lý do và văn bản làm căn cứ.")
    if assignment.state == AssignmentState.awaiting_assignment:
        raise Refused("Đầu việc này đang chờ phân công.")
    if assignment.state not in CHASED or period.state != PeriodState.open:
        raise Refused("Đầu việc này đã gửi báo cáo, không còn thực hiện hoặc kỳ báo cáo đã chốt.")
    other = _named(ctx, assignment, proposed) if proposed else None
    cause = Cause(ctx.today, reason.strip())
    named = other.code if other else None
    row = stop(ctx, assignment, ReassignmentKind.disputed, cause, evidence=evidence.strip(), proposed=named)
    theirs = own_assignment(ctx, assignment.period_id, other) if other else None
    if theirs is not None and theirs.state in CHASED:
        name = ctx.session.get_one(Agency, assignment.agency_id).name
        waits = Cause(ctx.today, f"{name} đề nghị xem lại phân công: {reason.strip()}")
        stop(ctx, theirs, ReassignmentKind.paused, waits, to=assignment)
    facts = {
        "received_at": ctx.as_of.isoformat(),
        "remarks": row.reason,
        "document": row.evidence,
        "while": AssignmentState.awaiting_assignment.value,
    }
    write_notice(ctx, [assignment], "dispute_received", str(row.id), facts)
    audit.record(ctx, "assignment.disputed", assignment.public_id, proposed=proposed, document=evidence.strip())


def _named(ctx: Context, assignment: Assignment, code: str) -> Agency:
    other = agency_by_code(ctx, code)
    if other.id == assignment.agency_id:
        raise WrongValue("proposed", "Cơ quan được đề nghị phải khác cơ quan đang có đầu việc.")
    if not is_valid(other, ctx.today):
        raise WrongValue("proposed", f"{other.name} không tồn tại vào ngày {ctx.today:%d/%m/%Y}.")
    return other


def find_owed(ctx: Context, agency_code: str, period: Period) -> Assignment:
    """What an agency owes in a period, by the names people use; Refused when it is not on the list."""
    agency = agency_by_code(ctx, agency_code)
    found = ctx.session.exec(
        select(Assignment).where(Assignment.period_id == period.id, col(Assignment.agency_id) == agency.id)
    ).first()
    if found is None:
        raise Refused(f"{agency_code!r} owes nothing in the period {period.label}")
    return found
