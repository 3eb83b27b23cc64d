"""The Vietnamese calendar against known days: Tết since 1900 and where it parts from the Chinese one."""

from datetime import date

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.phrase.judge import read_phrase
from plans.phrase.lunar import lunar_to_solar, month_length, tet


@pytest.mark.parametrize(
    "day",
    ["1900-01-31", "1945-02-13", "1968-01-29", "1975-02-11", "1976-01-31", "1985-01-21", "1986-02-09", "2000-02-05",
     "2007-02-17", "2008-02-07", "2010-02-14", "2020-01-25", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
     "2030-02-02", "2033-01-31", "2034-02-19", "2050-01-23", "2053-02-18", "2100-02-09"],
)  # fmt: skip
def test_tet(day: str) -> None:
    assert tet(int(day[:4])) == date.fromisoformat(day)


def test_vietnam_parts_from_china_where_midnight_lies_between() -> None:
    chinese = {1968: date(1968, 1, 30), 1985: date(1985, 2, 20), 2007: date(2007, 2, 18), 2030: date(2030, 2, 3)}
    assert all(tet(year) < day for year, day in chinese.items())


@pytest.mark.parametrize("year", range(1995, 2031))
def test_the_holidays_package_has_the_same_tet_and_hung_kings_day(year: int) -> None:
    known = holidays.country_holidays("VN", years=year, observed=False, language="en_US")
    named = {name: day for day, name in sorted(known.items(), reverse=True)}
    eve = next(day for day, name in known.items() if name == "Lunar New Year's Eve")
    assert (tet(year) - eve).days == 1
    hung = [day for name, day in named.items() if "Hung Kings" in name]
    if hung:
        assert lunar_to_solar(year, 3, 10) == hung[0]


@given(year=st.integers(1900, 2099))
def test_a_lunar_year_is_whole(year: int) -> None:
    assert (tet(year + 1) - tet(year)).days in (353, 354, 355, 383, 384, 385)
    last = lunar_to_solar(year, 12, month_length(year, 12))
    assert last is not None
    assert (tet(year + 1) - last).days == 1


def test_leap_months() -> None:
    assert lunar_to_solar(2025, 6, 1, leap=True) == date(2025, 7, 25)
    assert lunar_to_solar(2023, 2, 1, leap=True) == date(2023, 3, 22)
    assert lunar_to_solar(2024, 2, 1, leap=True) is None
    assert lunar_to_solar(2026, 1, 31) is None


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("chậm nhất mùng 10/3 âm lịch", date(2026, 4, 26)),
        ("chậm nhất ngày 15 tháng Giêng", date(2026, 3, 3)),
        ("chậm nhất ngày 23 tháng Chạp", date(2026, 2, 10)),
        ("chậm nhất ngày 23 tháng Chạp năm Bính Ngọ", date(2027, 1, 30)),
        ("chậm nhất mùng 5 Tết", date(2026, 2, 21)),
        ("vào Tết Trung thu", date(2026, 9, 25)),
    ],
)
def test_lunar_days_in_sentences(text: str, due: date) -> None:
    found = read_phrase(text, year=2026)
    assert found.due == (due,)
    assert any("âm lịch Việt Nam" in line for line in found.why)


def test_the_end_of_the_lunar_year_is_doubted() -> None:
    assert read_phrase("trước ngày 23 tháng Chạp", year=2026).warnings
