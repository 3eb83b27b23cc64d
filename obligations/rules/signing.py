"""Đang trình ký, dự kiến ngày …: how long an agency may rest the chasing by its own word (users.md, the head signs late)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from obligations.rules.days import WorkingDays

MOST_PROMISES, MOST_DAYS = 2, 5
"""Twice, and five working days in all."""


@dataclass(frozen=True)
class Promise:
    """Said on a day, for a later one."""

    made_on: date
    expected_on: date


def working_days_of(promises: Sequence[Promise], calendar: WorkingDays) -> int:
    """Working days that promises cover: those after the day of saying, up to the expected one; each counted once."""
    days = {
        promise.made_on + timedelta(days=n)
        for promise in promises
        for n in range(1, (promise.expected_on - promise.made_on).days + 1)
    }
    return sum(calendar.is_working(day) for day in days)


def latest_day(promises: Sequence[Promise], today: date, calendar: WorkingDays) -> date | None:
    """The last working day that may still be named; None when it was said twice, or no day is left."""
    if len(promises) >= MOST_PROMISES:
        return None
    found, day = None, calendar.next_working(today)
    while working_days_of([*promises, Promise(today, day)], calendar) <= MOST_DAYS:
        found, day = day, calendar.next_working(day)
    return found


def refusal(promises: Sequence[Promise], today: date, expected_on: date, calendar: WorkingDays) -> str | None:
    """Why a day may not be named, in words; None when it may."""
    last = latest_day(promises, today, calendar)
    if len(promises) >= MOST_PROMISES:
        return f"Đã báo đang trình ký {MOST_PROMISES:02} lần; đề nghị gửi đề nghị gia hạn hoặc thống nhất thời gian gửi chậm."
    if last is None:
        return f"Đã báo đang trình ký đủ {MOST_DAYS:02} ngày làm việc; đề nghị gửi đề nghị gia hạn."
    if expected_on <= today:
        return "Ngày dự kiến ký phải sau ngày hôm nay."
    if expected_on > last:
        return f"Ngày dự kiến ký chậm nhất là {last:%d/%m/%Y} (tất cả không quá {MOST_DAYS:02} ngày làm việc)."
    return None
