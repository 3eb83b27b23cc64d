"""Which template a report is made with: the nearest in force, kept by version; and our own layout where it fails."""

import hashlib
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from docx import Document
from sqlmodel import select

from models.tables import AuditEntry, Period
from obligations.errors import NotFound, Refused
from obligations.services.context import App
from obligations.services.overview.today import today
from obligations.services.overview.views_period import period_page
from obligations.services.reporting.consolidate import Consolidated
from obligations.services.reporting.report_templates import (
    keep_template,
    list_templates,
    template_places,
    withdraw_template,
)
from obligations.services.reporting.template_use import LARGEST, check_template
from obligations.services.reviewing.edited_report import check_edited
from obligations.services.storage import StoredFile, store_file, stored_path, sweep_orphans
from reports.number_check import CHANGED, DIFFERS, SUM
from tests.obligations.reporting.test_consolidate import NOW, make, send
from tests.reports.test_numbers import in_annex, rewritten
from tests.reports.test_template import own

DUTY = "mau--bao-cao"


@cache
def template(line: str) -> bytes:
    """Made once a line: a file made again two seconds later has other bytes."""
    return own(line)


def hand_in(app: App, line: str, place: str = "") -> str:
    """A template that begins with this line, in force; its public id."""
    content = template(line)
    check_template(content)
    file = store_file(app.settings, content, "mau.docx", "application/x")
    with app.write(NOW, "chuyên viên") as ctx:
        return keep_template(ctx, file, place)[0]


def first_line(app: App, made: Consolidated) -> str:
    path = stored_path(app.settings, made.files["docx"]["stored_as"])
    return Document(io.BytesIO(path.read_bytes())).paragraphs[0].text


def spoil(app: App, public_id: str, how: Callable[[Path], object]) -> None:
    with app.read(NOW) as ctx:
        (row,) = [r for r in list_templates(ctx) if r.public_id == public_id]
    for path in app.settings.files.iterdir():
        if hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256:
            how(path)


def test_the_nearest_template_in_force_makes_the_report(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    plain = make(app, period_id)
    assert (plain.template, first_line(app, plain)) == (None, "")
    everywhere = hand_in(app, "Mẫu chung {{so_da_nhan}}")
    common = make(app, period_id)
    assert (common.version, common.template, first_line(app, common)) == (2, everywhere, "Mẫu chung 1")
    duty = hand_in(app, "Mẫu riêng {{lan_tong_hop}}", DUTY)
    nearest = make(app, period_id)
    assert (nearest.version, nearest.template, first_line(app, nearest)) == (3, duty, "Mẫu riêng 3")
    assert make(app, period_id).created is False
    with app.write(NOW, "chuyên viên") as ctx:
        withdraw_template(ctx, duty)
        withdraw_template(ctx, duty)
    assert make(app, period_id).template == everywhere
    with app.read(NOW) as ctx:
        rows = [(r.public_id, r.place, r.in_force, r.reports) for r in list_templates(ctx)]
        made_with = [r.template for r in period_page(ctx, ctx.session.get_one(Period, period_id).public_id).reports]
        acts = [a for a in ctx.session.exec(select(AuditEntry.action)).all() if a.startswith("template.")]
    assert rows == [(everywhere, "", True, 2), (duty, DUTY, False, 1)]
    assert made_with == ["mau.docx, lần 1", "mau.docx, lần 1", "mau.docx, lần 1", None]
    assert acts == ["template.taken", "template.taken", "template.withdrawn"]


def test_the_same_template_twice_is_once_and_another_one_is_a_version(app: App, period_id: int) -> None:
    first = hand_in(app, "A", DUTY)
    assert hand_in(app, "A", DUTY) == first
    second = hand_in(app, "B", DUTY)
    with app.read(NOW) as ctx:
        assert [(r.public_id, r.version, r.in_force) for r in list_templates(ctx)] == [
            (second, 2, True),
            (first, 1, False),
        ]
        assert list(template_places(ctx)) == [DUTY]
    with app.write(NOW, "x") as ctx, pytest.raises(Refused, match="mẫu mới hơn"):
        withdraw_template(ctx, first)
    for act in (
        lambda c: withdraw_template(c, "khong-co"),
        lambda c: keep_template(c, StoredFile("", "", 0, "", ""), "mau--khong"),
    ):
        with app.write(NOW, "x") as ctx, pytest.raises(NotFound):
            act(ctx)


@pytest.mark.parametrize("how", [Path.unlink, lambda path: path.write_bytes(b"PK")])
def test_a_template_that_is_lost_or_changed_does_not_stop_the_report(
    app: App,
    period_id: int,
    how: Callable[[Path], object],
) -> None:
    template = hand_in(app, "A")
    spoil(app, template, how)
    made = make(app, period_id)
    assert (made.created, made.template, first_line(app, made)) == (True, template, "")
    assert "nộp lại mẫu" in (made.template_problem or "")
    assert make(app, period_id).created is False
    again = hand_in(app, "A") if how is Path.unlink else hand_in(app, "B")
    assert again != template
    assert (make(app, period_id).template_problem, make(app, period_id).template) == (None, again)


def test_a_template_that_breaks_on_this_report_does_not_stop_it(
    app: App,
    period_id: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hand_in(app, "A")

    def broken(*_: object) -> bytes:
        raise IndexError("no section")

    monkeypatch.setattr("obligations.services.reporting.template_use.render_template", broken)
    made = make(app, period_id)
    assert "không lập được báo cáo này" in (made.template_problem or "")
    with app.read(NOW) as ctx:
        (report,) = period_page(ctx, ctx.session.get_one(Period, period_id).public_id).reports
        row = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "consolidation.made")).one()
        (waits,) = today(ctx).reports_off_template
    assert (waits.version, waits.by) == (1, made.template_problem)
    assert report.template_problem == made.template_problem == row.detail["template_problem"]


