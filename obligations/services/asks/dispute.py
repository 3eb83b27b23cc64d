"""Đề nghị xem lại phân công as the agency reads it back, and takes it back while nobody has decided."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.enums import AssignmentState, ReassignmentKind
from models.tables import Assignment, Reassignment
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.agencies.decide_assignment import ASKED, paused_for
from obligations.services.agencies.hand_over import Cause, note
from obligations.services.asks.own_duty import own_duty
from obligations.services.context import Context

WHY = "cơ quan rút đề nghị xem lại phân công"


@dataclass(frozen=True)
class DisputeView:
    """What the agency asked for and with which document."""

    on: date
    reason: str
    evidence: str


def dispute_of(ctx: Context, assignment: Assignment) -> DisputeView | None:
    """The agency's own dispute that waits for a decision; None for none, or for what waits by somebody else's act."""
    row = _waiting(ctx, assignment)
    return DisputeView(row.on, row.reason, row.evidence) if row is not None else None


def withdraw_dispute(ctx: Context, actor: Actor, assignment_public_id: str) -> None:
    """Rút đề nghị: the duty, and the one that was paused with it, are what they were; chased from the next look on."""
    take_back(ctx, own_duty(ctx, actor, assignment_public_id, owing=False))


def take_back(ctx: Context, assignment: Assignment) -> None:
    """The same without asking whose it is: for a copy that lives through what happened."""
    row = _waiting(ctx, assignment)
    if row is None:
        raise Refused("Không có đề nghị xem lại phân công đang chờ; đề nghị tải lại trang để xem quyết định.")
    cause = Cause(ctx.today, WHY)
    for other, paused in paused_for(ctx, assignment):
        _resume(ctx, other, paused.previous_state, cause, to=assignment)
    _resume(ctx, assignment, row.previous_state, cause)
    assignment.revision += 1  # one current reminder goes out, whatever was stopped meanwhile
    ctx.session.flush()
    audit.record(ctx, "assignment.dispute_withdrawn", assignment.public_id)


def _resume(
    ctx: Context, assignment: Assignment, state: AssignmentState, cause: Cause, to: Assignment | None = None
) -> None:
    note(ctx, assignment, ReassignmentKind.kept, cause, state=assignment.state, to=to)
    assignment.state, assignment.state_changed_at = state, ctx.as_of
    ctx.session.flush()


def _waiting(ctx: Context, assignment: Assignment) -> Reassignment | None:
    if assignment.state != AssignmentState.awaiting_assignment:
        return None
    query = select(Reassignment).where(Reassignment.assignment_id == assignment.id, col(Reassignment.kind).in_(ASKED))
    row = ctx.session.exec(query.order_by(col(Reassignment.id).desc()).limit(1)).first()
    return row if row is not None and row.kind == ReassignmentKind.disputed else None
