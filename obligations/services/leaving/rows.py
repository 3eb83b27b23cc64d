"""Every table in pieces: CSV for people, JSON lines to the letter, and what their columns are."""

import base64
import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, LargeBinary, Numeric, Table, select
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session

from models.tables import metadata
from obligations.services.leaving.words import LEFT_COLUMNS, LEFT_TABLES, TABLES
from reports.register_csv import MARK, safe_cell

AT_ONCE = 500
"""Rows held in memory."""
TYPES: tuple[tuple[type[Any], str], ...] = (
    (JSON, "json"), (DateTime, "instant"), (Date, "date"), (Boolean, "boolean"), (Integer, "integer"), (Numeric, "number"),
    (LargeBinary, "bytes"),
)  # fmt: skip
"""What a column is called in the schema; any other is text."""


def tables() -> list[Table]:
    """Every table that leaves, those that others refer to first."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_TABLES]


def columns_of(table: Table) -> list[Column[Any]]:
    """Every column that leaves."""
    left = LEFT_COLUMNS.get(table.name, ())
    return [column for column in table.columns if column.name not in left]


def json_lines(session: Session, table: Table) -> Iterator[bytes]:
    """One object a line: instants in UTC with their offset, bytes in base64, the rest as it is."""
    names = [column.name for column in columns_of(table)]
    for row in _rows(session, table):
        yield (json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False) + "\n").encode()


def csv_lines(session: Session, table: Table) -> Iterator[bytes]:
    """To be opened in Excel: with its mark, texts that it would work out behind an apostrophe, no control characters."""
    yield (MARK + _line([column.name for column in columns_of(table)])).encode()
    for row in _rows(session, table):
        yield _line([_cell(_plain(value)) for value in row]).encode()


def schema() -> dict[str, Any]:
    """What every table and column is, and what was left out; for who reads the files without the product."""
    return {
        "format": "dondoc-export-1",
        "encoding": "UTF-8",
        "files": {
            "bang/*.jsonl": "one JSON object a line, exact",
            "bang/*.csv": "the same for a spreadsheet: byte order mark, comma, CRLF; texts beginning as a formula stand behind "
            "an apostrophe and control characters are dropped, so read the .jsonl by program",
        },
        "types": {"instant": "ISO 8601, UTC", "date": "ISO 8601", "bytes": "base64", "json": "a JSON value"},
        "tables": {table.name: _described(table) for table in tables()},
        "left_out": {
            "tables": sorted(LEFT_TABLES),
            "columns": {name: list(left) for name, left in LEFT_COLUMNS.items()},
        },
    }


def _described(table: Table) -> dict[str, Any]:
    return {
        "meaning": TABLES[table.name],
        "primary_key": [column.name for column in table.primary_key],
        "columns": [_column(column) for column in columns_of(table)],
    }


def _column(column: Column[Any]) -> dict[str, Any]:
    described = {"name": column.name, "type": _type(column), "nullable": bool(column.nullable)}
    refers = sorted(key.target_fullname for key in column.foreign_keys)
    words = getattr(column.type, "enums", None)
    return {**described, **({"refers_to": refers[0]} if refers else {}), **({"values": list(words)} if words else {})}


def _type(column: Column[Any]) -> str:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return next((name for types, name in TYPES if isinstance(kind, types)), "text")


def _rows(session: Session, table: Table) -> Iterator[Any]:
    query = select(*columns_of(table)).order_by(*table.primary_key)
    yield from session.execute(query.execution_options(yield_per=AT_ONCE))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return safe_cell(value)
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def _line(cells: list[str]) -> str:
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerow(cells)
    return target.getvalue()
