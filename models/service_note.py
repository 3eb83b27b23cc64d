"""What coordinators are told about the service itself."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import instant


class ServiceNote(SQLModel, table=True):
    """One note to one account. ``key`` (what, of which channel, on which day, to whom) keeps it from being told twice."""

    __tablename__ = "service_note"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    account_id: int = Field(foreign_key="account.id")
    message_id: str = Field(unique=True, max_length=200)
    kind: str = Field(max_length=32)
    subject: str = Field(max_length=200)
    text: str
    html: str
    created_at: datetime = instant()
    next_at: datetime | None = instant(nullable=True, index=True)
    """When it goes, or goes again; None once it has gone or has been given up."""
    attempts: int = 0
    sent_at: datetime | None = instant(nullable=True)
    last_text: str = Field(default="", max_length=500)
