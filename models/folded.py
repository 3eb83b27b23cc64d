"""Text without marks inside a query, on both databases without any extension."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from models.alphabet import MARKED, PLAIN

SQLITE_NAME = "dondoc_fold"
"""The function that every SQLite connection is given (``models.engine``)."""


class folded(GenericFunction[str]):  # noqa: N801 - written like the SQL functions beside it
    """``folded(column)`` is ``models.alphabet.fold`` of it; what is stored is NFC already."""

    type = String()
    inherit_cache = True
    name = SQLITE_NAME


@compiles(folded, "postgresql")
def _postgresql(element: Any, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"lower(translate({text}, '{MARKED}', '{PLAIN}'))"


def has_words(words: Sequence[str], *columns: Any) -> ColumnElement[bool]:
    """Every word (folded already) stands in at least one of the columns."""
    return and_(*(or_(*(folded(column).contains(word, autoescape=True) for column in columns)) for word in words))
