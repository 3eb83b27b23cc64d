"""Đã nhận theo chế độ riêng: of a secret report the day is kept and nothing else, on both databases (S13)."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm
from models.tables import Message, Submission
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.lookup import find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.build_report import build_report
from obligations.services.storage import StoredFile
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, NOW = hanoi(2026, 10, 1, 9), hanoi(2026, 11, 5, 9)
ENTRY = {"clause": "II.a", "result": "Nội dung.", "difficulty": "", "proposal": "", "nil": False}
FILE = StoredFile("mat.pdf", "application/pdf", 10, "0" * 64, "00/mat")


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """A period is open."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    return app


def draft(ctx: Context) -> SubmissionDraft:
    row = owed(ctx, "so-b")
    return SubmissionDraft(
        row.agency_id, [row.id or 0], SubmissionForm.classified, SubmissionChannel.other,
        {"entries": [], "figures": []}, "rieng-0001", arrived_on=date(2026, 10, 30),
    )  # fmt: skip


def test_it_counts_as_received_on_its_day_and_nothing_else_is_kept(office: App) -> None:
    with office.write(NOW, "lan") as ctx:
        sent = submit_report(ctx, draft(ctx))
        row = owed(ctx, "so-b")
        assert (row.state, row.first_received_on) == (AssignmentState.submitted, date(2026, 10, 30))
        kept = ctx.session.exec(select(Submission).where(Submission.public_id == sent.public_id)).one()
        assert (kept.document_number, kept.document_on, kept.incoming_number, kept.note) == (None, None, None, "")
        report = build_report(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0)
        (received,) = report.received
        assert (received.agency, received.form, received.late) == ("Sở B", "classified", False)
        assert all(not section.entries for section in report.sections)
        (told,) = ctx.session.exec(select(Message).where(Message.kind == "by_hand")).all()
        assert told.agency_id == row.agency_id


@pytest.mark.parametrize(
    ("more", "files"),
    [
        ({"document_number": "01/BC-M"}, ()),
        ({"document_on": date(2026, 10, 29)}, ()),
        ({"incoming_number": "77"}, ()),
        ({"note": "về việc …"}, ()),
        ({"content": {"entries": [ENTRY], "figures": []}}, ()),
        ({"content": {"entries": [], "figures": [{"name": "Số vụ", "value": "1"}]}}, ()),
        ({}, (FILE,)),
    ],
)
def test_anything_besides_the_day_is_refused(office: App, more: dict[str, Any], files: tuple[StoredFile, ...]) -> None:
    with pytest.raises(Refused, match="chỉ ghi ngày đến"), office.write(NOW, "lan") as ctx:
        submit_report(ctx, replace(draft(ctx), **more), files)
    with office.read(NOW) as ctx:
        assert ctx.session.exec(select(Submission)).all() == []
