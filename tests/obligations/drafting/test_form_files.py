"""The form of a report as a file: what is typed goes out and comes back the same; what cannot be read is named by its place."""

import io
import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from obligations.rules.figures import KINDS as WORDS
from obligations.rules.figures import kind_named
from obligations.services.drafting.form_files import FOREIGN, LARGEST, Whose, read_form_file
from obligations.services.drafting.form_rows import FormLimits, FormRead
from obligations.services.drafting.form_xlsx import MOST_ROWS
from obligations.services.views.agency import DutyPage
from reports.cleaning import clean, line
from reports.report_form import FIGURE as COLUMNS
from reports.report_form import FormFigure, FormTask, ReportFormFile
from reports.report_form_docx import render_form_docx
from reports.report_form_xlsx import render_form_xlsx

KINDS = {"docx": render_form_docx, "xlsx": render_form_xlsx}
IDS = ("I.3(a)", "III.1.b1", "V.b4")
CODE = "dv-7"
LIMITS = FormLimits(text=2_000, line=300, figures=100)
PAGE = cast(
    "DutyPage", SimpleNamespace(outline=[SimpleNamespace(id=i) for i in IDS], duty=SimpleNamespace(public_id=CODE))
)
BLANK = {"result": "", "difficulty": "", "proposal": "", "nil": False}


def form(tasks: dict[str, dict[str, Any]] | None = None, figures: tuple[FormFigure, ...] = ()) -> ReportFormFile:
    said = tasks or {}
    rows = tuple(FormTask(i, "mục III", f"Nhiệm vụ {i}", **said.get(i, {})) for i in IDS)
    moment = datetime(2026, 10, 20, 2, tzinfo=UTC)
    return ReportFormFile(CODE, "UBND xã Tiên Lữ", "Báo cáo năm 2026", "Sở Tài chính", rows, figures, moment)


def read(content: bytes, kind: str) -> FormRead:
    return read_form_file(content, kind, PAGE, LIMITS)


TEXT = st.text(st.characters(exclude_categories=("C",)) | st.sampled_from("\n\t=+-@ _x0041"), max_size=60)
LINE = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from("=+-@ 0,.%/"), max_size=30).map(line)
TASK = st.fixed_dictionaries({"result": TEXT, "difficulty": TEXT, "proposal": TEXT, "nil": st.booleans()})
PUT_RIGHT = st.one_of(st.just(("", "")), st.tuples(LINE.filter(bool), LINE.filter(bool)))
FIGURE = st.builds(
    lambda clause, name, unit, value, kind, right: FormFigure(clause, name, unit, value, kind, *right),
    st.sampled_from(("", *IDS)),
    LINE.filter(bool),
    LINE,
    LINE,
    st.sampled_from(list(WORDS.values())),
    PUT_RIGHT,
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(tasks=st.dictionaries(st.sampled_from(IDS), TASK, min_size=1), figures=st.lists(FIGURE, min_size=1, max_size=4))
def test_what_goes_out_comes_back(kind: str, tasks: dict[str, dict[str, Any]], figures: list[FormFigure]) -> None:
    found = read(KINDS[kind](form(tasks, tuple(figures))), kind)
    cleaned = {i: {k: v if k == "nil" else clean(v) for k, v in e.items()} for i, e in tasks.items()}
    assert found.problems == found.notices == []
    assert found.entries == {i: e for i, e in cleaned.items() if any(e.values())}
    kept = [dict(zip(COLUMNS, map(clean, f.cells), strict=True)) for f in figures]
    assert found.figures == [{**f, "kind": kind_named(f["kind"])} for f in kept]


def test_a_text_that_looks_like_a_formula_is_kept_as_text() -> None:
    book = load_workbook(io.BytesIO(render_form_xlsx(form({IDS[0]: {"result": "=HYPERLINK(1)"}}))))
    cell = book["Nội dung"]["D2"]
    assert (cell.data_type, cell.value, cell.quotePrefix, cell.number_format) == ("s", "=HYPERLINK(1)", True, "@")


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_form_says_so_and_equal_forms_are_equal_bytes(kind: str) -> None:
    empty = KINDS[kind](form())
    assert empty == KINDS[kind](form())
    assert read(empty, kind).problems == ["Tệp chưa có nội dung nào được nhập."]


def xlsx(change: Callable[[Workbook], object]) -> FormRead:
    book = load_workbook(io.BytesIO(render_form_xlsx(form())))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return read(out.getvalue(), "xlsx")


def put(sheet: str, **cells: object) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        for place, value in cells.items():
            book[sheet][place].value = value

    return change


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("Số liệu", B2="Thu", D2="=1+1"), "Trang tính “Số liệu”, dòng 2, cột “Giá trị”: là công thức"),
        (
            put("Số liệu", D3="5"),
            "Trang tính “Số liệu”, dòng 3, cột “Chỉ tiêu”: có giá trị nhưng chưa có tên chỉ tiêu.",
        ),
        (put("Số liệu", B2="Thu", D2="5", E2="dự toán"), "dòng 2, cột “Loại số liệu”: không nhận ra “dự toán”"),
        (
            put("Số liệu", B2="Thu", D2="5", F2="4"),
            "dòng 2, cột “Lý do điều chỉnh”: số kỳ trước điều chỉnh phải có lý do.",
        ),
        (
            put("Số liệu", B2="Thu", D2="5", G2="sót"),
            "dòng 2, cột “Số kỳ trước điều chỉnh”: có lý do điều chỉnh nhưng chưa",
        ),
        (put("Số liệu", A2="IX", B2="Thu"), "dòng 2, cột “Mã mục”: mã mục “IX” không có"),
        (put("Số liệu", B2="a" * 301), "dòng 2, cột “Chỉ tiêu”: dài hơn 300 ký tự."),
        (put("Nội dung", D2="a" * 2001), "cột “Kết quả thực hiện”: dài hơn 2.000 ký tự."),
        (put("Nội dung", A3=IDS[0], D2="a", D3="b"), "dòng 3, cột “Mã mục”: mã mục “I.3(a)” có ở nhiều chỗ"),
        (put("Nội dung", A3=None, D3="b"), "dòng 3, cột “Mã mục”: thiếu “Mã mục”."),
        (put("Nội dung", G4="không"), "dòng 4, cột “Không phát sinh”: đề nghị đánh dấu x"),
        (put("Nội dung", D1="Kết quả"), "“Nội dung” phải có dòng tiêu đề với các cột"),
        (lambda book: book.remove(book["Số liệu"]), "Không thấy trang tính “Số liệu”"),
        (put("Số liệu", **{f"B{n}": "Thu" for n in range(2, 103)}), "Số liệu: tối đa 100 dòng, tệp có 101 dòng."),
        (put("Số liệu", **{f"B{n}": "Thu" for n in range(2, MOST_ROWS + 3)}), "“Số liệu” có quá 2.000 dòng."),
    ],
)
def test_what_cannot_be_taken_from_a_sheet_is_named_by_its_place(
    change: Callable[[Workbook], object], problem: str
) -> None:
    found = xlsx(change)
    assert any(problem in said for said in found.problems), found.problems
    assert found.entries == {}
    assert found.figures == [], "nothing is taken by halves"


