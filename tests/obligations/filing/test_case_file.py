"""Hồ sơ công việc: one .zip of everything of a period, whole and checkable, on both databases."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import col, select

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Attachment, AuditEntry
from obligations.errors import NotFound
from obligations.services.context import App
from obligations.services.filing.case_file import SUMS, CaseFile, make_case_file
from obligations.services.lookup import find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.reviewing.issued import issue
from obligations.services.storage import StoredFile, store_file, stored_path
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, SENT, NOW = (hanoi(2026, *at) for at in ((10, 1, 9), (10, 20, 9), (11, 9, 9)))
PDF = b"%PDF-1.7\nvan ban\n%%EOF\n"
LONG = "Báo cáo " + "rất dài " * 30 + "số 45: bản <cuối>?.pdf"


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Sở A has sent a draft and then the signed report with two files of one name; version 1 is made and issued."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    send(app, "so-a", SubmissionForm.soft, "Đã tổ chức 02 hội nghị.\nĐã ban hành kế hoạch.")
    files = [store_file(app.settings, PDF + bytes([n]), LONG, "application/pdf") for n in (1, 2)]
    send(app, "so-a", SubmissionForm.signed, "", files)
    with app.write(NOW, "lan") as ctx:
        period = find_period(ctx, PLAN, DUTY, "2026").id or 0
    made = consolidate_period(app, period, NOW, "lan")
    with app.write(NOW, "van-thu") as ctx:
        issue(ctx, made.public_id, "88/BC-STC", NOW.date(), as_made=True)
    return app


def send(app: App, code: str, form: SubmissionForm, result: str, files: list[StoredFile] | None = None) -> None:
    entry = {"clause": "", "result": result, "difficulty": "", "proposal": "", "nil": not result}
    content = {"entries": [entry], "figures": [{"clause": "", "name": "Hội nghị", "unit": "cuộc", "value": "2"}]}
    with app.write(SENT, "x") as ctx:
        row = owed(ctx, code)
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], form, SubmissionChannel.portal, content, f"{code}:{form}", "45/BC-SA"
        )
        submit_report(ctx, draft, files or [], tell_agency=False)


def packed(app: App) -> tuple[CaseFile, bytes]:
    with app.read(NOW) as ctx:
        public_id = find_period(ctx, PLAN, DUTY, "2026").public_id
    made = make_case_file(app, public_id, NOW, "lan")
    content = made.path.read_bytes()
    made.path.unlink()
    return made, content


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_everything_of_a_period_is_in_it_and_can_be_checked(office: App) -> None:
    made, content = packed(office)
    assert hashlib.sha256(content).hexdigest() == made.sha256
    assert (made.papers, made.problems, made.size) == (2, [], len(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        sums = dict(reversed(line.split("  ", 1)) for line in archive.read(SUMS).decode().splitlines())
        assert set(sums) == set(names) - {SUMS}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        signed = [name for name in names if "so-a-lan-2/" in name and name.endswith(".pdf")]
        assert [archive.read(name) for name in signed] == [PDF + b"\x01", PDF + b"\x02"]
        assert all(len(name) < 200 and not set(name) & set('<>:"?*\\') for name in names)
        index = text_of(archive.read("00-muc-luc.docx"))
        assert all(said in index for said in ("45/BC-SA", "Sở A", "đã được thay thế", "88/BC-STC", "bản mềm", *signed))
        typed = text_of(archive.read("01-van-ban-den/001-so-a-lan-1/00-noi-dung.docx"))
        assert "Đã tổ chức 02 hội nghị." in typed
        assert "Đã ban hành kế hoạch." in typed
        assert "2 cuộc" in typed
        assert {name.rsplit(".", 1)[-1] for name in names if name.startswith("02-bao-cao-tong-hop/")} >= {
            "docx",
            "xlsx",
        }
        assert "Sở B" in text_of(archive.read("03-so-theo-doi-thong-bao.docx"))


def test_the_same_papers_are_the_same_bytes_and_taking_them_is_on_record(office: App) -> None:
    first, second = packed(office), packed(office)
    with office.read(NOW) as ctx:
        taken = ctx.session.exec(select(AuditEntry.detail).where(AuditEntry.action == "period.filed")).all()
        assert [detail["sha256"] for detail in taken] == [first[0].sha256, second[0].sha256]
    papers = []
    for _, content in (first, second):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            moved = "03-so-theo-doi-thong-bao"  # the ledger prints the head of the trail, which the act itself moved
            papers.append({n: archive.read(n) for n in archive.namelist() if not n.startswith(moved) and n != SUMS})
    assert papers[0] == papers[1]


def test_what_is_lost_or_changed_is_named(office: App) -> None:
    with office.read(NOW) as ctx:
        first, second = ctx.session.exec(select(Attachment.stored_as).order_by(col(Attachment.id))).all()
    stored_path(office.settings, first).unlink()
    stored_path(office.settings, second).write_bytes(b"another")
    made, content = packed(office)
    assert [problem.rsplit(": ", 1)[1] for problem in made.problems] == [
        "không còn trong kho tệp",
        "không còn nguyên vẹn",
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        index = text_of(archive.read("00-muc-luc.docx"))
        assert all(f"Cần kiểm tra: {problem}" in index for problem in made.problems)


def test_nothing_is_left_behind(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(office.settings.files.iterdir())
    packed(office)
    with pytest.raises(NotFound):
        make_case_file(office, "none", NOW, "lan")

    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("obligations.services.filing.case_file.render_ledger", broken)
    with pytest.raises(OSError, match="No space"):
        packed(office)
    assert set(office.settings.files.iterdir()) == before
