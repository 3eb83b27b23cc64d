"""The button "Đã nhận, đang thực hiện": an agency says that a request has reached it. A button, never a tracked reading."""

from datetime import datetime

from sqlmodel import select

from models.enums import PeriodState
from models.tables import Assignment, Obligation, Period
from obligations.errors import NotFound, Refused
from obligations.rules.lateness import OWING
from obligations.services import audit
from obligations.services.access import Actor, scope
from obligations.services.context import Context
from obligations.services.spec import is_request


def acknowledge(ctx: Context, actor: Actor, assignment_public_id: str) -> datetime:
    """Record it once; the first moment stands. NotFound unless the actor may see the agency."""
    query = select(Assignment).where(Assignment.public_id == assignment_public_id, scope(actor, Assignment.agency_id))
    assignment = ctx.session.exec(query).first()
    if assignment is None:
        raise NotFound("no such assignment")
    if assignment.acknowledged_at is not None:
        return assignment.acknowledged_at
    if not may_acknowledge(ctx, assignment):
        raise Refused("Nội dung này không cần xác nhận: đã gửi, đã kết thúc, hoặc không phải đề nghị theo giờ.")
    assignment.acknowledged_at = ctx.as_of
    audit.record(ctx, "request.acknowledged", assignment.public_id)
    return ctx.as_of


def may_acknowledge(ctx: Context, assignment: Assignment) -> bool:
    """Whether the button stands on the agency's page: an open request that it has neither sent nor acknowledged."""
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    waits = assignment.acknowledged_at is None and assignment.state in OWING
    return waits and period.state == PeriodState.open and is_request(obligation)
