"""Deciding who owes a duty that waits for it: another agency, the same one, or nobody. No lateness arises from waiting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select

from models.enums import AssignmentState, ReassignmentKind
from models.tables import Agency, Assignment, Extension, Period, Reassignment
from obligations.rules.decisions import Decision
from obligations.rules.due import due_dates
from obligations.services import audit
from obligations.services.agencies.decide_checks import Choice, check_choice, read_decision
from obligations.services.agencies.hand_over import Cause, hand_over, has_sent, note, own_assignment
from obligations.services.agencies.tell_moved import Telling, Told, tell
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code, assignment_by_public_id
from obligations.services.named_agency import codes_of
from obligations.services.roster import is_valid

__all__ = ["Choice", "Decided", "decide_assignment", "preview_decision"]

ASKED = (ReassignmentKind.stopped, ReassignmentKind.disputed, ReassignmentKind.paused)
"""Kinds after which a decision is awaited."""


@dataclass(frozen=True)
class Decided:
    """What a decision did. ``carriers``: public ids of the assignments that carry the duty on; ``due_on`` of the first."""

    assignment: str
    outcome: str
    carriers: list[str]
    agencies: list[str]
    due_on: date
    decision: str
    told: list[Told]


def decide_assignment(
    ctx: Context,
    assignment_public_id: str,
    choice: Choice,
    decision: str,
    *,
    on: date | None = None,
    due_on: date | None = None,
) -> Decided:
    """Settle a duty in the state *chờ phân công*. ``due_on``: a later due day, which must be given once the due has passed.

    Refused, with nothing changed, when nothing is awaited, when the decision has no number or day, when an agency does
    not exist on ``on`` (default today) or the due day does not fit. ``choice.to``: agencies by name or code.
    """
    assignment = assignment_by_public_id(ctx, assignment_public_id)
    on, by = on or ctx.today, read_decision(decision)
    choice = replace(choice, to=codes_of(ctx, choice.to, "to"))
    check_choice(ctx, assignment, choice, by, on, due_on)
    state = _worked_state(ctx, assignment)
    cause = Cause(on, f"phân công theo {by.text} từ ngày {on:%d/%m/%Y}", by.text)
    for other, row in paused_for(ctx, assignment):
        note(ctx, other, ReassignmentKind.kept, cause, state=other.state, to=assignment)
        _resume(ctx, other, row.previous_state, by, due_on)
    if choice.exempt:
        carriers = _exempt(ctx, assignment, cause)
    elif choice.keep:
        carriers = _keep(ctx, assignment, state, cause, by, due_on)
    else:
        carriers = _assign(ctx, assignment, choice.to, state, cause, by, due_on)
    told = tell(ctx, _tellings(ctx, assignment, carriers, cause))
    return _record(ctx, assignment, choice, carriers, by, told)


def _record(
    ctx: Context, assignment: Assignment, choice: Choice, carriers: Sequence[Assignment], by: Decision, told: list[Told]
) -> Decided:
    outcome = "exempt" if choice.exempt else "keep" if choice.keep else "to"
    agencies = [ctx.session.get_one(Agency, row.agency_id).code for row in carriers]
    due_on = carriers[0].due_on if carriers else assignment.due_on
    audit.record(
        ctx, "assignment.decided", assignment.public_id, outcome=outcome, to=agencies, decision=by.text, due_on=due_on
    )
    return Decided(assignment.public_id, outcome, [c.public_id for c in carriers], agencies, due_on, by.text, told)


def _worked_state(ctx: Context, assignment: Assignment) -> AssignmentState:
    """What had come from the agency when the duty was stopped; nothing for one that opened without an owner."""
    asked = _asked(ctx, assignment)
    return asked.previous_state if asked is not None else AssignmentState.open


def _asked(ctx: Context, assignment: Assignment) -> Reassignment | None:
    query = select(Reassignment).where(Reassignment.assignment_id == assignment.id, col(Reassignment.kind).in_(ASKED))
    return ctx.session.exec(query.order_by(col(Reassignment.id).desc()).limit(1)).first()


def paused_for(ctx: Context, assignment: Assignment) -> list[tuple[Assignment, Reassignment]]:
    """Those that wait for the same decision because a dispute named them."""
    query = (
        select(Assignment, Reassignment)
        .join(Reassignment, col(Reassignment.assignment_id) == Assignment.id)
        .where(
            Reassignment.to_assignment_id == assignment.id,
            Reassignment.kind == ReassignmentKind.paused,
            Assignment.state == AssignmentState.awaiting_assignment,
        )
    )
    found = {other.id: (other, row) for other, row in ctx.session.exec(query.order_by(col(Reassignment.id))).all()}
    return list(found.values())


def _resume(ctx: Context, assignment: Assignment, state: AssignmentState, by: Decision, due_on: date | None) -> None:
    assignment.state, assignment.state_changed_at = state, ctx.as_of
    if assignment.due_at <= ctx.as_of and due_on is not None:
        _give_due(ctx, assignment, by, due_on)


def _exempt(ctx: Context, assignment: Assignment, cause: Cause) -> list[Assignment]:
    note(ctx, assignment, ReassignmentKind.exempted, cause, state=assignment.state)
    assignment.state, assignment.state_changed_at = AssignmentState.exempt, ctx.as_of
    assignment.exempt_reason = cause.decision
    ctx.session.flush()
    return []


def _keep(
    ctx: Context, assignment: Assignment, state: AssignmentState, cause: Cause, by: Decision, due_on: date | None
) -> list[Assignment]:
    note(ctx, assignment, ReassignmentKind.kept, cause, state=assignment.state)
    assignment.state, assignment.state_changed_at = state, ctx.as_of
    assignment.revision += 1  # one current reminder goes out, whatever was stopped meanwhile
    _give_due(ctx, assignment, by, due_on)
    return [assignment]


def _assign(
    ctx: Context,
    assignment: Assignment,
    codes: Sequence[str],
    state: AssignmentState,
    cause: Cause,
    by: Decision,
    due_on: date | None,
) -> list[Assignment]:
    """The first takes what has come so far; the others begin anew."""
    carriers = []
    for place, code in enumerate(codes):
        target = agency_by_code(ctx, code)
        sent = has_sent(own_assignment(ctx, assignment.period_id, target))
        to, _ = hand_over(
            ctx, assignment, target, state if place == 0 else AssignmentState.open, cause, with_work=place == 0
        )
        if not sent:
            _give_due(ctx, to, by, due_on)
        carriers.append(to)
    first = carriers[0].public_id
    assignment.moved_to = first
    ctx.session.flush()
    return carriers


def _give_due(ctx: Context, assignment: Assignment, by: Decision, due_on: date | None) -> None:
    """The due day a decision gives, as an extension of this one agency."""
    if due_on is None or due_on <= assignment.due_on:
        return
    ctx.session.add(
        Extension(
            assignment_id=assignment.id or 0,
            due_on_before=assignment.due_on,
            due_on=due_on,
            document_number=by.number[:120],
            document_on=by.on,
            granted_by=ctx.actor,
            granted_at=ctx.as_of,
        )
    )
    period = ctx.session.get_one(Period, assignment.period_id)
    dates = due_dates(due_on, None, ctx.calendar, ctx.settings.zone, grace=period.grace_applies)
    assignment.due_on, assignment.due_at = dates.due_on, dates.due_at
    assignment.overdue_at, assignment.practical_due_on = dates.overdue_at, dates.practical_due_on
    assignment.revision += 1
    ctx.session.flush()


def _tellings(ctx: Context, assignment: Assignment, carriers: Sequence[Assignment], cause: Cause) -> list[Telling]:
    """Who has it now; and the agency that is rid of it, while it exists. Who disputed it reads that it is the answer."""
    asked = _asked(ctx, assignment)
    asked_at = asked.at if asked is not None and asked.kind == ReassignmentKind.disputed else None
    newest = ctx.session.exec(select(Reassignment.id).order_by(col(Reassignment.id).desc()).limit(1)).one() or 0
    found = [
        Telling(c, "assigned", newest, cause.reason, cause.decision, asked_at if c is assignment else None)
        for c in carriers
        if not has_sent(c)
    ]
    owner = ctx.session.get_one(Agency, assignment.agency_id)
    if assignment not in carriers and is_valid(owner, ctx.today):
        found.append(Telling(assignment, "released", newest, cause.reason, cause.decision, asked_at))
    return found


def preview_decision(
    ctx: Context,
    assignment_public_id: str,
    choice: Choice,
    decision: str,
    *,
    on: date | None = None,
    due_on: date | None = None,
) -> Decided:
    """What deciding would do; everything is taken back."""
    point = ctx.session.begin_nested()
    try:
        return decide_assignment(ctx, assignment_public_id, choice, decision, on=on, due_on=due_on)
    finally:
        point.rollback()
        ctx.session.expire_all()
