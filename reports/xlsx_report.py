"""The consolidated report as .xlsx. Every cell is text or a date, never a formula (ASVS 1.2.10)."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.cleaning import clean
from reports.docx_report import FORMS
from reports.document import ConsolidatedReport
from reports.packing import repack

_LONGEST = 32_000
"""Excel refuses cells of more than 32,767 characters."""


def render_xlsx(report: ConsolidatedReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    book = Workbook()
    book.properties.title, book.properties.creator = clean(report.title), clean(report.issuer)
    book.properties.created = book.properties.modified = report.as_of.replace(tzinfo=None)
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("openpyxl gave no worksheet")
    first.title = "Tổng hợp"
    _fill(first, ("Mục", "Nhiệm vụ", "Cơ quan, đơn vị", "Kết quả", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị"), _entries(report), (10, 36, 30, 60, 40, 40))
    _fill(book.create_sheet("Số liệu"), ("Mục", "Chỉ tiêu", "Đơn vị tính", "Cơ quan, đơn vị", "Giá trị", "Ghi chú"),
          ((f.clause, f.name, f.unit, f.agency, f.value, f.note) for f in report.figures), (10, 40, 14, 32, 16, 30))
    _fill(book.create_sheet("Tình hình gửi"), ("Cơ quan, đơn vị", "Tình trạng", "Hình thức", "Số, ký hiệu", "Ngày văn bản", "Ngày đến", "Lần gửi"),
          _sending(report), (36, 26, 18, 20, 14, 14, 10))
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), report.as_of)


def _entries(report: ConsolidatedReport) -> Iterable[tuple[str, ...]]:
    for section in report.sections:
        for e in section.entries:
            yield (section.clause, section.title, e.agency, "Không phát sinh" if e.nil else e.result, e.difficulty, e.proposal)


def _sending(report: ConsolidatedReport) -> Iterable[tuple[str, ...]]:
    for r in report.received:
        state = "Đã nhận" if not r.late else "Gửi chậm, đã thống nhất" if r.agreed else "Gửi chậm"
        written = f"{r.document_on:%d/%m/%Y}" if r.document_on else ""
        yield (r.agency, state, FORMS.get(r.form, r.form), r.document_number or "", written, f"{r.arrived_on:%d/%m/%Y}", str(r.version))
    for m in (*report.missing, *report.exempt):
        yield (m.agency, m.state, "", "", "", "", "")


def _fill(sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
    for column, (name, width) in enumerate(zip(head, widths, strict=True), 1):
        cell = _put(sheet, 1, column, name)
        cell.font = Font(name="Times New Roman", size=12, bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, 2):
        for column, text in enumerate(row, 1):
            _put(sheet, number, column, text)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = "1:1"


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError("a merged cell cannot be written")
    cell.value = clean(text)[:_LONGEST]
    cell.data_type = "s"  # "=..." stays text
    cell.font = Font(name="Times New Roman", size=12)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
