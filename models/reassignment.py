"""How duties change hands: one row for each thing that moved, stopped or settled who owes."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.enums import AssignmentState, ReassignmentKind
from models.types import document, instant, vocabulary


class Reassignment(SQLModel, table=True):
    """One change of who owes one assignment. Never changed afterwards: together they answer why an agency owes."""

    id: int | None = Field(default=None, primary_key=True)
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    to_assignment_id: int | None = Field(default=None, foreign_key="assignment.id", index=True)
    """Who carries it on; the disputed assignment for one that was ``paused`` with it and then ``kept``."""
    kind: ReassignmentKind = vocabulary(ReassignmentKind)
    succession_id: int | None = Field(default=None, foreign_key="succession.id")
    on: date
    decision: str = ""
    reason: str = ""
    evidence: str = ""
    """The paper a dispute rests on."""
    proposed: str | None = Field(default=None, max_length=120)
    """Code of the agency that a dispute names instead."""
    previous_state: AssignmentState = vocabulary(AssignmentState)
    carried: dict[str, Any] = document()
    """What went along: ``{"created", "before", "source", "submissions", "extensions", "agreed"}``, so that a copy can be rewound."""
    at: datetime = instant()
    by: str = Field(max_length=120)