def test_numbers_days_and_shares_are_read_as_they_are_shown() -> None:
    def change(book: Workbook) -> None:
        sheet = book["Số liệu"]
        for row, (value, shown) in enumerate(
            ((1234.5, "0.0"), (0.07, "0%"), (date(2026, 3, 4), "dd/mm/yyyy"), (12, "0")), 2
        ):
            sheet.cell(row, 2, "Chỉ tiêu")
            sheet.cell(row, 4, value).number_format = shown
        book["Nội dung"]["G2"].value = True
        book["Nội dung"].insert_rows(1, 2)  # a title above the head

    found = xlsx(change)
    assert [f["value"] for f in found.figures] == ["1234,5", "7%", "04/03/2026", "12"]
    assert found.entries == {IDS[0]: {**BLANK, "nil": True}}


def docx(change: Callable[[Any], object], filled: ReportFormFile | None = None) -> FormRead:
    document = Document(io.BytesIO(render_form_docx(filled or form({IDS[0]: {"result": "Đã làm."}}))))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return read(out.getvalue(), "docx")


def tracked(document: Any) -> None:
    """Words put in and taken out under track changes, an item of a list, a line break."""
    paragraph = document.tables[0].rows[2].cells[1].paragraphs[0]
    xml = f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t xml:space="preserve"> Thêm.</w:t><w:br/><w:t>Dòng hai</w:t></w:r></w:ins>'
    paragraph._p.append(parse_xml(xml))
    gone = f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText>bỏ</w:delText></w:r></w:del>'
    paragraph._p.append(parse_xml(gone))
    item = document.tables[0].rows[2].cells[1].add_paragraph("một ý")
    item._p.get_or_add_pPr().append(OxmlElement("w:numPr"))


def test_tracked_words_are_read_and_those_taken_out_are_not() -> None:
    assert docx(tracked).entries == {IDS[0]: {**BLANK, "result": "Đã làm. Thêm.\nDòng hai\n- một ý"}}


def add_row(document: Any) -> None:
    cells = document.tables[0].add_row().cells
    cells[0].text, cells[1].text = "Ý kiến khác", "Có"


def merge(document: Any) -> None:
    cells = document.tables[-1].rows[1].cells
    cells[1].merge(cells[2]).text = "Thu"


def twice(document: Any) -> None:
    table = document.tables[0]._tbl
    table.addnext(deepcopy(table))


