"""What agencies ask for and promise besides their reports."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.enums import MoreTimeState
from models.types import instant, public_id, vocabulary

_IS_OPEN = text("state = 'open'")


class MoreTimeRequest(SQLModel, table=True):
    """Đề nghị thêm thời gian: changes nothing by itself; a coordinator answers it with one of the two kinds (S5) or with no."""

    __tablename__ = "more_time_request"
    __table_args__ = (
        Index("ux_more_time_open", "assignment_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    wanted_on: date
    reason: str
    document: str = Field(default="", max_length=200)
    """Số, ngày of the agency's own letter, when it sent one."""
    state: MoreTimeState = vocabulary(MoreTimeState, default=MoreTimeState.open, index=True)
    asked_by: str = Field(max_length=120)
    asked_at: datetime = instant()
    answer: str = ""
    """Why it was refused; empty otherwise."""
    answered_by: str | None = Field(default=None, max_length=120)
    answered_at: datetime | None = instant(nullable=True)


class SigningPromise(SQLModel, table=True):
    """Đang trình ký, dự kiến ngày …: rests the chasing until that day; no submission."""

    __tablename__ = "signing_promise"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id")
    number: int
    """1 or 2: how often it was said for this duty."""
    made_on: date
    expected_on: date
    made_by: str = Field(max_length=120)
    made_at: datetime = instant()
