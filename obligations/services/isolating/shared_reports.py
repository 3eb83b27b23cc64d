"""A consolidated report holds what many sent: it is sealed with the first that is set apart, and waits for all of them (S13)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.engine import serialise
from models.enums import IsolationState
from models.tables import Assignment, Consolidation, Isolation, Period, Submission, SubmissionAssignment
from obligations.errors import Refused
from obligations.services.context import Context
from obligations.services.isolating.sealed_store import opened

WAITS = timedelta(minutes=5)
"""The moment of an act is read before it waits for the database: what was made that much later may have been written before it."""


_LOCK = 197_113


def one_at_a_time(ctx: Context) -> None:
    """What is set apart, released and destroyed looks at one another: no two at once."""
    serialise(ctx.session, _LOCK)


def holding(ctx: Context, submission: Submission, until: datetime | None = None) -> list[Consolidation]:
    """Consolidated reports that may have taken it in: of its periods, and of the next, which print its numbers.

    ``until``: when it was set apart; what is made later is without it.
    """
    own = (
        select(Assignment.period_id)
        .join(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(SubmissionAssignment.submission_id == submission.id)
    )
    query = (
        select(Consolidation)
        .where(or_(col(Consolidation.period_id).in_(own), col(Consolidation.period_id).in_(_next_periods(own))))
        .where(col(Consolidation.made_at) >= submission.recorded_at)
        .order_by(col(Consolidation.id))
    )
    if until is not None:
        query = query.where(col(Consolidation.made_at) <= until + WAITS)
    return list(ctx.session.exec(query).all())


def check_alone(ctx: Context, row: Isolation, said: dict[str, Any], *, lock: bool = True) -> None:
    """Refused while another report that is set apart stands in a consolidated report sealed with this one."""
    held = {report["id"] for report in said["reports"] if still_sealed(row, said, report)}
    for other, submission in _others(ctx, row, lock=lock):
        if held & {report.id for report in holding(ctx, submission, other.isolated_at)}:
            raise Refused(
                "Báo cáo tổng hợp được cô lập cùng báo cáo này còn chứa báo cáo đang cô lập của "
                f"{submission.agency_name} (số xác nhận {submission.receipt_number}); đề nghị xử lý báo cáo đó trước."
            )


def take_from_others(ctx: Context, row: Isolation) -> list[str]:
    """What is destroyed is destroyed in the consolidated reports sealed with others, too. Names in the store of the sealed files."""
    submission = ctx.session.get_one(Submission, row.submission_id)
    mine = {report.id for report in holding(ctx, submission, row.isolated_at)}
    taken: list[str] = []
    for other, _ in _others(ctx, row, lock=True):
        said = opened(ctx.settings, other)
        names = {
            said["sealed_as"].get(file["stored_as"])
            for report in said["reports"]
            if report["id"] in mine
            for file in report["files"].values()
        }
        gone = [file for file in other.files if file["sealed_as"] and file["sealed_as"] in names]
        if gone:
            other.files = [{**file, "sealed_as": ""} if file in gone else file for file in other.files]
            row.files = [*row.files, *({**file, "sealed_as": ""} for file in gone)]
            taken += [file["sealed_as"] for file in gone]
    return taken


def still_sealed(row: Isolation, said: dict[str, Any], report: dict[str, Any]) -> bool:
    """Whether the files of a consolidated report are still there: another's destruction may have taken them."""
    there = {file["sealed_as"] for file in row.files if file["sealed_as"]}
    return all(said["sealed_as"].get(file["stored_as"], "") in there for file in report["files"].values())


def _others(ctx: Context, row: Isolation, *, lock: bool) -> list[tuple[Isolation, Submission]]:
    query = (
        select(Isolation, Submission)
        .join(Submission, col(Isolation.submission_id) == Submission.id)
        .where(Isolation.state == IsolationState.isolated, Isolation.id != row.id)
        .order_by(col(Isolation.id))
    )
    found = ctx.session.exec(query.with_for_update(of=Isolation) if lock else query).all()
    return [(other, submission) for other, submission in found]


def _next_periods(own: Any) -> Any:
    """Ids of the periods that follow these of the same duty, without another one between."""
    before, after, between = aliased(Period), aliased(Period), aliased(Period)
    inside = select(between.id).where(
        col(between.obligation_id) == col(before.obligation_id),
        col(between.due_on) > col(before.due_on),
        col(between.due_on) < col(after.due_on),
    )
    return (
        select(after.id)
        .join(before, col(before.obligation_id) == col(after.obligation_id))
        .where(col(before.id).in_(own), col(after.due_on) > col(before.due_on), ~inside.exists())
    )
