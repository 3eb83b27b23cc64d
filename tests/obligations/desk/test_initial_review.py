"""What the initial review says to have come: no fact is made up, and nothing on record is replaced (S3)."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm
from models.tables import Assignment, Receipt, Submission
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.desk.record import record_report
from obligations.services.lateness import came_in_time, came_late
from obligations.services.lookup import find_period
from obligations.services.overview.heat import heat_map
from obligations.services.overview.period_agencies import agency_rows
from obligations.services.planning.confirm_period import Confirmed, confirm_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.rates import period_rates
from obligations.services.reporting.build_report import build_report
from obligations.services.reviewing.covered import cover
from obligations.services.reviewing.undo import undo, undoable
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from reports.registry import OUTPUTS
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

APPLIED, LATER = hanoi(2026, 11, 18, 9), hanoi(2026, 11, 20, 9)
TRUE_DAY = date(2026, 10, 28)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """The plan is applied after the due day; Sở B's report, 55/BC-SB, is on record before the review."""
    settle(app, tmp_path, small_plan(), APPLIED)
    with app.write(APPLIED, "test") as ctx:
        open_due_periods(ctx)
        record_report(ctx, by_hand(ctx, "so-b", document_number="55/BC-SB", arrived_on=TRUE_DAY))
    return app


def by_hand(ctx: Context, code: str, **more: Any) -> SubmissionDraft:
    row = owed(ctx, code)
    draft = SubmissionDraft(
        row.agency_id, [row.id or 0], SubmissionForm.signed, SubmissionChannel.document_system,
        {"entries": [], "figures": []}, f"hand:{code}:{ctx.as_of}", document_number="12/BC",
    )  # fmt: skip
    return replace(draft, **more)


def by_portal(ctx: Context, code: str) -> None:
    draft = replace(by_hand(ctx, code), channel=SubmissionChannel.portal, idempotency_key=f"portal:{code}:{ctx.as_of}")
    submit_report(ctx, draft)


def review(app: App, *codes: str, arrived_on: date | None = None, at: datetime = APPLIED) -> Confirmed:
    with app.write(at, "lan") as ctx:
        return confirm_period(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0, codes, arrived_on)


def first_day(app: App, code: str) -> date | None:
    with app.read(LATER) as ctx:
        return owed(ctx, code).first_received_on


def sent(ctx: Context, row: Assignment) -> Submission:
    query = select(Submission).where(Submission.agency_id == row.agency_id).order_by(Submission.id.desc())  # type: ignore[union-attr]
    found = ctx.session.exec(query).first()
    assert found is not None
    return found


def test_a_tick_makes_up_neither_form_nor_day(office: App) -> None:
    assert review(office, "so-a").received == 1
    with office.read(LATER) as ctx:
        row = owed(ctx, "so-a")
        kept = sent(ctx, row)
        assert (kept.form, kept.arrived_on, kept.document_number) == (SubmissionForm.stated, None, None)
        assert ctx.session.exec(select(Receipt).where(Receipt.submission_id == kept.id)).one().arrived_on is None
        assert (row.state, row.first_received_on) == (AssignmentState.submitted, None)
        assert not came_late(ctx, row)
        assert not came_in_time(ctx, row)
        period = find_period(ctx, PLAN, DUTY, "2026")
        rates = period_rates(ctx, period)
        assert (rates.received, rates.on_time, rates.late, rates.day_unknown, rates.on_time_rate) == (2, 1, 0, 1, 0.5)
        (cells,) = heat_map(ctx, PLAN, 2026).groups.values()
        assert {c.code: [cell.key for cell in c.cells.values()] for c in cells}["so-a"] == ["received"]
        standing = {r.code: r.standing for r in agency_rows(ctx, period)}["so-a"]
        assert (standing.no_day, standing.late) == ("unknown", False)
        report = build_report(ctx, period.id or 0)
        (line,) = [r for r in report.received if r.agency == "Sở A"]
        assert (line.form, line.arrived_on, line.late) == ("stated", None, False)
        assert all(output.render(report) for output in OUTPUTS.values())


def test_what_is_on_record_is_left_alone(office: App) -> None:
    done = review(office, "so-a", "so-b")
    assert (done.received, done.already) == (1, 1)
    with office.read(LATER) as ctx:
        kept = sent(ctx, owed(ctx, "so-b"))
        assert (kept.document_number, kept.state.value, kept.version) == ("55/BC-SB", "submitted", 1)
    assert first_day(office, "so-b") == TRUE_DAY


def test_who_confirms_second_is_told_whom_the_first_left_to_be_chased(office: App) -> None:
    review(office, "so-a")
    with pytest.raises(Refused, match=r"xác nhận lúc 09:00 ngày 18/11/2026.*chưa được ghi đã gửi: Sở C") as told:
        review(office, "so-a", "so-b", "so-c")
    assert "Sở A" not in str(told.value)
    with pytest.raises(Refused) as again:
        review(office, "so-a")
    assert "chưa được ghi" not in str(again.value)


def test_one_day_may_be_given_for_all_ticked(office: App) -> None:
    with pytest.raises(Refused, match="sau ngày hôm nay"):
        review(office, "so-a", arrived_on=date(2026, 11, 19))
    review(office, "so-a", arrived_on=date(2026, 10, 29))
    assert first_day(office, "so-a") == date(2026, 10, 29)


def test_true_facts_set_the_true_first_day(office: App) -> None:
    review(office, "so-a")
    with office.write(LATER, "lan") as ctx:
        record_report(ctx, by_hand(ctx, "so-a", arrived_on=TRUE_DAY, document_on=TRUE_DAY))
        assert came_in_time(ctx, owed(ctx, "so-a"))
    assert first_day(office, "so-a") == TRUE_DAY
    with office.write(LATER, "lan") as ctx:
        row = owed(ctx, "so-a")
        undo(ctx, row.public_id, undoable(ctx, row)[0].act, "ghi nhầm")
    assert first_day(office, "so-a") is None, "what is left has no known day"


def test_what_is_sent_after_the_review_makes_nobody_late(office: App) -> None:
    review(office, "so-a")
    with office.write(LATER, "agency:so-a") as ctx:
        by_portal(ctx, "so-a")
        assert not came_late(ctx, owed(ctx, "so-a")), "it was there two days before, nobody knows since when"
    assert first_day(office, "so-a") is None


def test_what_another_report_covers_has_no_day_of_its_own(office: App) -> None:
    review(office)
    with office.write(LATER, "lan") as ctx:
        cover(ctx, owed(ctx, "so-c").public_id, "so-b", by_agency=False)
        row = owed(ctx, "so-c")
        assert (sent(ctx, row).arrived_on, row.first_received_on, came_late(ctx, row)) == (None, None, False)
        rows = {r.code: r.standing.no_day for r in agency_rows(ctx, find_period(ctx, PLAN, DUTY, "2026"))}
        assert rows == {"so-a": "", "so-b": "", "so-c": "covered"}
