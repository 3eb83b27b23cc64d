"""Imported days off and worked, with their history; and the facts of every working calendar that dates were computed by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.types import document, instant

_IN_FORCE = text("superseded_at IS NULL")


class ImportedDay(SQLModel, table=True):
    """What one import says of one day. The row in force is the one that is not superseded; the others are its history."""

    __tablename__ = "imported_day"
    __table_args__ = (
        Index("ux_imported_day_in_force", "day", unique=True, sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE),
    )

    id: int | None = Field(default=None, primary_key=True)
    day: date
    kind: str = Field(max_length=8)
    """``off`` or ``worked``."""
    name: str = Field(max_length=300)
    document: str = Field(max_length=300)
    known_since: date
    confirmed: bool
    number: int
    """Number of the import, from 1."""
    imported_at: datetime = instant()
    imported_by: str = Field(max_length=120)
    superseded_at: datetime | None = instant(nullable=True)


class CalendarVersion(SQLModel, table=True):
    """What a working calendar rested on. ``years``: what the package said of each year that dates were computed in."""

    __tablename__ = "calendar_version"

    version: str = Field(primary_key=True, max_length=64)
    facts: dict[str, Any] = document()
    years: dict[str, Any] = document()
    first_used_at: datetime = instant()
