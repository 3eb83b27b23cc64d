"""Chasing: which agencies are told what now. Judged from state, so a missed or repeated run changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import AssignmentState, Audience, CompletesOn, MessageState, PeriodState, StepName
from models.tables import AgreedLateness, Assignment, Contact, Message, MessageItem, Obligation, Period
from obligations.clock import local_date
from obligations.rules.due import at_opening
from obligations.rules.lateness import CHASED, CHASED_DUTIES, may_escalate
from obligations.rules.reminders import Step, latest_step, leader_step_is_due, notice_kind
from obligations.services.context import Context
from obligations.services.notices import office_moment
from obligations.services.outbox import Item, primary_contacts, told_steps, write_message
from obligations.services.plan_steps import finish_steps
from obligations.services.spec import steps_of
from obligations.services.voice import apart

OFFICIAL_AFTER = 3
"""Working days after a soft copy before the signed document is asked for (S2)."""
CHUNK = 500


@dataclass(frozen=True)
class Chased:
    """How many messages were planned, and how many drafts await a release."""

    planned: int
    drafts: int


@dataclass(frozen=True)
class _Due:
    assignment: Assignment
    step: str
    kind: str


def plan_reminders(ctx: Context, period_id: int | None = None, not_before: datetime | None = None) -> Chased:
    """Write the reminder each agency has come to. Digest: one message a contact, several assignments.

    ``not_before`` holds the catch-up after a confirmation until the next working day.
    """
    clerks: dict[int, list[_Due]] = defaultdict(list)
    leaders: dict[int, list[_Due]] = defaultdict(list)
    for obligation, period in _open_periods(ctx, period_id):
        steps = steps_of(obligation)
        for chunk in _chunks(_chased_assignments(ctx, period)):
            _collect_clerk(ctx, obligation, steps, chunk, clerks)
            _collect_leader(ctx, period, steps, chunk, leaders)
    finish_steps(ctx, StepName.remind, period_id)
    when = max(office_moment(ctx, ctx.as_of), not_before or ctx.as_of)
    planned = _write(ctx, clerks, Audience.clerk, when, MessageState.planned)
    drafts = _write(ctx, leaders, Audience.leader, when, MessageState.draft)
    return Chased(planned, drafts)


def _open_periods(ctx: Context, period_id: int | None) -> Sequence[tuple[Obligation, Period]]:
    query = (
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Period.state == PeriodState.open)
        .where((col(Period.needs_confirmation).is_(False)) | (col(Period.confirmed_at).is_not(None)))
        .order_by(col(Period.id))
    )
    return ctx.session.exec(query if period_id is None else query.where(Period.id == period_id)).all()


def _chased_assignments(ctx: Context, period: Period) -> Sequence[Assignment]:
    paused = select(AgreedLateness.assignment_id).where(AgreedLateness.until_on >= ctx.today)
    return ctx.session.exec(
        select(Assignment)
        .where(
            Assignment.period_id == period.id,
            col(Assignment.state).in_(CHASED),
            col(Assignment.duty).in_(CHASED_DUTIES),
            (col(Assignment.snoozed_until).is_(None)) | (col(Assignment.snoozed_until) < ctx.today),
            col(Assignment.id).not_in(paused),
        )
        .order_by(col(Assignment.id))
    ).all()


def _chunks(rows: Sequence[Assignment]) -> list[Sequence[Assignment]]:
    return [rows[i : i + CHUNK] for i in range(0, len(rows), CHUNK)]


def _collect_clerk(
    ctx: Context, obligation: Obligation, steps: Sequence[Step], rows: Sequence[Assignment], into: dict[int, list[_Due]]
) -> None:
    told = told_steps(ctx, [a.id or 0 for a in rows], Audience.clerk)
    for assignment in rows:
        already = told.get((assignment.id or 0, assignment.revision), set())
        due = _clerk_step(ctx, obligation, steps, assignment, already)
        if due is not None:
            into[assignment.agency_id].append(due)


def _clerk_step(
    ctx: Context, obligation: Obligation, steps: Sequence[Step], assignment: Assignment, told: set[str]
) -> _Due | None:
    if assignment.state == AssignmentState.soft_received:
        return _official_step(ctx, obligation, assignment, told)
    step = latest_step(steps, assignment.practical_due_on, told, ctx.as_of, ctx.calendar, ctx.settings.zone)
    if step is None or assignment.state == AssignmentState.returned:
        return None
    return _Due(
        assignment, step.code, notice_kind(assignment.practical_due_on, ctx.today, ctx.calendar, assignment.duty)
    )


def _official_step(ctx: Context, obligation: Obligation, assignment: Assignment, told: set[str]) -> _Due | None:
    """One reminder for the signed document, three working days after the soft copy."""
    if obligation.completes_on != CompletesOn.signed or "official" in told or assignment.soft_received_at is None:
        return None
    received_on = local_date(assignment.soft_received_at, ctx.settings.timezone)
    due_at = at_opening(ctx.calendar.shift(received_on, OFFICIAL_AFTER), ctx.settings.zone)
    return _Due(assignment, "official", "official_copy") if due_at <= ctx.as_of else None


def _collect_leader(
    ctx: Context, period: Period, steps: Sequence[Step], rows: Sequence[Assignment], into: dict[int, list[_Due]]
) -> None:
    leader_steps = [s for s in steps if s.audience == Audience.leader]
    if not leader_steps or ctx.as_of < period.overdue_at:
        return
    owing = [a for a in rows if may_escalate(a.state, a.duty, a.overdue_at, ctx.as_of)]
    ids = [a.id or 0 for a in owing]
    told, first = told_steps(ctx, ids, Audience.leader), first_notices(ctx, ids)
    for assignment in owing:
        already = told.get((assignment.id or 0, assignment.revision), set())
        notice_on = first.get(assignment.id or 0)
        for step in leader_steps:
            past = (
                at_opening(ctx.calendar.shift(assignment.practical_due_on, step.days), ctx.settings.zone) <= ctx.as_of
            )
            if past and step.code not in already and leader_step_is_due(step, notice_on, ctx.today, ctx.calendar):
                into[assignment.agency_id].append(_Due(assignment, step.code, "leader"))


def first_notices(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, date]:
    """Day of the first overdue notice that went to each assignment's clerk."""
    rows = ctx.session.exec(
        select(MessageItem.assignment_id, Message.finished_at)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(
            col(MessageItem.assignment_id).in_(list(assignment_ids)),
            Message.kind == "overdue",
            col(Message.state).in_((MessageState.sent, MessageState.recorded)),
        )
        .order_by(col(Message.finished_at).desc())
    ).all()
    return {row[0]: local_date(row[1], ctx.settings.timezone) for row in rows if row[1] is not None}


def _write(ctx: Context, due: dict[int, list[_Due]], audience: Audience, when: datetime, state: MessageState) -> int:
    """One message a contact. A digest takes the most urgent kind of its items."""
    contacts: dict[int, Contact] = primary_contacts(ctx, due, audience)
    written = 0
    for agency_id, items in apart(ctx, due):
        contact = contacts.get(agency_id)
        if contact is None:
            continue
        kind = min((d.kind for d in items), key=URGENCY.index)
        rows = [Item(d.assignment.id or 0, d.step, d.assignment.revision) for d in items]
        write_message(ctx, contact, kind, rows, when, state)
        written += 1
    ctx.session.flush()
    return written


CHASES_BY_DATE = ("before", "tomorrow", "today", "overdue", "request")
URGENCY = ("leader", "overdue", "today", "tomorrow", "request", "before", "official_copy")