def test_a_stored_template_is_no_orphan(app: App) -> None:
    template = hand_in(app, "A")
    (path,) = app.settings.files.iterdir()
    assert sweep_orphans(app, 60, path.stat().st_mtime + 3600) == 0
    spoil(app, template, Path.unlink)
    assert list(app.settings.files.iterdir()) == []


def test_what_cannot_be_tried_is_refused() -> None:
    with pytest.raises(Refused, match="khong_co"):
        check_template(own("{{khong_co}}"))
    with pytest.raises(Refused, match="5 MB"):
        check_template(b"\0" * (LARGEST + 1))
    sectionless = rewritten(own(), lambda xml: xml[: xml.index("<w:sectPr")] + "</w:body></w:document>")
    with pytest.raises(Refused, match="Không lập thử được"):
        check_template(sectionless)


def test_totals_of_what_agencies_gave_stand_in_the_report_and_an_edited_file_is_held_against_it(
    app: App,
    period_id: int,
) -> None:
    send(app, period_id, 0)
    send(
        app,
        period_id,
        1,
        content={"figures": [{"clause": "III.1", "name": "số lớp", "unit": "lớp", "value": "1.200,5"}]},
    )
    made = make(app, period_id)
    content = stored_path(app.settings, made.files["docx"]["stored_as"]).read_bytes()
    text = "\n".join(p.text for p in Document(io.BytesIO(content)).paragraphs)
    assert "- Số lớp (thực hiện): tổng số 1.212,5 lớp, theo báo cáo của 2 cơ quan, đơn vị." in text
    with app.read(NOW) as ctx:
        assert check_edited(ctx, made.public_id, content).wrong == []
        found = check_edited(ctx, made.public_id, rewritten(content, in_annex("dondoc_tong_1", "1.300")))
        assert [(d.kind, d.body, d.annex, d.made, d.rows) for d in found.wrong] == [
            (DIFFERS, "1.212,5", "1.300", "1.212,5", ""),
            (SUM, "", "1.300", "1.212,5", "1.212,5"),
        ]
        row = check_edited(
            ctx, made.public_id, rewritten(content, lambda xml: xml.replace(">1.200,5<", ">1.300,5<"))
        ).wrong
        assert [(d.kind, d.annex, d.made, d.rows) for d in row] == [(SUM, "1.212,5", "1.212,5", "1.312,5")]
        assert "cộng các dòng chi tiết của phụ lục được 1.312,5" in row[0].said
        counted = check_edited(ctx, made.public_id, rewritten(content, in_annex("dondoc_so_chua_gui", "7"))).wrong
        assert [(d.kind, d.body, d.annex, d.made) for d in counted] == [(DIFFERS, "3", "7", "3"), (SUM, "", "7", "3")]
        assert [(d.kind, d.annex, d.made) for d in found.changed] == [(CHANGED, "1.300", "1.212,5")]
        with pytest.raises(Refused, match="Không đọc được"):
            check_edited(ctx, made.public_id, b"PK")
        with pytest.raises(NotFound):
            check_edited(ctx, "khong-co", content)


def test_totals_change_no_digest_of_what_was_made_before(
    app: App, period_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report made before there were totals is still the newest when nothing else changed."""
    send(app, period_id, 0)
    send(app, period_id, 1)
    with monkeypatch.context() as before:
        before.setattr("obligations.services.reporting.build_report.sums", lambda _: [])
        first = make(app, period_id)
    assert make(app, period_id).public_id == first.public_id
