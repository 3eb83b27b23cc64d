"""Which reminder step an assignment has come to, judged from state and never from a window."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.enums import Audience, Duty
from obligations.rules.breaks import after_long_break, long_break
from obligations.rules.days import WorkingDays
from obligations.rules.due import at_opening
from obligations.rules.lateness import late_kind

BEFORE_BREAK = (-3, -1)
"""Working days before the practical due date on which a deadline inside a long break is reminded (users.md, Tết)."""


@dataclass(frozen=True)
class Step:
    """``days`` working days from the practical due date; negative is before.

    With ``at`` they are calendar days and the step goes at that wall-clock time: a reminder counted in hours.
    """

    code: str
    days: int
    audience: Audience
    draft: bool = False
    at: time | None = None


def step_day(step: Step, practical_due_on: date, calendar: WorkingDays) -> date:
    """The day a step falls on: a working one, unless it is counted in hours, which keeps its day.

    Nothing is called overdue on the first working day after a long break.
    """
    if step.at is not None:
        return practical_due_on + timedelta(days=step.days)
    if step.days == 0:
        return practical_due_on
    day = calendar.shift(practical_due_on, step.days)
    return calendar.next_working(day) if step.days > 0 and after_long_break(day, calendar) else day


def reminded_steps(steps: Sequence[Step], due_on: date, calendar: WorkingDays) -> list[Step]:
    """A plan's steps, and for a deadline inside a long break the T-3 and T-1 that must come before the break.

    T-3 is added only when no clerk's step stands two or three working days before. A plan that never reminds a clerk
    by the due day is left silent, and so is an ad-hoc request, whose steps are counted in hours.
    """
    clerk = {step.days for step in steps if step.audience == Audience.clerk}
    counted_in_hours = any(step.at is not None for step in steps)
    if counted_in_hours or long_break(due_on, calendar) is None or not any(days <= 0 for days in clerk):
        return list(steps)
    missing = [days for days in BEFORE_BREAK if not clerk & ({days} if days == -1 else {-3, -2})]
    return [*steps, *(Step(f"T{days}", days, Audience.clerk) for days in missing)]


def step_moment(step: Step, practical_due_on: date, calendar: WorkingDays, zone: ZoneInfo) -> datetime:
    """08:00 of the step's day, or its own time of day."""
    day = step_day(step, practical_due_on, calendar)
    return at_opening(day, zone) if step.at is None else datetime.combine(day, step.at, zone)


def latest_step(
    steps: Sequence[Step],
    practical_due_on: date,
    told: Collection[str],
    as_of: datetime,
    calendar: WorkingDays,
    zone: ZoneInfo,
) -> Step | None:
    """The one clerk step to tell now: the latest that is due, unless it or a later one was told.

    Several missed steps collapse into the latest; a step told once is never told again.
    """
    clerk = [(step_moment(s, practical_due_on, calendar, zone), s) for s in steps if s.audience == Audience.clerk]
    clerk.sort(key=lambda pair: pair[0])
    due = [number for number, (moment, _) in enumerate(clerk) if moment <= as_of]
    if not due or any(step.code in told for _, step in clerk[due[-1] :]):
        return None
    return clerk[due[-1]][1]


def leader_step_is_due(step: Step, first_notice_on: date | None, today: date, calendar: WorkingDays) -> bool:
    """A letter to a leader cites the notice its clerk had: it waits ``days - 1`` working days after that notice."""
    if first_notice_on is None:
        return False
    return today >= calendar.shift(first_notice_on, max(step.days - 1, 1))


def notice_kind(practical_due_on: date, today: date, calendar: WorkingDays, duty: Duty = Duty.required) -> str:
    """The honest text for the day a reminder really goes, whatever day it was planned for."""
    if today > practical_due_on:
        return late_kind(duty)
    if today == practical_due_on:
        return "today"
    return "tomorrow" if calendar.next_working(today) == practical_due_on else "before"
