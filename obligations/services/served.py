"""Which report counts for a duty, and which part of it: one report may serve several (báo cáo lồng ghép), each on its own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from models.enums import SubmissionState
from models.tables import Submission, SubmissionAssignment

BY_STAFF = "staff"
"""Under ``entered_by`` in the content of a submission."""
OUT = (SubmissionState.replaced, SubmissionState.recalled)


def in_force() -> tuple[ColumnElement[bool], ...]:
    """Conditions on a submission joined with one assignment it serves: neither replaced nor taken back, for that one either."""
    return (
        col(Submission.state).not_in(OUT),
        col(SubmissionAssignment.state).not_in(OUT),
        col(SubmissionAssignment.replaced_at).is_(None),
    )


def is_out(submission: Submission, link: SubmissionAssignment) -> bool:
    """Whether it no longer counts for the assignment of the link."""
    return submission.state in OUT or link.state in OUT or link.replaced_at is not None


def entered_by_staff(content: Mapping[str, Any]) -> bool:
    """Whether a coordinator typed it in the agency's place."""
    return content.get("entered_by") == BY_STAFF


def part_of(submission: Submission, link: SubmissionAssignment) -> dict[str, Any]:
    """What it says about one assignment: that part alone where parts are told apart, else all of it."""
    return submission.content if link.part is None else link.part
