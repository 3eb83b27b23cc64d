"""Column types and small defaults every table family uses."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC. A naive value is a programming error and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC out; SQLite keeps the digits without the offset."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: every *_at is an aware UTC instant")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the offset back that SQLite dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def public_id() -> str:
    """Random identifier for URLs and exports, 16 characters, so that ids cannot be walked.

    It never begins with a dash, which a command line would take for an option.
    """
    name = secrets.token_urlsafe(12)
    return public_id() if name.startswith("-") else name


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """Column of an aware UTC instant."""
    return Field(
        default=None if nullable else ...,
        sa_type=UtcDateTime,
        nullable=nullable,
        index=index,
    )


def vocabulary(kinds: type, *, default: Any = ..., index: bool = False, nullable: bool = False) -> Any:
    """Column of a closed vocabulary, stored as its text so that a new word needs no type migration."""
    column: Column[Any] = Column(
        Enum(
            kinds, native_enum=False, create_constraint=False, length=32, values_callable=lambda e: [m.value for m in e]
        ),
        nullable=nullable,
        index=index,
        default=None if default is ... else default,
    )
    return Field(default=default, sa_column=column)


def document(*, default_factory: Any = dict) -> Any:
    """Column of a small JSON document."""
    return Field(default_factory=default_factory, sa_column=Column(JSON, nullable=False, default=default_factory))
