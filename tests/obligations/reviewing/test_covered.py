"""A duty that another agency's report has discharged, on both databases."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm
from models.tables import Message, MessageItem, Submission
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.asks.recall import recall
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.build_report import build_report
from obligations.services.reviewing.covered import cover, coverers
from obligations.services.reviewing.review import accept
from obligations.services.reviewing.undo import undo, undoable
from obligations.services.status import period_status
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views_shared import versions_of
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, NOW, LATER = hanoi(2026, 10, 1, 9), hanoi(2026, 11, 5, 9), hanoi(2026, 11, 6, 9)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Sở A has reported, late, with text; Sở B and Sở C have not."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    with app.write(NOW, "agency:so-a") as ctx:
        send(ctx, "so-a")
    return app


def send(ctx: Context, code: str) -> None:
    row = owed(ctx, code)
    entries: list[dict[str, Any]] = [
        {"clause": "II.a", "result": "Cả ba sở.", "difficulty": "", "proposal": "", "nil": False}
    ]
    draft = SubmissionDraft(
        row.agency_id, [row.id or 0], SubmissionForm.signed, SubmissionChannel.portal,
        {"entries": entries, "figures": []}, f"{code}:{ctx.as_of}", document_number="45/BC", document_on=date(2026, 11, 4),
    )  # fmt: skip
    submit_report(ctx, draft)


def covered(app: App, code: str = "so-b", by: str = "so-a", *, by_agency: bool = False) -> str:
    with app.write(NOW, "lan") as ctx:
        return cover(ctx, owed(ctx, code).public_id, by, by_agency=by_agency).public_id


@pytest.mark.parametrize("by_agency", [False, True])
def test_it_counts_as_received_neither_exempt_nor_late(office: App, by_agency: bool) -> None:
    assert covered(office, by_agency=by_agency) == covered(office, by_agency=by_agency), "twice is once"
    with office.write(LATER, "tick") as ctx:
        assert owed(ctx, "so-b").state == AssignmentState.submitted
        (row,) = [p for p in period_status(ctx) if p.obligation == DUTY]
        assert (row.submitted, row.exempt) == (2, 0)
        report = build_report(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0)
        received = {r.agency: r for r in report.received}
        assert (received["Sở B"].form, received["Sở B"].late, received["Sở A"].late) == ("covered", False, True)
        assert [e.agency for s in report.sections for e in s.entries] == ["Sở A"], "nothing stands in the report twice"
        assert [m.agency for m in report.missing] == ["Sở C"]
        plan_reminders(ctx)
        assert owed(ctx, "so-b").next_at is None
        assert verify(ctx.session) == []
        (kept,) = ctx.session.exec(select(Submission).where(Submission.form == SubmissionForm.covered)).all()
        assert kept.note == "Đã tổng hợp trong báo cáo của Sở A."
        assert kept.document_number is None, "the other body's number is its own"


def test_it_stands_only_as_long_as_the_report_it_points_to(office: App) -> None:
    covered(office)
    with office.write(LATER, "agency:so-a") as ctx:
        agency = agency_by_code(ctx, "so-a")
        (sent,) = ctx.session.exec(select(Submission).where(Submission.agency_id == agency.id)).all()
        recall(ctx, Actor("agency:so-a", agency.name, "", agency_id=agency.id), sent.public_id, "gửi nhầm")
        assert {owed(ctx, code).state for code in ("so-a", "so-b")} == {AssignmentState.open}


def test_it_is_undone_like_any_record(office: App) -> None:
    covered(office)
    with office.write(LATER, "lan") as ctx:
        row = owed(ctx, "so-b")
        (one,) = undoable(ctx, row)
        undo(ctx, row.public_id, one.act, "chọn nhầm đơn vị")
        assert owed(ctx, "so-b").state == AssignmentState.open
        assert owed(ctx, "so-a").state == AssignmentState.submitted
    covered(office, by="so-a")
    with office.read(LATER) as ctx:
        assert owed(ctx, "so-b").state == AssignmentState.submitted, "it may be recorded again"


def test_what_points_nowhere_is_refused(office: App) -> None:
    with pytest.raises(Refused, match="Chưa nhận được báo cáo của Sở C"):
        covered(office, by="so-c")
    with pytest.raises(NotFound):
        covered(office, by="so-b")
    with pytest.raises(NotFound):
        covered(office, by="khong-co")
    covered(office)
    with pytest.raises(Refused, match="cũng được tổng hợp ở cơ quan khác"):
        covered(office, code="so-c", by="so-b")
    with office.read(NOW) as ctx:
        assert [c.code for c in coverers(ctx, owed(ctx, "so-c").id or 0, reported=True)] == ["so-a", "so-b"]
        assert [c.code for c in coverers(ctx, owed(ctx, "so-a").id or 0, reported=False)] == ["so-b", "so-c"]


def test_an_own_report_takes_its_place(office: App) -> None:
    covered(office)
    with office.write(LATER, "agency:so-b") as ctx:
        send(ctx, "so-b")
        report = build_report(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0)
        assert sorted(e.agency for s in report.sections for e in s.entries) == ["Sở A", "Sở B"]


def test_an_agency_that_names_a_body_learns_nothing_of_it(office: App) -> None:
    """Sở B names Sở A, which has reported, Sở C names Sở B, which has not: both read the same."""
    covered(office, "so-b", "so-a", by_agency=True)
    covered(office, "so-c", "so-b", by_agency=True)
    with office.read(NOW) as ctx:
        seen = []
        for code in ("so-b", "so-c"):
            row = owed(ctx, code)
            (version,) = versions_of(ctx, row.id or 0)
            seen.append((row.state, version.state, version.document_number, version.arrived_on, version.note[:-5]))
        assert seen[0] == seen[1]
        report = build_report(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0)
        assert [(m.agency, m.state) for m in report.missing] == [
            ("Sở C", "Chờ xác nhận đã tổng hợp trong báo cáo khác")
        ]
        assert [message_text(ctx, code) for code in ("so-b", "so-c")] == [
            "đã tổng hợp trong báo cáo của Sở A, chờ xác nhận",
            "đã tổng hợp trong báo cáo của Sở B, chờ xác nhận",
        ]


def test_a_coordinator_confirms_only_what_is_there(office: App) -> None:
    public_id = covered(office, "so-b", "so-c", by_agency=True)
    with office.write(LATER, "lan") as ctx, pytest.raises(Refused, match="chưa có báo cáo của Sở C"):
        accept(ctx, public_id, owed(ctx, "so-b").public_id)
    with office.write(LATER, "agency:so-c") as ctx:
        send(ctx, "so-c")
    with office.write(LATER, "lan") as ctx:
        accept(ctx, public_id, owed(ctx, "so-b").public_id)
        assert owed(ctx, "so-b").state == AssignmentState.accepted


def message_text(ctx: Context, code: str) -> str:
    """The form that the receipt of an agency names."""
    query = (
        select(MessageItem.extra)
        .join(Message)
        .where(Message.kind == "received", MessageItem.assignment_id == owed(ctx, code).id)
    )
    return str(ctx.session.exec(query).one()["form"])
