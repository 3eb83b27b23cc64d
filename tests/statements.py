"""What a block asks of a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from models.engine import Database

Statement = tuple[str, Any]
"""A statement and its parameters."""

WATCH = "max(imported_day.id)"
"""The calendar's question, asked by the clock (``calendar_watch.FRESH_FOR``) and not by what a block does."""


@contextmanager
def statements(database: Database, *, begins: str = "", watch: bool = False) -> Iterator[list[Statement]]:
    """Every statement of the block that begins so, in order; ``watch``: with the calendar's question by the clock."""
    seen: list[Statement] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(begins.upper()) and (watch or WATCH not in statement):
            seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
