"""Derived deadlines, the risk of a chain and what a duty decides: by examples and by properties."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.working_days import load_calendar
from models.enums import AssignmentState, Duty, RiskLevel
from obligations.rules.cascade import NEAR, Derived, Source, Upstream, derive_due, judge
from obligations.rules.due import day_ends
from obligations.rules.lateness import (
    BINDING,
    is_chased,
    is_late,
    is_overdue,
    late_kind,
    may_escalate,
    opening_kind,
    weaker,
)
from obligations.rules.reminders import notice_kind

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_calendar()
AGENCIES = Source(date(2026, 10, 30), date(2026, 10, 31))
DAYS = st.dates(date(2024, 1, 1), date(2045, 12, 31))
DUTIES = st.sampled_from(list(Duty))
STATES = st.sampled_from(list(AssignmentState))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(HANOI))  # noqa: DTZ001


def derived(source: Source, working_days: int, reader_on: date | None = None, margin: int = 1) -> Derived:
    return derive_due(
        CALENDAR, source=source, working_days=working_days, reader_on=reader_on, margin=margin, source_name="“Báo cáo”"
    )


def test_ten_working_days_after_the_last_working_day_in_time() -> None:
    found = derived(AGENCIES, 10)
    assert (found.due_on, found.problem) == (date(2026, 11, 13), None)
    assert found.reasons == (
        "“Báo cáo”: ngày làm việc cuối trong hạn là 30/10/2026",
        "10 ngày làm việc sau ngày đó là 13/11/2026",
    )


def test_the_earlier_of_both_holds_and_says_so() -> None:
    found = derived(AGENCIES, 10, date(2026, 11, 12), 2)
    assert found.due_on == date(2026, 11, 10)
    assert found.reasons[-1] == "Lấy ngày sớm hơn: 10/11/2026"
    assert derived(AGENCIES, 5, date(2026, 12, 25), 2).due_on == date(2026, 11, 6)


def test_without_room_it_says_between_which_days() -> None:
    found = derived(AGENCIES, 10, date(2026, 11, 3), 2)
    assert found.problem is not None
    assert found.problem.words == "30/10/2026 không sau ngày cuối nhận báo cáo của các cơ quan, đơn vị (31/10/2026)"


def test_reports_still_in_time_on_the_day_of_grace_leave_no_room_on_that_day() -> None:
    grace = Source(date(2026, 10, 30), date(2026, 11, 2))
    assert derived(AGENCIES, 1).problem is None
    assert derived(grace, 1).problem is not None


@given(DAYS, st.integers(1, 60), st.one_of(st.none(), DAYS), st.integers(1, 20))
def test_derived_lies_between_agencies_and_reader_or_there_is_a_problem(
    day: date, working_days: int, reader_on: date | None, margin: int
) -> None:
    source = Source(CALENDAR.last_on_or_before(day), day)
    found = derived(source, working_days, reader_on, margin)
    assert CALENDAR.is_working(found.due_on)
    assert (found.problem is None) == (found.due_on > day and (reader_on is None or found.due_on < reader_on))
    if reader_on is not None:
        assert found.due_on < reader_on


@given(DAYS, st.integers(0, 200), st.integers(1, 60), st.one_of(st.none(), DAYS))
def test_a_later_source_never_makes_the_derived_day_earlier(
    day: date, later: int, working_days: int, reader_on: date | None
) -> None:
    first, second = day, day + timedelta(days=later)
    before = derived(Source(CALENDAR.last_on_or_before(first), first), working_days, reader_on)
    after = derived(Source(CALENDAR.last_on_or_before(second), second), working_days, reader_on)
    assert after.due_on >= before.due_on
    assert before.problem is None or after.problem is not None


@pytest.mark.parametrize(
    ("upstream", "left", "level"),
    [
        (Upstream(0, 0, 0, 0, 0), 5, RiskLevel.none),
        (Upstream(0, 0, 0, 0, 9), 0, RiskLevel.none),
        (Upstream(40, 0, 0, 0, 0), 9, RiskLevel.none),
        (Upstream(40, 3, 0, 0, 0), NEAR + 1, RiskLevel.watch),
        (Upstream(40, 3, 0, 0, 0), NEAR, RiskLevel.risk),
        (Upstream(40, 3, 0, 0, 0), -2, RiskLevel.risk),
        (Upstream(40, 0, 1, 0, 0), 20, RiskLevel.risk),
        (Upstream(40, 0, 0, 1, 0), 20, RiskLevel.risk),
    ],
)
def test_one_late_link_is_a_risk_for_the_next(upstream: Upstream, left: int, level: RiskLevel) -> None:
    assert judge(upstream, days_left=left, unseen=False, done=False)[0] == level


def test_the_reason_counts_what_is_missing_and_names_no_one() -> None:
    reason = judge(Upstream(12, 3, 1, 2, 4), days_left=2, unseen=False, done=False)[1]
    assert reason == (
        "Còn 12 cơ quan, đơn vị chưa gửi, 03 quá hạn, 01 được thống nhất gửi sau hạn tổng hợp, "
        "02 được gia hạn đến sau hạn tổng hợp; hạn tổng hợp còn 02 ngày làm việc; 04 nơi được đề nghị chưa gửi"
    )


def test_nobody_knows_before_the_review_and_nothing_endangers_what_is_sent() -> None:
    worst = Upstream(9, 9, 9, 9, 0)
    assert judge(worst, days_left=-5, unseen=True, done=False)[0] == RiskLevel.watch
    assert judge(worst, days_left=-5, unseen=True, done=True)[0] == RiskLevel.none


@given(st.builds(Upstream, *[st.integers(0, 3)] * 5), st.integers(-5, 20), st.integers(0, 20))
def test_less_time_never_lowers_the_risk(upstream: Upstream, left: int, less: int) -> None:
    order = list(RiskLevel)
    now = judge(upstream, days_left=left, unseen=False, done=False)[0]
    then = judge(upstream, days_left=left - less, unseen=False, done=False)[0]
    assert order.index(then) >= order.index(now)


@given(DUTIES, st.one_of(st.none(), DUTIES))
def test_an_agency_only_ever_weakens_a_duty(duty: Duty, bound: Duty | None) -> None:
    strength = [Duty.for_information, Duty.requested, Duty.required]
    found = weaker(duty, bound)
    assert found in (duty, bound)
    assert strength.index(found) == min(strength.index(d) for d in (duty, bound) if d is not None)


@given(DUTIES, STATES, MOMENTS, MOMENTS)
def test_only_what_is_required_is_ever_overdue_or_escalates(
    duty: Duty, state: AssignmentState, overdue_at: datetime, as_of: datetime
) -> None:
    overdue = is_overdue(state, duty, overdue_at, as_of)
    assert overdue == (duty in BINDING and state == AssignmentState.open and as_of >= overdue_at)
    assert not (may_escalate(state, duty, overdue_at, as_of) and not overdue)
    assert is_chased(state, duty) or not overdue


@given(DUTIES, DAYS, DAYS)
def test_what_was_only_requested_is_never_late(duty: Duty, arrived_on: date, due_on: date) -> None:
    late = is_late(duty, arrived_on, day_ends(due_on, HANOI), HANOI)
    assert late == (duty == Duty.required and arrived_on > due_on)


@given(DUTIES, DAYS, DAYS)
def test_no_reminder_about_a_request_is_of_the_kind_overdue(duty: Duty, practical_due_on: date, today: date) -> None:
    kind = notice_kind(practical_due_on, today, CALENDAR, duty)
    assert (kind == "overdue") == (today > practical_due_on and duty == Duty.required)
    assert late_kind(Duty.requested) == "ask_again"


def test_who_is_only_informed_is_told_only_when_the_plan_asks() -> None:
    assert [opening_kind(d, inform=False) for d in Duty] == ["open", "open", None]
    assert [opening_kind(d, inform=True) for d in Duty] == ["open", "open", "inform"]
