"""What a submission does to its duty: when it first arrived, and what is still owed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import AssignmentState, CompletesOn, SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.rules.arrivals import Came, is_after
from obligations.rules.lateness import COMPLETE
from obligations.services.context import Context
from obligations.services.spec import counts_by_document, spec_in
from obligations.services.stated_mark import is_stated
from obligations.services.submitting.standing_again import settle_arrival
from obligations.services.submitting.store import sent_for


def advance(
    ctx: Context, assignment: Assignment, submission: Submission, period: Period, obligation: Obligation
) -> None:
    """The state the duty comes to; a soft copy completes it only where the plan asks for no signed document."""
    soft_only = (
        submission.form == SubmissionForm.soft and spec_in(obligation, period).completes_on == CompletesOn.signed
    )
    if soft_only and assignment.state in COMPLETE:
        soft_only = False  # a later soft copy never undoes a signed report
    by_portal = submission.channel == SubmissionChannel.portal
    dated = submission.document_on if _is_earlier(submission) and counts_by_document(ctx, obligation, period) else None
    note_first_arrival(ctx, assignment, submission.arrived_on, submission.arrived_at if by_portal else None, dated)
    assignment.state = AssignmentState.soft_received if soft_only else AssignmentState.submitted
    if soft_only:
        assignment.soft_received_at = assignment.soft_received_at or ctx.as_of
    else:
        assignment.completed_at = ctx.as_of
    assignment.state_changed_at = ctx.as_of
    ctx.session.flush()


def _is_earlier(submission: Submission) -> bool:
    """Whether its document bears a day before that of its arrival."""
    dated, arrived = submission.document_on, submission.arrived_on
    return dated is not None and arrived is not None and dated < arrived


def settle_stated(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> None:
    """What somebody records as arrived says the day; a day that the agency had only stated counts no more."""
    if submission.channel == SubmissionChannel.portal or is_stated(submission):
        return
    for assignment in assignments:
        if any(is_stated(earlier) for earlier, _ in sent_for(ctx, [assignment.id or 0])):
            settle_arrival(ctx, assignment)
    ctx.session.flush()


def note_first_arrival(
    ctx: Context,
    assignment: Assignment,
    arrived_on: date | None,
    arrived_at: datetime | None = None,
    dated: date | None = None,
) -> None:
    """The first day stands; its minute only when the portal itself took the report in; of days on documents the earliest.

    To be called before the state of the duty is set: what follows a report of unknown day is not the first.
    """
    if arrived_on is None:
        return
    came = Came(arrived_on, ctx.as_of, arrived_at)
    if assignment.first_received_on is None and is_after(came, _said_at(ctx, assignment), ctx.settings.zone):
        return
    if assignment.first_received_on is None or assignment.first_received_on > arrived_on:
        assignment.first_received_on, assignment.first_received_at = arrived_on, arrived_at
    if dated is not None and (assignment.counted_on is None or dated < assignment.counted_on):
        assignment.counted_on = dated


def _said_at(ctx: Context, assignment: Assignment) -> datetime | None:
    """When a report of unknown day was first said to be there; nothing is asked for a duty that nothing has come for."""
    if assignment.state == AssignmentState.open:
        return None
    query = (
        select(col(Submission.recorded_at))
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment.id,
            col(Submission.arrived_on).is_(None),
            Submission.state != SubmissionState.recalled,
            SubmissionAssignment.state != SubmissionState.recalled,
        )
        .order_by(col(Submission.recorded_at))
        .limit(1)
    )
    return ctx.session.exec(query).first()
