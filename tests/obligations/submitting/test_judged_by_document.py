"""S1: a plan may judge lateness by the day printed on the document instead of the day of its arrival."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Assignment
from obligations.rules.arrivals import Came, first_arrival, judged
from obligations.services.context import App, Context
from obligations.services.lateness import came_in_time, came_late
from obligations.services.lookup import find_period
from obligations.services.overview.heat import heat_map
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.rates import period_rates
from obligations.services.reviewing.undo import undo, undoable
from obligations.services.running.tick import run_tick
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from plans.schema import PlanFile
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DUE, AFTER = date(2026, 10, 30), hanoi(2026, 11, 4, 9)
DAYS = st.dates(date(2026, 10, 1), date(2026, 11, 30))


def plan_by(what: str) -> PlanFile:
    plan = small_plan()
    return plan.model_copy(update={"policy": plan.policy.model_copy(update={"lateness_by": what})})


@pytest.fixture(params=["arrival", "document"])
def judging(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office(app: App, tmp_path: Path, judging: str) -> App:
    settle(app, tmp_path, plan_by(judging))
    run_tick(app, hanoi(2026, 10, 1, 9))
    return app


def came(
    ctx: Context,
    code: str,
    dated: date | None,
    form: SubmissionForm = SubmissionForm.signed,
    arrived: date | None = None,
) -> Assignment:
    row = owed(ctx, code)
    number = f"1/{code}" if dated else None
    draft = SubmissionDraft(
        row.agency_id, [row.id or 0], form, SubmissionChannel.document_system, {"entries": [], "figures": []},
        f"{code}:{dated}:{ctx.as_of}", document_number=number, document_on=dated, arrived_on=arrived,
    )  # fmt: skip
    submit_report(ctx, draft, tell_agency=False)
    return row


def test_a_document_of_before_the_day_is_in_time_only_where_the_plan_says_so(office: App, judging: str) -> None:
    by_document = judging == "document"
    with office.write(AFTER, "quan") as ctx:
        in_time = came(ctx, "so-a", DUE)
        late = came(ctx, "so-b", DUE + timedelta(days=1))
        undated = came(ctx, "so-c", None, SubmissionForm.soft)
        assert [came_late(ctx, row) for row in (in_time, late, undated)] == [not by_document, True, True]
        assert came_in_time(ctx, in_time) == by_document
        assert (in_time.first_received_on, in_time.counted_on) == (AFTER.date(), DUE if by_document else None)
    with office.read(AFTER) as ctx:
        rates = period_rates(ctx, find_period(ctx, PLAN, DUTY, "2026"))
        rows = {row.code: row for each in heat_map(ctx, PLAN, 2026).groups.values() for row in each}
    assert (rates.on_time, rates.late) == ((1, 2) if by_document else (0, 3))
    assert [cell.key for code in ("so-a", "so-b") for cell in rows[code].cells.values()] == [
        "received" if by_document else "late",
        "late",
    ]


def test_a_signed_copy_of_its_day_puts_a_late_soft_copy_right(office: App, judging: str) -> None:
    with office.write(AFTER, "quan") as ctx:
        assert came_late(ctx, came(ctx, "so-a", None, SubmissionForm.soft))
    with office.write(AFTER + timedelta(days=3), "quan") as ctx:
        row = came(ctx, "so-a", DUE)
        assert came_late(ctx, row) == (judging == "arrival")
        assert row.first_received_on == AFTER.date(), "ngày đến stays what it was"


def test_what_is_undone_judges_no_more(office: App) -> None:
    with office.write(AFTER, "quan") as ctx:
        row = came(ctx, "so-a", DUE)
        (act,) = [each.act for each in undoable(ctx, row)]
        undo(ctx, row.public_id, act, "ghi nhầm đơn vị")
        assert (row.first_received_on, row.counted_on) == (None, None)
        assert came_late(ctx, came(ctx, "so-a", DUE + timedelta(days=2)))


def test_a_new_version_of_the_plan_judges_anew(office: App, judging: str) -> None:
    other = "arrival" if judging == "document" else "document"
    with office.write(AFTER, "quan") as ctx:
        was = came_late(ctx, came(ctx, "so-a", DUE))
        apply_plan(ctx, plan_by(other))
        assert came_late(ctx, owed(ctx, "so-a")) != was


@st.composite
def arrivals(draw: st.DrawFn) -> list[Came]:
    days = draw(st.lists(st.tuples(st.none() | DAYS, DAYS, st.none() | DAYS), max_size=5))
    return [Came(on, datetime.combine(said, datetime.min.time(), HANOI), None, dated) for on, said, dated in days]


@given(arrivals())
def test_the_printed_day_only_ever_favours_the_agency(rows: list[Came]) -> None:
    first = first_arrival(rows, HANOI)
    plain = first_arrival([Came(r.on, r.recorded_at, r.minute) for r in rows], HANOI)
    assert (first.on, first.minute, plain.counted_on) == (plain.on, plain.minute, None)
    day, _ = judged(*first)
    assert (day is None) == (first.on is None)
    assert day is None or first.on is None or day <= first.on
