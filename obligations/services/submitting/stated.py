"""Cơ quan báo đã gửi, chờ đối chiếu: what rests on an agency's word alone, until the register or a person has found it."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.enums import SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Assignment, Receipt, Submission, SubmissionAssignment
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.served import in_force
from obligations.services.stated_mark import FOUND, STATED, is_stated
from obligations.services.submitting.standing_again import settle_arrival


def still_stated() -> tuple[ColumnElement[bool], ...]:
    """Conditions on a submission joined with one assignment: in force, nobody has found it yet, nobody has judged it."""
    unjudged = col(SubmissionAssignment.state) == SubmissionState.submitted
    return (col(Submission.idempotency_key).startswith(STATED), unjudged, *in_force())


_STATED = (
    select(col(SubmissionAssignment.assignment_id))
    .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(*still_stated())
)
_AMONG = _STATED.where(col(SubmissionAssignment.assignment_id).in_(bindparam("among", expanding=True)))
"""Built once: the first page asks."""


def awaits_finding() -> ColumnElement[bool]:
    """Whether an assignment of an enclosing query rests on such a word."""
    query = select(SubmissionAssignment).join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
    mine = query.where(col(SubmissionAssignment.assignment_id) == col(Assignment.id), *still_stated())
    return exists(mine.correlate(Assignment))


def stated_ids(ctx: Context, assignment_ids: list[int] | SelectOfScalar[Any]) -> set[int]:
    """Those of the assignments that rest on such a word. No statement when there are no assignments."""
    if isinstance(assignment_ids, list):
        return set(ctx.session.exec(_AMONG, params={"among": assignment_ids}).all()) if assignment_ids else set()
    return set(ctx.session.exec(_STATED.where(col(SubmissionAssignment.assignment_id).in_(assignment_ids))).all())


def take_found(ctx: Context, submission: Submission, incoming_number: str, arrived_on: date) -> bool:
    """The register has the document: its số đến and ngày đến are the true ones, for the first arrival too.

    False when it had been found before.
    """
    if not is_stated(submission):
        return False
    said_on = submission.arrived_on
    submission.idempotency_key = submission.idempotency_key.replace(STATED, FOUND, 1)
    submission.incoming_number, submission.arrived_on = incoming_number or None, arrived_on
    receipt = ctx.session.exec(select(Receipt).where(Receipt.submission_id == submission.id)).one()
    receipt.channel, receipt.form = SubmissionChannel.document_system, SubmissionForm.signed
    receipt.incoming_number, receipt.arrived_on = incoming_number or None, arrived_on
    receipt.recorded_by, receipt.recorded_at = ctx.actor, ctx.as_of
    ctx.session.flush()
    served = select(Assignment).join(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
    for assignment in ctx.session.exec(served.where(SubmissionAssignment.submission_id == submission.id)).all():
        settle_arrival(ctx, assignment)
    audit.record(
        ctx,
        "submission.found",
        submission.public_id,
        receipt=submission.receipt_number,
        number=incoming_number,
        on=arrived_on,
        stated_on=said_on,
    )
    return True
