"""Plans, their versions and the obligations they assign."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.enums import CompletesOn, Duty, ObligationKind, PlanKind
from models.types import document, instant, vocabulary


class Plan(SQLModel, table=True):
    """One official document that assigns duties."""

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=80)
    number: str = Field(max_length=80)
    title: str
    citation: str
    issuer: str
    issued_on: date
    timezone: str = Field(max_length=64)
    since_on: date
    """No period whose due date lies before this day is opened."""
    applied_at: datetime = instant()
    version: int = 0
    kind: PlanKind = vocabulary(PlanKind, default=PlanKind.document)
    request_key: str | None = Field(default=None, unique=True, index=True, max_length=120)
    """Idempotency key of the act that made an ad-hoc request; None for documents."""


class PlanVersion(SQLModel, table=True):
    """What a plan said from one application on; never changed afterwards."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    version: int
    sha256: str = Field(max_length=64)
    content: dict[str, Any] = document()
    applied_at: datetime = instant()
    applied_by: str = Field(max_length=120)


class Obligation(SQLModel, table=True):
    """One duty of a plan, with its full specification as the plan file gave it."""

    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    code: str = Field(max_length=80)
    title: str
    kind: ObligationKind = vocabulary(ObligationKind)
    duty: Duty = vocabulary(Duty)
    completes_on: CompletesOn = vocabulary(CompletesOn)
    clauses: list[str] = document(default_factory=list)
    spec: dict[str, Any] = document()
    position: int = 0
    opening_document: str | None = None
    """S4: the công văn the opening notice cites; the plan itself when ``cites_plan``."""
    cites_plan: bool = False
    ended_on: date | None = None
    ended_by: str | None = None