def no_table(document: Any) -> None:
    for table in document.tables:
        table._tbl.getparent().remove(table._tbl)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (add_row, "Bảng thứ 1 (mục “I.3(a)”), dòng 7: không nhận ra “Ý kiến khác”"),
        (merge, "Bảng “Số liệu”, dòng 2: có ô gộp"),
        (twice, "Bảng thứ 2 (mục “I.3(a)”): mã mục “I.3(a)” có ở nhiều chỗ trong tệp."),
        (no_table, "Không thấy bảng nào của mẫu"),
        (
            lambda d: setattr(d.tables[0].rows[0].cells[1], "text", "IX"),
            "Bảng thứ 1 (mục “IX”): mã mục “IX” không có trong nội dung báo cáo này.",
        ),
    ],
)
def test_what_cannot_be_taken_from_a_table_is_named_by_its_place(change: Callable[[Any], object], problem: str) -> None:
    found = docx(change)
    assert any(problem in said for said in found.problems), found.problems
    assert found.entries == {}


def picture(document: Any) -> None:
    document.tables[0].rows[2].cells[1].paragraphs[0].add_run()._r.append(OxmlElement("w:drawing"))
    document.add_table(rows=1, cols=3)


def test_a_picture_and_a_table_of_ones_own_are_not_lost_unseen() -> None:
    found = docx(picture)
    assert found.entries[IDS[0]]["result"] == "Đã làm."
    assert [n[:12] for n in found.notices] == ["Bảng thứ 1 c", "Bảng thứ 5 k"]


def deleted_row(document: Any) -> None:
    row = document.tables[0].rows[2]._tr
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    assert row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None


def test_a_row_taken_out_under_track_changes_is_gone() -> None:
    assert docx(deleted_row).problems == ["Tệp chưa có nội dung nào được nhập."]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_made_for_another_duty_is_read_with_a_warning(kind: str) -> None:
    other = SimpleNamespace(outline=PAGE.outline, duty=SimpleNamespace(public_id="khac"))
    made = KINDS[kind](form({IDS[0]: {"result": "x"}}))
    found = read_form_file(made, kind, cast("DutyPage", other), LIMITS)
    assert found.entries[IDS[0]]["result"] == "x"
    assert ["đúng kỳ báo cáo" in said for said in found.notices] == [True]


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><a>&c;</a>'


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename != name:
                target.writestr(entry, source.read(entry.filename))
        target.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(("kind", "name"), [("docx", "word/document.xml"), ("xlsx", "xl/worksheets/sheet1.xml")])
def test_entities_cut_files_and_large_ones_are_refused(kind: str, name: str, encoding: str) -> None:
    made = KINDS[kind](form({IDS[0]: {"result": "x"}}))
    broken = ["Không đọc được tệp. Đề nghị mở tệp, lưu lại rồi chọn lại."]
    assert read(with_part(made, name, BOMB.decode().encode(encoding)), kind).problems == broken
    assert read(made[: len(made) // 2], kind).problems == broken
    assert "lớn hơn 5 MB" in read(made + b"\0" * LARGEST, kind).problems[0]
    assert "quá nhiều nội dung" in read(with_part(made, "x.bin", b"\0" * (31 << 20)), kind).problems[0]


def older_xlsx(book: Workbook) -> None:
    """A file made before figures had kinds."""
    sheet = book["Số liệu"]
    sheet.delete_cols(5, 3)
    sheet["B2"].value, sheet["D2"].value = "Thu", "5"


def older_docx(document: Any) -> None:
    for row in document.tables[-1]._tbl.tr_lst:
        for cell in row.tc_lst[4:]:
            row.remove(cell)
    cells = document.tables[-1]._tbl.tr_lst[1].tc_lst
    for cell, text in zip(cells[1::2], ("Thu", "5"), strict=True):
        cell.p_lst[0].get_or_add_pPr()
        cell.p_lst[0].add_r().text = text


@pytest.mark.parametrize("found", [lambda: xlsx(older_xlsx), lambda: docx(older_docx)])
def test_a_file_made_before_there_were_kinds_is_still_read(found: Callable[[], FormRead]) -> None:
    read_again = found()
    assert read_again.problems == []
    assert [(f["name"], f["value"], f["kind"]) for f in read_again.figures] == [("Thu", "5", "thuc_hien")]


@pytest.mark.parametrize(
    ("words", "kind"), [(" ước ", "uoc"), ("Luỹ kế", "luy_ke"), ("", "thuc_hien"), ("luy_ke", "luy_ke")]
)
def test_a_kind_is_read_however_it_is_written(words: str, kind: str) -> None:
    found = xlsx(put("Số liệu", B2="Thu", D2="5", E2=words))
    assert [f["kind"] for f in found.figures] == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_another_agencys_file_is_not_read(kind: str) -> None:
    made = KINDS[kind](form({IDS[0]: {"result": "x"}}))
    other = cast("DutyPage", SimpleNamespace(outline=PAGE.outline, duty=SimpleNamespace(public_id="khac")))
    found = read_form_file(made, kind, other, LIMITS, lambda _code: Whose(refusal=FOREIGN))
    assert (found.entries, found.problems) == ({}, [FOREIGN])
