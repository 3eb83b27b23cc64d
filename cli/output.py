"""How results are printed: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from pathlib import PurePath
from typing import Any

_WIDE = 10_000


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
    if isinstance(value, PurePath):
        return str(value)
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
    _print_table(values, list(columns or values[0]))


def _print_table(values: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    """A terminal folds long cells to its width; a pipe or a file gets each row whole, on one line."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, and JSON needs none of it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    on_terminal = sys.stdout.isatty()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=not on_terminal)
    for value in values:
        table.add_row(*(Text(_cell(value.get(name))) for name in names))
    Console(width=None if on_terminal else _WIDE).print(table)


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
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_cell(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{k}={_cell(v)}" for k, v in value.items())
    return str(value)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int], None] | None]:
    """A running count on a terminal, called with how many are done; None when a program reads."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.completed} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done)
