"""The form of a report as .xlsx: a row for every task, a sheet of figures. Every cell is text, never a formula."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reports.cleaning import line
from reports.packing import repack
from reports.report_form import (
    FACTS_SHEET,
    FIGURE,
    FIGURES_SHEET,
    ID,
    MARK,
    NIL,
    PARTS,
    SPARE_ROWS,
    TASK,
    TASKS_SHEET,
    ReportFormFile,
)
from reports.xlsx_report import fill

_TASKS = ((ID, 12), ("Mục", 16), (TASK, 40), *((name, 50) for name in PARTS.values()), (NIL, 12))
_FIGURES = tuple(zip(FIGURE.values(), (14, 44, 16, 18, 20, 18, 40), strict=True))
_SIDE = Side(style="thin", color="999999")
_RULED = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_LINE, _HIGHEST = 17, 400
"""Points: a line of 12 point text, and the highest row (Excel takes no more than 409)."""


def render_form_xlsx(form: ReportFormFile) -> bytes:
    """The file's bytes."""
    book = Workbook()
    book.properties.title, book.properties.creator = line(form.title)[:255], line(form.agency)[:255]
    tasks, figures = book.worksheets[0], book.create_sheet(FIGURES_SHEET)
    tasks.title = TASKS_SHEET
    rows = ((t.id, t.clause, t.title, t.result, t.difficulty, t.proposal, MARK if t.nil else "") for t in form.tasks)
    fill(tasks, _TASKS, rows)
    given = [f.cells for f in form.figures]
    fill(figures, _FIGURES, [*given, *[("",) * len(_FIGURES)] * SPARE_ROWS])
    _to_fill_in(tasks, _TASKS)
    _to_fill_in(figures, _FIGURES)
    rows_in_all = len(given) + SPARE_ROWS
    if form.tasks:
        _choose(figures, "A", f"'{TASKS_SHEET}'!$A$2:$A${len(form.tasks) + 1}", rows_in_all)
    _choose(figures, get_column_letter(1 + list(FIGURE).index("kind")), f'"{",".join(form.kinds)}"', rows_in_all)
    fill(book.create_sheet(FACTS_SHEET), (("Mục", 24), ("Nội dung", 110)), form.facts)
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), form.as_of)


def _to_fill_in(sheet: Worksheet, head: Sequence[tuple[str, int]]) -> None:
    """What is typed into a cell stays as typed (``3/4`` is no day, ``007`` no seven); ruled, rows high enough to read."""
    sheet.auto_filter.ref = None
    for number, row in enumerate(sheet.iter_rows(), start=1):
        for cell in row:
            cell.number_format, cell.border = "@", _RULED
        texts = zip((str(cell.value or "") for cell in row), (width for _, width in head), strict=True)
        lines = max(sum(1 + len(part) // (width - 3) for part in text.split("\n")) for text, width in texts)
        sheet.row_dimensions[number].height = min(max(lines, 1) * _LINE, _HIGHEST)


def _choose(sheet: Worksheet, column: str, source: str, rows: int) -> None:
    """Texts to choose from in a column of figures; another text is said to be unknown when the file is read."""
    chosen = DataValidation(
        type="list",
        formula1=source,
        allow_blank=True,
        showErrorMessage=False,
    )
    chosen.add(f"{column}2:{column}{rows + 1}")
    sheet.add_data_validation(chosen)
