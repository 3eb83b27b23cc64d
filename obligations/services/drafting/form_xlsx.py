"""Reading a filled-in form from .xlsx: as a stream, cells as they are shown, formulas refused by their place."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from openpyxl import load_workbook

from obligations.services.drafting.form_cells import FormCell, FormCells, TaskCells, Unreadable, plain
from reports.report_form import CODE, FACTS_SHEET, FIGURE, FIGURES_SHEET, FIRST_FIGURE, ID, NIL, PARTS, TASKS_SHEET

MOST_ROWS, MOST_COLUMNS = 2000, 30
HEAD_WITHIN = 10
"""Rows in which the head may stand: people put a title above it."""
Row = tuple[int, Sequence[Any]]


def xlsx_cells(content: bytes) -> FormCells:
    """Unreadable when a sheet or a column of the form is missing."""
    book = load_workbook(io.BytesIO(content), read_only=True)
    sheets = {plain(sheet.title): sheet for sheet in book.worksheets}
    for wanted in (TASKS_SHEET, FIGURES_SHEET):
        if plain(wanted) not in sheets:
            raise Unreadable(f"Không thấy trang tính “{wanted}”: đề nghị dùng tệp mẫu tải từ trang này.")
    head = {"id": ID, **PARTS, "nil": NIL}
    tasks = tuple(
        TaskCells(row["id"], {part: row[part] for part in PARTS}, row["nil"])
        for row in _records(sheets[plain(TASKS_SHEET)], TASKS_SHEET, head)
    )
    first = {name: FIGURE[name] for name in FIRST_FIGURE}
    later = {name: title for name, title in FIGURE.items() if name not in first}
    figures = tuple(_records(sheets[plain(FIGURES_SHEET)], FIGURES_SHEET, first, later))
    facts = sheets.get(plain(FACTS_SHEET))
    return FormCells(_code(facts) if facts is not None else "", tasks, figures)


def _rows(sheet: Any, name: str) -> Iterator[Row]:
    sheet.reset_dimensions()
    said = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if all(cell.value is None for cell in row):
            continue
        said += 1
        if said > MOST_ROWS:
            raise Unreadable(f"Trang tính “{name}” có quá {MOST_ROWS:,} dòng.".replace(",", "."))
        yield number, row


def _records(
    sheet: Any, name: str, needed: Mapping[str, str], also: Mapping[str, str] = MappingProxyType({})
) -> Iterator[dict[str, FormCell]]:
    """Rows below the head, which has every ``needed`` column; those of ``also`` may lack, as in files made before them."""
    head = {**needed, **also}
    places: dict[str, int] | None = None
    for number, row in _rows(sheet, name):
        if places is not None:
            yield {key: _cell(row, place, f"{_row(name, number)}, cột “{head[key]}”") for key, place in places.items()}
        elif number > HEAD_WITHIN:
            break
        else:
            titles = {plain(str(cell.value)): place for place, cell in reversed(list(enumerate(row)))}
            if all(plain(title) in titles for title in needed.values()):
                places = {key: titles[plain(title)] for key, title in head.items() if plain(title) in titles}
    if places is None:
        columns = ", ".join(f"“{title}”" for title in needed.values())
        raise Unreadable(f"Trang tính “{name}” phải có dòng tiêu đề với các cột {columns}.")


def _row(name: str, number: int) -> str:
    return f"trang tính “{name}”, dòng {number}"


def _cell(row: Sequence[Any], place: int, where: str) -> FormCell:
    cell = row[place] if place < len(row) else None
    if cell is None or cell.value is None:
        return FormCell(where)
    if cell.data_type == "f":
        return FormCell(where, problem="là công thức; đề nghị thay bằng giá trị (dán giá trị).")
    if cell.data_type == "e":
        return FormCell(where, problem="là lỗi của bảng tính; đề nghị nhập lại giá trị.")
    return FormCell(where, _shown(cell.value, cell.number_format or "").strip())


def _shown(value: Any, form: str) -> str:
    """Numbers and days as they are written in Vietnamese; a share of a hundred as it is shown."""
    if isinstance(value, bool):
        return "x" if value else ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int | float):
        number = Decimal(repr(value)) * (100 if "%" in form else 1)
        text = f"{number.normalize():f}".replace(".", ",")
        return f"{text}%" if "%" in form else text
    return str(value)


def _code(sheet: Any) -> str:
    for _, row in _rows(sheet, FACTS_SHEET):
        texts = [str(cell.value) for cell in row if cell.value is not None]
        if len(texts) > 1 and plain(texts[0]) == plain(CODE):
            return texts[1].strip()
    return ""
