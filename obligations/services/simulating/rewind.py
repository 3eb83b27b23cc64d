"""Taking a copy back to an earlier moment. What is recorded as having happened since comes back as events."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, update
from sqlmodel import col, select

from models.enums import (
    AssignmentState,
    Audience,
    CompletesOn,
    MessageState,
    PeriodState,
    PlanKind,
    StepState,
    SubmissionChannel,
    SubmissionState,
)
from models.enums import SubmissionForm as Form
from models.period import AT_ONCE
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Attachment,
    Consolidation,
    Delivery,
    Extension,
    Message,
    MessageItem,
    NoticeBatch,
    Obligation,
    Pause,
    Period,
    PeriodExtension,
    PeriodStep,
    Plan,
    Reassignment,
    Receipt,
    Submission,
    SubmissionAssignment,
    Succession,
    UndoneAct,
)
from obligations.errors import DondocError
from obligations.rules.arrivals import Came, first_arrival
from obligations.rules.due import day_ends
from obligations.services.chasing.pauses import held_back, take_up
from obligations.services.context import Context
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.planning.move_period import extended_dates
from obligations.services.reviewing.review import agree_lateness, exempt, extend
from obligations.services.simulating.decisions import disputes_and_decisions
from obligations.services.simulating.events import Arrival, Event, find_assignment, replayed
from obligations.services.simulating.requests import request_events
from obligations.services.simulating.rewind_extensions import period_extension_events, take_back_period_extensions
from obligations.services.simulating.rewind_moves import first_owners, later_moves, take_back_moves, wait_again
from obligations.services.simulating.rewind_plans import rewind_plans
from obligations.services.spec import counts_by_document, spec_in

Names = tuple[str, str, str, str]
"""Plan, obligation, period, agency: an assignment's names, which hold when its row is made anew."""


def rewind(ctx: Context) -> list[Event]:
    """Bring the copy to ``ctx.as_of``; returns the recorded arrivals and acts after it, none earlier than it."""
    moves = later_moves(ctx)
    events = [*_arrivals(ctx, moves), *_acts(ctx, moves), *_confirmations(ctx), *_pauses(ctx), *request_events(ctx)]
    events += disputes_and_decisions(ctx, moves, _named(ctx))
    take_back_moves(ctx, moves)
    _cite_plans(ctx)
    for plan in ctx.session.exec(select(Plan).where(Plan.kind == PlanKind.document)).all():
        plan.applied_at = min(plan.applied_at, ctx.as_of)
    _forget_periods(ctx)
    _forget_submissions(ctx, _later_submissions(ctx))
    _forget_messages(ctx, list(ctx.session.exec(select(Message.id).where(Message.created_at > ctx.as_of)).all()))
    ctx.session.execute(
        delete(NoticeBatch).where(~select(Message.id).where(Message.batch_id == NoticeBatch.id).exists())
    )
    events += rewind_plans(ctx, _forget_assignments)
    _reopen_messages(ctx)
    _reopen_periods(ctx)
    for assignment in ctx.session.exec(select(Assignment).where(Assignment.state_changed_at > ctx.as_of)).all():
        _take_back_extensions(ctx, assignment)
        _restate(ctx, assignment)
    ctx.session.execute(update(Assignment).values(next_at=AT_ONCE))  # what was looked at later is looked at anew
    take_back_period_extensions(ctx)
    ctx.session.execute(delete(AgreedLateness).where(col(AgreedLateness.agreed_at) > ctx.as_of))
    wait_again(ctx)
    return events


def settle(ctx: Context) -> list[Event]:
    """Leave the copy as it stands at ``ctx.as_of``: nothing has happened since. What a sender holds is waiting again."""
    _cite_plans(ctx)
    held = select(Message).where(col(Message.state).in_((MessageState.leased, MessageState.sending)))
    for message in ctx.session.exec(held).all():
        message.state, message.lease_until = MessageState.planned, None
    ctx.session.flush()
    return []


def _cite_plans(ctx: Context) -> None:
    """Periods that open from here on count as having their legal basis."""
    for obligation in ctx.session.exec(select(Obligation)).all():
        obligation.cites_plan = obligation.cites_plan or obligation.opening_document is None


