"""Ad-hoc requests: reminders counted in hours, and the hours of the night in which nothing goes (users.md section 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from models.enums import Urgency
from obligations.rules.reminders import Step

Night = Literal["evening", "morning"]
"""Where a reminder goes whose hour falls into the night: back to the evening before it, or on to its end."""

NIGHT_BEGINS, NIGHT_ENDS, EVENING = time(22), time(6), time(21, 30)
"""Nothing goes from 22:00 (included) to 06:00 (not included); what would goes at 21:30 or at 06:00."""
APART = timedelta(minutes=30)
"""Two notices about one request lie at least this far apart, and the last reminder this far before the due moment."""

BEFORE: dict[Urgency, tuple[int, ...]] = {
    Urgency.normal: (24, 4),
    Urgency.urgent: (24, 4, 1),
    Urgency.very_urgent: (24, 8, 4, 1),
    Urgency.express: (24, 8, 4, 2, 1),
}
AFTER: dict[Urgency, tuple[int, ...]] = {
    Urgency.normal: (2,),
    Urgency.urgent: (1,),
    Urgency.very_urgent: (1, 4),
    Urgency.express: (1, 2, 4),
}
"""Hours before and after the due moment at which a request may be reminded of."""

PRIORITY = {urgency: rank for rank, urgency in enumerate(Urgency, 1)}
"""Order of the queue: 0 is what keeps office hours and the daily cap, a higher number goes first."""


@dataclass(frozen=True)
class HourStep:
    """A reminder ``hours`` from the due moment, negative before it. ``code``: ``H-4``, ``H+1``."""

    hours: int
    night: Night = "evening"

    @property
    def code(self) -> str:
        """``H-4`` or ``H+1``."""
        return f"H{self.hours:+d}"


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether nothing may go at this moment."""
    clock = moment.astimezone(zone).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def waking_moment(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or 06:00 when it falls into the night."""
    return datetime.combine(_morning(moment, zone), NIGHT_ENDS, zone) if is_night(moment, zone) else moment


def hour_moment(due_at: datetime, step: HourStep, zone: ZoneInfo) -> datetime:
    """When a step goes: its exact hour, or 21:30 before or 06:00 after the night into which that hour falls."""
    moment = (due_at.astimezone(UTC) + timedelta(hours=step.hours)).astimezone(zone)
    if not is_night(moment, zone):
        return moment
    morning = _morning(moment, zone)
    if step.night == "evening":
        return datetime.combine(morning - timedelta(days=1), EVENING, zone)
    return datetime.combine(morning, NIGHT_ENDS, zone)


def chosen_steps(urgency: Urgency, due_at: datetime, sent_at: datetime, zone: ZoneInfo) -> tuple[HourStep, ...]:
    """The reminders worth sending for a request that is first told at ``sent_at``, in order of time.

    Those that have passed, that would follow the notice before them too closely, or that the night moves onto another
    are left out; of two that coincide the one nearer to the due moment stays.
    """
    before: list[HourStep] = []
    bound = due_at
    for hours in sorted(BEFORE[urgency]):
        tries = (HourStep(-hours, "evening"), HourStep(-hours, "morning"))
        fits = (s for s in tries if sent_at + APART <= hour_moment(due_at, s, zone) <= bound - APART)
        if (step := next(fits, None)) is not None:
            before.insert(0, step)
            bound = hour_moment(due_at, step, zone)
    after: list[HourStep] = []
    bound = due_at
    for step in (HourStep(hours, "morning") for hours in AFTER[urgency]):
        if hour_moment(due_at, step, zone) >= bound + APART:
            after.append(step)
            bound = hour_moment(due_at, step, zone)
    return (*before, *after)


def clock_place(ends: time | None, step: HourStep) -> tuple[int, time]:
    """A step as days from the due day and a wall-clock time, given the time at which the due day ends (None: 24:00)."""
    nominal, zone = date(2000, 1, 15), ZoneInfo("UTC")
    due_at = datetime.combine(nominal, ends, zone) if ends else datetime.combine(nominal, time(), zone) + timedelta(1)
    moment = hour_moment(due_at, step, zone)
    return (moment.date() - nominal).days, moment.time()


def steps_after_acknowledging(steps: Sequence[Step]) -> list[Step]:
    """Who said "Đã nhận, đang thực hiện" hears only the last reminder before the due moment and those after it."""
    before = [s for s in steps if s.code.startswith("H-")]
    return [s for s in steps if s not in before[:-1]]


def request_kind(due_at: datetime, as_of: datetime) -> str:
    """The honest text for the minute at which a reminder of a request really goes."""
    return "request_reminder" if as_of < due_at else "request_overdue"


def _morning(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which the night of this moment ends."""
    local = moment.astimezone(zone)
    return local.date() + timedelta(days=1) if local.time() >= NIGHT_BEGINS else local.date()
