"""The consolidated report in each format."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reports.cleaning import clean
from reports.document import AgencyEntry, ConsolidatedReport, Figure, MissingRow, ReceivedRow, ReportSection
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
        ReportSection("III.1.b1", "Tuyên truyền, nâng cao nhận thức", (
            AgencyEntry("Sở Công Thương", "Tổ chức 03 hội nghị.\nĐăng 12 tin, bài.", "Thiếu kinh phí", "Bố trí kinh phí"),
            AgencyEntry("Xã Tiên Lữ", nil=True),
        )),
        ReportSection("III.2.b1", "Hoàn thiện chính sách"),
    ),
    figures=(Figure("III.1.b1", "Số hội nghị", "hội nghị", "Sở Công Thương", "3"),),
    received=(ReceivedRow("Sở Công Thương", "signed", "12/BC-SCT", date(2026, 10, 29), date(2026, 10, 29), 2),
              ReceivedRow("Xã Tiên Lữ", "signed", "7/BC-UBND", date(2026, 11, 3), date(2026, 11, 3), 1, late=True, agreed=True)),
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
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "SỞ TÀI CHÍNH", "Số:          /BC-STC",
        "đã nhận báo cáo của 2/3 cơ quan", "Sở Công Thương: Tổ chức 03 hội nghị.", "Đăng 12 tin, bài.",
        "Các cơ quan không phát sinh: Xã Tiên Lữ.", "Chưa có cơ quan, đơn vị báo cáo nội dung này.", "Thiếu kinh phí",
        "Xã Tiên Lữ (đã thống nhất)", "12/BC-SCT", "Sở Xây dựng", "Chưa gửi", "Nơi nhận:", "./.",
    ):
        assert words in text, words


def test_the_layout_is_that_of_the_decree() -> None:
    document = Document(io.BytesIO(OUTPUTS["docx"].render(REPORT)))
    section = document.sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height, section.left_margin, section.top_margin)] == [210, 297, 30, 20]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer


def test_the_xlsx_has_its_three_sheets() -> None:
    book = load_workbook(io.BytesIO(OUTPUTS["xlsx"].render(REPORT)))
    assert book.sheetnames == ["Tổng hợp", "Số liệu", "Tình hình gửi"]
    assert book["Số liệu"]["E2"].value == "3"
    assert [c.value for c in book["Tình hình gửi"][3]][:2] == ["Xã Tiên Lữ", "Gửi chậm, đã thống nhất"]


def test_the_html_escapes() -> None:
    entry = AgencyEntry("<script>", "a < b & c")
    html = OUTPUTS["html"].render(replace(REPORT, sections=(ReportSection("III", "T", (entry,)),))).decode()
    assert "<script>" not in html
    assert "a &lt; b &amp; c" in html


@pytest.mark.parametrize("name", OUTPUTS)
def test_equal_reports_are_equal_bytes(name: str) -> None:
    assert OUTPUTS[name].render(REPORT) == OUTPUTS[name].render(REPORT)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["=1+1", "@SUM(A1)", "+cmd", "-1", "\t=x"]))
def test_no_text_breaks_a_file_or_becomes_a_formula(text: str, formula: str) -> None:
    entry = AgencyEntry(f"{formula}{text}", formula + text, text, formula)
    report = replace(REPORT, sections=(ReportSection("III", text, (entry,)),), figures=(Figure("III", formula, text, text, formula),))
    book = OUTPUTS["xlsx"].render(report)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert not any(b"<f>" in parts.read(n) for n in parts.namelist() if "sheet" in n)
    assert load_workbook(io.BytesIO(book))["Số liệu"]["B2"].value == clean(formula)
    assert clean(formula) in docx_text(OUTPUTS["docx"].render(report))
    OUTPUTS["html"].render(report)
