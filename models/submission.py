"""What agencies sent: immutable versions, receipts, attachments, and the assignments each serves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import SubmissionChannel, SubmissionForm, SubmissionState
from models.types import document, instant, public_id, vocabulary


class Submission(SQLModel, table=True):
    """One version of what an agency sent, in whatever form. Content never changes; only ``state`` does."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    receipt_number: str = Field(unique=True, max_length=40)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    agency_name: str
    """The author's name as it stood; kept when agencies merge."""
    version: int = 1
    form: SubmissionForm = vocabulary(SubmissionForm)
    channel: SubmissionChannel = vocabulary(SubmissionChannel)
    state: SubmissionState = vocabulary(SubmissionState, default=SubmissionState.submitted)
    document_number: str | None = Field(default=None, max_length=120)
    document_on: date | None = None
    incoming_number: str | None = Field(default=None, max_length=120)
    arrived_on: date | None = None
    """Ngày đến; None while nobody knows it, or when another agency's report covers the duty."""
    arrived_at: datetime = instant()
    recorded_by: str = Field(max_length=120)
    recorded_at: datetime = instant()
    content: dict[str, Any] = document()
    """``{"entries": [{clause, result, difficulty, proposal, nil}], "figures": [{clause, name, unit, value, kind, note}]}``

    ``"entered_by": "staff"`` when a coordinator typed it in the agency's place.
    A figure's ``kind`` is one of ``rules/figures.py``; ``adjusted`` with ``adjusted_reason`` puts last period's number right
    without touching the report it stood in.
    """
    note: str = ""
    idempotency_key: str = Field(unique=True, max_length=120)


class SubmissionAssignment(SQLModel, table=True):
    """A submission may serve several assignments, each reviewed on its own."""

    __tablename__ = "submission_assignment"

    submission_id: int = Field(foreign_key="submission.id", primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", primary_key=True, index=True)
    state: SubmissionState = vocabulary(SubmissionState, default=SubmissionState.submitted)
    remarks: str = ""
    reviewed_by: str | None = Field(default=None, max_length=120)
    reviewed_at: datetime | None = instant(nullable=True)
    part: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    """What the submission says about this assignment alone, as ``content``; None: all of it."""
    replaced_at: datetime | None = instant(nullable=True)
    """When a later version took its place for this assignment; the submission may go on serving others."""
    again_by: date | None = None
    """Until when it is asked for again, completed; only of one that was returned."""


class Receipt(SQLModel, table=True):
    """One arrival of a submission; the same document may arrive three ways."""

    __table_args__ = (UniqueConstraint("submission_id", "channel", "arrived_on"),)

    id: int | None = Field(default=None, primary_key=True)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    channel: SubmissionChannel = vocabulary(SubmissionChannel)
    form: SubmissionForm = vocabulary(SubmissionForm)
    incoming_number: str | None = Field(default=None, max_length=120)
    arrived_on: date | None = None
    recorded_by: str = Field(max_length=120)
    recorded_at: datetime = instant()


class Attachment(SQLModel, table=True):
    """A stored file. Bytes lie outside the database and outside the audit chain, which keeps only the digest (S13)."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    file_name: str = Field(max_length=255)
    media_type: str = Field(max_length=120)
    size: int
    sha256: str = Field(max_length=64)
    stored_as: str = Field(max_length=120)
