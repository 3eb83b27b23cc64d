"""How results are printed: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table


class Format(StrEnum):
    """``--format``."""

    table = "table"
    json = "json"


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON values; an unknown is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in asdict(value).items()}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def show(rows: Sequence[Any], style: Format, columns: Sequence[str] | None = None) -> None:
    """A list of rows. JSON keeps every key; the table shows the named columns."""
    values = [plain(row) for row in rows]
    if style == Format.json:
        print(json.dumps(values, ensure_ascii=False, indent=2))
        return
    if not values:
        print("(none)")
        return
    names = list(columns or values[0])
    table = Table(*names, box=None, header_style="bold")
    for value in values:
        table.add_row(*(_cell(value.get(name)) for name in names))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)


def show_one(result: Any, style: Format) -> None:
    """One result: its fields a line each, or one JSON object."""
    value = plain(result)
    if style == Format.json:
        print(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for name, item in value.items():
        print(f"{name}: {_cell(item)}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(_cell(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k}={_cell(v)}" for k, v in value.items())
    return str(value)
