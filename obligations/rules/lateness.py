"""What a duty decides: who is chased, what may be called overdue or late, what may escalate. The one place."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from models.enums import AssignmentState, Duty

OWING = (AssignmentState.open, AssignmentState.returned)
"""Nothing, or nothing usable, has come."""
CHASED = (*OWING, AssignmentState.soft_received)
COMPLETE = (AssignmentState.submitted, AssignmentState.accepted)
FINAL = (AssignmentState.exempt, AssignmentState.ended)
"""Nothing is owed any more, whether or not something came."""

BINDING = (Duty.required,)
"""Duties of which "quá hạn" and "gửi chậm" may be said, and which may escalate to a head."""
CHASED_DUTIES = (Duty.required, Duty.requested)
"""Duties that are followed by reminders: orders to the one, requests to the other."""
_STRENGTH = (Duty.for_information, Duty.requested, Duty.required)


def weaker(one: Duty, other: Duty | None) -> Duty:
    """The weaker of two duties; None bounds nothing. A body outside the issuer's command is at most requested."""
    return one if other is None else min(one, other, key=_STRENGTH.index)


def is_chased(state: AssignmentState, duty: Duty) -> bool:
    """Whether reminders follow what is owed at all."""
    return duty in CHASED_DUTIES and state in CHASED


def may_escalate(state: AssignmentState, duty: Duty, overdue_at: datetime, as_of: datetime) -> bool:
    """Whether a letter to the head may be drafted: only for what is overdue; a request never escalates by itself."""
    return is_overdue(state, duty, overdue_at, as_of)


def late_kind(duty: Duty) -> str:
    """The kind of a reminder after the due day: a required report is overdue or near it, a requested one is asked again."""
    return "overdue" if duty in BINDING else "ask_again"


def is_overdue(state: AssignmentState, duty: Duty, overdue_at: datetime, as_of: datetime) -> bool:
    """Only a required duty is ever overdue, and only after grace."""
    return duty in BINDING and state == AssignmentState.open and as_of >= overdue_at


def opening_kind(duty: Duty, *, inform: bool) -> str | None:
    """The kind of notice with which a period opens; those who are only informed get none unless the plan asks."""
    if duty in CHASED_DUTIES:
        return "open"
    return "inform" if inform else None


def days_overdue(overdue_at: datetime, as_of: datetime, today: date, zone_day_of_overdue: date) -> int | None:
    """Calendar days overdue, 1 on the first; None while "quá hạn" may not be said."""
    if as_of < overdue_at:
        return None
    return max((today - zone_day_of_overdue) // timedelta(days=1) + 1, 1)


def is_late(
    duty: Duty, arrived_on: date, overdue_at: datetime, timezone: ZoneInfo, arrived_at: datetime | None = None
) -> bool:
    """Whether a report that arrived on a day is *gửi chậm*; what was only requested is never late.

    Late is after the day of the last instant before ``overdue_at``; with the minute of arrival known, the minute decides
    on that last day, and a day alone is read in the agency's favour. The assignment's own moment counts, so that no later
    move of the period's date makes a receipt late.
    """
    return duty in BINDING and not is_in_time(arrived_on, overdue_at, timezone, arrived_at)


def is_in_time(arrived_on: date, overdue_at: datetime, timezone: ZoneInfo, arrived_at: datetime | None = None) -> bool:
    """Whether a report came by its moment, whatever the duty."""
    last = (overdue_at - timedelta(microseconds=1)).astimezone(timezone).date()
    if arrived_at is not None and arrived_on == last:
        return arrived_at < overdue_at
    return arrived_on <= last
