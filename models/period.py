"""Periods, what each agency owes in them, and the steps they go through."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, event, false
from sqlmodel import Field, SQLModel

from models.enums import AssignmentState, Basis, Duty, PeriodState, StepName, StepState
from models.types import UtcDateTime, document, instant, public_id, vocabulary

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""``Assignment.next_at`` of what must be looked at by the very next chase."""


class Period(SQLModel, table=True):
    """One occurrence of an obligation. Its base due moment never moves for one agency."""

    __table_args__ = (UniqueConstraint("obligation_id", "label"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    obligation_id: int = Field(foreign_key="obligation.id", index=True)
    plan_version: int
    label: str = Field(max_length=40)
    state: PeriodState = vocabulary(PeriodState, default=PeriodState.open, index=True)
    opens_on: date
    data_from: date | None = None
    data_to: date | None = None
    due_on: date
    due_at: datetime = instant()
    """First instant at which the due day is over."""
    practical_due_on: date
    grace_until: date
    grace_applies: bool = False
    overdue_at: datetime = instant()
    """First instant at which "quá hạn" may be said: after due, or after grace when it applies."""
    basis: Basis = vocabulary(Basis)
    basis_note: str = ""
    basis_number: str | None = Field(default=None, max_length=120)
    """Number of the document the date rests on: the plan's, a guiding letter's, or the one that extended it."""
    basis_on: date | None = None
    data_basis: Basis | None = vocabulary(Basis, default=None, nullable=True)
    data_basis_note: str = ""
    reasons: list[str] = document(default_factory=list)
    spec: dict[str, Any] = document()
    """The obligation as it stands for this period; what the plan file says later touches it only when applied to it."""
    calendar_version: str = Field(max_length=64)
    opened_at: datetime = instant()
    needs_confirmation: bool = False
    """S3: applied when already open; nothing goes out before the coordinator has confirmed what arrived."""
    confirmed_at: datetime | None = instant(nullable=True)
    confirmed_by: str | None = Field(default=None, max_length=120)
    closed_at: datetime | None = instant(nullable=True)


class Assignment(SQLModel, table=True):
    """What one agency owes for one period, with the one effective due moment."""

    __table_args__ = (
        UniqueConstraint("period_id", "agency_id"),
        Index("ix_assignment_work", "period_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True, max_length=32)
    period_id: int = Field(foreign_key="period.id")
    agency_id: int = Field(foreign_key="agency.id", index=True)
    duty: Duty = vocabulary(Duty)
    why: str = ""
    """Why this agency owes this: the group or role it was resolved from."""
    state: AssignmentState = vocabulary(AssignmentState, default=AssignmentState.open)
    due_on: date
    due_at: datetime = instant()
    overdue_at: datetime = instant()
    practical_due_on: date
    revision: int = 1
    """Raised when the effective due moves, so that its reminders are new ones."""
    first_received_on: date | None = None
    first_received_at: datetime | None = instant(nullable=True)
    """The minute of that arrival when the system itself received it; None when only the day is known."""
    counted_on: date | None = None
    """The earlier day printed on a document, where the plan judges lateness by it (``Policy.lateness_by``)."""
    acknowledged_at: datetime | None = instant(nullable=True)
    """When the agency pressed "Đã nhận, đang thực hiện"; nothing else sets it."""
    soft_received_at: datetime | None = instant(nullable=True)
    completed_at: datetime | None = instant(nullable=True)
    snoozed_until: date | None = None
    kept_due: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """The period's date moved earlier, but not for this agency: its report had come in time, or it was not told."""
    left_as: AssignmentState | None = vocabulary(AssignmentState, default=None, nullable=True)
    """State it had when a version of the plan took it away; None when no plan did."""
    exempt_reason: str | None = None
    moved_to: str | None = Field(default=None, max_length=32)
    """Public id of the assignment of the same period that carries this duty on; set with the state ``ended``."""
    state_changed_at: datetime = instant()
    next_at: datetime | None = Field(default=AT_ONCE, sa_type=UtcDateTime, nullable=True, index=True)
    """When a chase must look at it again, so that its cost follows what is due; None: never, unless it changes."""


def _wake(assignment: Assignment, *_: Any) -> None:
    assignment.next_at = AT_ONCE


for _name in (
    "state",
    "duty",
    "agency_id",
    "due_at",
    "practical_due_on",
    "overdue_at",
    "revision",
    "snoozed_until",
    "acknowledged_at",
):
    event.listen(getattr(Assignment, _name), "set", _wake)
event.listen(Assignment.state_changed_at, "set", _wake)


class PeriodStep(SQLModel, table=True):
    """One planned step of a period: when it is due and whether it was done. Prefect's named runs mirror these rows."""

    __tablename__ = "period_step"
    __table_args__ = (
        UniqueConstraint("period_id", "code"),
        Index("ix_period_step_due", "state", "planned_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    code: str = Field(max_length=40)
    """``open``, ``T-7``, ``T+1``, ``close``, ``consolidate``, ..."""
    name: StepName = vocabulary(StepName)
    planned_at: datetime = instant()
    state: StepState = vocabulary(StepState, default=StepState.planned)
    done_at: datetime | None = instant(nullable=True)
    result: dict[str, Any] = document()
