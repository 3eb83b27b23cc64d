"""Working days: what was announced, what the package says, and the arithmetic against a plain count."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.national import national_year
from calendars.working_days import WorkingCalendar, load_calendar

CALENDAR = load_calendar()
DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))


def test_the_users_page_counts_2026_this_way() -> None:
    due = date(2026, 10, 31)
    assert CALENDAR.why_not(due) == "thứ Bảy"
    practical = CALENDAR.last_on_or_before(due)
    assert practical == date(2026, 10, 30)
    assert CALENDAR.shift(practical, -7) == date(2026, 10, 21)
    assert CALENDAR.shift(practical, -1) == date(2026, 10, 29)
    assert CALENDAR.shift(practical, 0) == practical
    assert CALENDAR.shift(practical, 1) == date(2026, 11, 2) == CALENDAR.first_on_or_after(due)
    assert CALENDAR.shift(practical, 7) == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 1, 1), "Tết Dương lịch"),
        (date(2026, 1, 2), "Nghỉ Tết Dương lịch (hoán đổi với thứ Bảy 10/01/2026)"),
        (date(2026, 1, 10), None),
        (date(2026, 1, 11), "Chủ nhật"),
        (date(2026, 2, 14), "thứ Bảy"),
        (date(2026, 2, 16), "Giao thừa Tết Nguyên Đán"),
        (date(2026, 2, 17), "Tết Nguyên Đán"),
        (date(2026, 2, 20), "Mùng bốn Tết Nguyên Đán"),
        (date(2026, 2, 23), None),
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 8, 22), None),
        (date(2026, 8, 29), "thứ Bảy"),
        (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        (date(2026, 9, 2), "Quốc khánh"),
        (date(2026, 11, 24), None),
        (date(2024, 4, 29), "Ngày nghỉ (thay cho ngày 04/05/2024)"),
        (date(2024, 5, 4), None),
        (date(2025, 4, 26), None),
        (date(2025, 5, 2), "Ngày nghỉ (thay cho ngày 26/04/2025)"),
        # A swap over New Year's Eve is filed by the package under the other year.
        (date(2018, 12, 31), "Ngày nghỉ (thay cho ngày 05/01/2019)"),
        (date(2019, 1, 5), None),
        (date(2014, 12, 27), None),
        (date(2015, 1, 2), "Ngày nghỉ (thay cho ngày 27/12/2014)"),
    ],
)
def test_a_day_is_off_for_this_reason(day: date, reason: str | None) -> None:
    calendar = load_calendar()  # fresh: no other year may have been read before
    assert calendar.why_not(day) == reason
    assert calendar.is_working(day) is (reason is None)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 24), date(2027, 11, 24), date(2029, 11, 26), date(2030, 11, 25)], ids=str
)
def test_the_culture_day_and_its_day_in_lieu_are_one_switch(day: date) -> None:
    assert CALENDAR.is_working(day)
    switched = load_calendar(culture_day=True)
    assert (switched.why_not(day) or "").startswith("Ngày Văn hóa Việt Nam")
    assert load_calendar(culture_day=True).is_working(date(2025, 11, 24))


def test_names_are_vietnamese_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    national_year.cache_clear()
    try:
        assert load_calendar().why_not(date(2031, 9, 2)) == "Quốc khánh"
    finally:
        national_year.cache_clear()


def test_without_overrides_it_agrees_with_the_package_day_by_day() -> None:
    package = holidays.country_holidays("VN", years=range(1994, 2041), language="vi")
    plain = WorkingCalendar("plain", (), culture_day=True)
    day = date(1995, 1, 1)
    while day < date(2040, 1, 1):
        assert plain.is_working(day) == package.is_working_day(day), day
        day += timedelta(days=1)


def _plain_shift(day: date, n: int) -> date:
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not CALENDAR.is_working(day):
            day += step
    return day


@settings(max_examples=150, deadline=None)
@given(DAYS, st.integers(-40, 40))
def test_shift_is_walking_day_by_day(day: date, n: int) -> None:
    assert CALENDAR.shift(day, n) == _plain_shift(day, n)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(-800, 800))
def test_shift_far_agrees_with_count_and_comes_back(day: date, n: int) -> None:
    start = CALENDAR.first_on_or_after(min(max(day, date(1910, 1, 1)), date(2090, 1, 1)))
    there = CALENDAR.shift(start, n)
    assert CALENDAR.shift(there, -n) == start
    assert CALENDAR.count(min(start, there), max(start, there)) == abs(n) + 1


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(-5, 900))
def test_count_is_counting_day_by_day(first: date, days: int) -> None:
    last = min(first + timedelta(days=days), date(2100, 12, 31))
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    assert CALENDAR.count(first, last) == sum(map(CALENDAR.is_working, span))


def test_years_from_1900_to_2100_and_no_others() -> None:
    for year in range(1900, 2101):
        assert 200 < CALENDAR.count(date(year, 1, 1), date(year, 12, 31)) < 315
    assert not CALENDAR.is_working(date(1900, 1, 6))
    assert CALENDAR.is_working(date(2100, 12, 31))
    for outside in (date(1899, 12, 29), date(2101, 1, 3)):
        with pytest.raises(ValueError, match="outside 1900-2100"):
            CALENDAR.is_working(outside)
    with pytest.raises(ValueError, match="outside 1900-2100"):
        CALENDAR.shift(date(2100, 12, 31), 1)


def test_a_datetime_is_refused_rather_than_called_a_day_off() -> None:
    with pytest.raises(TypeError, match="not a datetime"):
        CALENDAR.is_working(datetime(2026, 10, 30))  # noqa: DTZ001 - the mistake under test


def test_the_package_is_asked_once_a_year_not_once_a_day() -> None:
    national_year.cache_clear()
    calendar = load_calendar()
    for n in range(365):
        calendar.is_working(date(2033, 1, 1) + timedelta(days=n))
        calendar.shift(date(2033, 6, 1), n % 20)
    assert national_year.cache_info().misses == 1
    assert national_year.cache_info().hits == 0


@cache
def _versions() -> dict[str, str]:
    return {"default": load_calendar().version, "culture": load_calendar(culture_day=True).version}


def test_the_version_changes_when_an_answer_could(tmp_path: Path) -> None:
    assert load_calendar().version == _versions()["default"] != _versions()["culture"]
    own = tmp_path / "own.yaml"
    entry = "  - {{day: {}, kind: {}, name: Nghỉ, document: 1/QĐ, known_since: 2027-01-01, confirmed: true}}\n"
    own.write_text("days:\n" + entry.format("2027-09-01", "off"), encoding="utf-8")
    mine = load_calendar(own)
    assert mine.version != _versions()["default"]
    assert mine.why_not(date(2027, 9, 1)) == "Nghỉ"
    assert mine.is_working(date(2026, 1, 10)), "the national file still counts"
    own.write_text("# a remark changes nothing\n" + own.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_calendar(own).version == mine.version


def test_an_own_entry_goes_before_the_national_one(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "days:\n  - {day: 2026-01-02, kind: worked, name: Làm việc, document: 1/QĐ, known_since: 2026-01-01, confirmed: true}\n",
        encoding="utf-8",
    )
    assert load_calendar(own).is_working(date(2026, 1, 2))
