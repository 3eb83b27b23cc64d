"""The layout of administrative documents (Nghị định 30/2020/NĐ-CP, Phụ lục I), as building blocks over python-docx."""

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.cleaning import clean, paragraphs

FONT = "Times New Roman"
BODY, SMALL, LIST = 14, 12, 11
"""Sizes in points."""


def new_document() -> DocumentObject:
    """A4, margins 20/20/30/20 mm, Times New Roman 14, page numbers centred on top from page 2."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin = section.bottom_margin = section.right_margin = Cm(2.0)
    section.left_margin = Cm(3.0)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)
    _page_number(section.header.paragraphs[0])
    return document


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 - python-docx has no public way to add a field


def write(
    target: DocumentObject | _Cell, text: str, *, bold: bool = False, italic: bool = False, size: int = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
) -> Paragraph:
    """One paragraph of one style."""
    paragraph = target.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def body(document: DocumentObject, text: str, *, bold: bool = False) -> None:
    """Justified text, first line in by 1.27 cm; each line of the text is a paragraph."""
    for line in paragraphs(text):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.paragraph_format.space_after = Pt(6)
        paragraph.add_run(line).bold = bold


def letterhead(document: DocumentObject, parent: str, issuer: str, code: str, place: str) -> None:
    """Issuer on the left, national motto on the right; number and day stay blank for the clerk."""
    table = document.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    left, right = table.rows[0].cells
    left.width, right.width = Cm(6.5), Cm(9.5)
    _first(left, parent.upper(), size=SMALL)
    write(left, issuer.upper(), bold=True, size=SMALL)
    _rule(write(left, "", size=4), Cm(2.2))
    write(left, f"Số:          /BC-{code}", size=13)
    _first(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=SMALL)
    write(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
    _rule(write(right, "", size=4), Cm(2.2))
    write(right, f"{place}, ngày       tháng       năm            ", italic=True, size=13)
    write(document, "", size=SMALL)


def _first(cell: _Cell, text: str, *, bold: bool = False, size: int = BODY) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(size)


def _rule(paragraph: Paragraph, indent: Cm) -> None:
    """The line under issuer and motto."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no public borders


def signature(document: DocumentObject, recipients: tuple[str, ...], title: str) -> None:
    """"Nơi nhận" on the left, the signer's place on the right, both for a person to complete."""
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    paragraph = left.paragraphs[0]
    run = paragraph.add_run("Nơi nhận:")
    run.bold, run.italic, run.font.size = True, True, Pt(SMALL)
    paragraph.paragraph_format.space_after = Pt(0)
    for line in (*(f"- {r};" for r in recipients), "- Lưu: VT, …"):
        write(left, line, size=LIST, align=WD_ALIGN_PARAGRAPH.LEFT)
    _first(right, title.upper(), bold=True)
    write(right, "\n(Chữ ký, dấu)", italic=True, size=13)


def grid(document: DocumentObject, head: tuple[str, ...], rows: list[tuple[str, ...]], widths: tuple[float, ...]) -> Table:
    """A ruled table; ``widths`` in centimetres. The head repeats on each page."""
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        _first(cell, text, bold=True, size=SMALL)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - no public way
    for row in rows:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run(clean(text)).font.size = Pt(SMALL)
    for row_cells in table.rows:
        for cell, width in zip(row_cells.cells, widths, strict=True):
            cell.width = Cm(width)
    return table
