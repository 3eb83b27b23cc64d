"""The three dates of a deadline, kept apart and with their reasons (domain.md 2.3; Civil Code 2015, art. 148.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from obligations.rules.days import WorkingDays

OFFICE_OPENS = time(8)
CALENDAR = "lịch nghỉ của cơ quan nhà nước"
REQUEST = "yêu cầu đột xuất"
ROLLING = "khoản 5 Điều 148 Bộ luật Dân sự 2015"
_NEXT, _UNSURE = "ngày làm việc tiếp theo là", "lịch nghỉ năm"
Why = dict[str, str | None]
"""One step of reasoning: ``rule``, ``source``, ``text`` (Vietnamese), and the ISO days it leads ``from`` and ``to``."""


@dataclass(frozen=True)
class DueDates:
    """Printed, practical and grace dates of one occurrence. Instants are aware UTC-comparable."""

    due_on: date
    due_at: datetime
    practical_due_on: date
    grace_until: date
    grace_applies: bool
    overdue_at: datetime
    steps: tuple[Why, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """The texts of the steps, in order."""
        return tuple(step["text"] or "" for step in self.steps)


def day_ends(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of a day: the first instant that no longer belongs to it."""
    return datetime.combine(day + timedelta(days=1), time(), zone)


def at_opening(day: date, zone: ZoneInfo) -> datetime:
    """08:00 of a day, when automatic notices go."""
    return datetime.combine(day, OFFICE_OPENS, zone)


def due_dates(
    due_on: date, due_time: time | None, calendar: WorkingDays, zone: ZoneInfo, *, grace: bool, exact: bool = False
) -> DueDates:
    """Derive practical due (last working day on or before) and grace (first working day on or after).

    ``exact``: an ad-hoc request, whose hour no working day moves in either direction.
    """
    if exact:
        return _exact(due_on, due_time, zone)
    practical = calendar.last_on_or_before(due_on)
    grace_until = calendar.first_on_or_after(due_on)
    due_at = datetime.combine(due_on, due_time, zone) if due_time else day_ends(due_on, zone)
    overdue_at = day_ends(grace_until, zone) if grace and grace_until != due_on else due_at
    steps = _working(due_on, practical, grace_until, calendar, grace=grace)
    steps += _unsure((practical, due_on, grace_until), calendar)
    return DueDates(due_on, due_at, practical, grace_until, grace, overdue_at, tuple(steps))


def why(rule: str, source: str, text: str, since: date | None = None, until: date | None = None) -> Why:
    """One step of reasoning."""
    days = {"from": since.isoformat() if since else None, "to": until.isoformat() if until else None}
    return {"rule": rule, "source": source, "text": text, **days}


def _exact(due_on: date, due_time: time | None, zone: ZoneInfo) -> DueDates:
    due_at = datetime.combine(due_on, due_time, zone) if due_time else day_ends(due_on, zone)
    text = "thời hạn tính đúng giờ đã nêu, không dời theo ngày làm việc"
    steps = (why("exact", REQUEST, text, due_on, due_on),)
    return DueDates(due_on, due_at, due_on, due_on, grace_applies=False, overdue_at=due_at, steps=steps)


def without_working_days(reasons: Iterable[str], due_on: date) -> list[str]:
    """The reasons that do not come from a working calendar: those that stay when the calendar changes."""
    by_calendar = (f"{due_on:%d/%m/%Y} là ", _NEXT, _UNSURE)
    return [reason for reason in reasons if not reason.startswith(by_calendar)]


def _working(due_on: date, practical: date, grace_until: date, calendar: WorkingDays, *, grace: bool) -> list[Why]:
    off = calendar.why_not(due_on)
    if off is None:
        text = f"{due_on:%d/%m/%Y} là ngày làm việc, cũng là ngày làm việc cuối trong hạn"
        return [why("practical", CALENDAR, text, due_on, due_on)]
    counted = "được áp dụng" if grace else "không áp dụng cho văn bản này"
    last = f"{due_on:%d/%m/%Y} là {off}; ngày làm việc cuối trong hạn là {practical:%d/%m/%Y}"
    after = f"{_NEXT} {grace_until:%d/%m/%Y}; việc lùi hạn sang ngày này {counted}"
    return [
        why("practical", CALENDAR, last, due_on, practical),
        why("grace" if grace else "no-grace", ROLLING, after, due_on, grace_until),
    ]


def _unsure(days: Iterable[date], calendar: WorkingDays) -> list[Why]:
    years = [str(year) for year in sorted({day.year for day in days}) if calendar.is_provisional(year)]
    if not years:
        return []
    text = (
        f"lịch nghỉ năm {', '.join(years)} còn ngày chưa được công bố chính thức: các ngày làm việc nêu trên là dự kiến"
    )
    return [why("provisional", CALENDAR, text)]
