"""The consolidated report as .xlsx. Every cell is text, never a formula (OWASP ASVS 1.2.10)."""

import io
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.cleaning import clean, line
from reports.document import ConsolidatedReport
from reports.packing import repack
from reports.wording import (
    COMPARED,
    FORMS,
    LAST_PERIOD,
    TOTAL_COLUMNS,
    TOTALS,
    arrival_text,
    compared_row,
    compared_title,
    day_text,
    state_text,
    total_row,
)

_LONGEST = 32_000
"""Excel refuses cells of more than 32,767 characters."""

_CUT = " … (xem toàn văn trong báo cáo)"

_LANDSCAPE_A4 = 9
"""``paperSize`` of A4 (ECMA-376 part 1, 18.3.1.63)."""

_ENTRIES = (
    ("Mục", 16),
    ("Nhiệm vụ", 34),
    ("Cơ quan, đơn vị", 28),
    ("Kết quả", 60),
    ("Khó khăn, vướng mắc", 38),
    ("Đề xuất, kiến nghị", 38),
)
_FIGURES = (
    ("Mục", 16),
    ("Chỉ tiêu", 40),
    ("Đơn vị tính", 14),
    ("Cơ quan, đơn vị", 32),
    ("Giá trị", 16),
    ("Loại số liệu", 20),
    ("Ghi chú", 30),
)
_TOTALS = tuple(zip(TOTAL_COLUMNS, (16, 40, 20, 14, 14, 18), strict=True))
TOTALS_SHEET = "Tổng số liệu"
_COMPARED = tuple(zip(COMPARED, (32, 40, 20, 14, 16, 30, 40), strict=True))
_SENDING = (
    ("Cơ quan, đơn vị", 36), ("Tình trạng", 26), ("Hình thức", 18), ("Số, ký hiệu", 20), ("Ngày văn bản", 14), ("Ngày đến", 14),
    ("Lần gửi", 10), ("Thời hạn", 14),
)  # fmt: skip


_PLAIN, _BOLD = Font(name="Times New Roman", size=12), Font(name="Times New Roman", size=12, bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)
"""Shared by every cell: making them anew took half the time of a long table."""


def render_xlsx(report: ConsolidatedReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    book = Workbook()
    book.properties.title, book.properties.creator = line(report.title), line(report.issuer)
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("openpyxl gave no worksheet")
    first.title = "Tổng hợp"
    fill(first, _ENTRIES, _entries(report))
    fill(
        book.create_sheet("Số liệu"),
        _FIGURES,
        ((f.clause, f.name, f.unit, f.agency, f.value, f.kind, f.note) for f in report.figures),
    )
    if report.totals:
        fill(book.create_sheet(TOTALS_SHEET), _TOTALS, map(total_row, report.totals), [TOTALS])
    fill(book.create_sheet("Tình hình gửi"), _SENDING, _sending(report))
    if report.compared:
        rows = [compared_row(figure) for figure in report.compared.figures]
        above = [text for text in (compared_title(report.compared), report.compared.scope) if text]
        fill(book.create_sheet(LAST_PERIOD), _COMPARED, rows, above)
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), report.as_of)


def _entries(report: ConsolidatedReport) -> Iterator[tuple[str, ...]]:
    for section in report.sections:
        for e in section.entries:
            yield (
                section.clause,
                section.title,
                e.agency,
                e.result.strip() or ("Không phát sinh" if e.nil else ""),
                e.difficulty,
                e.proposal,
            )


def _sending(report: ConsolidatedReport) -> Iterator[tuple[str, ...]]:
    for r in report.received:
        dates = (day_text(r.document_on), arrival_text(r))
        yield (r.agency, state_text(r), FORMS.get(r.form, r.form), r.document_number or "", *dates, str(r.version), "")
    for m in (*report.missing, *report.exempt):
        yield (m.agency, m.state, "", "", "", "", "", day_text(m.due_on))


def fill(
    sheet: Worksheet, head: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]], above: Sequence[str] = ()
) -> None:
    """Head and rows as text, ready to filter and to print; ``above``: lines over the head, across the table."""
    for number, text in enumerate(above, 1):
        _put(sheet, number, 1, text).font = _BOLD
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(head))
    top = len(above) + 1
    for column, (name, width) in enumerate(head, 1):
        _put(sheet, top, column, name).font = _BOLD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, top + 1):
        for column, text in enumerate(row, 1):
            _put(sheet, number, column, text)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _LANDSCAPE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError("a merged cell cannot be written")
    cleaned = clean(text)
    cell.value = cleaned if len(cleaned) <= _LONGEST else cleaned[:_LONGEST] + _CUT
    cell.data_type = "s"  # "=..." stays text
    cell.font = _PLAIN
    cell.alignment = _TOP
    cell.quotePrefix = cleaned.startswith(("=", "+", "-", "@"))  # and stays text when a reader edits the cell
    return cell
