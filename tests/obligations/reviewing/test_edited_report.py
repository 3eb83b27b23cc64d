"""A report worked on in Word goes out only after its numbers were held against what was collected, on both databases."""

import io

import pytest
from docx import Document
from sqlmodel import select

from models.tables import AuditEntry, Consolidation, Period
from obligations.errors import Refused, WrongValue
from obligations.services.context import App
from obligations.services.filing.case_file import make_case_file
from obligations.services.overview.views_period import EDITED_FILE, EditedView, period_page, report_file
from obligations.services.reporting.consolidate import Consolidated
from obligations.services.reviewing import edited_report
from obligations.services.reviewing.edited_report import NumbersApart, check_edited, drop_edited, keep_edited
from obligations.services.reviewing.issued import issue
from obligations.services.storage import known_files, store_file, stored_path
from tests.obligations.reporting.test_consolidate import NOW, make, send
from tests.reports.test_numbers import in_annex, rewritten

NUMBER = "88/BC-STC"


def content_of(app: App, made: Consolidated) -> bytes:
    return stored_path(app.settings, made.files["docx"]["stored_as"]).read_bytes()


def worded(content: bytes) -> bytes:
    """Other words, the same numbers: what a person does in Word most of the time."""
    document, target = Document(io.BytesIO(content)), io.BytesIO()
    document.paragraphs[0].insert_paragraph_before("Thực hiện nhiệm vụ được giao, phòng báo cáo như sau:")
    document.save(target)
    return target.getvalue()


def keep(app: App, report: str, content: bytes, reason: str = "") -> bool:
    file = store_file(app.settings, content, "bao cao.docx", "application/x")
    with app.write(NOW, "lan") as ctx:
        return keep_edited(ctx, check_edited(ctx, report, content), file, reason)


def number(app: App, report: str, *, as_made: bool = False) -> None:
    with app.write(NOW, "van-thu") as ctx:
        issue(ctx, report, NUMBER, NOW.date(), as_made=as_made)


def last(app: App, action: str) -> AuditEntry:
    with app.read(NOW) as ctx:
        return ctx.session.exec(select(AuditEntry).where(AuditEntry.action == action)).all()[-1]


def public_period(app: App, period_id: int) -> str:
    with app.read(NOW) as ctx:
        return ctx.session.get_one(Period, period_id).public_id


def test_nobody_issues_without_saying_which_file_goes_out(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    report = make(app, period_id).public_id
    with pytest.raises(WrongValue, match="đúng là bản hệ thống lập") as wrong:
        number(app, report)
    assert wrong.value.field == "as_made"
    number(app, report, as_made=True)
    assert last(app, "consolidation.issued").detail["as_made"] is True


def test_whoever_approves_sees_each_number_and_a_long_list_is_cut_and_counted(
    app: App, period_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(app, period_id, 0)
    made = make(app, period_id)
    edited = rewritten(content_of(app, made), in_annex("dondoc_so_da_nhan", "3" * 400))
    assert keep(app, made.public_id, edited, "báo miệng")

    def seen() -> EditedView:
        with app.read(NOW) as ctx:
            (report,) = period_page(ctx, public_period(app, period_id)).reports
        assert report.edited is not None
        return report.edited

    shown = seen()
    assert {(n.kind, n.made, n.body[:1], n.annex) for n in shown.numbers} >= {
        ("differs", "1", "1", "3" * 300),
        ("changed", "1", "1", "3" * 300),
    }
    assert (shown.apart, len(shown.numbers), shown.more) == (3, 3, 0)
    monkeypatch.setattr(edited_report, "MOST_NAMED", 1)
    assert keep(app, made.public_id, edited, "báo lại")
    cut = seen()
    assert (cut.apart, len(cut.numbers), cut.more) == (3, 1, 2)
    assert len(last(app, "consolidation.edited_kept").detail["numbers"]) == 1


def test_an_edited_file_whose_numbers_agree_goes_out_and_is_filed(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made = make(app, period_id)
    edited = worded(content_of(app, made))
    assert keep(app, made.public_id, edited)
    assert not keep(app, made.public_id, edited)
    with pytest.raises(WrongValue, match="bỏ bản đã sửa trước"):
        number(app, made.public_id, as_made=True)
    assert make(app, period_id).created is False
    number(app, made.public_id)
    detail = last(app, "consolidation.issued").detail
    assert (detail["file"], detail["numbers_apart"], "reason" in detail) == ("bao cao.docx", 0, False)
    with app.read(NOW) as ctx:
        assert report_file(ctx, made.public_id, EDITED_FILE).path.read_bytes() == edited
        assert detail["edited"] in {sha256 for _, sha256 in known_files(ctx.session)}
        (shown,) = period_page(ctx, public_period(app, period_id)).reports
        assert shown.edited is not None
        assert set(shown.files) == set(made.files)
    filed = make_case_file(app, public_period(app, period_id), NOW, "van-thu")
    assert filed.problems == []
    with pytest.raises(Refused, match="đã phát hành"):
        keep(app, made.public_id, worded(edited))


def test_numbers_that_differ_need_a_corrected_file_or_a_reason_that_is_kept(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made = make(app, period_id)
    content = content_of(app, made)
    edited = rewritten(content, in_annex("dondoc_so_da_nhan", "7"))
    with pytest.raises(NumbersApart) as apart:
        keep(app, made.public_id, edited)
    assert "trong thân báo cáo là 1, tại phụ lục là 7" in " ".join(said for _, said in apart.value.every)
    with pytest.raises(WrongValue):
        number(app, made.public_id)
    assert keep(app, made.public_id, edited, "Sở B báo miệng")
    kept = last(app, "consolidation.edited_kept").detail
    assert kept["reason"] == "Sở B báo miệng"
    assert kept["numbers"] == [said for _, said in apart.value.every]
    number(app, made.public_id)
    said = last(app, "consolidation.issued").detail
    assert (said["reason"], said["numbers_apart"]) == ("Sở B báo miệng", len(kept["numbers"]))


def test_what_was_made_goes_out_after_all(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made = make(app, period_id)
    keep(app, made.public_id, worded(content_of(app, made)))
    for _ in range(2):
        with app.write(NOW, "lan") as ctx:
            drop_edited(ctx, made.public_id)
    number(app, made.public_id, as_made=True)
    with app.read(NOW) as ctx:
        assert set(ctx.session.exec(select(Consolidation)).one().files) == set(made.files)
