"""Channels as they stand now: breaker and pace, and the tokens of Zalo official accounts."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.enums import BreakerState
from models.types import instant, vocabulary


class ChannelState(SQLModel, table=True):
    """Breaker and pace of one channel, shared by every sender. No row: it has never failed."""

    __tablename__ = "channel_state"

    name: str = Field(primary_key=True, max_length=32)
    breaker: BreakerState = vocabulary(BreakerState, default=BreakerState.closed)
    failures: int = 0
    """Failures in a row that say nothing about a recipient."""
    open_until: datetime | None = instant(nullable=True)
    open_seconds: int = 0
    """How long the breaker was last opened for; doubled at the next failure of its probe."""
    paced_until: datetime | None = instant(nullable=True)
    """Until when the rate is used up: the next message may leave at this moment."""
    last_code: str = Field(default="", max_length=80)
    last_text: str = Field(default="", max_length=500)
    changed_at: datetime = instant()


class OauthToken(SQLModel, table=True):
    """Token pair of one official account (OA); secrets encrypted. ``version`` rises with every rotation."""

    __tablename__ = "oauth_token"

    oa: str = Field(primary_key=True, max_length=64)
    app_id: str = Field(max_length=64)
    access_enc: str = ""
    refresh_enc: str = ""
    previous_access_enc: str = ""
    previous_refresh_enc: str = ""
    expires_at: datetime | None = instant(nullable=True)
    refresh_expires_at: datetime | None = instant(nullable=True)
    version: int = 0
    refreshing_since: datetime | None = instant(nullable=True)
    """Written before the refresh request leaves: a crash in between may have used up the single-use token."""
    alarm: str = ""
    """Why a person must act; empty when all is well."""
    connected_by: str = Field(default="", max_length=120)
    updated_at: datetime = instant()
