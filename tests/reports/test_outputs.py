"""The consolidated report in each format."""

import io
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reports.cleaning import clean
from reports.document import (
    AgencyEntry,
    ComparedFigure,
    Comparison,
    ConsolidatedReport,
    Figure,
    MissingRow,
    ReceivedRow,
    ReportSection,
)
from reports.registry import OUTPUTS

REPORT = ConsolidatedReport(
    plan_number="197/KH-UBND",
    plan_citation="Kế hoạch số 197/KH-UBND ngày 28/12/2023 của UBND tỉnh Hưng Yên",
    issuer_parent="UBND tỉnh Hưng Yên",
    issuer="Sở Tài chính",
    issuer_code="STC",
    place="Hưng Yên",
    title="Tổng hợp tình hình thực hiện Kế hoạch số 197/KH-UBND năm 2026",
    period_label="năm 2026",
    reader="Ủy ban nhân dân tỉnh Hưng Yên",
    as_of=datetime(2026, 11, 4, 8, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    version=1,
    data_window="từ 01/11/2025 đến 31/10/2026",
    sections=(
        ReportSection(
            "III.1.b1",
            "Tuyên truyền, nâng cao nhận thức",
            (
                AgencyEntry(
                    "Sở Công Thương", "Tổ chức 03 hội nghị.\nĐăng 12 tin, bài.", "Thiếu kinh phí", "Bố trí kinh phí"
                ),
                AgencyEntry("Xã Tiên Lữ", nil=True),
            ),
        ),
        ReportSection("III.2.b1", "Hoàn thiện chính sách"),
    ),
    figures=(Figure("III.1.b1", "Số hội nghị", "hội nghị", "Sở Công Thương", "3"),),
    received=(
        ReceivedRow("Sở Công Thương", "signed", "12/BC-SCT", date(2026, 10, 29), date(2026, 10, 29), 2),
        ReceivedRow(
            "Xã Tiên Lữ", "signed", "7/BC-UBND", date(2026, 11, 3), date(2026, 11, 3), 1, late=True, agreed=True
        ),
    ),
    missing=(MissingRow("Sở Xây dựng", "Chưa gửi", date(2026, 10, 31)),),
    recipients=("UBND tỉnh (báo cáo)",),
)


def docx_text(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_docx_says_everything_and_leaves_the_number_blank() -> None:
    text = docx_text(OUTPUTS["docx"].render(REPORT))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ TÀI CHÍNH",
        "Số:          /BC-STC",
        "đã nhận báo cáo của 2/3 cơ quan",
        "Sở Công Thương: Tổ chức 03 hội nghị.",
        "Đăng 12 tin, bài.",
        "Các cơ quan không phát sinh: Xã Tiên Lữ.",
        "Chưa có cơ quan, đơn vị báo cáo nội dung này.",
        "Thiếu kinh phí",
        "Gửi chậm, đã thống nhất: Xã Tiên Lữ.",
        "12/BC-SCT",
        "Sở Xây dựng",
        "Chưa gửi",
        "Nơi nhận:",
        "./.",
    ):
        assert words in text, words


def test_the_layout_is_that_of_the_decree() -> None:
    document = Document(io.BytesIO(OUTPUTS["docx"].render(REPORT)))
    section = document.sections[0]
    assert [
        round(x.mm) for x in (section.page_width, section.page_height, section.left_margin, section.top_margin)
    ] == [210, 297, 30, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer
    assert 15 <= round(section.right_margin.mm) <= 20
    assert "PAGE" in section.header.paragraphs[0]._p.xml
    assert section.first_page_header.paragraphs[0].text == ""
    first = next(p for p in document.paragraphs if p.text.startswith("Thực hiện"))
    assert first.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert first.paragraph_format.first_line_indent.cm == pytest.approx(1.27, abs=0.01)


def test_the_parts_come_in_order() -> None:
    document = Document(io.BytesIO(OUTPUTS["docx"].render(REPORT)))
    bold = [p.text for p in document.paragraphs if p.text and p.runs[0].bold]
    assert bold == [
        "BÁO CÁO",
        REPORT.title,
        "I. TÌNH HÌNH CHUNG",
        "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ",
        "1. Tuyên truyền, nâng cao nhận thức (III.1.b1)",
        "2. Hoàn thiện chính sách (III.2.b1)",
        "III. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN",
        "IV. ĐỀ XUẤT, KIẾN NGHỊ",
        "V. TÌNH HÌNH GỬI BÁO CÁO",
        "Phụ lục 1",
        "TÌNH HÌNH GỬI BÁO CÁO",
        "1. Cơ quan, đơn vị đã gửi báo cáo",
        "2. Cơ quan, đơn vị chưa gửi báo cáo",
        "Phụ lục 2",
        "SỐ LIỆU",
    ]


def test_a_text_beside_a_nil_mark_is_never_lost() -> None:
    entry = AgencyEntry("Sở A", "Có 01 việc", nil=True)
    report = replace(REPORT, sections=(ReportSection("III", "T", (entry,)),))
    text = docx_text(OUTPUTS["docx"].render(report))
    assert "Sở A: Có 01 việc" in text
    assert "không phát sinh" not in text
    assert load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(report)))["Tổng hợp"]["D2"].value == "Có 01 việc"


