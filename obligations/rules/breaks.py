"""Long breaks, such as Tết or one made by a swap, and what must not happen right after them (users.md, section 2)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from obligations.rules.days import WorkingDays
from obligations.rules.due import at_opening

LONG_BREAK = 5
"""Consecutive days off, weekends included, from which a break is a long one."""
OVERDUE_KINDS = ("overdue", "leader")
"""Messages that call something overdue."""
_DAY = timedelta(days=1)


def long_break(day: date, calendar: WorkingDays) -> tuple[date, date] | None:
    """First and last day of the long break that ``day`` lies in; None when it lies in none."""
    if calendar.is_working(day):
        return None
    first, last = calendar.last_on_or_before(day) + _DAY, calendar.first_on_or_after(day) - _DAY
    return (first, last) if (last - first) // _DAY + 1 >= LONG_BREAK else None


def after_long_break(day: date, calendar: WorkingDays) -> bool:
    """Whether ``day`` is the first working day after a long break."""
    return calendar.is_working(day) and long_break(day - _DAY, calendar) is not None


def chasing_day(day: date, calendar: WorkingDays) -> date:
    """The first day from ``day`` on when something may be called overdue: a working one, not the first after a break."""
    first = calendar.first_on_or_after(day)
    return calendar.next_working(first) if after_long_break(first, calendar) else first


def quiet_until(kind: str, moment: datetime, calendar: WorkingDays, zone: ZoneInfo) -> datetime:
    """When a message of this kind may go that may go by the clock at ``moment``: that moment, or 08:00 a day later."""
    day = moment.astimezone(zone).date()
    if kind in OVERDUE_KINDS and after_long_break(day, calendar):
        return at_opening(calendar.next_working(day), zone)
    return moment
