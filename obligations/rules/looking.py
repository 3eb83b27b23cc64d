"""When a chase must look at an assignment again: never later than the next thing that may be due."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.enums import Audience
from obligations.rules.days import WorkingDays
from obligations.rules.due import at_opening
from obligations.rules.reminders import Step, step_moment


def next_clerk_moment(
    steps: Sequence[Step], practical_due_on: date, as_of: datetime, calendar: WorkingDays, zone: ZoneInfo
) -> datetime | None:
    """The next clerk step that still lies ahead; None when there is none."""
    moments = (step_moment(s, practical_due_on, calendar, zone) for s in steps if s.audience == Audience.clerk)
    return earliest(m for m in moments if m > as_of)


def next_leader_moment(
    steps: Sequence[Step],
    practical_due_on: date,
    overdue_at: datetime,
    told: Collection[str],
    as_of: datetime,
    calendar: WorkingDays,
    zone: ZoneInfo,
) -> datetime | None:
    """When a letter to a leader that is not written yet may come due; once past, each morning until its notice has gone."""
    waiting = [s for s in steps if s.audience == Audience.leader and s.code not in told]
    if not waiting:
        return None
    first = min(max(step_moment(s, practical_due_on, calendar, zone), overdue_at) for s in waiting)
    return first if first > as_of else next_morning(as_of, calendar, zone)


def next_morning(as_of: datetime, calendar: WorkingDays, zone: ZoneInfo) -> datetime:
    """08:00 of the next working day."""
    return at_opening(calendar.next_working(as_of.astimezone(zone).date()), zone)


def day_after(day: date, zone: ZoneInfo) -> datetime:
    """00:00 of the day after ``day``: when a pause that includes it is over."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of the moments that are known; None when none is."""
    return min((m for m in moments if m is not None), default=None)
