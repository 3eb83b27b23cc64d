"""A register as .xlsx: one sheet to sort, filter and add up, one with its facts. Days and counts are such; all else is text, never a formula."""

import contextlib
import io
import re
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from reports.cleaning import line
from reports.packing import repack
from reports.register import Register
from reports.xlsx_report import fill

WIDTH = 4.2
"""Characters of a column for each centimetre on paper."""
_COUNT = re.compile(r"0|[1-9]\d{0,8}")
"""Digits that begin with 0, such as those of telephones, are text."""
_DAYS = (("%d/%m/%Y", "dd/mm/yyyy"), ("%H:%M %d/%m/%Y", "hh:mm dd/mm/yyyy"))
"""A day and a moment as our texts write them, and as a sheet shows them."""


def render_register_xlsx(register: Register) -> bytes:
    """The file's bytes; equal registers give equal bytes."""
    book = Workbook()
    book.properties.title, book.properties.creator = line(register.title)[:255], line(register.issuer)[:255]
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError("openpyxl gave no worksheet")
    first.title = register.sheet
    head = [(name, round(width * WIDTH)) for name, width in register.columns]
    named = len(register.parts) > 1
    rows = (((part.heading, *row) if named else row) for part in register.parts for row in part.rows)
    fill(first, [(register.first_column, 32), *head] if named else head, rows)
    for row in first.iter_rows(min_row=2):
        for cell in row:
            if isinstance(cell, Cell):
                _give_kind(cell)
    noted = ((part.heading, part.note) for part in register.parts if part.note)
    facts = [*register.facts, *noted, *(("", text) for text in register.closing)]
    fill(book.create_sheet("Thông tin"), (("Mục", 32), ("Nội dung", 100)), facts)
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), register.as_of)


def _give_kind(cell: Cell) -> None:
    """A count, a day or a moment is no text, or a sheet neither adds nor sorts it; an empty cell is none."""
    text = str(cell.value or "")
    if not text:
        cell.value = None
    elif _COUNT.fullmatch(text):
        cell.value = int(text)
    elif (found := _day(text)) is not None:
        cell.value, cell.number_format = found


def _day(text: str) -> tuple[datetime, str] | None:
    if text.count("/") != 2:  # noqa: PLR2004 - most cells are words
        return None
    for written, shown in _DAYS:
        with contextlib.suppress(ValueError):
            found = datetime.strptime(text, written)  # noqa: DTZ007 - a sheet knows no zones
            return (found, shown) if found.year > 1900 else None  # noqa: PLR2004 - nor days before
    return None
