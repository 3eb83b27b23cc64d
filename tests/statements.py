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
OPENING = ("BEGIN", "PRAGMA QUERY_ONLY")
"""Of a transaction: before or in the block, as the calendar was asked first or not."""


@contextmanager
def statements(database: Database, *, begins: str = "", watch: bool = False) -> Iterator[list[Statement]]:
    """Every statement of the block that begins so, in order; ``watch``: with the calendar's question by the clock.

    What opens a transaction counts only when it is asked for.
    """
    seen: list[Statement] = []
    passed = () if begins else OPENING

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        said = statement.lstrip().upper()
        if said.startswith(begins.upper()) and not said.startswith(passed) and (watch or WATCH not in statement):
            seen.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
