"""A register as .csv for a spreadsheet: UTF-8 with a mark by which Excel knows it, and no cell that it would work out."""

import csv
import io
from collections.abc import Iterator

from reports.cleaning import clean
from reports.register import Register

MARK = "\ufeff"
_WORKED_OUT = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection); the last four are their wide forms."""


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    kept = clean(text)
    return f"'{kept}" if text.startswith(_WORKED_OUT) or kept.startswith(_WORKED_OUT) else kept


def render_register_csv(register: Register) -> bytes:
    """The file's bytes: one head, the rows of every part; the part's heading goes first when there are several."""
    named = len(register.parts) > 1
    head = [name for name, _ in register.columns]
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([register.first_column, *head] if named else head)
    writer.writerows(_rows(register, named=named))
    return (MARK + target.getvalue()).encode()


def _rows(register: Register, *, named: bool) -> Iterator[list[str]]:
    for part in register.parts:
        for row in part.rows:
            yield [safe_cell(text) for text in ((part.heading, *row) if named else row)]
