"""Reminders in hours and the night, by examples and by properties."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendars.working_days import load_calendar
from models.enums import Audience, Urgency
from obligations.rules.due import due_dates
from obligations.rules.hours import (
    APART,
    PRIORITY,
    HourStep,
    chosen_steps,
    clock_place,
    hour_moment,
    is_night,
    request_kind,
    steps_after_acknowledging,
    waking_moment,
)
from obligations.rules.reminders import Step, latest_step, step_moment
from obligations.rules.wording import step_text, urgency_text

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = load_calendar()
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(HANOI)).map(  # noqa: DTZ001
    lambda m: m.replace(second=0, microsecond=0)
)
URGENCIES = st.sampled_from(Urgency)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


def plan(urgency: Urgency, due_at: datetime, sent_at: datetime) -> list[str]:
    return [
        f"{step.code} {hour_moment(due_at, step, HANOI):%d %H:%M}"
        for step in chosen_steps(urgency, due_at, sent_at, HANOI)
    ]


@pytest.mark.parametrize(
    ("urgency", "due_at", "sent_at", "steps"),
    [
        (Urgency.normal, at(24, 10), at(23, 15, 10), ["H-4 24 06:00", "H+2 24 12:00"]),
        (Urgency.urgent, at(25, 17), at(23, 15, 10), ["H-24 24 17:00", "H-4 25 13:00", "H-1 25 16:00", "H+1 25 18:00"]),
        # 05:00 falls into the night: the evening before, which is still ahead
        (Urgency.urgent, at(24, 9), at(23, 15), ["H-4 23 21:30", "H-1 24 08:00", "H+1 24 10:00"]),
        # asked too late for that evening: the end of the night
        (Urgency.urgent, at(24, 9), at(23, 21, 15), ["H-4 24 06:00", "H-1 24 08:00", "H+1 24 10:00"]),
        # due in the night itself
        (Urgency.urgent, at(24, 5), at(23, 15), ["H-1 23 21:30", "H+1 24 06:00"]),
        # H-8 and H-4 would both go at 21:30: the nearer stays
        (Urgency.very_urgent, at(24, 8), at(23, 15), ["H-4 23 21:30", "H-1 24 07:00", "H+1 24 09:00", "H+4 24 12:00"]),
        # too little time for any reminder before
        (Urgency.express, at(23, 16), at(23, 15, 10), ["H+1 23 17:00", "H+2 23 18:00", "H+4 23 20:00"]),
        # what would follow in the night goes once, at six
        (Urgency.express, at(23, 22), at(23, 15), ["H-4 23 18:00", "H-2 23 20:00", "H-1 23 21:00", "H+1 24 06:00"]),
    ],
)
def test_the_reminders_of_a_request(urgency: Urgency, due_at: datetime, sent_at: datetime, steps: list[str]) -> None:
    assert plan(urgency, due_at, sent_at) == steps


@given(MOMENTS)
def test_nothing_wakes_anyone_and_nothing_waits_longer_than_the_night(moment: datetime) -> None:
    woken = waking_moment(moment, HANOI)
    assert not is_night(woken, HANOI)
    assert moment <= woken <= moment + timedelta(hours=8)
    assert waking_moment(woken, HANOI) == woken
    assert (woken == moment) is not is_night(moment, HANOI)


@pytest.mark.parametrize(
    ("clock", "night"), [(time(21, 59), False), (time(22), True), (time(5, 59), True), (time(6), False)]
)
def test_the_night_begins_at_ten_and_ends_at_six(clock: time, night: bool) -> None:
    assert is_night(datetime.combine(at(23, 1).date(), clock, HANOI), HANOI) is night


@given(URGENCIES, MOMENTS, st.integers(1, 60 * 24 * 60))
def test_reminders_are_apart_in_order_by_day_and_on_their_side_of_the_hour(
    urgency: Urgency, asked_at: datetime, minutes: int
) -> None:
    due_at = (asked_at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(HANOI)
    sent_at = waking_moment(asked_at, HANOI)
    assume(sent_at < due_at)
    steps = chosen_steps(urgency, due_at, sent_at, HANOI)
    moments = [hour_moment(due_at, step, HANOI) for step in steps]
    assert not any(is_night(moment, HANOI) for moment in moments)
    before = [m for m, s in zip(moments, steps, strict=True) if s.hours < 0]
    after = [m for m, s in zip(moments, steps, strict=True) if s.hours > 0]
    line = [sent_at, *before, due_at, *after]
    assert all(later - earlier >= APART for earlier, later in itertools.pairwise(line) if later != due_at or before)
    assert after, "whoever has not sent is asked at least once more"
    assert len({step.code for step in steps}) == len(steps)


@given(URGENCIES, MOMENTS, st.integers(60, 60 * 24 * 20))
def test_a_step_stored_as_day_and_clock_goes_at_its_very_moment(
    urgency: Urgency, sent_at: datetime, minutes: int
) -> None:
    due_at = sent_at + timedelta(minutes=minutes)
    for step in chosen_steps(urgency, due_at, sent_at, HANOI):
        days, clock = clock_place(due_at.time(), step)
        stored = Step(step.code, days, Audience.clerk, at=clock)
        assert step_moment(stored, due_at.date(), CALENDAR, HANOI) == hour_moment(due_at, step, HANOI)


@given(MOMENTS, MOMENTS, st.sets(st.sampled_from(["H-24", "H-4", "H-1", "H+1"])))
def test_a_step_is_told_at_most_once_and_never_before_its_time(
    due_at: datetime, as_of: datetime, told: set[str]
) -> None:
    steps = []
    for hours in (-24, -4, -1, 1):
        days, clock = clock_place(due_at.time(), HourStep(hours))
        steps.append(Step(f"H{hours:+d}", days, Audience.clerk, at=clock))
    step = latest_step(steps, due_at.date(), told, as_of, CALENDAR, HANOI)
    if step is not None:
        assert step.code not in told
        assert step_moment(step, due_at.date(), CALENDAR, HANOI) <= as_of
        assert latest_step(steps, due_at.date(), told | {step.code}, as_of, CALENDAR, HANOI) is None


@given(st.dates(datetime(2026, 1, 1).date(), datetime(2027, 12, 31).date()), st.times())  # noqa: DTZ001
def test_an_exact_hour_is_moved_by_no_day_off(day: object, clock: time) -> None:
    dates = due_dates(day, clock, CALENDAR, HANOI, grace=True, exact=True)  # type: ignore[arg-type]
    assert dates.due_on == dates.practical_due_on == dates.grace_until == day
    assert dates.due_at == dates.overdue_at == datetime.combine(day, clock, HANOI)  # type: ignore[arg-type]
    assert not dates.grace_applies


def test_who_acknowledged_hears_only_the_last_before_and_all_after() -> None:
    steps = [Step(code, 0, Audience.clerk, at=time(9)) for code in ("H-24", "H-4", "H-1", "H+1", "H+4")]
    assert [s.code for s in steps_after_acknowledging(steps)] == ["H-1", "H+1", "H+4"]
    days = [Step("T-1", -1, Audience.clerk)]
    assert steps_after_acknowledging(days) == days


def test_words_and_order() -> None:
    assert request_kind(at(24, 10), at(24, 9, 59)) == "request_reminder"
    assert request_kind(at(24, 10), at(24, 10)) == "request_overdue"
    assert (step_text("H-4"), step_text("H+1")) == ("nhắc trước hạn 04 giờ", "đôn đốc sau hạn 01 giờ")
    assert [urgency_text(u) for u in sorted(Urgency, key=PRIORITY.__getitem__)] == [
        "",
        "Khẩn",
        "Thượng khẩn",
        "Hỏa tốc",
    ]
