"""A register as .csv: what a spreadsheet opens, and nothing that it works out."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.cleaning import clean
from reports.register import Register, RegisterPart
from reports.register_csv import MARK, render_register_csv, safe_cell

AT = datetime(2026, 11, 10, tzinfo=UTC)


def register(*parts: RegisterPart) -> Register:
    columns = (("Tên", 4.0), ("Ghi chú", 4.0))
    return Register("Phòng A", "Bảng", (), columns, parts, (), AT, "Bảng")


def read(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK), newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+84912", "-1", "@x", "\t=1", "\r=1", "＝1", "  =1", "=HYPERLINK(1)"])
def test_no_cell_is_worked_out(text: str) -> None:
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Sở Tư pháp", "31/10/2026", "a=b", "5", "–", "'quoted"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=5))
def test_what_is_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    head, *found = read(render_register_csv(register(RegisterPart("", "", tuple(rows)))))
    assert head == ["Tên", "Ghi chú"]
    assert len(found) == len(rows)
    for got, wanted in zip(found, rows, strict=True):
        for cell, text in zip(got, wanted, strict=True):
            assert cell in (clean(text), f"'{clean(text)}")
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_parts_are_named_in_the_first_column() -> None:
    parts = (RegisterPart("1. Sở A", "", (("x", "y"),)), RegisterPart("2. Sở B", "", (("z", "=1"),)))
    assert read(render_register_csv(register(*parts))) == [
        ["Cơ quan, đơn vị", "Tên", "Ghi chú"],
        ["1. Sở A", "x", "y"],
        ["2. Sở B", "z", "'=1"],
    ]
