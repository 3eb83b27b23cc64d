"""Kinds of more time, kept apart (S5), and what was taken back of them and of other acts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import document, instant


class Extension(SQLModel, table=True):
    """Gia hạn: by the issuer's document; moves the effective due moment of one assignment."""

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    due_on_before: date
    due_on: date
    document_number: str = Field(max_length=120)
    document_on: date
    granted_by: str = Field(max_length=120)
    granted_at: datetime = instant()


class PeriodExtension(SQLModel, table=True):
    """Gia hạn chung: by the issuer's document; moves a whole period, and what derives from it. Kept when it is taken back."""

    __tablename__ = "period_extension"

    id: int | None = Field(default=None, primary_key=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    due_on_before: date
    due_on: date
    document_number: str = Field(max_length=120)
    document_on: date
    granted_by: str = Field(max_length=120)
    granted_at: datetime = instant()
    before: dict[str, Any] = document()
    """What the period's date rested on before: basis, note, number, day."""
    undone_at: datetime | None = instant(nullable=True)
    undone_by: str | None = Field(default=None, max_length=120)
    undone_reason: str | None = None


class AgreedLateness(SQLModel, table=True):
    """Thống nhất thời gian gửi chậm: pauses chasing until a day; the report still counts as late, agreed."""

    __tablename__ = "agreed_lateness"

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    until_on: date
    reason: str = ""
    agreed_by: str = Field(max_length=120)
    agreed_at: datetime = instant()


class UndoneAct(SQLModel, table=True):
    """An act of a coordinator that was taken back, with everything that was known of it: nothing is lost by undoing."""

    __tablename__ = "undone_act"
    __table_args__ = (UniqueConstraint("assignment_id", "act"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    act: str = Field(max_length=120)
    """Which act: its kind and what tells it from others of that kind; never undone twice."""
    facts: dict[str, Any] = document()
    """What it had set, as plain values."""
    reason: str
    undone_by: str = Field(max_length=120)
    undone_at: datetime = instant()
