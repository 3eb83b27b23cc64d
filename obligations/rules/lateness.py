"""Whether something may be called overdue, and by how many days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.enums import AssignmentState, Duty

OWING = (AssignmentState.open, AssignmentState.returned)
"""Nothing, or nothing usable, has come."""
CHASED = (*OWING, AssignmentState.soft_received)
COMPLETE = (AssignmentState.submitted, AssignmentState.accepted)


def is_overdue(state: AssignmentState, duty: Duty, overdue_at: datetime, as_of: datetime) -> bool:
    """Only a required duty is ever overdue, and only after grace."""
    return duty == Duty.required and state == AssignmentState.open and as_of >= overdue_at


def days_overdue(overdue_at: datetime, as_of: datetime, today: date, zone_day_of_overdue: date) -> int | None:
    """Calendar days overdue, 1 on the first; None while "quá hạn" may not be said."""
    if as_of < overdue_at:
        return None
    return max((today - zone_day_of_overdue) // timedelta(days=1) + 1, 1)


def is_late(arrived_on: date, overdue_at: datetime, timezone: ZoneInfo, arrived_at: datetime | None = None) -> bool:
    """Whether a report that arrived on a day is *gửi chậm*: after the day of the last instant before ``overdue_at``.

    With the minute of arrival known, the minute decides on that last day; a day alone is read in the agency's favour.
    The assignment's own moment counts, so that no later move of the period's date makes a receipt late.
    """
    last = (overdue_at - timedelta(microseconds=1)).astimezone(timezone).date()
    if arrived_at is not None and arrived_on == last:
        return arrived_at >= overdue_at
    return arrived_on > last
