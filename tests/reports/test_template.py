"""The department's own template: marks become content wherever they stand, nothing else is interpreted, and what is wrong is named."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Pt

from reports.document import AgencyEntry, ReportSection
from reports.docx_reading import open_docx
from reports.docx_report import render_docx
from reports.number_check import own_differences
from reports.template_docx import BadTemplate, render_template
from reports.template_marks import BLOCKS, NUMBERS, TEXTS
from reports.template_start import SAMPLE, starting_template
from tests.reports.test_numbers import document_xml, rewritten
from tests.reports.test_outputs import docx_text

NEEDED = ("{{ket_qua}}", "{{kho_khan}}", "{{de_xuat}}", "{{phu_luc}}")


def own(*lines: str, change: Callable[[DocumentObject], None] | None = None) -> bytes:
    """A department's document with these paragraphs and whatever is needed behind them."""
    document = Document()
    for text in (*lines, *(mark for mark in NEEDED if mark not in lines)):
        document.add_paragraph(text)
    if change:
        change(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def problems(template: bytes) -> list[str]:
    with pytest.raises(BadTemplate) as refused:
        render_template(template, SAMPLE)
    return refused.value.problems


def test_the_starting_template_makes_our_own_layout() -> None:
    made = render_template(starting_template(), SAMPLE)
    assert docx_text(made) == docx_text(render_docx(SAMPLE))
    assert made == render_template(starting_template(), SAMPLE)
    text = docx_text(starting_template()).casefold()
    assert all(f"{{{{{name}}}}}" in text for name in (*TEXTS, *NUMBERS, *BLOCKS))


def test_marks_stand_in_headers_tables_and_split_runs() -> None:
    def change(document: DocumentObject) -> None:
        document.sections[0].header.paragraphs[0].text = "{{CO_QUAN_LAP}} - {{so_da_nhan}}"
        cell = document.add_table(1, 1).cell(0, 0).paragraphs[0]
        cell.text = "{{ ky_bao_cao }}"
        paragraph = document.paragraphs[0]
        for part in ("Nhận {", "{so_", "da_nhan}", "} / {{so_phai_bao_cao}} nơi, {{can", "_cu}}."):
            paragraph.add_run(part).bold = True

    made = render_template(own("", change=change), SAMPLE)
    document = Document(io.BytesIO(made))
    assert document.sections[0].header.paragraphs[0].text == "SỞ MẪU - 2"
    assert document.paragraphs[0].text == f"Nhận 2 / 3 nơi, {SAMPLE.plan_citation}."
    assert all(run.bold for run in document.paragraphs[0].runs if run.text.strip())
    assert any(table.cell(0, 0).text == "năm 2026" for table in document.tables)
    assert own_differences(open_docx(made)) == []
    assert len(re.findall(r"REF dondoc_so_(?:da_nhan|phai_bao_cao) ", document_xml(made))) == 2


def test_a_part_takes_on_the_look_of_its_mark() -> None:
    def change(document: DocumentObject) -> None:
        document.styles.add_style("Thân", WD_STYLE_TYPE.PARAGRAPH)
        paragraph = document.paragraphs[0]
        paragraph.style = "Thân"
        paragraph.runs[0].font.name, paragraph.runs[0].font.size = "Arial", Pt(13)

    document = Document(io.BytesIO(render_template(own("{{ket_qua}}", change=change), SAMPLE)))
    said = next(p for p in document.paragraphs if p.text == "- Cơ quan A: Đã thực hiện.")
    assert (said.style.name, said.runs[0].font.name, said.runs[0].font.size) == ("Thân", "Arial", Pt(13))


def test_a_template_without_the_style_of_tables_gets_it() -> None:
    def change(document: DocumentObject) -> None:
        style = document.styles["Table Grid"].element
        style.getparent().remove(style)

    made = render_template(own(change=change), SAMPLE)
    assert all(t.style is not None and t.style.name == "Table Grid" for t in Document(io.BytesIO(made)).tables)


def test_what_agencies_wrote_is_never_read_for_marks() -> None:
    entry = AgencyEntry("Sở {{ky_hieu}}", "{{so_da_nhan}} {% for x in y %} {{khong_co}}")
    made = render_template(
        own(), replace(SAMPLE, title="{{ten_bao_cao}}", sections=(ReportSection("I", "T", (entry,)),))
    )
    assert "- Sở {{ky_hieu}}: {{so_da_nhan}} {% for x in y %} {{khong_co}}" in docx_text(made)


def test_a_guide_behind_the_template_is_not_printed() -> None:
    made = render_template(own(*NEEDED, "{{huong_dan}}", "Dấu {{khong_co}} và {% x %}"), SAMPLE)
    assert "khong_co" not in docx_text(made)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Đã có {{so_da_nhn}} nơi", "Dấu {{so_da_nhn}} không có trong danh mục (ở thân văn bản, đoạn có chữ thứ 1: “Đã có {{so_da_nhn}} nơi”). Có phải {{so_da_nhan}}?"),
        ("{{ ky_bao_cao", "lẻ, hoặc tên trong ngoặc có ký tự lạ"),
        ("{{ ''.__class__ }}", "ký tự lạ"),
        ("{% for x in range(9**9) %}", "mẫu không nhận lệnh {% … %}"),
        ("Kết quả: {{ket_qua}}", "Dấu {{ket_qua}} phải đứng một mình"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(line: str, said: str) -> None:
    (first, *_) = problems(own(line))
    assert said in first


def test_missing_doubled_and_misplaced_parts_are_named() -> None:
    document = Document()
    document.add_paragraph("{{ket_qua}}")
    document.add_paragraph("{{ket_qua}}")
    document.add_table(1, 1).cell(0, 0).text = "{{kho_khan}}"
    document.sections[0].footer.paragraphs[0].text = "{{abc_xyz}}"
    target = io.BytesIO()
    document.save(target)
    found = problems(target.getvalue())
    assert [
        sum(words in each for each in found) for words in ("chỉ được dùng một lần", "ngoài bảng", "chân trang, đoạn")
    ] == [1, 1, 1]
    assert {each.split(" (")[0] for each in found if each.startswith("Thiếu")} == {
        "Thiếu dấu {{de_xuat}}",
        "Thiếu dấu {{phu_luc}}",
    }


def test_a_report_of_ours_is_no_template_until_its_fields_are_gone() -> None:
    assert any("đã lập; đề nghị xóa" in said for said in problems(render_docx(SAMPLE)))


def test_too_much_is_refused() -> None:
    assert "hơn 300 dấu" in problems(own(*["{{ky_bao_cao}}"] * 301))[0]
    assert len(problems(own(*["{{la}}"] * 200))) == 21
    long = rewritten(own(), lambda xml: xml.replace("<w:body>", "<w:body>" + "<w:p/>" * 20_001, 1))
    assert "Mẫu dài quá" in problems(long)[0]
    padded = rewritten(own(), lambda xml: xml.replace("<w:body>", "<w:body>" + "<w:p/>" * 2_000_000, 1))
    assert "quá lớn" in problems(padded)[0]
    assert "Không đọc được" in problems(b"not a document")[0]


def test_bookmarks_of_a_template_keep_clear_of_ours() -> None:
    mark = '<w:bookmarkStart w:id="19701" w:name="_Toc1"/><w:bookmarkEnd w:id="19701"/></w:p>'
    made = render_template(rewritten(own("Mở đầu"), lambda xml: xml.replace("</w:p>", mark, 1)), SAMPLE)
    ids = re.findall(r'bookmarkStart w:id="(\d+)"', document_xml(made))
    assert len(ids) == len(set(ids))
    assert own_differences(open_docx(made)) == []
