"""How long an agency may say "đang trình ký": twice, five working days in all."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from calendars.working_days import load_calendar
from obligations.rules.signing import MOST_DAYS, Promise, latest_day, refusal, working_days_of

CALENDAR = load_calendar()
FRIDAY = date(2026, 10, 30)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 20))


def test_five_working_days_from_a_friday_end_on_the_next_friday() -> None:
    assert latest_day([], FRIDAY, CALENDAR) == date(2026, 11, 6)
    assert refusal([], FRIDAY, date(2026, 11, 6), CALENDAR) is None
    assert "06/11/2026" in str(refusal([], FRIDAY, date(2026, 11, 9), CALENDAR))
    assert refusal([], FRIDAY, FRIDAY, CALENDAR) == "Ngày dự kiến ký phải sau ngày hôm nay."


def test_the_second_time_has_what_the_first_left_over() -> None:
    first = Promise(FRIDAY, date(2026, 11, 3))
    assert working_days_of([first], CALENDAR) == 2
    assert latest_day([first], date(2026, 11, 4), CALENDAR) == date(2026, 11, 9)
    assert latest_day([first], date(2026, 11, 2), CALENDAR) == date(2026, 11, 6), "days said twice count once"
    whole = Promise(FRIDAY, date(2026, 11, 6))
    assert latest_day([whole], date(2026, 11, 9), CALENDAR) is None
    assert "05 ngày làm việc" in str(refusal([whole], date(2026, 11, 9), date(2026, 11, 10), CALENDAR))
    twice = [first, Promise(date(2026, 11, 4), date(2026, 11, 5))]
    assert "02 lần" in str(refusal(twice, date(2026, 11, 6), date(2026, 11, 9), CALENDAR))


@given(DAYS, st.integers(1, 12), st.integers(0, 20), st.integers(1, 12))
def test_whatever_is_said_no_more_than_five_working_days_rest(today: date, one: int, later: int, two: int) -> None:
    said: list[Promise] = []
    for day, ahead in ((today, one), (today + timedelta(days=later), two)):
        wanted = day + timedelta(days=ahead)
        if refusal(said, day, wanted, CALENDAR) is None:
            said.append(Promise(day, wanted))
    assert working_days_of(said, CALENDAR) <= MOST_DAYS


@given(DAYS, st.integers(1, 12))
def test_the_latest_day_is_allowed_and_the_next_working_day_is_not(today: date, ahead: int) -> None:
    said = [Promise(today, today + timedelta(days=ahead))]
    assume(refusal([], today, said[0].expected_on, CALENDAR) is None)
    last = latest_day(said, said[0].expected_on, CALENDAR)
    if last is not None:
        assert refusal(said, said[0].expected_on, last, CALENDAR) is None
        assert refusal(said, said[0].expected_on, CALENDAR.next_working(last), CALENDAR) is not None
