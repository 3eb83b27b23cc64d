"""What a calendar rests on: provisional years, days told otherwise, facts that bring an old calendar back, the listing."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.listing import special_days
from calendars.overrides import Override
from calendars.remarks import remarks
from calendars.working_days import WorkingCalendar, calendar_of_facts, load_calendar

CALENDAR = load_calendar()
KNOWN = date(2026, 8, 14)


def said(day: date, kind: str = "off", document: str = "99/VPCP", *, confirmed: bool = True) -> Override:
    return Override(day, "off" if kind == "off" else "worked", "Nghỉ", document, KNOWN, confirmed, "imported")


def test_years_are_provisional_until_their_days_are_announced() -> None:
    assert [CALENDAR.is_provisional(year) for year in (2024, 2025, 2026, 2027, 2030)] == [False] * 3 + [True] * 2
    weekdays = [date(2027, 2, d) for d in (4, 5, 8, 9, 10)] + [date(2027, 9, 3)]
    assert CALENDAR.with_days(said(day) for day in weekdays[:-1]).is_provisional(2027)
    assert not CALENDAR.with_days(said(day) for day in weekdays).is_provisional(2027)


def test_an_unconfirmed_day_makes_its_year_provisional() -> None:
    assert CALENDAR.with_days([said(date(2026, 12, 31), confirmed=False)]).is_provisional(2026)


def test_the_culture_day_is_a_switch_that_an_import_confirms() -> None:
    switched = load_calendar(culture_day=True)
    assert switched.is_provisional(2026)
    assert not switched.with_days([said(date(2026, 11, 24))]).is_provisional(2026)
    confirmed = CALENDAR.with_days([said(date(2026, 11, 24))])
    assert not confirmed.is_working(date(2026, 11, 24))
    assert confirmed.is_working(date(2027, 11, 24)), "one day of one year was confirmed"


def test_a_later_word_on_a_day_goes_before_the_file() -> None:
    there = CALENDAR.with_days([said(date(2026, 1, 2), "worked")])
    assert there.is_working(date(2026, 1, 2))
    assert there.is_working(date(2026, 1, 10)), "the rest of the file still counts"
    assert there.version != CALENDAR.version
    assert there.with_days([said(date(2026, 1, 2), "worked")]).version == there.version


OVERRIDES = st.lists(
    st.builds(said, st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.sampled_from(["off", "worked"])), max_size=6
)


def restored(calendar: WorkingCalendar, years: range) -> WorkingCalendar | None:
    stored = {str(year): calendar.national(year).stored() for year in years}
    facts, days = json.loads(json.dumps([calendar.facts(), stored]))
    return calendar_of_facts(calendar.version, facts, days)


@settings(max_examples=25)
@given(OVERRIDES, st.booleans())
def test_facts_bring_the_same_calendar_back(days: list[Override], culture_day: bool) -> None:
    calendar = load_calendar(culture_day=culture_day).with_days(days)
    again = restored(calendar, range(2025, 2028))
    assert again is not None
    assert again.overrides == calendar.overrides
    for n in range(0, 3 * 365, 3):
        day = date(2025, 1, 1) + timedelta(days=n)
        assert again.why_not(day) == calendar.why_not(day)
        assert again.shift(day, -3) == calendar.shift(day, -3) or day < date(2025, 1, 10)


def test_an_old_calendar_answers_as_the_package_did_then_not_as_it_does_now() -> None:
    years = {"2026": {"off": {"2026-06-01": "Một ngày của bản cũ"}, "worked": []}}
    facts = {**CALENDAR.facts(), "days": [], "package": "0.1"}
    version = WorkingCalendar.__name__  # any version that the facts do not have
    assert calendar_of_facts(version, facts, years) is None
    from calendars.working_days import _digest

    old = calendar_of_facts(_digest("0.1", (), culture_day=False), facts, years)
    assert old is not None
    assert old.why_not(date(2026, 6, 1)) == "Một ngày của bản cũ"
    assert old.is_working(date(2026, 9, 2))
    assert not old.is_working(date(2027, 9, 2)), "a year that was not kept comes from the installed package"


def test_the_list_of_2026_says_where_each_day_comes_from() -> None:
    days = {d.day: d for d in special_days(CALENDAR.with_days([said(date(2026, 11, 24), confirmed=False)]), 2026)}
    swap = days[date(2026, 1, 2)]
    assert (swap.kind, swap.source, swap.document, swap.status) == ("off", "national", "12729/VPCP-KGVX", "đã công bố")
    assert (days[date(2026, 1, 10)].kind, days[date(2026, 1, 10)].weekday) == ("worked", "thứ Bảy")
    assert (days[date(2026, 8, 22)].kind, days[date(2026, 8, 22)].source) == ("worked", "package")
    assert days[date(2026, 8, 31)].kind == "off"
    assert (days[date(2026, 11, 24)].source, days[date(2026, 11, 24)].status) == ("imported", "dự kiến")
    assert list(days) == sorted(days)
    assert {date(2026, 2, d) for d in range(16, 21)} <= days.keys()


def test_the_list_of_2027_tells_law_from_estimate() -> None:
    days = {d.day: d.status for d in special_days(CALENDAR, 2027)}
    assert days[date(2027, 1, 1)] == days[date(2027, 4, 16)] == days[date(2027, 9, 2)] == "theo luật định"
    assert days[date(2027, 2, 5)] == days[date(2027, 9, 3)] == "dự kiến"


@pytest.mark.parametrize("year", [1900, 1901, 1975, 2010, 2026, 2027, 2100])
def test_the_list_and_the_answers_agree(year: int) -> None:
    for day in special_days(CALENDAR, year):
        assert CALENDAR.is_working(day.day) is (day.kind == "worked")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([said(date(2026, 12, 2), "worked")], ["is a working day anyway"]),
        ([said(date(2026, 12, 5), "worked", "1/X")], ["names no day off"]),
        ([said(date(2026, 12, 5), "worked", "1/X"), said(date(2026, 12, 4), document="1/X")], []),
        ([said(date(2026, 12, 5), "worked", "12729/VPCP-KGVX")], []),  # its day off is in the national file
        ([said(date(2026, 8, 22), "worked", "9/X")], []),  # the package gives 31/08 for it
        ([said(date(2026, 8, 3))], ["has passed"]),
        ([said(date(2026, 12, 4), confirmed=False)], ["is not confirmed"]),
    ],
)
def test_odd_entries_are_said(days: list[Override], words: list[str]) -> None:
    found = remarks(days, CALENDAR, KNOWN)
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))


def test_a_word_from_the_future_is_said() -> None:
    assert any("yet to come" in text for text in remarks([said(date(2026, 12, 4))], CALENDAR, date(2026, 8, 1)))
