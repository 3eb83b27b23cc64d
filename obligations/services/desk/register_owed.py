"""Who may have sent something, and what it may answer: the two sides that a register is matched with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionState
from models.tables import (
    Agency,
    Assignment,
    Obligation,
    Period,
    Plan,
    Receipt,
    Submission,
    SubmissionAssignment,
    Succession,
)
from obligations.rules.register.kinds import Owed, Sender
from obligations.rules.wording import document_text, period_text
from obligations.services.context import Context
from obligations.services.served import in_force
from obligations.services.stated_mark import STATED

ANSWERABLE = (AssignmentState.open, AssignmentState.soft_received, AssignmentState.returned)
Arrival = tuple[str, str, date | None]
"""Số đến, số ký hiệu, and the day when it came by the document system."""


@dataclass(frozen=True)
class Side:
    """Senders, what they owe, and how each duty is called on the page (unique)."""

    senders: Sequence[Sender]
    owed: Sequence[Owed]
    labels: dict[str, str]


def owed_side(ctx: Context, period_public_id: str | None = None) -> Side:
    """Duties of one period, or of every period that is not ended. A fixed number of queries."""
    query = (
        select(Assignment, Period, Obligation, Plan, Agency)
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Plan, col(Obligation.plan_id) == col(Plan.id))
        .join(Agency, col(Assignment.agency_id) == col(Agency.id))
        .where(col(Period.state) != PeriodState.ended, col(Assignment.state) != AssignmentState.ended)
        .order_by(col(Agency.position), col(Period.due_on), col(Assignment.id))
    )
    if period_public_id:
        query = query.where(col(Period.public_id) == period_public_id)
    rows = ctx.session.execute(query).all()
    entered, stated = _entered(ctx, [row[0].id for row in rows])
    former = _former_names(ctx)
    owed, labels, senders = [], {}, {}
    for assignment, period, obligation, plan, agency in rows:
        senders[agency.id] = Sender(
            agency.id, (agency.name, agency.short_name, *former[agency.code]), agency.official_code or ""
        )
        owed.append(
            Owed(
                key=assignment.public_id,
                sender=agency.id,
                title=obligation.title,
                cited=(plan.number,),
                year=int(period.label[:4]) if period.label[:4].isdigit() else period.due_on.year,
                opens_on=period.opens_on,
                issued_on=plan.issued_on,
                is_open=assignment.state in ANSWERABLE or assignment.id in stated,
                recorded=tuple(entered[assignment.id]),
                stated=tuple(stated.get(assignment.id, ())),
                when=period_text(period.label),
            )
        )
        labels[assignment.public_id] = (
            f"{agency.name} · {obligation.title}, {period_text(period.label)} ({document_text(plan.number)})"
        )
    return Side(list(senders.values()), owed, labels)


def _entered(ctx: Context, assignment_ids: Sequence[int]) -> tuple[dict[int, list[Arrival]], dict[int, list[str]]]:
    """Every arrival of what is in force for each assignment; apart, the numbers of what agencies say they sent."""
    query = (
        select(
            col(SubmissionAssignment.assignment_id),
            col(Receipt.incoming_number),
            col(Submission.document_number),
            col(Receipt.arrived_on),
            col(Receipt.channel),
            col(Submission.idempotency_key),
            col(SubmissionAssignment.state),
        )
        .join(Submission, col(SubmissionAssignment.submission_id) == col(Submission.id))
        .join(Receipt, col(Receipt.submission_id) == col(Submission.id))
        .where(col(SubmissionAssignment.assignment_id).in_(list(assignment_ids)), *in_force())
    )
    found: dict[int, list[Arrival]] = defaultdict(list)
    stated: dict[int, list[str]] = {}
    for assignment_id, incoming, number, on, channel, key, state in ctx.session.execute(query):
        if key.startswith(STATED) and state == SubmissionState.submitted:
            stated.setdefault(assignment_id, []).append(number or "")
            continue
        by_system = channel == SubmissionChannel.document_system
        found[assignment_id].append((incoming or "", number or "", on if by_system else None))
    return found, stated


def _former_names(ctx: Context) -> dict[str, list[str]]:
    """By code: names of the bodies that gave way to it, however long ago."""
    names = {code: (name, short) for code, name, short in ctx.session.execute(
        select(col(Agency.code), col(Agency.name), col(Agency.short_name))
    )}  # fmt: skip
    before: dict[str, list[str]] = defaultdict(list)
    for old, new in ctx.session.execute(
        select(col(Succession.from_code), col(Succession.to_code)).where(col(Succession.to_code).is_not(None))
    ):
        before[new].append(old)
    found: dict[str, list[str]] = defaultdict(list)
    for code in names:
        seen, level = {code}, before[code]
        while level := [old for old in level if old not in seen]:
            seen.update(level)
            found[code] += [name for old in level for name in names.get(old, ())]
            level = [older for old in level for older in before[old]]
    return found