def _named(ctx: Context) -> dict[int, Names]:
    query = (
        select(Assignment.id, Plan.slug, Obligation.code, Period.label, Agency.code)  # type: ignore[call-overload]  # sqlmodel types four columns
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
    )
    return {number: (plan, code, label, agency) for number, plan, code, label, agency in ctx.session.execute(query)}


def _arrivals(ctx: Context, moves: Sequence[Reassignment]) -> list[Event]:
    """Reports recorded later count from the day they arrived; one that had arrived before counts at once."""
    names, owners = _named(ctx), first_owners(moves, "submissions")
    query = (
        select(Submission, SubmissionAssignment.assignment_id)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(Submission.arrived_at > ctx.as_of)
        .order_by(col(Submission.id))
    )
    found = []
    for submission, assignment_id in ctx.session.exec(query).all():
        plan, code, label, agency = names[owners.get(submission.id or 0, assignment_id)]
        at = max(_came_by(ctx, submission), ctx.as_of)
        told = not submission.idempotency_key.startswith("confirm:")
        found.append(replayed(Arrival(at, agency, plan, code, label, submission.form, told, submission.channel)))
    return found


def _came_by(ctx: Context, submission: Submission) -> datetime:
    """The latest moment at which it may have come; of unknown day, when it was said to be there."""
    if submission.arrived_on is None:
        return submission.arrived_at
    return min(submission.arrived_at, day_ends(submission.arrived_on, ctx.settings.zone) - timedelta(minutes=1))


def _acts(ctx: Context, moves: Sequence[Reassignment]) -> list[Event]:
    """Extensions, agreed lateness and exemptions recorded later; a decision on who owes brings its own."""
    names, found = _named(ctx), []
    extended, agreed_for = first_owners(moves, "extensions"), first_owners(moves, "agreed")
    decided = {row.at for row in moves if row.succession_id is None}
    for given in ctx.session.exec(select(Extension).where(Extension.granted_at > ctx.as_of)).all():
        if given.granted_at in decided:
            continue
        moved = partial(
            extend, due_on=given.due_on, document_number=given.document_number, document_on=given.document_on
        )
        found.append(_act(given.granted_at, names[extended.get(given.id or 0, given.assignment_id)], moved))
    for agreed in ctx.session.exec(select(AgreedLateness).where(AgreedLateness.agreed_at > ctx.as_of)).all():
        paused = partial(agree_lateness, until_on=agreed.until_on, reason=agreed.reason)
        found.append(_act(agreed.agreed_at, names[agreed_for.get(agreed.id or 0, agreed.assignment_id)], paused))
    found += period_extension_events(ctx)
    freed = select(Assignment).where(
        Assignment.state == AssignmentState.exempt, Assignment.state_changed_at > ctx.as_of
    )
    exempted = [a for a in ctx.session.exec(freed).all() if a.state_changed_at not in decided]
    found += [
        _act(a.state_changed_at, names[a.id or 0], partial(exempt, reason=a.exempt_reason or "-")) for a in exempted
    ]
    return found


def _act(at: datetime, names: Names, decide: Callable[[Context, str], None]) -> Event:
    def act(ctx: Context) -> None:
        try:
            decide(ctx, find_assignment(ctx, *names).public_id)
        except DondocError:  # the twin took another course, where this act has no place
            return

    return Event(at, act)


def _confirmations(ctx: Context) -> list[Event]:
    query = (
        select(Period, Obligation.code, Plan.slug)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(col(Period.confirmed_at) > ctx.as_of)
    )
    return [
        _confirmation(period.confirmed_at or ctx.as_of, slug, code, period.label)
        for period, code, slug in ctx.session.exec(query).all()
    ]


def _confirmation(at: datetime, slug: str, code: str, label: str) -> Event:
    def act(ctx: Context) -> None:
        query = (
            select(Period)
            .join(Obligation, col(Period.obligation_id) == Obligation.id)
            .join(Plan, col(Obligation.plan_id) == Plan.id)
            .where(Plan.slug == slug, Obligation.code == code, Period.label == label)
        )
        period = ctx.session.exec(query).first()
        if period is not None and period.needs_confirmation and period.confirmed_at is None:
            confirm_period(ctx, period.id or 0)

    return Event(at, act)


