"""Reports made from a period's submissions."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import ConsolidationState
from models.types import document, instant, public_id, vocabulary


class Consolidation(SQLModel, table=True):
    """One version of a consolidated report. ``inputs_sha256`` makes re-running with the same submissions a no-op."""

    __table_args__ = (UniqueConstraint("period_id", "version"), UniqueConstraint("period_id", "inputs_sha256"))

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    period_id: int = Field(foreign_key="period.id", index=True)
    version: int
    state: ConsolidationState = vocabulary(ConsolidationState, default=ConsolidationState.draft)
    inputs_sha256: str = Field(max_length=64)
    made_at: datetime = instant()
    made_by: str = Field(max_length=120)
    received: int = 0
    missing: int = 0
    files: dict[str, Any] = document()
    """``{"docx": {"stored_as", "sha256", "size"}, ...}``"""
    template_id: int | None = Field(default=None, foreign_key="report_template.id")
    """The department's own template that it was to be made with; None: our own layout."""
    template_problem: str | None = None
    """Why our own layout was taken all the same; None while the template did its work."""
    issued_at: datetime | None = instant(nullable=True)
    issued_number: str | None = Field(default=None, max_length=120)
    submitted_by: str | None = Field(default=None, max_length=120)
    """Who has it before the *lãnh đạo duyệt* (S6); None again once it was sent back."""
    submitted_at: datetime | None = instant(nullable=True)
    approved_by: str | None = Field(default=None, max_length=120)
    approved_at: datetime | None = instant(nullable=True)
    remarks: str | None = None
    """Why it was sent back last; None once it is submitted again."""


class LateNote(SQLModel, table=True):
    """What becomes of a report that came after its consolidated report was issued (*gửi sau phát hành*)."""

    __tablename__ = "late_note"

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", unique=True)
    choice: str = Field(max_length=20)
    """``correction``: in a corrected version; ``next``: as a note in the next period's report."""
    note: str = ""
    decided_by: str = Field(max_length=120)
    decided_at: datetime = instant()
