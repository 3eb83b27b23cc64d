"""A table out of a file that people made: CSV as Excel and others write it, or XLSX. Every row with its number."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

LARGEST = 5 << 20
"""Bytes of a file."""
UNPACKED = 50 << 20
"""Bytes of an XLSX file once unpacked."""
MOST_ROWS, MOST_COLUMNS = 20_000, 60
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class TableError(Exception):
    """The file is no table that can be read. ``code`` says why (``contact_words``), ``line`` where, 0 for the whole."""

    def __init__(self, code: str, line: int = 0) -> None:
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Table:
    """The first row that says something, and every later one by its number in the file, counted from 1."""

    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def read_table(content: bytes) -> Table:
    """By what the file is, not by its name. Cells are text: a whole number without a point, a formula as it was written."""
    if len(content) > LARGEST:
        raise TableError("large")
    if content.startswith(OLD_EXCEL):
        raise TableError("old_excel")
    found = _xlsx(content) if content.startswith(ZIP) else _csv(content)
    rows = [(number, cells) for number, cells in found if any(cells)]
    if not rows:
        raise TableError("empty")
    return Table(rows[0][1], rows[1:])


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _text(content)
    lines = text.splitlines(keepends=True)
    skipped = 0
    delimiter = ","
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == len("sep=;"):
        delimiter, skipped = lines[0].strip()[-1], 1
    else:
        first = next((line for line in lines if line.strip()), "")
        delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=delimiter, strict=True)
    before = skipped
    try:
        for row in reader:
            yield before + 1, _cells(row, before + 1)
            before = skipped + reader.line_num
            if before > MOST_ROWS:
                raise TableError("rows", before)
    except csv.Error as error:
        raise TableError("quotes", before + 1) from error


def _text(content: bytes) -> str:
    if content.startswith(UTF_16):
        encoding = "utf-16"
    elif b"\0" in content:
        raise TableError("binary")
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError("encoding", content.count(b"\n", 0, error.start) + 1) from error


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from _sheet(content)
    except TableError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it raise
        raise TableError("broken_excel") from error


def _sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet, read as a stream."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(entry.file_size for entry in package.infolist()) > UNPACKED:
            raise TableError("large")
    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if number > MOST_ROWS:
            raise TableError("rows", number)
        yield number, _cells(row, number)


def _cells(row: Sequence[Any], number: int) -> list[str]:
    cells = [_cell(value) for value in row]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise TableError("columns", number)
    return cells


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = unicodedata.normalize("NFC", str(value))
    return " ".join("".join(c for c in text if c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cf")).split())
