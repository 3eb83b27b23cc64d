"""A register as .xlsx: one sheet to sort and filter, one with its facts. Every cell is text, never a formula."""

import io

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.cleaning import line
from reports.packing import repack
from reports.register import Register
from reports.xlsx_report import fill

WIDTH = 4.2
"""Characters of a column for each centimetre on paper."""


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
    noted = ((part.heading, part.note) for part in register.parts if part.note)
    facts = [*register.facts, *noted, *(("", text) for text in register.closing)]
    fill(book.create_sheet("Thông tin"), (("Mục", 32), ("Nội dung", 100)), facts)
    target = io.BytesIO()
    book.save(target)
    return repack(target.getvalue(), register.as_of)
