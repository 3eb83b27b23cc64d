"""Personal links and sessions of the portal. Secrets by hash only."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import instant


class AccessLink(SQLModel, table=True):
    """A personal link in a message: one agency, one contact, one purpose."""

    __tablename__ = "access_link"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True, max_length=64)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    purpose: str = Field(default="submit", max_length=32)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)


class PortalSession(SQLModel, table=True):
    """A server-side session; ``agency_id`` set = agency member, ``role`` set = named account."""

    __tablename__ = "portal_session"

    id: int | None = Field(default=None, primary_key=True)
    sid_sha256: str = Field(unique=True, max_length=64)
    csrf: str = Field(max_length=64)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    link_id: int | None = Field(default=None, foreign_key="access_link.id")
    account: str | None = Field(default=None, max_length=120)
    role: str | None = Field(default=None, max_length=32)
    created_at: datetime = instant()
    expires_at: datetime = instant(index=True)


class Account(SQLModel, table=True):
    """A named person on the coordinating side (S9)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)
    display_name: str
    email: str = Field(max_length=320)
    role: str = Field(max_length=32)
    is_sample: bool = False
    token_sha256: str | None = Field(default=None, unique=True, max_length=64)
    created_at: datetime = instant()
    disabled_at: datetime | None = instant(nullable=True)
