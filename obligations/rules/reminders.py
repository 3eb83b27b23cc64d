"""Which reminder step an assignment has come to, judged from state and never from a window."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.enums import Audience, Duty
from obligations.rules.days import WorkingDays
from obligations.rules.due import at_opening
from obligations.rules.lateness import late_kind


@dataclass(frozen=True)
class Step:
    """``days`` working days from the practical due date; negative is before."""

    code: str
    days: int
    audience: Audience
    draft: bool = False


def step_day(step: Step, practical_due_on: date, calendar: WorkingDays) -> date:
    """The working day a step falls on."""
    return practical_due_on if step.days == 0 else calendar.shift(practical_due_on, step.days)


def step_moment(step: Step, practical_due_on: date, calendar: WorkingDays, zone: ZoneInfo) -> datetime:
    """08:00 of the step's day."""
    return at_opening(step_day(step, practical_due_on, calendar), zone)


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
    clerk = sorted((s for s in steps if s.audience == Audience.clerk), key=lambda s: s.days)
    due = [s for s in clerk if step_moment(s, practical_due_on, calendar, zone) <= as_of]
    if not due or any(s.code in told for s in clerk if s.days >= due[-1].days):
        return None
    return due[-1]


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
