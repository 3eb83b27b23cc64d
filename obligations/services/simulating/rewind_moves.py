"""Taking back, in a copy, what changed hands after a moment; what was asked and decided later happens again at its own.

What is known of successions stays known, as contacts do: only their application is taken back. One whose day has come
by that moment is applied again at once.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from models.enums import AssignmentState, Duty, ReassignmentKind
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Contact,
    Delivery,
    Extension,
    Message,
    MessageItem,
    Reassignment,
    Submission,
    SubmissionAssignment,
    Succession,
)
from obligations.services.agencies.decide_assignment import ASKED
from obligations.services.context import Context

MOVED = (ReassignmentKind.moved, ReassignmentKind.covered)
_READ: dict[str, Callable[[Any], Any]] = {
    "state": AssignmentState,
    "duty": Duty,
    "due_at": datetime.fromisoformat,
    "overdue_at": datetime.fromisoformat,
    "due_on": date.fromisoformat,
    "practical_due_on": date.fromisoformat,
    "snoozed_until": date.fromisoformat,
}


def later_moves(ctx: Context) -> list[Reassignment]:
    """What changed hands after ``ctx.as_of``, oldest first."""
    query = select(Reassignment).where(Reassignment.at > ctx.as_of).order_by(col(Reassignment.id))
    return list(ctx.session.exec(query).all())


def first_owners(rows: Sequence[Reassignment], what: str) -> dict[int, int]:
    """Assignment that each carried row belonged to before it went along: of ``extensions``, ``agreed``, ``submissions``."""
    owners: dict[int, int] = {}
    for row in rows:
        for number in row.carried.get(what, []):
            owners.setdefault(number, row.assignment_id)
    return owners


def take_back_moves(ctx: Context, rows: Sequence[Reassignment]) -> None:
    """Undo these hand-overs, newest first, and successions applied after ``ctx.as_of``."""
    for row in reversed(rows):
        _take_back(ctx, row)
    for applied in ctx.session.exec(select(Succession).where(col(Succession.applied_at) > ctx.as_of)).all():
        source = select(Agency.id).where(Agency.code == applied.from_code)
        contacts = select(Contact).where(
            col(Contact.agency_id).in_(source), col(Contact.removed_at) == applied.applied_at
        )
        for contact in ctx.session.exec(contacts).all():
            contact.removed_at = None
        applied.applied_at = None
    ctx.session.flush()


def wait_again(ctx: Context) -> None:
    """Duties that waited for a decision at ``ctx.as_of`` wait for it again, unless their report had come."""
    newest: dict[int, Reassignment] = {}
    for row in ctx.session.exec(select(Reassignment).order_by(col(Reassignment.id))).all():
        newest[row.assignment_id] = row
    for number, row in newest.items():
        come = (
            select(Submission.id)
            .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
            .where(SubmissionAssignment.assignment_id == number, Submission.arrived_at > row.at)
        )
        if row.kind in ASKED and ctx.session.exec(come.limit(1)).first() is None:
            ctx.session.get_one(Assignment, number).state = AssignmentState.awaiting_assignment
    ctx.session.flush()


def _take_back(ctx: Context, row: Reassignment) -> None:
    source, carried, kind = ctx.session.get_one(Assignment, row.assignment_id), row.carried, row.kind
    told_anew = kind == ReassignmentKind.kept and row.to_assignment_id is None
    target = ctx.session.get_one(Assignment, row.to_assignment_id) if kind in MOVED else None
    previous, at = row.previous_state, row.at
    ctx.session.delete(row)
    ctx.session.flush()
    if target is None:
        source.state, source.moved_to, source.exempt_reason = previous, None, None
        source.revision -= int(told_anew)
        return
    _return_work(ctx, carried, source, target)
    _restore(source, carried["source"])
    if carried["created"]:
        _forget(ctx, target)
    else:
        given = (col(Extension.assignment_id) == target.id, col(Extension.granted_at) >= at)
        ctx.session.execute(delete(Extension).where(*given))  # what stood before them is restored whole
        _restore(target, carried["before"])


def _return_work(ctx: Context, carried: dict[str, Any], source: Assignment, target: Assignment) -> None:
    for number in carried.get("extensions", []):
        ctx.session.get_one(Extension, number).assignment_id = source.id or 0
    for number in carried.get("agreed", []):
        ctx.session.get_one(AgreedLateness, number).assignment_id = source.id or 0
    for number in carried.get("submissions", []):
        link = ctx.session.get_one(SubmissionAssignment, (number, target.id))
        values = link.model_dump(exclude={"assignment_id"})
        ctx.session.delete(link)
        ctx.session.add(SubmissionAssignment(assignment_id=source.id or 0, **values))
    ctx.session.flush()


def _restore(assignment: Assignment, before: dict[str, Any]) -> None:
    for name, value in before.items():
        read = _READ.get(name)
        setattr(assignment, name, read(value) if read is not None and value is not None else value)


def _forget(ctx: Context, assignment: Assignment) -> None:
    """An assignment that exists only since a move, with what was told about it."""
    told = list(
        ctx.session.exec(select(MessageItem.message_id).where(MessageItem.assignment_id == assignment.id)).all()
    )
    for owned in (MessageItem, Extension, AgreedLateness, SubmissionAssignment):
        ctx.session.execute(delete(owned).where(col(owned.assignment_id) == assignment.id))
    others = select(MessageItem.message_id).where(col(MessageItem.message_id).in_(told))
    bare = set(told) - set(ctx.session.exec(others).all())
    ctx.session.execute(delete(Delivery).where(col(Delivery.message_id).in_(bare)))
    ctx.session.execute(delete(Message).where(col(Message.id).in_(bare)))
    ctx.session.delete(assignment)
    ctx.session.flush()
