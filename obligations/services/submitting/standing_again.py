"""What a duty is once a report has been taken out of it: as what is left makes it, or owed again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import AssignmentState, CompletesOn, SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Assignment, Obligation, Period, Receipt, Submission, SubmissionAssignment
from obligations.rules.arrivals import Came, first_arrival
from obligations.services.context import Context
from obligations.services.spec import counts_by_document, spec_in
from obligations.services.stated_mark import is_stated

REVIEWED = {SubmissionState.accepted: AssignmentState.accepted, SubmissionState.returned: AssignmentState.returned}


@dataclass(frozen=True)
class _Left:
    """One report that was not taken back."""

    submission: Submission
    link: SubmissionAssignment


def stand_again(ctx: Context, assignment: Assignment) -> None:
    """The newest report that is left stands again, with the first arrival of what is left; with none the duty is owed.

    An owed duty is chased from the next working day on. What was told before counts no more as told of what is owed now.
    """
    left = _left(ctx, assignment)
    assignment.state_changed_at = ctx.as_of
    _arrived(ctx, assignment, left)
    whole = [each for each in left if _completes(ctx, assignment, each.submission)]
    soft = [each for each in left if each not in whole]
    assignment.completed_at = max((each.submission.recorded_at for each in whole), default=None)
    assignment.soft_received_at = min((each.submission.recorded_at for each in soft), default=None)
    if not left:
        assignment.state = AssignmentState.exempt if assignment.exempt_reason is not None else AssignmentState.open
    else:
        newest = left[0]
        newest.submission.state, newest.link.replaced_at = newest.link.state, None
        sent = AssignmentState.submitted if whole else AssignmentState.soft_received
        assignment.state = REVIEWED.get(newest.link.state, sent)
    if not whole or assignment.state == AssignmentState.returned:
        assignment.revision += 1
        assignment.snoozed_until = max(ctx.today, assignment.snoozed_until or ctx.today)
    ctx.session.flush()


def settle_arrival(ctx: Context, assignment: Assignment) -> None:
    """The first day on which anything in force or replaced arrived, its minute where the portal took it in, and the day it is judged by."""
    _arrived(ctx, assignment, _left(ctx, assignment))


def _arrived(ctx: Context, assignment: Assignment, left: Sequence[_Left]) -> None:
    period = ctx.session.get_one(Period, assignment.period_id)
    dated = counts_by_document(ctx, ctx.session.get_one(Obligation, period.obligation_id), period)
    first = first_arrival(_came(ctx, _certain(left), dated=dated), ctx.settings.zone)
    assignment.first_received_on, assignment.first_received_at, assignment.counted_on = first


def _left(ctx: Context, assignment: Assignment) -> list[_Left]:
    """Newest first."""
    query = (
        select(Submission, SubmissionAssignment)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment.id,
            Submission.state != SubmissionState.recalled,
            SubmissionAssignment.state != SubmissionState.recalled,
        )
        .order_by(col(Submission.version).desc(), col(Submission.id).desc())
    )
    return [_Left(submission, link) for submission, link in ctx.session.exec(query).all()]


def _completes(ctx: Context, assignment: Assignment, submission: Submission) -> bool:
    if submission.form != SubmissionForm.soft:
        return True
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    return spec_in(obligation, period).completes_on != CompletesOn.signed


def _came(ctx: Context, left: Sequence[_Left], *, dated: bool) -> list[Came]:
    """Every arrival of what is left; its minute when the portal itself took it in that day."""
    by_number = {each.submission.id: each.submission for each in left}
    if not by_number:
        return []
    query = select(Receipt).where(col(Receipt.submission_id).in_(list(by_number)))
    return [
        _arrival(receipt, by_number[receipt.submission_id], dated=dated) for receipt in ctx.session.exec(query).all()
    ]


def _arrival(receipt: Receipt, submission: Submission, *, dated: bool) -> Came:
    by_portal = submission.channel == SubmissionChannel.portal and submission.form != SubmissionForm.covered
    is_its = by_portal and submission.arrived_on == receipt.arrived_on
    minute = submission.arrived_at if is_its else None
    return Came(receipt.arrived_on, receipt.recorded_at, minute, submission.document_on if dated else None)


def _certain(left: Sequence[_Left]) -> list[_Left]:
    """Without what only its agency spoke of, once somebody has recorded after it what truly came."""
    recorded = [
        each.submission.version
        for each in left
        if each.submission.channel != SubmissionChannel.portal and not is_stated(each.submission)
    ]
    newest = max(recorded, default=0)
    return [each for each in left if not is_stated(each.submission) or each.submission.version > newest]