def test_a_report_without_any_submission_still_says_so() -> None:
    empty = replace(REPORT, sections=(), figures=(), received=(), missing=(), data_window=None, recipients=())
    text = docx_text(OUTPUTS["docx"].render(empty))
    for words in (
        "0/0 cơ quan",
        "Chưa có cơ quan, đơn vị báo cáo nội dung này.",
        "không nêu nội dung này",
        "Chưa có.",
        "Không có.",
    ):
        assert words in text, words
    assert "Phụ lục 2" not in text
    assert load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(empty)))["Số liệu"].max_row == 1
    assert "Không có" in OUTPUTS["html"].render(empty).decode()


def test_the_xlsx_has_its_three_sheets() -> None:
    book = load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(REPORT)))
    assert book.sheetnames == ["Tổng hợp", "Số liệu", "Tình hình gửi"]
    assert book["Số liệu"]["E2"].value == "3"
    assert [c.value for c in book["Tình hình gửi"][3]][:2] == ["Xã Tiên Lữ", "Gửi chậm, đã thống nhất"]


def test_every_format_names_the_kind_of_a_figure_and_what_was_reported_before() -> None:
    row = ComparedFigure(
        "", "Sở Công Thương", "Số hội nghị", "ước thực hiện", "hội nghị", "3", "4", "khác loại số liệu (thực hiện)"
    )
    right = replace(row, differs="", adjusted="5", reason="sót 01 cuộc")
    compared = Comparison("năm 2025", "Phạm vi so sánh: kỳ 2025: 2; kỳ 2026: 3.", (row, right))
    report = replace(REPORT, figures=(replace(REPORT.figures[0], kind="ước thực hiện"),), compared=compared)
    book = load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(report)))
    assert [book["Số liệu"].cell(n, 6).value for n in (1, 2)] == ["Loại số liệu", "ước thực hiện"]
    sheet = book["So với kỳ trước"]
    assert [sheet.cell(n, 1).value for n in (1, 2)] == ["So với kỳ trước (năm 2025)", compared.scope]
    assert sheet.auto_filter.ref == "A3:G5"
    texts = ["\n".join(str(c.value) for r in sheet.iter_rows() for c in r), docx_text(OUTPUTS["docx"].render(report))]
    for text in (*texts, OUTPUTS["html"].render(report).decode()):
        for words in (compared.scope, "ước thực hiện", "4 [khác loại số liệu (thực hiện)]", "5. Lý do: sót 01 cuộc"):
            assert words in text, words
    assert "so với kỳ trước tại Phụ lục 3." in texts[1]
    assert "SO VỚI KỲ TRƯỚC (NĂM 2025)" in texts[1]


def test_the_html_escapes() -> None:
    entry = AgencyEntry("<script>", "a < b & c")
    html = OUTPUTS["html"].render(replace(REPORT, sections=(ReportSection("III", "T", (entry,)),))).decode()
    assert "<script>" not in html
    assert "a &lt; b &amp; c" in html


@pytest.mark.parametrize("name", OUTPUTS)
def test_equal_reports_are_equal_bytes(name: str) -> None:
    assert OUTPUTS[name].render(REPORT) == OUTPUTS[name].render(REPORT)


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_no_clock_enters_a_file(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(OUTPUTS[name].render(REPORT))) as parts:
        core = parts.read("docProps/core.xml").decode()
        assert {i.date_time for i in parts.infolist()} == {(2026, 11, 4, 8, 30, 0)}
    assert re.findall(r"<dcterms:\w+[^>]*>([^<]*)<", core) == ["2026-11-04T01:30:00Z"] * 2


def test_a_text_longer_than_a_cell_says_where_the_rest_is() -> None:
    entry = AgencyEntry("Sở A", "dài " * 20_000)
    book = load_workbook(
        io.BytesIO(OUTPUTS["xlsx"].render(replace(REPORT, sections=(ReportSection("III", "T", (entry,)),))))
    )
    assert book["Tổng hợp"]["D2"].value.endswith("(xem toàn văn trong báo cáo)")
    assert len(book["Tổng hợp"]["D2"].value) < 32_767


def test_decomposed_vietnamese_is_composed_and_kept() -> None:
    entry = AgencyEntry(
        unicodedata.normalize("NFD", "Sở Nông nghiệp và Môi trường"), unicodedata.normalize("NFD", "Đường huyện lộ")
    )
    report = replace(REPORT, sections=(ReportSection("III", "T", (entry,)),))
    assert "Sở Nông nghiệp và Môi trường: Đường huyện lộ" in docx_text(OUTPUTS["docx"].render(report))
    assert load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(report)))["Tổng hợp"]["D2"].value == "Đường huyện lộ"


def test_a_title_too_long_for_a_property_is_still_printed_whole() -> None:
    title = "Tình hình thực hiện " * 30
    assert title.strip() in docx_text(OUTPUTS["docx"].render(replace(REPORT, title=title)))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["=1+1", "@SUM(A1)", "+cmd", "-1", "\t=x"]))
def test_no_text_breaks_a_file_or_becomes_a_formula(text: str, formula: str) -> None:
    entry = AgencyEntry(f"{formula}{text}", formula + text, text, formula)
    report = replace(
        REPORT, sections=(ReportSection("III", text, (entry,)),), figures=(Figure("III", formula, text, text, formula),)
    )
    book = OUTPUTS["xlsx"].render(report)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert not any(re.search(rb"<f[ >/]", parts.read(n)) for n in parts.namelist() if "sheet" in n)
    assert load_workbook(io.BytesIO(book))["Số liệu"]["B2"].value == clean(formula)
    assert clean(formula) in docx_text(OUTPUTS["docx"].render(report))
    OUTPUTS["html"].render(report)
