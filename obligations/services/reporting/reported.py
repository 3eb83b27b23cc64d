"""What was reported for a period: the versions that stood when its consolidated report was issued, for issued numbers freeze."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from models.enums import SubmissionState
from models.tables import Assignment, Consolidation, Period, Submission, SubmissionAssignment
from obligations.services.context import Context
from obligations.services.served import is_out, part_of


@dataclass(frozen=True)
class Reported:
    """One agency's report for one period. ``after_issue``: it came after the period's consolidated report was issued."""

    agency_id: int
    author: str
    period: str
    due_on: date
    entries: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    after_issue: bool


def reported(ctx: Context, *where: ColumnElement[bool] | bool, most: int | None = None) -> list[Reported]:
    """Of each agency and period under ``where`` the report that counts, periods newest first, in one query.

    That is the version that stood when the newest issued consolidated report was made, whatever came afterwards; where nothing
    was issued, or nothing had come by then, the version in force. ``most``: rows that are read.
    """
    chosen: dict[tuple[int, int], tuple[bool, Reported]] = {}
    for submission, link, agency_id, period_id, label, due_on, issued in ctx.session.execute(_query(where, most)):
        stood = issued is not None and _stood(submission, issued)
        if not stood and is_out(submission, link):
            continue
        key = (period_id, agency_id)
        if key not in chosen or (stood and not chosen[key][0]):
            part = part_of(submission, link)
            said = (part.get("entries", []), part.get("figures", []))
            late = issued is not None and not stood
            chosen[key] = (stood, Reported(agency_id, submission.agency_name, label, due_on, *said, late))
    return [report for _, report in chosen.values()]


def _stood(submission: Submission, issued: datetime) -> bool:
    """Whether it had come by the moment; later versions stand before it in the order, so that the newest is met first."""
    return submission.recorded_at <= issued


def _query(where: Iterable[Any], most: int | None) -> Select[Any]:
    issued = (
        sql_select(func.max(Consolidation.made_at))
        .where(col(Consolidation.period_id) == col(Period.id), col(Consolidation.issued_at).is_not(None))
        .correlate(Period)
        .scalar_subquery()
    )
    return (
        sql_select(
            Submission,
            SubmissionAssignment,
            col(Assignment.agency_id),
            col(Period.id),
            col(Period.label),
            col(Period.due_on),
            issued,
        )
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == col(Submission.id))
        .join(Assignment, col(SubmissionAssignment.assignment_id) == col(Assignment.id))
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .where(
            *where,
            col(Submission.state) != SubmissionState.recalled,
            col(SubmissionAssignment.state) != SubmissionState.recalled,
        )
        .order_by(col(Period.due_on).desc(), col(Submission.version).desc(), col(Submission.id).desc())
        .limit(most)
    )
