"""The duty an agency speaks of: its own, still owed, in an open period."""

from sqlmodel import select

from models.enums import PeriodState
from models.tables import Assignment, Obligation, Period
from obligations.errors import NotFound, Refused
from obligations.rules.lateness import CHASED
from obligations.services.accounts.access import Actor, task_scope
from obligations.services.context import Context
from obligations.services.spec import is_request

READ_ONLY = (
    "Nội dung này đã đủ điều kiện tổng hợp hoặc không còn phải gửi; đường dẫn đang dùng chỉ còn để xem. "
    "Cần gửi bổ sung: ở trang “Cần báo cáo”, bấm “Gửi tôi đường dẫn mở tất cả đầu việc của cơ quan”."
)


def own_duty(ctx: Context, actor: Actor, assignment_public_id: str, *, owing: bool = True) -> Assignment:
    """Locked until the transaction ends. NotFound unless it is the actor's very own and opened by its link.

    Refused when nothing is owed any more, or the link is over. What a predecessor owed is read by its successor, never acted on in its name.
    """
    query = select(Assignment).where(
        Assignment.public_id == assignment_public_id, Assignment.agency_id == actor.agency_id, task_scope(actor)
    )
    assignment = ctx.session.exec(query.with_for_update()).first()
    if assignment is None:
        raise NotFound("no such assignment of this agency")
    check_open(actor, assignment)
    if owing and not is_owing(ctx, assignment):
        raise Refused("Nội dung này đã gửi, không còn thực hiện, hoặc kỳ báo cáo đã chốt.")
    return assignment


def check_open(actor: Actor, assignment: Assignment) -> None:
    """Refused for what the actor's link lets it read only."""
    if assignment.id in actor.over:
        raise Refused(READ_ONLY)


def is_owing(ctx: Context, assignment: Assignment) -> bool:
    """Whether the agency is still chased for it."""
    period = ctx.session.get_one(Period, assignment.period_id)
    return assignment.state in CHASED and period.state == PeriodState.open


def is_hourly(ctx: Context, assignment: Assignment) -> bool:
    """Whether it is an ad-hoc request, whose time counts in hours."""
    period = ctx.session.get_one(Period, assignment.period_id)
    return is_request(ctx.session.get_one(Obligation, period.obligation_id))
