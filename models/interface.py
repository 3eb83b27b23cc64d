"""Tokens by which programs read the JSON interface. Secrets by hash only."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import instant, public_id


class ApiToken(SQLModel, table=True):
    """A bearer token: reads what its account may read, until it ends or is revoked."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=24)
    token_sha256: str = Field(unique=True, max_length=64)
    prefix: str = Field(max_length=16)
    """The beginning of the secret, by which people recognise it; gives nothing away."""
    name: str = Field(max_length=120)
    account_id: int = Field(foreign_key="account.id", index=True)
    created_by: str = Field(max_length=120)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    last_used_at: datetime | None = instant(nullable=True)
    """To the hour."""
    revoked_at: datetime | None = instant(nullable=True)
