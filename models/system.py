"""Small facts of the installation itself, and the stop button (S12)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.types import instant


class SystemValue(SQLModel, table=True):
    """A named value: last tick, epoch, ..."""

    __tablename__ = "system_value"

    name: str = Field(primary_key=True, max_length=80)
    value: str


class Pause(SQLModel, table=True):
    """Tạm dừng thông báo for everything, one plan or one agency; acts before the next send."""

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    agency_id: int | None = Field(default=None, foreign_key="agency.id")
    reason: str = ""
    paused_by: str = Field(max_length=120)
    paused_at: datetime = instant()
    resumed_at: datetime | None = instant(nullable=True)
