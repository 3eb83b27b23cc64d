"""One duty changes hands: to an agency that takes it up, or to one whose own report of the period covers it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.enums import AssignmentState, Duty, ReassignmentKind
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Extension,
    Obligation,
    Period,
    Reassignment,
    SubmissionAssignment,
)
from obligations.rules.lateness import COMPLETE, FINAL
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sending.outbox import CHASES, cancel_unsent

DATES = ("due_on", "due_at", "overdue_at", "practical_due_on")
CAME = ("first_received_on", "first_received_at", "counted_on", "soft_received_at", "completed_at")
KEPT = ("why", "state", "snoozed_until", "exempt_reason", "moved_to", "revision", "duty", *DATES)
"""What of an assignment a hand-over may change; remembered, so that a copy can be taken back."""


@dataclass(frozen=True)
class Cause:
    """Why a duty moves. ``reason`` is one Vietnamese phrase for people."""

    on: date
    reason: str
    decision: str = ""
    succession_id: int | None = None


def hand_over(
    ctx: Context, source: Assignment, target: Agency, state: AssignmentState, cause: Cause, *, with_work: bool = True
) -> tuple[Assignment, Reassignment]:
    """Move a duty, in the state it is worked in, with its due moment, more time and what has come; the source ends.

    An agency that already owes the period covers both: the later due moment holds, so that nobody's time is shortened.
    ``with_work`` False: what has come went to another successor already.
    """
    there = own_assignment(ctx, source.period_id, target)
    before = facts_of(there) if there is not None else None
    covers = there is not None and there.state not in FINAL
    to = _cover(ctx, source, there, cause) if there and covers else _take_up(ctx, source, there, target, state, cause)
    carried: dict[str, Any] = {"created": there is None, "before": before, "source": facts_of(source)}
    if with_work:
        carried |= _carry_time(ctx, source, to)
        carried["submissions"] = [] if covers else _carry_work(ctx, source, to)
    kind = ReassignmentKind.covered if covers else ReassignmentKind.moved
    row = note(ctx, source, kind, cause, to=to, carried=carried, state=state)
    source.state, source.moved_to, source.state_changed_at = AssignmentState.ended, to.public_id, ctx.as_of
    ctx.session.flush()
    cancel_unsent(ctx, [source.id or 0], f"Đã chuyển: {cause.reason}", CHASES)
    audit.record(ctx, "assignment.moved", source.public_id, to=to.public_id, agency=target.code, covered=covers)
    return to, row


def stop(ctx: Context, assignment: Assignment, kind: ReassignmentKind, cause: Cause, **more: Any) -> Reassignment:
    """Chờ phân công: nobody is chased, the due stays, a person decides."""
    row = note(ctx, assignment, kind, cause, state=assignment.state, **more)
    assignment.state, assignment.state_changed_at = AssignmentState.awaiting_assignment, ctx.as_of
    ctx.session.flush()
    cancel_unsent(ctx, [assignment.id or 0], "Chờ phân công", CHASES)
    audit.record(ctx, "assignment.stopped", assignment.public_id, kind=kind, decision=cause.decision)
    return row


def note(
    ctx: Context,
    assignment: Assignment,
    kind: ReassignmentKind,
    cause: Cause,
    *,
    state: AssignmentState,
    to: Assignment | None = None,
    **more: Any,
) -> Reassignment:
    """Write down one change of who owes."""
    row = Reassignment(
        assignment_id=assignment.id or 0,
        to_assignment_id=to.id if to is not None else None,
        kind=kind,
        succession_id=cause.succession_id,
        on=cause.on,
        decision=cause.decision,
        reason=cause.reason,
        previous_state=state,
        at=ctx.as_of,
        by=ctx.actor,
        **more,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return row


def own_assignment(ctx: Context, period_id: int, agency: Agency) -> Assignment | None:
    """What an agency owes in a period, whatever its state; locked where the database locks rows."""
    query = select(Assignment).where(Assignment.period_id == period_id, Assignment.agency_id == agency.id)
    return ctx.session.exec(query.with_for_update()).first()


def has_sent(assignment: Assignment | None) -> bool:
    """Whether an agency's own report of the period is complete, so that nothing more may be put on it unasked."""
    return assignment is not None and assignment.state in COMPLETE


def facts_of(assignment: Assignment) -> dict[str, Any]:
    """The values a hand-over may change, as JSON."""
    values = {name: getattr(assignment, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _take_up(
    ctx: Context, source: Assignment, there: Assignment | None, target: Agency, state: AssignmentState, cause: Cause
) -> Assignment:
    """An assignment of its own for the successor, or its row that was let off or had gone, in force again."""
    obligation = ctx.session.get_one(Obligation, ctx.session.get_one(Period, source.period_id).obligation_id)
    former = ctx.session.get_one(Agency, source.agency_id)
    to = there or Assignment(
        period_id=source.period_id,
        agency_id=target.id or 0,
        revision=source.revision - 1,
        **{name: getattr(source, name) for name in ("duty", "state", "state_changed_at", *DATES)},
    )
    to.duty = Duty(target.duty or obligation.duty)
    to.why = f"{source.why} ({former.name}); {cause.reason}"
    to.state, to.state_changed_at, to.revision = state, ctx.as_of, to.revision + 1
    to.exempt_reason = to.moved_to = None
    for name in (*DATES, "snoozed_until", *CAME):
        setattr(to, name, getattr(source, name))
    ctx.session.add(to)
    ctx.session.flush()
    return to


def _cover(ctx: Context, source: Assignment, there: Assignment, cause: Cause) -> Assignment:
    former = ctx.session.get_one(Agency, source.agency_id)
    there.why = f"{there.why}; bao gồm phần việc của {former.name}: {cause.reason}"
    there.state_changed_at = ctx.as_of
    if there.state not in COMPLETE and source.due_at > there.due_at:
        for name in DATES:
            setattr(there, name, getattr(source, name))
        there.revision += 1
        cancel_unsent(ctx, [there.id or 0], "Thời hạn đã thay đổi", CHASES)
    snoozed = [day for day in (there.snoozed_until, source.snoozed_until) if day is not None]
    there.snoozed_until = max(snoozed, default=None)
    ctx.session.flush()
    return there


def _carry_time(ctx: Context, source: Assignment, to: Assignment) -> dict[str, list[int]]:
    """Extensions that still set the due moment, and agreed lateness."""
    extensions = ctx.session.exec(select(Extension).where(Extension.assignment_id == source.id)).all()
    agreed = ctx.session.exec(select(AgreedLateness).where(AgreedLateness.assignment_id == source.id)).all()
    kept = [row for row in extensions if row.due_on <= to.due_on]
    for row in (*kept, *agreed):
        row.assignment_id = to.id or 0
    ctx.session.flush()
    return {"extensions": [row.id or 0 for row in kept], "agreed": [row.id or 0 for row in agreed]}


def _carry_work(ctx: Context, source: Assignment, to: Assignment) -> list[int]:
    """What has come and is not finished; it keeps its author's name."""
    query = select(SubmissionAssignment).where(col(SubmissionAssignment.assignment_id) == source.id)
    links = ctx.session.exec(query).all()
    for link in links:
        values = link.model_dump(exclude={"assignment_id"})
        ctx.session.delete(link)
        ctx.session.add(SubmissionAssignment(assignment_id=to.id or 0, **values))
    ctx.session.flush()
    return [link.submission_id for link in links]
