"""The rule of lateness applied to stored rows: the same one for counts, pages, feeds, messages and metrics."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam
from sqlmodel import col

from models.enums import AssignmentState, Duty
from models.tables import Assignment
from obligations.clock import local_date
from obligations.rules.arrivals import judged
from obligations.rules.lateness import BINDING, FINAL, days_overdue, is_in_time, is_late, is_overdue
from obligations.services.context import Context


class Owed(NamedTuple):
    """The columns of an assignment by which it is judged: hundreds of whole rows cost more than all the rest of a page."""

    id: int
    public_id: str
    agency_id: int
    state: AssignmentState
    duty: Duty
    due_on: date
    practical_due_on: date
    due_at: datetime
    overdue_at: datetime
    kept_due: bool
    first_received_on: date | None
    first_received_at: datetime | None
    counted_on: date | None
    acknowledged_at: datetime | None
    snoozed_until: date | None


def overdue_now(as_of: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """``is_overdue`` as a condition, for counting many rows at once."""
    return and_(
        col(Assignment.state) == AssignmentState.open,
        col(Assignment.duty).in_(BINDING),
        col(Assignment.overdue_at) <= as_of,
    )


OVERDUE = overdue_now(bindparam("as_of"))
"""The same for statements that are built once: they are run with ``as_of``."""


def overdue_days(ctx: Context, assignment: Assignment | Owed) -> int | None:
    """Calendar days overdue from 1; None while "quá hạn" may not be said of this assignment."""
    if not is_overdue(assignment.state, assignment.duty, assignment.overdue_at, ctx.as_of):
        return None
    first_day = local_date(assignment.overdue_at, ctx.settings.timezone)
    return days_overdue(assignment.overdue_at, ctx.as_of, ctx.today, first_day)


def came_in_time(ctx: Context, assignment: Assignment) -> bool:
    """Whether what came first came within its time, grace included."""
    day, minute = judged_by(assignment)
    return day is not None and is_in_time(day, assignment.overdue_at, ctx.settings.zone, minute)


def came_late(ctx: Context, assignment: Assignment | Owed) -> bool:
    """Whether what came first came late (*gửi chậm*): never of a duty that is only requested, nor of one let off."""
    day, minute = judged_by(assignment)
    if day is None or assignment.state in FINAL:
        return False
    return is_late(assignment.duty, day, assignment.overdue_at, ctx.settings.zone, minute)


def judged_by(assignment: Assignment | Owed) -> tuple[date | None, datetime | None]:
    """The day by which what came first is judged; its minute only of an arrival that the system saw."""
    return judged(assignment.first_received_on, assignment.first_received_at, assignment.counted_on)
