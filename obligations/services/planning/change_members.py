"""Assignments that come, go or come back when a version of a plan names other agencies; nothing is ever deleted."""

from sqlmodel import col, select

from models.enums import AssignmentState, Duty, SubmissionForm
from models.tables import Assignment, Message, MessageItem, Period, Submission, SubmissionAssignment
from obligations.rules.lateness import FINAL
from obligations.services.context import Context
from obligations.services.planning.impact import REMOVED, Membership
from obligations.services.planning.move_period import rejoin
from obligations.services.planning.targets import Target
from obligations.services.roster import Owing
from obligations.services.sending.outbox import CHASES, GONE_OUT, cancel_unsent
from obligations.services.sending.told import rows_in
from obligations.services.served import in_force

OVER = (*CHASES, "correction")
"""Messages that make no sense once the duty is over."""


def change_members(ctx: Context, target: Target, members: Membership) -> list[Assignment]:
    """Assignments that go are ended, never deleted; returns those whose agencies are to have an opening notice."""
    period = target.period
    for row in members.lost:
        take_away(ctx, row)
        row.exempt_reason = REMOVED
    cancel_unsent(ctx, [row.id or 0 for row in members.lost], REMOVED, OVER)
    if target.before.duty != target.after.duty:
        _change_duty(ctx, target)
    return [come for owes in members.gained if (come := _take_on(ctx, period, owes)) is not None]


def _take_on(ctx: Context, period: Period, owes: Owing) -> Assignment | None:
    """A new assignment, or the one the agency had; None when its agency knows of it already."""
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == owes.agency.id)
    known = ctx.session.exec(query).first()
    if known is not None:
        if known.left_as is None:
            return None
        told_anew = give_back(ctx, known)
        known.duty, known.why = owes.duty, owes.why  # it may have left under other terms than it comes back to
        rejoin(ctx, period, [known.id])
        return known if told_anew else None
    new = Assignment(
        period_id=period.id or 0,
        agency_id=owes.agency.id or 0,
        duty=owes.duty,
        why=owes.why,
        due_on=period.due_on,
        due_at=period.due_at,
        overdue_at=period.overdue_at,
        practical_due_on=period.practical_due_on,
        state_changed_at=ctx.as_of,
    )
    ctx.session.add(new)
    ctx.session.flush()
    return new


def _change_duty(ctx: Context, target: Target) -> None:
    """How binding it is, for every agency whose own kind does not say otherwise."""
    old, new = Duty(target.before.duty), Duty(target.after.duty)
    for row in rows_in(ctx, target.period):
        if row.duty == old and row.state not in FINAL:
            row.duty, row.state_changed_at = new, ctx.as_of


def complete(ctx: Context, row: Assignment, completes_on: str) -> None:
    """Whether a soft copy alone is enough now."""
    if row.state not in (AssignmentState.soft_received, AssignmentState.submitted):
        return
    query = (
        select(Submission.form)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(SubmissionAssignment.assignment_id == row.id, *in_force())
    )
    whole = completes_on != "signed" or any(f != SubmissionForm.soft for f in ctx.session.exec(query).all())
    state = AssignmentState.submitted if whole else AssignmentState.soft_received
    if row.state != state:
        row.state, row.state_changed_at = state, ctx.as_of
        row.completed_at = ctx.as_of if whole else None


def take_away(ctx: Context, row: Assignment) -> None:
    """End an assignment, remembering the state it had."""
    row.left_as, row.state, row.state_changed_at = row.state, AssignmentState.ended, ctx.as_of


def give_back(ctx: Context, row: Assignment) -> bool:
    """The assignment as it was left; True when its agency knows of no duty, so that it is told anew."""
    row.state, row.left_as, row.state_changed_at = row.left_as or AssignmentState.open, None, ctx.as_of
    row.exempt_reason = None
    query = (
        select(Message.kind)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == row.id, col(Message.state).in_(GONE_OUT))
        .order_by(col(MessageItem.id).desc())
    )
    if ctx.session.exec(query.limit(1)).first() in (None, "ended"):
        row.revision += 1
        return True
    return False
