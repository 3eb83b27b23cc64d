"""The three dates of a deadline, kept apart and with their reasons (domain.md 2.3; Civil Code 2015, art. 148.5)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from obligations.rules.days import WorkingDays

OFFICE_OPENS = time(8)


@dataclass(frozen=True)
class DueDates:
    """Printed, practical and grace dates of one occurrence. Instants are aware UTC-comparable."""

    due_on: date
    due_at: datetime
    practical_due_on: date
    grace_until: date
    grace_applies: bool
    overdue_at: datetime
    reasons: tuple[str, ...]


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
    return DueDates(
        due_on,
        due_at,
        practical,
        grace_until,
        grace,
        overdue_at,
        _reasons(due_on, practical, grace_until, calendar, grace=grace),
    )


def _exact(due_on: date, due_time: time | None, zone: ZoneInfo) -> DueDates:
    due_at = datetime.combine(due_on, due_time, zone) if due_time else day_ends(due_on, zone)
    why = ("thời hạn tính đúng giờ đã nêu, không dời theo ngày làm việc",)
    return DueDates(due_on, due_at, due_on, due_on, grace_applies=False, overdue_at=due_at, reasons=why)


def _reasons(
    due_on: date, practical: date, grace_until: date, calendar: WorkingDays, *, grace: bool
) -> tuple[str, ...]:
    why = calendar.why_not(due_on)
    if why is None:
        return (f"{due_on:%d/%m/%Y} là ngày làm việc, cũng là ngày làm việc cuối trong hạn",)
    counted = "được áp dụng" if grace else "không áp dụng cho văn bản này"
    return (
        f"{due_on:%d/%m/%Y} là {why}; ngày làm việc cuối trong hạn là {practical:%d/%m/%Y}",
        f"ngày làm việc tiếp theo là {grace_until:%d/%m/%Y}; việc lùi hạn sang ngày này {counted}",
    )
