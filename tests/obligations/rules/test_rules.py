"""The pure rules, by the examples of the reference and by properties."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.working_days import load_calendar
from models.enums import AssignmentState, Audience, Duty
from obligations.rules.due import at_opening, due_dates
from obligations.rules.lateness import days_overdue, is_late, is_overdue
from obligations.rules.reminders import Step, latest_step, leader_step_is_due, notice_kind, step_day
from obligations.rules.retries import next_attempt_at
from obligations.rules.wording import clause_text, clauses_text, period_text, step_text

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_calendar()
STEPS = [
    Step("T-7", -7, Audience.clerk),
    Step("T-1", -1, Audience.clerk),
    Step("T0", 0, Audience.clerk),
    Step("T+1", 1, Audience.clerk),
    Step("T+7", 7, Audience.leader, draft=True),
]
DAY_ONE, LAST_DAY = datetime(2026, 10, 1), datetime(2026, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
PRACTICAL = date(2026, 10, 30)


def test_the_three_dates_of_2026_without_grace() -> None:
    dates = due_dates(date(2026, 10, 31), None, CALENDAR, HANOI, grace=False)
    assert dates.practical_due_on == PRACTICAL
    assert dates.grace_until == date(2026, 11, 2)
    assert dates.due_at == datetime(2026, 11, 1, tzinfo=HANOI)
    assert dates.overdue_at == dates.due_at
    assert "thứ Bảy" in dates.reasons[0]


def test_with_grace_overdue_begins_the_day_after_grace() -> None:
    dates = due_dates(date(2026, 10, 31), None, CALENDAR, HANOI, grace=True)
    assert dates.overdue_at == datetime(2026, 11, 3, tzinfo=HANOI)


def test_a_due_day_that_is_worked_needs_no_grace() -> None:
    dates = due_dates(date(2024, 10, 31), None, CALENDAR, HANOI, grace=True)
    assert dates.practical_due_on == dates.grace_until == dates.due_on
    assert dates.overdue_at == datetime(2024, 11, 1, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("step", "day"),
    [
        ("T-7", date(2026, 10, 21)),
        ("T-1", date(2026, 10, 29)),
        ("T0", PRACTICAL),
        ("T+1", date(2026, 11, 2)),
        ("T+7", date(2026, 11, 10)),
    ],
)
def test_steps_fall_where_the_users_page_says(step: str, day: date) -> None:
    assert step_day(next(s for s in STEPS if s.code == step), PRACTICAL, CALENDAR) == day


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_practical_due_never_lies_after_due_nor_grace_before_it(due_on: date) -> None:
    dates = due_dates(due_on, None, CALENDAR, HANOI, grace=True)
    assert dates.practical_due_on <= due_on <= dates.grace_until
    assert CALENDAR.is_working(dates.practical_due_on)
    assert CALENDAR.is_working(dates.grace_until)
    assert dates.overdue_at >= dates.due_at


@given(st.datetimes(DAY_ONE, LAST_DAY), st.sets(st.sampled_from([s.code for s in STEPS])))
def test_a_step_is_told_at_most_once_and_never_before_its_time(moment: datetime, told: set[str]) -> None:
    as_of = moment.replace(tzinfo=UTC)
    step = latest_step(STEPS, PRACTICAL, told, as_of, CALENDAR, HANOI)
    if step is not None:
        assert step.code not in told
        assert at_opening(step_day(step, PRACTICAL, CALENDAR), HANOI) <= as_of
        assert latest_step(STEPS, PRACTICAL, told | {step.code}, as_of, CALENDAR, HANOI) is None


def test_missed_steps_collapse_into_the_latest() -> None:
    as_of = datetime(2026, 11, 23, 8, tzinfo=HANOI)
    step = latest_step(STEPS, PRACTICAL, set(), as_of, CALENDAR, HANOI)
    assert step is not None
    assert step.code == "T+1"


def test_an_earlier_step_is_not_told_after_a_later_one() -> None:
    as_of = datetime(2026, 10, 22, 8, tzinfo=HANOI)
    assert latest_step(STEPS, PRACTICAL, {"T-1"}, as_of, CALENDAR, HANOI) is None


def test_a_leader_hears_only_after_the_clerk_was_told() -> None:
    leader = STEPS[-1]
    assert not leader_step_is_due(leader, None, date(2026, 11, 10), CALENDAR)
    assert not leader_step_is_due(leader, date(2026, 11, 2), date(2026, 11, 9), CALENDAR)
    assert leader_step_is_due(leader, date(2026, 11, 2), date(2026, 11, 10), CALENDAR)


@pytest.mark.parametrize(
    ("today", "kind"),
    [
        (date(2026, 10, 21), "before"),
        (date(2026, 10, 29), "tomorrow"),
        (date(2026, 10, 30), "today"),
        (date(2026, 10, 31), "overdue"),
        (date(2026, 11, 2), "overdue"),
    ],
)
def test_the_text_fits_the_day_it_really_goes(today: date, kind: str) -> None:
    assert notice_kind(PRACTICAL, today, CALENDAR) == kind


def test_only_a_required_duty_that_is_still_open_is_overdue() -> None:
    overdue_at = datetime(2026, 11, 1, tzinfo=HANOI)
    assert is_overdue(AssignmentState.open, Duty.required, overdue_at, overdue_at)
    assert not is_overdue(AssignmentState.open, Duty.required, overdue_at, overdue_at - timedelta(seconds=1))
    assert not is_overdue(AssignmentState.open, Duty.requested, overdue_at, overdue_at)
    assert not is_overdue(AssignmentState.soft_received, Duty.required, overdue_at, overdue_at)


def test_the_first_day_overdue_is_day_one() -> None:
    overdue_at = datetime(2026, 11, 1, tzinfo=HANOI)
    first = date(2026, 11, 1)
    assert days_overdue(overdue_at, overdue_at, first, first) == 1
    assert days_overdue(overdue_at, overdue_at + timedelta(days=22), date(2026, 11, 23), first) == 23
    assert days_overdue(overdue_at, overdue_at - timedelta(hours=1), date(2026, 10, 31), first) is None


def test_a_report_is_late_by_the_day_it_arrived() -> None:
    due, after_grace = date(2026, 10, 31), date(2026, 11, 3)
    at_midnight, at_five = datetime(2026, 11, 1, tzinfo=HANOI), datetime(2026, 10, 31, 17, tzinfo=HANOI)
    for overdue_at in (at_midnight, at_midnight.astimezone(UTC), at_five):
        assert not is_late(Duty.required, due, overdue_at, HANOI)
        assert is_late(Duty.required, due + timedelta(days=1), overdue_at, HANOI)
    with_grace = datetime(2026, 11, 3, tzinfo=HANOI)
    assert not is_late(Duty.required, after_grace - timedelta(days=1), with_grace, HANOI)
    assert is_late(Duty.required, after_grace, with_grace, HANOI)


@given(st.integers(1, 200), st.text(max_size=12))
def test_retries_wait_longer_but_never_more_than_an_hour_and_a_fifth(attempts: int, seed: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pause = next_attempt_at("temporary", attempts, now, None, None, seed) - now
    assert timedelta(seconds=24) <= pause <= timedelta(hours=1.2)


def test_the_providers_word_comes_first() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_attempt_at("temporary", 9, now, 90.0, None, "x") == now + timedelta(seconds=90)
    assert next_attempt_at("defer", 1, now, None, now + timedelta(hours=8), "x") == now + timedelta(hours=8)
    assert next_attempt_at("unknown", 1, now, None, None, "x") == now + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("V.b4", "gạch đầu dòng thứ 4, mục V"),
        ("V.b4(a)", "gạch đầu dòng thứ 4, mục V"),
        ("III.1.b4", "gạch đầu dòng thứ 4, điểm 1, mục III"),
        ("I.3(c)", "điểm 3, mục I"),
        ("V.final", "đoạn cuối, mục V"),
        ("Phụ lục", "Phụ lục"),
    ],
)
def test_clauses_are_named_as_readers_count_them(label: str, text: str) -> None:
    assert clause_text(label) == text


def test_words_for_periods_and_steps() -> None:
    assert clauses_text(["V.b4(a)", "V.b4(b)"]) == "gạch đầu dòng thứ 4, mục V"
    assert period_text("2026") == "năm 2026"
    assert step_text("T-7") == "nhắc trước hạn 07 ngày làm việc"
    assert step_text("T+7") == "đôn đốc sau hạn 07 ngày làm việc"
