"""The form of a report as .docx: a small table for every task, one of figures."""

from collections.abc import Sequence

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from reports.cleaning import clean, line
from reports.fields import keep_row
from reports.layout import SMALL, body, finish, new_document, set_widths, style_line, write
from reports.report_form import (
    CODE,
    FIGURE,
    FIGURES_SHEET,
    GUIDE,
    ID,
    MARK,
    NIL,
    PARTS,
    SPARE_ROWS,
    TASK,
    FormTask,
    ReportFormFile,
)

_LEFT = WD_ALIGN_PARAGRAPH.LEFT
_WIDTHS, _FIGURES = (4.0, 12.5), (1.8, 3.6, 1.9, 2.2, 2.3, 2.2, 2.5)


def render_form_docx(form: ReportFormFile) -> bytes:
    """The file's bytes."""
    document = new_document(form.title, form.agency, form.as_of)
    write(document, line(form.agency).upper(), bold=True, size=SMALL)
    write(document, line(form.title), bold=True)
    write(document, f"Nơi nhận: {line(form.receiver)}", size=SMALL)
    write(document, f"{CODE}: {form.code}", size=SMALL).paragraph_format.space_after = Pt(8)
    for text in GUIDE:
        body(document, text)
    for task in form.tasks:
        _task(document, task)
    _heading(document, FIGURES_SHEET)
    given = [f.cells for f in form.figures]
    _table(document, [tuple(FIGURE.values()), *given, *[("",) * len(_FIGURES)] * SPARE_ROWS], _FIGURES, head=True)
    return finish(document, form.as_of)


def _task(document: DocumentObject, task: FormTask) -> None:
    write(document, "", size=6)
    rows = [(ID, task.id), (TASK, f"{task.title} ({task.clause})" if task.clause else task.title)]
    rows += [(label, str(getattr(task, part))) for part, label in PARTS.items()]
    rows.append((f"{NIL} (đánh dấu {MARK})", MARK if task.nil else ""))
    _table(document, rows, _WIDTHS)


def _heading(document: DocumentObject, text: str) -> None:
    paragraph = write(document, line(text), bold=True, size=SMALL, align=_LEFT)
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(10), Pt(4)
    paragraph.paragraph_format.keep_with_next = True


def _table(
    document: DocumentObject, rows: Sequence[tuple[str, ...]], widths: tuple[float, ...], *, head: bool = False
) -> None:
    table = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    set_widths(table, widths)
    if head:
        keep_row(table.rows[0], repeat=True)
    for number, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            _fill(cell, text, bold=number == 0 if head else place == 0)


def _fill(cell: _Cell, text: str, *, bold: bool) -> None:
    """Every line of the text as a paragraph of its own, as a person would type it."""
    first, *further = clean(text).split("\n")
    _line(cell.paragraphs[0], first, bold=bold)
    for part in further:
        _line(cell.add_paragraph(), part, bold=bold)


def _line(paragraph: Paragraph, text: str, *, bold: bool) -> None:
    """The very text: blanks at the ends of a line are the agency's own."""
    run = style_line(paragraph, "", bold=bold, size=SMALL, align=_LEFT).runs[0]
    run.text = text
