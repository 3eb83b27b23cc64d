"""Deadlines with reasons: policies, hours, leap days, year ends, time zones; a file and an applied plan alike."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from calendars.working_days import load_calendar
from models.tables import Assignment, Period
from obligations.errors import NotFound, Refused
from obligations.rules.due import due_dates
from obligations.services.agencies.registry import apply_registry
from obligations.services.context import App
from obligations.services.deadlines import DeadlineRow, list_deadlines
from obligations.services.lookup import find_obligation, find_period, find_plan
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.deadlines_stored import applied_deadlines, recomputed
from obligations.services.planning.move_period import move_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import extend
from obligations.services.views.explain import explain_applied, explain_deadline
from plans.reading import read_plan, read_registry
from tests.obligations.test_main_course import assignment_of
from tests.plan197 import FILES, PLAN, REPORT, Adopt, hanoi
from tests.plans.builders import plan_with, yearly

CALENDAR = load_calendar()
PLAN_197 = read_plan(FILES / "197-kh-ubnd.yaml")


def rows(year: int, policy: dict[str, Any] | None = None, **obligation: Any) -> list[DeadlineRow]:
    plan = plan_with(policy, **obligation)
    return list_deadlines(plan, CALENDAR, date(year, 1, 1), date(year, 12, 31))


def rule(row: DeadlineRow, name: str) -> dict[str, str | None]:
    (found,) = [step for step in row.steps if step["rule"] == name]
    return found


def test_the_report_of_2026_step_by_step() -> None:
    (row,) = list_deadlines(PLAN_197, CALENDAR, date(2026, 10, 1), date(2026, 10, 31))
    assert (row.printed_on, row.due_on, row.practical_due_on, row.grace_until) == (
        date(2026, 11, 1), date(2026, 10, 31), date(2026, 10, 30), date(2026, 11, 2),
    )  # fmt: skip
    assert [s["rule"] for s in row.steps] == [
        "basis",
        "before-strict",
        "data-window",
        "practical",
        "no-grace",
        "opening",
    ]
    assert rule(row, "basis")["source"] == f"V.b4(a), {PLAN_197.citation}"
    assert (rule(row, "before-strict")["from"], rule(row, "before-strict")["to"]) == ("2026-11-01", "2026-10-31")
    practical = rule(row, "practical")
    assert (practical["from"], practical["to"]) == ("2026-10-31", "2026-10-30")
    assert practical["text"] == "31/10/2026 là thứ Bảy; ngày làm việc cuối trong hạn là 30/10/2026"
    assert [s["text"] for s in row.steps][:-1] == row.reasons
    assert (row.provisional, row.state, row.extended) == (False, None, 0)


def test_an_inclusive_plan_says_how_it_is_read() -> None:
    (row,) = rows(2026, {"before": "inclusive"}, deadline=yearly(11, 1))
    assert (row.due_on, row.practical_due_on) == (date(2026, 11, 1), date(2026, 10, 30))
    assert rule(row, "before-inclusive")["text"] == "“trước ngày 01/11” đọc mở: đến hết ngày 01/11"
    assert "inclusive" in (rule(row, "before-inclusive")["source"] or "")


def test_a_rolling_plan_says_that_grace_applies() -> None:
    (row,) = rows(2026, {"grace": True}, deadline=yearly(11, 1))
    assert row.grace_applies
    assert (rule(row, "grace")["to"], row.grace_until) == ("2026-11-02", date(2026, 11, 2))
    assert "được áp dụng" in (rule(row, "grace")["text"] or "")
    assert "Điều 148" in (rule(row, "grace")["source"] or "")


def test_an_hour_stays_on_its_own_day() -> None:
    (row,) = rows(2026, deadline=yearly(10, 31, "by", time="17:00"))
    assert (row.due_on, row.time, row.practical_due_on) == (date(2026, 10, 31), "17:00", date(2026, 10, 30))
    assert rule(row, "until-hour")["text"] == "“chậm nhất 17h00 ngày 31/10” nghĩa là đến 17h00 của chính ngày đó"


def test_the_year_ends_with_its_last_day() -> None:
    (row,) = rows(2026, deadline=yearly(1, 1, year_offset=1))
    assert (row.period, row.printed_on, row.due_on) == ("2026", date(2027, 1, 1), date(2026, 12, 31))
    assert rule(row, "before-strict")["text"] == "“trước ngày 01/01” nghĩa là hết ngày 31/12/2026"


@pytest.mark.parametrize(("year", "due"), [(2026, date(2026, 2, 28)), (2028, date(2028, 2, 28))])
def test_before_the_leap_day_ends_with_28_february_in_every_year(year: int, due: date) -> None:
    (row,) = rows(year, deadline=yearly(2, 29))
    assert row.due_on == due
    missing = " (năm 2026 không có ngày 29/02)" if year == 2026 else ""
    assert rule(row, "before-strict")["text"] == f"“trước ngày 29/02” nghĩa là hết ngày 28/02{missing}"


def test_a_letter_and_an_internal_day_name_their_source() -> None:
    (letter,) = rows(2026, deadline=yearly(11, 1, basis="letter", basis_document="Công văn số 5/STC"))
    assert rule(letter, "basis")["source"] == "Công văn số 5/STC"
    own = {
        "basis": "internal",
        "set_by": "Phòng A",
        "set_on": "2026-01-02",
        "why": "cần",
        "time": "10:00",
        "phrase": None,
    }
    (internal,) = rows(2026, deadline=yearly(11, 1, "by", **own))
    assert internal.internal
    assert rule(internal, "basis")["source"] == "ấn định nội bộ, Phòng A"
    assert rule(internal, "internal")["text"] == "Hạn nội bộ là 10h00 ngày 01/11/2026"


def test_a_year_without_a_decision_is_called_provisional() -> None:
    (row,) = rows(2027, deadline=yearly(11, 1))
    assert row.provisional
    assert row.reasons[-1].endswith("là dự kiến")
    explained = explain_deadline(plan_with(deadline=yearly(2, 10)), "viec", "2027", CALENDAR)
    assert explained.provisional
    assert any("29 Tết (dự kiến)" in line for line in explained.lines)


def test_a_deadline_inside_tet_is_explained_with_its_reminders() -> None:
    found = explain_deadline(plan_with(deadline=yearly(2, 18)), "viec", "2026", CALENDAR)
    assert found.practical_due_on == date(2026, 2, 13)
    reminders = {r.code: r for r in found.reminders}
    assert [r.on for r in reminders.values()] == sorted(r.on for r in reminders.values() if r.on)
    assert (reminders["T-3"].on, reminders["T-1"].on) == (date(2026, 2, 10), date(2026, 2, 12))
    assert "kỳ nghỉ dài 14/02/2026 - 22/02/2026" in reminders["T-3"].source
    assert reminders["T+1"].on == date(2026, 2, 24)
    assert "sau kỳ nghỉ dài" in reminders["T+1"].rule
    assert "các mốc nhắc" in reminders["T-7"].source


def test_the_note_has_its_parts_in_order() -> None:
    found = explain_deadline(PLAN_197, "V.b4", "2026", CALENDAR)
    assert list(found.sections) == ["Căn cứ", "Cách xác định", "Thời hạn", "Nhắc, đôn đốc", "Lịch nghỉ"]
    assert found.lines == [line for lines in found.sections.values() for line in lines]
    assert "Theo văn bản: hết ngày thứ Bảy, 31/10/2026" in found.lines


def test_the_last_year_that_is_known_and_beyond() -> None:
    plan = plan_with(deadline=yearly(12, 31, "by"))
    found = explain_deadline(plan, "viec", "2100", CALENDAR)
    assert found.due_on == date(2100, 12, 31)
    assert [r.on for r in found.reminders if r.code.startswith("T+")] == [None, None]
    sunday = plan_with(deadline=yearly(12, 31, "by", year_offset=0))
    assert list_deadlines(sunday, CALENDAR, date(2100, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2026, 2, 1), date(2026, 1, 1), "--to 2026-01-01 lies before --from 2026-02-01"),
        (date(1899, 1, 1), date(2026, 1, 1), "1900-01-01 to 2100-12-31"),
        (date(2026, 1, 1), date(2101, 1, 1), "1900-01-01 to 2100-12-31"),
        (date(1, 1, 1), date(9999, 12, 31), "1900-01-01 to 2100-12-31"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused(since: date, until: date, words: str) -> None:
    with pytest.raises(Refused, match=words):
        list_deadlines(PLAN_197, CALENDAR, since, until)


@pytest.mark.parametrize(
    ("label", "period", "words"),
    [("V.b9", "2026", "it has: bao-cao-hang-nam, "), (REPORT, "2023", r"it has: 2024, 2025, .*\.\.\. 2100")],
)
def test_what_is_not_there_is_refused_with_what_is(label: str, period: str, words: str) -> None:
    with pytest.raises(NotFound, match=words):
        explain_deadline(PLAN_197, label, period, CALENDAR)


@settings(max_examples=60)
@given(
    month=st.integers(1, 12),
    day=st.integers(1, 28),
    op=st.sampled_from(["before", "by", "on", "within"]),
    hour=st.sampled_from([None, "09:00", "17:00"]),
    before=st.sampled_from(["strict", "inclusive"]),
    grace=st.booleans(),
    year=st.integers(2024, 2099),
)
def test_every_date_has_a_step_that_leads_to_it(
    month: int, day: int, op: str, hour: str | None, before: str, grace: bool, year: int
) -> None:
    plan = plan_with({"before": before, "grace": grace}, deadline=yearly(month, day, op, time=hour))
    for row in list_deadlines(plan, CALENDAR, date(year, 1, 1), date(year, 12, 31)):
        ends = {step["to"] for step in row.steps}
        dates = [row.due_on, row.practical_due_on, row.grace_until, row.opens_on]
        assert {d.isoformat() for d in dates} <= ends
        assert all(step["source"] and step["text"] for step in row.steps)
        assert row.practical_due_on <= row.due_on <= row.grace_until
        assert row.time == hour


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Asia/Tokyo", "America/New_York"])
def test_a_plan_in_another_zone_keeps_its_own_days_and_hours(app: App, zone: str) -> None:
    plan = plan_with(deadline=yearly(10, 31, "by", time="17:00"), assigned_to=["so-cong-thuong"]).model_copy(
        update={"timezone": zone}
    )
    with app.write(hanoi(2026, 10, 20, 9), "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        apply_plan(ctx, plan, date(2026, 1, 1))
    span = date(2026, 1, 1), date(2027, 12, 31)
    with app.write(hanoi(2026, 10, 20, 9), "test") as ctx:
        stored = applied_deadlines(ctx, "mau", *span)
        assert [replace(r, state=None) for r in stored] == list_deadlines(plan, ctx.calendar, *span)
        period = find_period(ctx, "mau", "viec", "2026")
        assert period.due_at == datetime(2026, 10, 31, 17, tzinfo=ZoneInfo(zone))
        owed = ctx.session.exec(select(Assignment)).one()
        extend(ctx, owed.public_id, date(2026, 11, 16), "1/UBND", date(2026, 10, 20))
        assert owed.due_at == datetime(2026, 11, 17, tzinfo=ZoneInfo(zone))


def test_a_file_and_the_plan_applied_from_it_give_the_same(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 11, 19, 9))
    span = date(2024, 1, 1), date(2028, 12, 31)
    with app.read(hanoi(2026, 11, 19, 9)) as ctx:
        stored = applied_deadlines(ctx, PLAN, *span)
        assert [r.state for r in stored if r.period == "2026"] == ["open", "open"]
        assert [replace(r, state=None) for r in stored] == list_deadlines(PLAN_197, ctx.calendar, *span)
        one = explain_applied(ctx, PLAN, "V.b4", "2027")
        assert one == explain_deadline(PLAN_197, "V.b4", "2027", ctx.calendar)
        here, there = (
            explain_applied(ctx, PLAN, REPORT, "2026"),
            explain_deadline(PLAN_197, REPORT, "2026", ctx.calendar),
        )
        assert here.steps == there.steps
        assert [(r.code, r.on, r.rule) for r in here.reminders] == [(r.code, r.on, r.rule) for r in there.reminders]
        assert {r.state for r in here.reminders} == {"skipped"}


def test_a_moved_period_shows_where_it_stands_now(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 9, 1, 9))
    opened = hanoi(2026, 10, 1, 9)
    with app.write(opened, "test") as ctx:
        open_due_periods(ctx)
        extend(ctx, assignment_of(ctx, "so-y-te").public_id, date(2026, 12, 1), "5/UBND", date(2026, 10, 1))
        obligation, period = find_obligation(ctx, PLAN, REPORT), find_period(ctx, PLAN, REPORT, "2026")
        dates = due_dates(date(2026, 11, 20), None, ctx.calendar, ctx.settings.zone, grace=False)
        move_period(ctx, obligation, period, dates, ["Theo công văn số 9"], anew=True)
    with app.read(opened) as ctx:
        (row,) = applied_deadlines(ctx, PLAN, date(2026, 11, 16), date(2026, 12, 31))
        assert (row.obligation, row.due_on, row.reasons, row.extended) == (
            REPORT,
            date(2026, 11, 20),
            ["Theo công văn số 9"],
            1,
        )
        assert row.printed_on is None
        assert [s["rule"] for s in row.steps] == ["stored"]
        assert not applied_deadlines(ctx, PLAN, date(2026, 10, 1), date(2026, 10, 31))


def test_a_period_is_computed_again_exactly_by_the_calendar_that_was_kept(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 11, 19, 9))
    with app.read(hanoi(2026, 11, 19, 9)) as ctx:
        plan, period = find_plan(ctx, PLAN), find_period(ctx, PLAN, REPORT, "2026")
        again = recomputed(ctx, plan, period, period.calendar_version)
        assert again is not None
        assert (again.practical_due_on, again.grace_until) == (period.practical_due_on, period.grace_until)
        assert recomputed(ctx, plan, period, "never kept") is None


def test_a_calendar_that_was_not_kept_is_said_so(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 11, 19, 9))
    with app.write(hanoi(2026, 11, 19, 9), "test") as ctx:
        ctx.session.get_one(Period, find_period(ctx, PLAN, REPORT, "2026").id).calendar_version = "lost"
    with app.read(hanoi(2026, 11, 19, 9) + timedelta(days=1)) as ctx:
        lines = explain_applied(ctx, PLAN, REPORT, "2026").lines
        assert any("không còn được lưu" in line for line in lines)


def test_an_unknown_plan_is_refused_with_those_applied(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 11, 19, 9))
    with app.read(hanoi(2026, 11, 19, 9)) as ctx, pytest.raises(NotFound, match="applied: 197-kh-ubnd"):
        applied_deadlines(ctx, "khong-co", date(2026, 1, 1), date(2026, 12, 31))
