"""The outbox: messages, what each covers, and every attempt to deliver one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.enums import Audience, MessageState, OutcomeKind
from models.types import document, instant, public_id, vocabulary

_WAITS = text("state IN ('planned', 'retry', 'unknown')")
"""As the sender's query says it, to the letter: a partial index serves no other words."""
_FALLS_BACK = text("fallback_of IS NOT NULL")
"""Few do. With all of them in it SQLite looks for those that do not by this index, and reads all of history."""


class Message(SQLModel, table=True):
    """What one address receives at one time. Written in the transaction that decides it is due."""

    __table_args__ = (
        Index("ix_message_queue", "state", "next_at"),
        Index("ix_message_lease", "state", "lease_until"),
        Index("ix_message_provider", "channel", "provider_id"),
        Index("ix_message_contact_day", "contact_id", "finished_at"),
        Index("ix_message_message_id", "message_id"),
        Index("ix_message_fallback_of", "fallback_of", sqlite_where=_FALLS_BACK, postgresql_where=_FALLS_BACK),
        Index(
            "ix_message_waiting", "channel", "priority", "next_at", "id", sqlite_where=_WAITS, postgresql_where=_WAITS
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    key: str = Field(unique=True, max_length=200)
    """Idempotency key: the same decision taken twice writes one row."""
    kind: str = Field(max_length=40)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    audience: Audience = vocabulary(Audience)
    channel: str = Field(max_length=32)
    address: str = Field(max_length=320)
    """As planned; the contact's address is read again at send time."""
    subject: str = ""
    state: MessageState = vocabulary(MessageState, index=False)
    reason: str = ""
    """Why it is held, cancelled or failed, for people."""
    context: dict[str, Any] = document()
    planned_at: datetime = instant()
    """When it is meant to go."""
    next_at: datetime = instant()
    expires_at: datetime = instant()
    created_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)
    attempts: int = 0
    lease_owner: str | None = Field(default=None, max_length=80)
    lease_until: datetime | None = instant(nullable=True)
    lease_token: int = 0
    message_id: str = Field(default="", max_length=200)
    body_sha256: str | None = Field(default=None, max_length=64)
    provider_id: str | None = Field(default=None, max_length=200)
    last_code: str | None = Field(default=None, max_length=80)
    released_by: str | None = Field(default=None, max_length=120)
    batch_id: int | None = Field(default=None, foreign_key="notice_batch.id", index=True)
    """The batch of overdue notices it goes with (S3)."""
    fallback_of: int | None = Field(default=None, foreign_key="message.id")
    """The message that did not arrive, which this one says again by another channel."""
    priority: int = 0
    """0 for office hours and the daily cap; above it an ad-hoc request, sent first and at any hour but night."""


class MessageItem(SQLModel, table=True):
    """One reason for a message: a step of an assignment. Unique, so no step is told twice to one contact."""

    __tablename__ = "message_item"
    __table_args__ = (UniqueConstraint("assignment_id", "step", "revision", "contact_key"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    step: str = Field(max_length=40)
    revision: int = 1
    contact_key: str = Field(max_length=60)
    extra: dict[str, Any] = document()


class Delivery(SQLModel, table=True):
    """One attempt to hand a message to a channel."""

    __table_args__ = (UniqueConstraint("message_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    number: int
    started_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    phase: str = Field(default="", max_length=40)
    outcome: OutcomeKind | None = vocabulary(OutcomeKind, default=None, nullable=True)
    code: str = Field(default="", max_length=80)
    text: str = Field(default="", max_length=500)