def _pauses(ctx: Context) -> list[Event]:
    """Pauses that began or ended later begin or end again at their moment; one that follows a succession does so itself."""
    followed = set(ctx.session.exec(select(Succession.applied_at)).all())
    found = []
    for pause in ctx.session.exec(select(Pause)).all():
        scope = (pause.plan_id, pause.agency_id)
        if pause.resumed_at is not None and pause.resumed_at > ctx.as_of:
            if pause.agency_id is None or pause.resumed_at not in followed:
                found.append(_resume(pause.resumed_at, *scope))
            pause.resumed_at = None
        if pause.paused_at > ctx.as_of:
            if pause.agency_id is None or pause.paused_at not in followed:
                found.append(_pause(pause.paused_at, *scope))
            ctx.session.delete(pause)
    return found


def _pause(at: datetime, plan_id: int | None, agency_id: int | None) -> Event:
    def act(ctx: Context) -> None:
        ctx.session.add(Pause(plan_id=plan_id, agency_id=agency_id, paused_by=ctx.actor, paused_at=at))
        ctx.session.flush()

    return Event(at, act)


def _resume(at: datetime, plan_id: int | None, agency_id: int | None) -> Event:
    def act(ctx: Context) -> None:
        scope = (Pause.plan_id == plan_id, Pause.agency_id == agency_id)
        held = held_back(ctx)
        for pause in ctx.session.exec(select(Pause).where(col(Pause.resumed_at).is_(None), *scope)).all():
            pause.resumed_at = at
        ctx.session.flush()
        take_up(ctx, held)

    return Event(at, act)


def _forget_periods(ctx: Context) -> None:
    """Periods opened later, with everything that hangs on them; they open again as time passes."""
    periods = [
        p.id for p in ctx.session.exec(select(Period)).all() if p.opens_on >= ctx.today or p.opened_at > ctx.as_of
    ]
    ids = list(ctx.session.exec(select(Assignment.id).where(col(Assignment.period_id).in_(periods))).all())
    _forget_assignments(ctx, [number for number in ids if number is not None])
    for part in (Consolidation, PeriodExtension, PeriodStep):
        ctx.session.execute(delete(part).where(col(part.period_id).in_(periods)))
    ctx.session.execute(delete(Period).where(col(Period.id).in_(periods)))
    ctx.session.expire_all()


def _forget_assignments(ctx: Context, ids: list[int]) -> None:
    told = select(MessageItem.message_id).where(col(MessageItem.assignment_id).in_(ids))
    sent = select(SubmissionAssignment.submission_id).where(col(SubmissionAssignment.assignment_id).in_(ids))
    _forget_messages(ctx, list(ctx.session.exec(told).all()))
    _forget_submissions(ctx, list(ctx.session.exec(sent).all()))
    for owned in (AgreedLateness, Extension, Reassignment, UndoneAct):
        ctx.session.execute(delete(owned).where(col(owned.assignment_id).in_(ids)))
    ctx.session.execute(delete(Assignment).where(col(Assignment.id).in_(ids)))


def _later_submissions(ctx: Context) -> list[int | None]:
    return list(ctx.session.exec(select(Submission.id).where(Submission.arrived_at > ctx.as_of)).all())


def _forget_submissions(ctx: Context, ids: list[int | None] | list[int]) -> None:
    for child in (Attachment, Receipt, SubmissionAssignment):
        ctx.session.execute(delete(child).where(col(child.submission_id).in_(ids)))
    ctx.session.execute(delete(Submission).where(col(Submission.id).in_(ids)))


def _forget_messages(ctx: Context, ids: list[int | None] | list[int]) -> None:
    ctx.session.execute(update(Message).where(col(Message.fallback_of).in_(ids)).values(fallback_of=None))
    for child in (Delivery, MessageItem):
        ctx.session.execute(delete(child).where(col(child.message_id).in_(ids)))
    ctx.session.execute(delete(Message).where(col(Message.id).in_(ids)))


