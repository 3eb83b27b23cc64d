"""What programs use: tokens of the JSON interface, their idempotency keys, and the addresses that are told of events."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import document, instant, public_id


class ApiToken(SQLModel, table=True):
    """A bearer token of an account or of an agency (one of the two), for some scopes, until it ends or is revoked."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=24)
    token_sha256: str = Field(unique=True, max_length=64)
    prefix: str = Field(max_length=16)
    """The beginning of the secret, by which people recognise it; gives nothing away."""
    name: str = Field(max_length=120)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    scopes: str = Field(default="read", max_length=120)
    """Names of scopes, separated by spaces."""
    created_by: str = Field(max_length=120)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    last_used_at: datetime | None = instant(nullable=True)
    """To the hour."""
    revoked_at: datetime | None = instant(nullable=True)


class IdempotencyKey(SQLModel, table=True):
    """One act that a program asked for under a key, and what it was answered; written with the act itself."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("owner", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    owner: str = Field(max_length=120)
    key: str = Field(max_length=200)
    operation: str = Field(max_length=300)
    """Method and path."""
    body_sha256: str = Field(max_length=64)
    status: int = 0
    answer: str = ""
    created_at: datetime = instant(index=True)


class Webhook(SQLModel, table=True):
    """An address that is told of events."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=24)
    name: str = Field(max_length=120)
    url: str = Field(max_length=500)
    kinds: str = Field(max_length=2000)
    """Kinds of events, separated by spaces."""
    secret: str = Field(max_length=400)
    """Sealed."""
    created_by: str = Field(max_length=120)
    created_at: datetime = instant()
    told_seq: int
    """The newest entry of the audit trail that was looked at: events are read off the trail, so none can be lost."""
    failing_since: datetime | None = instant(nullable=True)
    disabled_at: datetime | None = instant(nullable=True)
    disabled_reason: str = Field(default="", max_length=300)


class WebhookEvent(SQLModel, table=True):
    """One event for one address: written with what happened, sent by the regular round until it is taken or given up."""

    __tablename__ = "webhook_event"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=24)
    """What the receiver knows a repetition by (``webhook-id``)."""
    webhook_id: int = Field(foreign_key="webhook.id", index=True)
    kind: str = Field(max_length=60)
    payload: dict[str, Any] = document()
    created_at: datetime = instant()
    next_at: datetime | None = instant(nullable=True, index=True)
    """When it is tried (again); None once it is over."""
    attempts: int = 0
    sent_at: datetime | None = instant(nullable=True)
    last_status: str = Field(default="", max_length=200)
