"""Disputes and decisions recorded after a moment, to be replayed in a copy at their own."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.enums import ReassignmentKind
from models.tables import Agency, Assignment, Extension, Reassignment
from obligations.errors import DondocError
from obligations.services.agencies.decide_assignment import Choice, decide_assignment
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.asks.dispute import take_back
from obligations.services.context import Context
from obligations.services.simulating.events import Event, find_assignment

Names = tuple[str, str, str, str]
"""Plan, obligation, period, agency."""
DECIDED = (ReassignmentKind.moved, ReassignmentKind.covered, ReassignmentKind.kept, ReassignmentKind.exempted)


def disputes_and_decisions(ctx: Context, rows: Sequence[Reassignment], names: dict[int, Names]) -> list[Event]:
    """One event for each dispute and each decision among ``rows``; what successions moved happens by itself."""
    events = [_dispute(row, names[row.assignment_id]) for row in rows if row.kind == ReassignmentKind.disputed]
    together: dict[tuple[int, object], list[Reassignment]] = {}
    for row in rows:
        follows = row.kind == ReassignmentKind.kept and row.to_assignment_id is not None
        if row.kind in DECIDED and row.succession_id is None and not follows:
            together.setdefault((row.assignment_id, row.at), []).append(row)
    return events + [_decision(ctx, each, names[each[0].assignment_id]) for each in together.values()]


def _dispute(row: Reassignment, names: Names) -> Event:
    reason, evidence, proposed = row.reason, row.evidence, row.proposed

    def act(ctx: Context) -> None:
        try:
            dispute_assignment(ctx, find_assignment(ctx, *names).public_id, reason, evidence, proposed)
        except DondocError:  # the copy took another course, where this has no place
            return

    return Event(row.at, act)


def _decision(ctx: Context, rows: Sequence[Reassignment], names: Names) -> Event:
    first = rows[0]
    choice = Choice(
        to=tuple(_codes(ctx, rows)),
        keep=first.kind == ReassignmentKind.kept,
        exempt=first.kind == ReassignmentKind.exempted,
    )
    given = ctx.session.exec(select(Extension).where(Extension.granted_at == first.at).limit(1)).first()
    decision, on, due_on = first.decision, first.on, given.due_on if given is not None else None

    def act(ctx: Context) -> None:
        try:
            found = find_assignment(ctx, *names)
            if choice.keep and not decision:  # its agency took the dispute back
                take_back(ctx, found)
                return
            decide_assignment(ctx, found.public_id, choice, decision, on=on, due_on=due_on)
        except DondocError:
            return

    return Event(first.at, act)


def _codes(ctx: Context, rows: Sequence[Reassignment]) -> list[str]:
    targets = [row.to_assignment_id for row in rows if row.to_assignment_id is not None]
    query = (
        select(col(Assignment.id), col(Agency.code))
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(col(Assignment.id).in_(targets))
    )
    codes = dict(ctx.session.exec(query).all())
    return [codes[number] for number in targets]
