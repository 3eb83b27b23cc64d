"""Reports that must not be read: sealed at once, then released, or destroyed by two people (S13)."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.enums import IsolationState
from models.types import document, instant, public_id, vocabulary


class Isolation(SQLModel, table=True):
    """One report set apart. What it said lies in ``sealed`` under a key of its own; once destroyed only digests are left."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    submission_id: int = Field(foreign_key="submission.id", index=True)
    state: IsolationState = vocabulary(IsolationState, default=IsolationState.isolated, index=True)
    data_key: str = ""
    """Opens ``sealed`` and the files; itself sealed with the installation's keys. Empty once released or destroyed."""
    sealed: str = ""
    """JSON of content, note, parts, attachments and consolidated files, encrypted."""
    files: list[dict[str, Any]] = document(default_factory=list)
    """Tombstones: ``{"sha256", "size", "sealed_as"}`` of each file; ``sealed_as`` is empty once it is gone."""
    content_sha256: str = Field(max_length=64)
    isolated_by: str = Field(max_length=120)
    isolated_at: datetime = instant()
    asked_by: str | None = Field(default=None, max_length=120)
    """The first of the two who destroy it."""
    asked_at: datetime | None = instant(nullable=True)
    decision: str = Field(default="", max_length=200)
    """Số, ngày of the decision to destroy."""
    ended_by: str | None = Field(default=None, max_length=120)
    ended_at: datetime | None = instant(nullable=True)
    reason: str = ""
    """Why it was released."""
