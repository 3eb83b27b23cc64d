from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.office_hours import next_office_moment
from calendars.vietnamese import format_day, format_long, weekday_name
from calendars.working_days import load_calendar

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_calendar()


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(10, 30, 9, 30), at(10, 30, 9, 30)),
        (at(10, 30, 8), at(10, 30, 8)),
        (at(10, 30, 16, 59), at(10, 30, 16, 59)),
        (at(10, 30, 7, 59), at(10, 30, 8)),
        (at(10, 30, 0), at(10, 30, 8)),
        (at(10, 30, 17), at(11, 2, 8)),
        (at(10, 31, 10), at(11, 2, 8)),
        (at(1, 10, 10), at(1, 10, 10)),
        (at(1, 1, 23), at(1, 5, 8)),
        (at(2, 13, 18), at(2, 23, 8)),
        (at(8, 22, 6), at(8, 22, 8)),
    ],
)
def test_a_notice_waits_for_the_office(moment: datetime, expected: datetime) -> None:
    found = next_office_moment(moment.astimezone(UTC), CALENDAR, HANOI)
    assert found == expected
    assert found.tzinfo is UTC


@settings(max_examples=150, deadline=None)
@given(st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_it_is_never_earlier_always_in_the_office_and_settled(moment: datetime) -> None:
    found = next_office_moment(moment, CALENDAR, HANOI)
    local = found.astimezone(HANOI)
    assert found >= moment
    assert found - moment < timedelta(days=16)
    assert CALENDAR.is_working(local.date())
    assert time(8) <= local.time() < time(17)
    assert next_office_moment(found, CALENDAR, HANOI) == found


def test_other_hours_can_be_given() -> None:
    found = next_office_moment(at(10, 30, 7, 15), CALENDAR, HANOI, opens=time(7), closes=time(11))
    assert found == at(10, 30, 7, 15)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_office_moment(datetime(2026, 10, 30, 9), CALENDAR, HANOI)  # noqa: DTZ001 - the mistake under test


def test_days_in_vietnamese() -> None:
    week = [weekday_name(at(10, 26 + n, 0).date()) for n in range(6)] + [weekday_name(at(11, 1, 0).date())]
    assert week == ["thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"]
    assert format_day(at(11, 2, 0).date()) == "02/11/2026"
    assert format_long(at(10, 31, 0).date()) == "thứ Bảy, 31/10/2026"
    assert format_day(at(1, 2, 0, year=1900).date()) == "02/01/1900"
