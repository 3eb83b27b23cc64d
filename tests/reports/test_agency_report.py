"""The agency's own report, typed once."""

import io
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.agency_report import AgencyReport, AgencyReportSection, render_agency_docx
from reports.cleaning import paragraphs
from reports.document import Figure
from tests.reports.test_outputs import docx_text

REPORT = AgencyReport(
    agency_parent="UBND tỉnh Hưng Yên",
    agency="UBND xã Tiên Lữ",
    agency_code="UBND",
    place="Tiên Lữ",
    plan_citation="Kế hoạch số 197/KH-UBND ngày 28/12/2023 của UBND tỉnh Hưng Yên",
    period_label="năm 2026",
    title="Tình hình thực hiện Kế hoạch số 197/KH-UBND năm 2026",
    addressee="Sở Tài chính",
    as_of=datetime(2026, 10, 20, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    sections=(
        AgencyReportSection(
            "mục III", "Tuyên truyền", "Tổ chức 02 hội nghị.\nPhát 30 bản tin.", "Thiếu kinh phí", "Bố trí kinh phí"
        ),
        AgencyReportSection("mục IV", "Hạ tầng", nil=True),
        AgencyReportSection("mục V", "Kinh phí"),
    ),
    figures=(Figure("mục III", "Số hội nghị", "hội nghị", "UBND xã Tiên Lữ", "2"),),
)


def test_what_was_typed_becomes_a_report_ready_to_sign() -> None:
    text = docx_text(render_agency_docx(REPORT))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND XÃ TIÊN LỮ",
        "Số:          /BC-UBND",
        "Tiên Lữ, ngày   ",
        "Kính gửi: Sở Tài chính",
        "Tổ chức 02 hội nghị.",
        "Phát 30 bản tin.",
        "không phát sinh nội dung này",
        "Thiếu kinh phí",
        "Bố trí kinh phí",
        "tổng hợp./.",
        "Nơi nhận:",
        "- Sở Tài chính;",
        "[Họ và tên]",
        "Số hội nghị",
    ):
        assert words in text, words


def test_its_name_is_one_that_a_document_bears() -> None:
    named = replace(REPORT, title="Báo cáo hằng năm tình hình thực hiện Kế hoạch, năm 2026")
    texts = [p.text for p in Document(io.BytesIO(render_agency_docx(named))).paragraphs]
    assert texts[texts.index("BÁO CÁO") + 1] == "Tình hình thực hiện Kế hoạch, năm 2026"


def test_an_untouched_clause_is_left_open_not_declared_nil() -> None:
    texts = [p.text for p in Document(io.BytesIO(render_agency_docx(REPORT))).paragraphs]
    assert texts[texts.index("2. Hạ tầng (mục IV)") + 1] == "Trong kỳ báo cáo, không phát sinh nội dung này."
    assert texts[texts.index("3. Kinh phí (mục V)") + 1] == "…"


def test_a_party_body_writes_the_partys_name_not_the_motto() -> None:
    text = docx_text(render_agency_docx(replace(REPORT, agency="Đảng ủy xã Tiên Lữ", agency_code="ĐU", party=True)))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in text
    assert "-BC/ĐU" in text
    assert "CỘNG HÒA" not in text


def test_equal_drafts_are_equal_bytes() -> None:
    assert render_agency_docx(REPORT) == render_agency_docx(replace(REPORT))


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_file_that_opens_and_keeps_its_paragraphs(text: str) -> None:
    content = render_agency_docx(
        replace(REPORT, title=text, general=text, sections=(AgencyReportSection(text, text, text),))
    )
    written = [p.text.strip() for p in Document(io.BytesIO(content)).paragraphs]
    for part in paragraphs(text):
        assert part in written
