"""Append-only audit with a hash chain; triggers refuse UPDATE and DELETE."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.types import document, instant


class AuditEntry(SQLModel, table=True):
    """One act: who, what, on which object. ``hash`` covers the entry and ``previous_hash``."""

    __tablename__ = "audit_entry"

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = instant()
    actor: str = Field(max_length=120)
    action: str = Field(max_length=80, index=True)
    subject: str = Field(max_length=200, index=True)
    detail: dict[str, Any] = document()
    previous_hash: str = Field(max_length=64)
    hash: str = Field(unique=True, max_length=64)
