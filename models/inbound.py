"""What providers tell us: raw events as they came, and what they say of a message."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.enums import EventKind
from models.types import instant, vocabulary


class InboundEvent(SQLModel, table=True):
    """One event as it came, stored before it is understood. The same event sent again is the same row."""

    __tablename__ = "inbound_event"

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True, max_length=200)
    source: str = Field(max_length=80, index=True)
    """``zalo:<oa>`` or ``mail:<mailbox>``."""
    raw: bytes
    received_at: datetime = instant()
    processed_at: datetime | None = instant(nullable=True, index=True)
    attempts: int = 0
    result: str = Field(default="", max_length=300)


class MessageEvent(SQLModel, table=True):
    """What became of a message after a provider took it: evidence for the ledger."""

    __tablename__ = "message_event"

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    kind: EventKind = vocabulary(EventKind)
    at: datetime = instant()
    """As the provider says; when it says nothing, when it reached us."""
    source: str = Field(max_length=80)
    detail: str = Field(default="", max_length=300)
    dedupe_key: str = Field(unique=True, max_length=200)
    recorded_at: datetime = instant()
