"""Personal links, named accounts and sessions of the portal. Secrets by hash only."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.types import document, instant, public_id


class AccessLink(SQLModel, table=True):
    """A personal link in a message: one agency, one contact, and the tasks of the message or, by its purpose, all of them."""

    __tablename__ = "access_link"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True, max_length=64)
    agency_id: int = Field(foreign_key="agency.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    message_id: int | None = Field(default=None, foreign_key="message.id", index=True)
    purpose: str = Field(default="submit", max_length=32)
    """``submit``: what its message is about; ``agency``: everything of the agency."""
    created_at: datetime = instant()
    expires_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True)
    last_used_at: datetime | None = instant(nullable=True)


class PortalSession(SQLModel, table=True):
    """A server-side session; ``agency_id`` set = agency member, ``account`` set = named account."""

    __tablename__ = "portal_session"

    id: int | None = Field(default=None, primary_key=True)
    sid_sha256: str = Field(unique=True, max_length=64)
    csrf: str = Field(max_length=64)
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    link_id: int | None = Field(default=None, foreign_key="access_link.id")
    """The personal link that was opened last."""
    joined: list[int] = document(default_factory=list)
    """Ids of links of the same contact that were opened before it in the same browser."""
    account: str | None = Field(default=None, max_length=120, index=True)
    created_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    """Its absolute end, however busy it is."""
    seen_at: datetime | None = instant(nullable=True)
    """Last use, to the minute; a named account's session ends when this lies too far back."""
    way: str = Field(default="link", max_length=16)
    """How the account signed in: ``link``, ``mail`` or ``oidc``."""
    second_at: datetime | None = instant(nullable=True)
    """When the second factor was given; None: not in this session."""


class Account(SQLModel, table=True):
    """A named person on the coordinating side (S9). Its roles stand in ``account_role``."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)
    display_name: str
    email: str = Field(max_length=320)
    is_sample: bool = False
    token_sha256: str | None = Field(default=None, unique=True, max_length=64)
    created_at: datetime = instant()
    disabled_at: datetime | None = instant(nullable=True)
    oidc_subject: str | None = Field(default=None, unique=True, index=True, max_length=600)
    """``issuer subject`` that signs in as this account, bound at the first time; one account each."""
    failures: int = 0
    """Wrong second factors in a row."""
    locked_until: datetime | None = instant(nullable=True)


class AccountRole(SQLModel, table=True):
    """One role that an account has by itself."""

    __tablename__ = "account_role"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    role: str = Field(max_length=32, primary_key=True)


class Handover(SQLModel, table=True):
    """Bàn giao or ủy quyền of roles from one account to another, from day to day."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=24)
    giver_id: int = Field(foreign_key="account.id", index=True)
    taker_id: int = Field(foreign_key="account.id", index=True)
    roles: list[str] = document(default_factory=list)
    from_on: date
    until_on: date | None = None
    transfer: bool
    reason: str = Field(max_length=300)
    document: str = Field(max_length=300)
    recorded_by: str = Field(max_length=120)
    recorded_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_by: str | None = Field(default=None, max_length=120)


class SignInMail(SQLModel, table=True):
    """A sign-in link sent by mail: works once, for minutes. The link itself is derived when it is sent."""

    __tablename__ = "sign_in_mail"

    id: int | None = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class Attempt(SQLModel, table=True):
    """One try of one address of the network at something that is limited. Kept for a day, the address as a keyed hash."""

    __table_args__ = (Index("ix_attempt_client_sha256", "client_sha256", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=20)
    client_sha256: str = Field(max_length=64)
    at: datetime = instant(index=True)


class SecondFactor(SQLModel, table=True):
    """The one-time passwords of an account (RFC 6238). The secret is sealed."""

    __tablename__ = "second_factor"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    secret_enc: str
    created_at: datetime = instant()
    confirmed_at: datetime | None = instant(nullable=True)
    last_step: int = 0
    """Newest time step that was accepted; none at or before it is accepted again."""


class RecoveryCode(SQLModel, table=True):
    """One code to be used once when the telephone is gone; kept by keyed hash only."""

    __tablename__ = "recovery_code"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    code_hmac: str = Field(max_length=64)
    used_at: datetime | None = instant(nullable=True)
