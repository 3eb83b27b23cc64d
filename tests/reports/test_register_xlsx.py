"""A register as .xlsx: days sort as days, counts add up, nothing is worked out."""

import io
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell

from reports.register import RegisterPart
from reports.register_xlsx import render_register_xlsx
from tests.reports.test_register_csv import register

DAY = datetime.fromisoformat("2026-10-31")


def cell_of(text: str) -> Cell:
    book = load_workbook(io.BytesIO(render_register_xlsx(register(RegisterPart("", "", (("Sở Tư pháp", text),))))))
    found = book["Bảng"]["B2"]
    assert isinstance(found, Cell)
    return found


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("31/10/2026", DAY, "dd/mm/yyyy"),
        ("16:05 31/10/2026", DAY + timedelta(hours=16, minutes=5), "hh:mm dd/mm/yyyy"),
        ("116", 116, "General"),
        ("0", 0, "General"),
        ("", None, "General"),
    ],
)
def test_days_and_counts_are_such(text: str, value: object, shown: str) -> None:
    found = cell_of(text)
    assert (found.value, found.number_format) == (value, shown)


@pytest.mark.parametrize(
    "text",
    ["0221386311", "=1+1", "-1", "45/BC-STP", "31/02/2026", "31/12/1899", "năm 2026", "1.200", "12345678901", "1/2/3"],
)
def test_all_else_stays_text(text: str) -> None:
    found = cell_of(text)
    assert (found.value, found.data_type) == (text, "s")
