"""The layout of administrative documents (Nghị định 30/2020/NĐ-CP, Phụ lục I), as building blocks over python-docx."""

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import UTC, datetime

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from reports.cleaning import clean, line, paragraphs
from reports.fields import keep_row, outline_level, page_number, ref_runs, repeat_row
from reports.numbers import Number
from reports.packing import repack

FONT = "Times New Roman"
BODY, HEAD, SMALL, LIST = 14, 13, 12, 11
"""Sizes in points."""

WIDTH = 16.5
"""Between the side margins, in centimetres."""

LONGEST_PROPERTY = 255
"""A core property of a .docx holds no more characters (python-docx refuses)."""


def new_document(title: str, author: str, as_of: datetime) -> DocumentObject:
    """A4, margins 20/20/30/15 mm, Times New Roman 14, page numbers centred on top from page 2."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2.0)
    section.left_margin, section.right_margin = Cm(3.0), Cm(1.5)
    section.header_distance = Cm(1.0)
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), FONT)
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = header.add_run()
    run.font.size = Pt(HEAD)
    page_number(run)
    properties = document.core_properties
    properties.title, properties.comments, properties.language = line(title)[:LONGEST_PROPERTY], "", "vi-VN"
    properties.author = properties.last_modified_by = line(author)[:LONGEST_PROPERTY]
    properties.created = properties.modified = as_of.astimezone(UTC).replace(tzinfo=None)
    return document


def finish(document: DocumentObject, as_of: datetime) -> bytes:
    """The file's bytes; equal documents and moments give equal bytes."""
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue(), as_of)


def style_line(
    paragraph: Paragraph,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
) -> Paragraph:
    """Write into an empty paragraph, without space after it."""
    paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def write(
    target: DocumentObject | _Cell,
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
) -> Paragraph:
    """One more paragraph of one style."""
    return style_line(target.add_paragraph(), text, bold=bold, italic=italic, size=size, align=align)


def body(document: DocumentObject, text: str, *, bold: bool = False) -> list[Paragraph]:
    """Justified text, first line in by 1.27 cm, 6 pt apart; each line of the text is a paragraph."""
    made = []
    for part in paragraphs(text):
        paragraph = _body_paragraph(document)
        paragraph.add_run(part).bold = bold
        made.append(paragraph)
    return made


def counted(document: DocumentObject, pieces: Iterable[str | Number]) -> Paragraph:
    """One paragraph of body text whose numbers are fields of the annex; texts are one line and clean already."""
    paragraph = _body_paragraph(document)
    for piece in pieces:
        if isinstance(piece, str):
            paragraph.add_run(piece)
        else:
            paragraph._p.extend(ref_runs(piece.key, piece.text))  # noqa: SLF001 - no public way
    return paragraph


def _body_paragraph(document: DocumentObject) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Cm(1.27)
    paragraph.paragraph_format.space_after = Pt(6)
    return paragraph


def heading(document: DocumentObject, text: str, level: int = 0) -> None:
    """A bold heading that stays with what follows and shows in the navigation pane."""
    for paragraph in body(document, line(text), bold=True):
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(6)
        outline_level(paragraph, level)


def said(document: DocumentObject, who: str, text: str) -> None:
    """``- Sở A: …``; further lines of the text follow as paragraphs."""
    parts = paragraphs(text)
    body(document, f"- {line(who)}: {parts[0] if parts else ''}")
    for part in parts[1:]:
        body(document, part)


def plain_table(document: DocumentObject, widths: Sequence[float]) -> tuple[_Cell, ...]:
    """One row without rules, for blocks that stand side by side; ``widths`` in centimetres."""
    table = document.add_table(rows=1, cols=len(widths))
    set_widths(table, widths)
    keep_row(table.rows[0])
    return tuple(table.rows[0].cells)


def set_widths(table: Table, widths: Sequence[float]) -> None:
    """Both the grid and each cell: Word follows the cells, LibreOffice the grid."""
    table.autofit = False
    sizes: list[Length] = [Cm(w) for w in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
        for cell in column.cells:
            cell.width = size


def grid(
    document: DocumentObject, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> Table:
    """A ruled table; ``widths`` in centimetres. The head repeats on each page."""
    table: Table = document.add_table(rows=min(1 + len(rows), 2), cols=len(head), style="Table Grid")
    table.autofit = False
    for size, column in zip(widths, table.columns, strict=True):
        column.width = Cm(size)
    for number, (row, texts) in enumerate(zip(table.rows, (head, *rows[:1]), strict=True)):
        keep_row(row, repeat=number == 0)
        for cell, text, size in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(size)
            align = WD_ALIGN_PARAGRAPH.LEFT if number else WD_ALIGN_PARAGRAPH.CENTER
            style_line(cell.paragraphs[0], text, bold=number == 0, size=SMALL, align=align)
    repeat_row(table, [[clean(text) for text in row] for row in rows[1:]])
    return table


def another(document: DocumentObject, pattern: Table, rows: Sequence[Sequence[str]]) -> None:
    """At the end of the document, a table like one that ``grid`` made with rows: the same head, rows of its own.

    A register has a table an agency, and styling each cell by cell took most of its time.
    """
    made = deepcopy(pattern._tbl)  # noqa: SLF001 - no public way
    for row in made.tr_lst[2:]:
        made.remove(row)
    document.element.body._insert_tbl(made)  # noqa: SLF001
    repeat_row(Table(made, document), [[clean(text) for text in row] for row in rows])
    made.remove(made.tr_lst[1])
