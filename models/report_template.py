"""The departments' own Word templates of consolidated reports."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import instant, public_id


class ReportTemplate(SQLModel, table=True):
    """One version of a template, never changed; only the newest of a place is in force, until it is withdrawn."""

    __tablename__ = "report_template"
    __table_args__ = (UniqueConstraint("place", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    place: str = Field(max_length=170)
    """``<plan slug>--<obligation code>``, or nothing for the whole installation."""
    obligation_id: int | None = Field(default=None, foreign_key="obligation.id", index=True)
    """None: of the whole installation."""
    version: int
    file_name: str = Field(max_length=255)
    media_type: str = Field(max_length=120)
    size: int
    sha256: str = Field(max_length=64)
    stored_as: str = Field(max_length=120)
    uploaded_at: datetime = instant()
    uploaded_by: str = Field(max_length=120)
    withdrawn_at: datetime | None = instant(nullable=True)
    withdrawn_by: str | None = Field(default=None, max_length=120)
