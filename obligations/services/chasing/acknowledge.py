"""The button "Đã nhận, đang thực hiện": an agency says that it knows and works on it. A button, never a tracked reading.

It spares both sides a telephone call; reminders of a periodic duty go on. An ad-hoc request is acknowledged once, its first
moment stands; an overdue duty may be acknowledged again once nobody has heard of it for some days.
"""

from datetime import datetime, time

from sqlmodel import select

from models.enums import PeriodState
from models.tables import Assignment, Obligation, Period
from obligations.errors import NotFound, Refused
from obligations.rules.lateness import CHASED_DUTIES, OWING
from obligations.services import audit
from obligations.services.accounts.access import Actor, task_scope
from obligations.services.context import Context
from obligations.services.lateness import overdue_days
from obligations.services.spec import is_request

HEARD_FOR = 3
"""Working days for which nobody telephones an overdue agency that has pressed the button."""


def acknowledge(ctx: Context, actor: Actor, assignment_public_id: str) -> datetime:
    """Record the press; one that adds nothing changes nothing. NotFound unless the actor may open it."""
    query = select(Assignment).where(Assignment.public_id == assignment_public_id, task_scope(actor))
    assignment = ctx.session.exec(query.with_for_update()).first()
    if assignment is None:
        raise NotFound("no such assignment")
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    if may_acknowledge(ctx, assignment, period, obligation):
        assignment.acknowledged_at = ctx.as_of
        if is_request(obligation):
            audit.record(ctx, "request.acknowledged", assignment.public_id)
        else:
            audit.record(ctx, "assignment.acknowledged", assignment.public_id)
        return ctx.as_of
    if assignment.acknowledged_at is None:
        raise Refused("Nội dung này không cần xác nhận: đã gửi hoặc đã kết thúc.")
    return assignment.acknowledged_at


def may_acknowledge(ctx: Context, assignment: Assignment, period: Period, obligation: Obligation) -> bool:
    """Whether the button stands on the agency's page: it has not sent, and has not pressed it, or not lately."""
    if period.state != PeriodState.open or assignment.state not in OWING or assignment.duty not in CHASED_DUTIES:
        return False
    if assignment.acknowledged_at is None:
        return True
    again = not is_request(obligation) and overdue_days(ctx, assignment) is not None
    return again and assignment.acknowledged_at < heard_since(ctx)


def heard_since(ctx: Context) -> datetime:
    """The moment from which a press still counts when it is decided whom to telephone."""
    return datetime.combine(ctx.calendar.shift(ctx.today, -HEARD_FOR), time(), ctx.settings.zone)
