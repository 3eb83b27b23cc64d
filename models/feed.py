"""Calendar feeds: one counter a feed, one cached rendering an entry, tokens by hash."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import document, instant, public_id


class Feed(SQLModel, table=True):
    """A calendar: ``plan:<slug>`` (public) or ``agency:<id>`` (private). The same ``version`` is the same bytes."""

    id: int | None = Field(default=None, primary_key=True)
    scope: str = Field(unique=True, max_length=200)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    agency_id: int | None = Field(default=None, foreign_key="agency.id", index=True)
    version: int = 0
    changed_at: datetime = instant()
    head: dict[str, Any] = document()
    """What the feed says of itself: ``{"name", "description", "source_url", "cut"}``; a change of it is a new version."""


class FeedEntry(SQLModel, table=True):
    """One deadline in one feed. ``rendered`` is the VEVENT's bytes; visible change raises ``sequence``.

    ``rendered`` is empty once the entry has left the feed; the row stays, so that its UID never begins anew at 0.
    """

    __tablename__ = "feed_entry"
    __table_args__ = (UniqueConstraint("feed_id", "uid"), Index("ix_feed_entry_change", "feed_id", "feed_version"))

    id: int | None = Field(default=None, primary_key=True)
    feed_id: int = Field(foreign_key="feed.id", index=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    assignment_id: int | None = Field(default=None, foreign_key="assignment.id", index=True)
    uid: str = Field(max_length=200)
    feed_version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Version of the feed in which this entry last came, changed or left."""
    sequence: int = 0
    created_at: datetime = instant()
    changed_at: datetime = instant()
    shown_on: date
    digest: str = Field(max_length=64)
    visible: dict[str, Any] = document()
    rendered: bytes = b""
    cancelled_at: datetime | None = instant(nullable=True)


class FeedToken(SQLModel, table=True):
    """Right to read one agency's feed. Only the hash is stored."""

    __tablename__ = "feed_token"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    label: str = ""
    token_sha256: str = Field(unique=True, max_length=64)
    created_at: datetime = instant()
    created_by: str = Field(max_length=120)
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)
    last_user_agent: str = Field(default="", max_length=200)
