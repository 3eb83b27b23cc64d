"""Batches that a person may stop before they go, and telephone calls that were made."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.enums import BatchState, CallResult
from models.types import instant, public_id, vocabulary


class NoticeBatch(SQLModel, table=True):
    """Overdue notices of one day, shown in the morning and sent in the afternoon unless stopped (S3)."""

    __tablename__ = "notice_batch"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    key: str = Field(unique=True, max_length=120)
    state: BatchState = vocabulary(BatchState, default=BatchState.shown)
    shown_at: datetime = instant()
    goes_at: datetime = instant(index=True)
    decided_at: datetime | None = instant(nullable=True)
    decided_by: str | None = Field(default=None, max_length=120)
    reason: str = ""


class PhoneCall(SQLModel, table=True):
    """One telephone call about one assignment, as the person who made it recorded it; undone with a reason, never lost."""

    __tablename__ = "phone_call"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    called_at: datetime = instant()
    number: str = Field(default="", max_length=40)
    person: str = Field(default="", max_length=200)
    """Who answered."""
    result: CallResult = vocabulary(CallResult)
    answer: str = Field(default="", max_length=1000)
    recorded_by: str = Field(max_length=120)
    recorded_at: datetime = instant()
    undone_at: datetime | None = instant(nullable=True)
    undone_by: str | None = Field(default=None, max_length=120)
    undone_reason: str = ""
