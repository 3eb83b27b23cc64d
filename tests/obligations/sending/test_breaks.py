"""Long breaks: Tết and swaps. Nothing overdue on the first working day after, T-3 and T-1 before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.overrides import Override
from calendars.working_days import load_calendar
from models.enums import Audience
from obligations.rules.breaks import after_long_break, chasing_day, long_break, quiet_until
from obligations.rules.due import at_opening, due_dates
from obligations.rules.reminders import Step, latest_step, reminded_steps, step_day

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_calendar()
DAY = timedelta(days=1)
TET_2026 = date(2026, 2, 14), date(2026, 2, 22)
TET_2027 = date(2027, 2, 4), date(2027, 2, 10)
STANDARD = [
    Step("T-7", -7, Audience.clerk),
    Step("T-1", -1, Audience.clerk),
    Step("T0", 0, Audience.clerk),
    Step("T+1", 1, Audience.clerk),
    Step("T+7", 7, Audience.leader, draft=True),
]
DAYS = st.dates(date(2019, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 2, 14), TET_2026),
        (date(2026, 2, 22), TET_2026),
        (date(2026, 2, 23), None),
        (date(2027, 2, 8), TET_2027),
        (date(2026, 9, 1), (date(2026, 8, 29), date(2026, 9, 2))),  # five days, made by the swap for 22/08
        (date(2026, 1, 3), None),  # 01-04/01: four days
        (date(2026, 5, 2), None),
    ],
)
def test_breaks_of_five_days_and_more(day: date, found: tuple[date, date] | None) -> None:
    assert long_break(day, CALENDAR) == found


def test_a_swap_makes_a_break_long() -> None:
    assert long_break(date(2026, 5, 2), CALENDAR) is None
    monday = Override(date(2026, 5, 4), "off", "Nghỉ hoán đổi", "1/X", date(2026, 4, 20), confirmed=True)
    assert long_break(date(2026, 5, 2), CALENDAR.with_days([monday])) == (date(2026, 4, 30), date(2026, 5, 4))


@given(DAYS)
def test_a_long_break_is_a_whole_run_of_days_off(day: date) -> None:
    found = long_break(day, CALENDAR)
    if found is None:
        return
    first, last = found
    assert (last - first).days >= 4
    assert not any(CALENDAR.is_working(first + n * DAY) for n in range((last - first).days + 1))
    assert CALENDAR.is_working(first - DAY)
    assert after_long_break(last + DAY, CALENDAR)


@pytest.mark.parametrize(
    ("due", "codes"),
    [
        (date(2026, 2, 17), ["T-7", "T-3", "T-1", "T0", "T+1", "T+7"]),
        (date(2027, 2, 7), ["T-7", "T-3", "T-1", "T0", "T+1", "T+7"]),
        (date(2026, 2, 13), ["T-7", "T-1", "T0", "T+1", "T+7"]),  # the last day before the break
        (date(2026, 10, 31), ["T-7", "T-1", "T0", "T+1", "T+7"]),
    ],
)
def test_a_deadline_inside_the_break_has_its_t_3(due: date, codes: list[str]) -> None:
    steps = sorted(reminded_steps(STANDARD, due, CALENDAR), key=lambda s: s.days)
    assert [s.code for s in steps] == codes


def test_t_3_and_t_1_of_tet_2026_fall_before_it_and_t_plus_1_on_the_second_day_after() -> None:
    dates = due_dates(date(2026, 2, 17), None, CALENDAR, HANOI, grace=False)
    days = {
        s.code: step_day(s, dates.practical_due_on, CALENDAR) for s in reminded_steps(STANDARD, dates.due_on, CALENDAR)
    }
    assert dates.practical_due_on == days["T0"] == date(2026, 2, 13)
    assert (days["T-3"], days["T-1"]) == (date(2026, 2, 10), date(2026, 2, 12))
    assert days["T+1"] == date(2026, 2, 24)
    assert days["T+7"] == date(2026, 3, 3), "seven working days after 13/02; only the first day after is left free"


def test_a_plan_with_a_step_near_enough_gets_none_and_a_silent_one_stays_silent() -> None:
    near = [Step("T-2", -2, Audience.clerk), Step("T0", 0, Audience.clerk)]
    assert {s.code for s in reminded_steps(near, date(2026, 2, 17), CALENDAR)} == {"T-2", "T0", "T-1"}
    late = [Step("T+1", 1, Audience.clerk)]
    assert reminded_steps(late, date(2026, 2, 17), CALENDAR) == late
    assert reminded_steps([], date(2026, 2, 17), CALENDAR) == []


@given(DAYS)
def test_reminders_of_a_deadline_in_a_break_come_before_it_and_nothing_overdue_right_after(due: date) -> None:
    dates = due_dates(due, None, CALENDAR, HANOI, grace=False)
    gap = long_break(due, CALENDAR)
    days = {s.code: step_day(s, dates.practical_due_on, CALENDAR) for s in reminded_steps(STANDARD, due, CALENDAR)}
    assert ("T-3" in days) is (gap is not None)
    for code, day in days.items():
        assert CALENDAR.is_working(day)
        if code.startswith("T+"):
            assert not after_long_break(day, CALENDAR)
        elif gap is not None:
            assert day < gap[0]
    assert days["T-7"] < days["T-1"] < days["T0"] < days["T+1"] < days["T+7"]


@given(DAYS, st.integers(0, 23))
def test_a_message_that_is_not_overdue_never_waits_and_an_overdue_one_waits_a_day_at_most(day: date, hour: int) -> None:
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=HANOI)
    assert quiet_until("today", moment, CALENDAR, HANOI) == moment
    for kind in ("overdue", "leader"):
        later = quiet_until(kind, moment, CALENDAR, HANOI)
        assert not after_long_break(later.astimezone(HANOI).date(), CALENDAR)
        assert later == moment or later == at_opening(CALENDAR.next_working(day), HANOI)


@given(DAYS)
def test_the_first_day_for_a_chase_is_worked_and_not_right_after_a_break(day: date) -> None:
    found = chasing_day(day, CALENDAR)
    assert found >= day
    assert CALENDAR.is_working(found)
    assert not after_long_break(found, CALENDAR)
    assert CALENDAR.count(day, found) <= 2


@given(st.integers(0, 60 * 24), st.sets(st.sampled_from(["T-7", "T-3", "T-1", "T0"])))
def test_on_the_first_day_after_tet_no_step_after_the_due_day_is_due(hours: int, told: set[str]) -> None:
    as_of, practical = datetime(2026, 1, 20, tzinfo=UTC) + timedelta(hours=hours), date(2026, 2, 13)
    steps = reminded_steps(STANDARD, date(2026, 2, 17), CALENDAR)
    found = latest_step(steps, practical, told, as_of, CALENDAR, HANOI)
    if found is not None and found.days > 0:
        assert as_of.astimezone(HANOI).date() > date(2026, 2, 23)
