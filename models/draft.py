"""What agencies have typed and not submitted."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import document, instant


class ReportDraft(SQLModel, table=True):
    """One a duty and agency, shared by its people, seen by nobody else; gone with the submission. No draft is a report."""

    __tablename__ = "report_draft"
    __table_args__ = (UniqueConstraint("assignment_id", "agency_id"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    agency_id: int = Field(foreign_key="agency.id")
    version: int = 1
    """Raised with each saving, so that two open pages cannot overwrite each other unseen."""
    content: dict[str, Any] = document()
    """The form as typed: ``{form, document_number, document_on, note, entries, figures, nil_rest}``."""
    saved_at: datetime = instant(index=True)