def _minute(submission: Submission) -> datetime | None:
    return submission.arrived_at if submission.channel == SubmissionChannel.portal else None


_REVIEWED = {SubmissionState.returned: AssignmentState.returned, SubmissionState.accepted: AssignmentState.accepted}
_UNDER_WAY = (MessageState.leased, MessageState.sending, MessageState.retry, MessageState.unknown)


def _reopen_messages(ctx: Context) -> None:
    """A message written before and settled later is waiting again, as what it was: planned, held or a draft."""
    for message in ctx.session.exec(select(Message)).all():
        settled_later = message.finished_at is not None and message.finished_at > ctx.as_of
        if not settled_later and message.state not in _UNDER_WAY:
            continue
        message.state, message.next_at = MessageState.planned, message.planned_at
        message.finished_at = message.lease_until = None
        if message.released_by is None and message.audience == Audience.leader:
            message.state = MessageState.draft


def _reopen_periods(ctx: Context) -> None:
    for period in ctx.session.exec(select(Period)).all():
        if period.confirmed_at is not None and period.confirmed_at > ctx.as_of:
            period.confirmed_at = period.confirmed_by = None
        if period.closed_at is not None and period.closed_at > ctx.as_of:
            period.state, period.closed_at = PeriodState.open, None
    for step in ctx.session.exec(select(PeriodStep).where(col(PeriodStep.done_at) > ctx.as_of)).all():
        step.state, step.done_at = StepState.planned, None


def _take_back_extensions(ctx: Context, assignment: Assignment) -> None:
    query = select(Extension).where(Extension.assignment_id == assignment.id, Extension.granted_at > ctx.as_of)
    later = ctx.session.exec(query.order_by(col(Extension.id))).all()
    if not later:
        return
    period = ctx.session.get_one(Period, assignment.period_id)
    due_on = later[0].due_on_before
    if due_on == period.due_on:
        assignment.due_at, assignment.overdue_at = period.due_at, period.overdue_at
        assignment.practical_due_on = period.practical_due_on
    else:
        dates = extended_dates(ctx, period, due_on)
        assignment.due_at, assignment.overdue_at = dates.due_at, dates.overdue_at
        assignment.practical_due_on = dates.practical_due_on
    assignment.due_on, assignment.revision = due_on, assignment.revision - len(later)
    for extension in later:
        ctx.session.delete(extension)


def _restate(ctx: Context, assignment: Assignment) -> None:
    """The state that the submissions still there and their reviews of that time amount to."""
    query = (
        select(Submission, SubmissionAssignment)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(SubmissionAssignment.assignment_id == assignment.id)
        .order_by(col(Submission.id))
    )
    rows = ctx.session.exec(query).all()
    assignment.state, assignment.state_changed_at, assignment.exempt_reason = AssignmentState.open, ctx.as_of, None
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    dated = counts_by_document(ctx, obligation, period)
    came = [Came(s.arrived_on, s.recorded_at, _minute(s), s.document_on if dated else None) for s, _ in rows]
    first = first_arrival(came, ctx.settings.zone)
    assignment.first_received_on, assignment.first_received_at, assignment.counted_on = first
    needs_signed = spec_in(obligation, period).completes_on == CompletesOn.signed
    soft = [s.arrived_at for s, _ in rows if s.form == Form.soft and needs_signed]
    assignment.soft_received_at = min(soft, default=None)
    whole = [(s, link) for s, link in rows if s.form != Form.soft or not needs_signed]
    assignment.completed_at = whole[-1][0].arrived_at if whole else None
    if not rows:
        return
    submission, link = (whole or list(rows))[-1]
    if link.reviewed_at is not None and link.reviewed_at > ctx.as_of:
        link.state, link.reviewed_at = SubmissionState.submitted, None
    submission.state, link.replaced_at = link.state, None
    assignment.state = _REVIEWED.get(link.state, AssignmentState.submitted) if whole else AssignmentState.soft_received
