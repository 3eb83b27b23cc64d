"""What is due to be told, found by moment: the cost follows the assignments that are due, not those that exist."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import bindparam, func, update
from sqlmodel import col, select

from models.enums import AssignmentState, Audience, CompletesOn, MessageState, PeriodState
from models.period import AT_ONCE
from models.tables import (
    AgreedLateness,
    Assignment,
    Message,
    MessageItem,
    Obligation,
    Period,
    PlanVersion,
    SystemValue,
)
from obligations.clock import local_date
from obligations.rules.batching import BATCHED
from obligations.rules.due import at_opening
from obligations.rules.hours import request_kind, steps_after_acknowledging
from obligations.rules.lateness import BINDING, CHASED, is_chased, may_escalate
from obligations.rules.looking import day_after, earliest, next_clerk_moment, next_leader_moment
from obligations.rules.reminders import Step, latest_step, leader_step_is_due, notice_kind, reminded_steps, step_moment
from obligations.rules.stopping import chasing_has_stopped
from obligations.services.chasing.again import asked_again, remind_again
from obligations.services.context import Context
from obligations.services.lookup import periods_of
from obligations.services.sending.outbox import told_steps
from obligations.services.sending.told import first_notices
from obligations.services.spec import priority_of, spec_in, steps_of
from plans.schema import ObligationSpec, StopRule

OFFICIAL_AFTER = 3
"""Working days after a soft copy before the signed document is asked for (S2)."""
CHUNK = 500
_BASIS = "chase.basis"

_NEWEST = select(func.max(PlanVersion.id))
_COME = (
    select(Assignment)
    .join(Period, col(Assignment.period_id) == Period.id)
    .where(
        col(Assignment.next_at) <= bindparam("as_of"),
        Period.state == PeriodState.open,
        (col(Period.needs_confirmation).is_(False)) | (col(Period.confirmed_at).is_not(None)),
    )
    .order_by(col(Assignment.period_id), col(Assignment.id))
)
_COME_IN = _COME.where(col(Period.id) == bindparam("period"))
_AGREED = (
    select(col(AgreedLateness.assignment_id), func.max(AgreedLateness.until_on))
    .where(
        col(AgreedLateness.assignment_id).in_(bindparam("owing", expanding=True)),
        col(AgreedLateness.until_on) >= bindparam("today"),
    )
    .group_by(col(AgreedLateness.assignment_id))
)
Row = tuple[Assignment, Period, Obligation]
Told = dict[tuple[int, int], set[str]]


@dataclass(frozen=True)
class Due:
    """One step that one assignment has come to."""

    assignment: Assignment
    step: str
    kind: str
    priority: int = 0
    """Above 0 for an ad-hoc request."""


@dataclass
class Found:
    """What is due by agency, and when each assignment that was looked at must be looked at again."""

    clerks: dict[int, list[Due]] = field(default_factory=lambda: defaultdict(list))
    leaders: dict[int, list[Due]] = field(default_factory=lambda: defaultdict(list))
    next_at: list[tuple[Assignment, datetime | None]] = field(default_factory=list)


def find_due(ctx: Context, period_id: int | None) -> Found:
    """Look at every assignment whose moment has come, of open and confirmed periods."""
    _wake_all_when_rules_moved(ctx)
    found = Found()
    for rows in _chunks(_rows(ctx, period_id)):
        _judge(ctx, rows, found)
    return found


def _wake_all_when_rules_moved(ctx: Context) -> None:
    """Another working calendar or plan version may bring every step forward: look at everything once."""
    newest = ctx.session.exec(_NEWEST).one()
    basis = f"{ctx.calendar.version}:{newest}"
    stored = ctx.session.get(SystemValue, _BASIS)
    if stored is not None and stored.value == basis:
        return
    open_periods = select(Period.id).where(Period.state == PeriodState.open)
    ctx.session.execute(
        update(Assignment)
        .where(col(Assignment.period_id).in_(open_periods), col(Assignment.state).in_(CHASED))
        .values(next_at=AT_ONCE)
    )
    ctx.session.merge(SystemValue(name=_BASIS, value=basis))


def _rows(ctx: Context, period_id: int | None) -> Sequence[Row]:
    asked = {"as_of": ctx.as_of} | ({} if period_id is None else {"period": period_id})
    owed = ctx.session.exec(_COME if period_id is None else _COME_IN, params=asked).all()
    apart = periods_of(ctx, (assignment.period_id for assignment in owed))
    return [(assignment, *apart[assignment.period_id]) for assignment in owed]


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _judge(ctx: Context, rows: Sequence[Row], found: Found) -> None:
    ids = [a.id or 0 for a, _, _ in rows]
    clerk, leader = told_steps(ctx, ids, Audience.clerk), told_steps(ctx, ids, Audience.leader)
    until, notices = _paused_until(ctx, ids), first_notices(ctx, ids)
    sent_back = asked_again(ctx, [a.id or 0 for a, _, _ in rows if a.state == AssignmentState.returned])
    spent = overdue_notices(ctx, ids) if any(_stop_rule(o, p) for _, p, o in rows) else {}
    steps: dict[int | None, list[Step]] = {}
    for assignment, period, obligation in rows:
        stop = _stop_rule(obligation, period)
        over = stop is not None and chasing_has_stopped(assignment.due_on, stop.after_days, ctx.today)
        if over or not is_chased(assignment.state, assignment.duty):
            found.next_at.append((assignment, None))
            continue
        resting = earliest(day_after(d, ctx.settings.zone) for d in (until.get(assignment.id or 0),) if d is not None)
        if assignment.snoozed_until is not None and assignment.snoozed_until >= ctx.today:
            resting = max(resting or AT_ONCE, day_after(assignment.snoozed_until, ctx.settings.zone))
        if resting is not None:
            found.next_at.append((assignment, resting))
            continue
        if period.id not in steps:
            steps[period.id] = steps_of(obligation, period)
        key = (assignment.id or 0, assignment.revision)
        silent = stop is not None and stop.notices is not None and spent.get(assignment.id or 0, 0) >= stop.notices
        again = [
            _clerk(
                ctx,
                spec_in(obligation, period),
                priority_of(obligation),
                steps[period.id],
                assignment,
                clerk.get(key, set()),
                found,
                silent=silent,
            ),
            _leader(ctx, period, steps[period.id], assignment, leader.get(key, set()), notices, found),
            remind_again(ctx, assignment, sent_back, clerk.get(key, set())),
        ]
        found.next_at.append((assignment, earliest(again)))


def _clerk(
    ctx: Context,
    spec: ObligationSpec,
    priority: int,
    steps: Sequence[Step],
    assignment: Assignment,
    told: set[str],
    found: Found,
    *,
    silent: bool,
) -> datetime | None:
    """Note the clerk's step if one is due; returns when to look again. ``silent``: no overdue notice any more."""
    zone = ctx.settings.zone
    if assignment.state == AssignmentState.soft_received:
        moment = _official_moment(ctx, spec, assignment, told)
        if moment is None or moment > ctx.as_of:
            return moment
        found.clerks[assignment.agency_id].append(Due(assignment, "official", "official_copy", priority))
        return None
    if assignment.state == AssignmentState.returned:
        return None
    if priority and assignment.acknowledged_at is not None:
        steps = steps_after_acknowledging(steps)
    steps = reminded_steps(steps, assignment.due_on, ctx.calendar)
    step = latest_step(steps, assignment.practical_due_on, told, ctx.as_of, ctx.calendar, zone)
    if step is not None and not (silent and _kind(ctx, assignment, priority) in BATCHED):
        found.clerks[assignment.agency_id].append(
            Due(assignment, step.code, _kind(ctx, assignment, priority), priority)
        )
    return next_clerk_moment(steps, assignment.practical_due_on, ctx.as_of, ctx.calendar, zone)


def _kind(ctx: Context, assignment: Assignment, priority: int) -> str:
    if priority:
        return request_kind(assignment.due_at, ctx.as_of)
    return notice_kind(assignment.practical_due_on, ctx.today, ctx.calendar, assignment.duty)


def _official_moment(ctx: Context, spec: ObligationSpec, assignment: Assignment, told: set[str]) -> datetime | None:
    """One reminder for the signed document, three working days after the soft copy."""
    if spec.completes_on != CompletesOn.signed or "official" in told or assignment.soft_received_at is None:
        return None
    received_on = local_date(assignment.soft_received_at, ctx.settings.timezone)
    return at_opening(ctx.calendar.shift(received_on, OFFICIAL_AFTER), ctx.settings.zone)


def _leader(
    ctx: Context,
    period: Period,
    steps: Sequence[Step],
    assignment: Assignment,
    told: set[str],
    notices: dict[int, date],
    found: Found,
) -> datetime | None:
    """Note the leader's letters that are due; returns when to look again."""
    if assignment.state != AssignmentState.open or assignment.duty not in BINDING:
        return None
    calendar, zone = ctx.calendar, ctx.settings.zone
    overdue_at = max(assignment.overdue_at, period.overdue_at)
    written = set(told)
    for step in steps:
        if step.audience != Audience.leader or step.code in told:
            continue
        if not may_escalate(assignment.state, assignment.duty, overdue_at, ctx.as_of):
            continue
        past = step_moment(step, assignment.practical_due_on, calendar, zone) <= ctx.as_of
        if past and leader_step_is_due(step, notices.get(assignment.id or 0), ctx.today, calendar):
            found.leaders[assignment.agency_id].append(Due(assignment, step.code, "leader"))
            written.add(step.code)
    return next_leader_moment(steps, assignment.practical_due_on, overdue_at, written, ctx.as_of, calendar, zone)


def _paused_until(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, date]:
    """The agreed late day of each assignment whose chasing rests today (S5)."""
    return dict(ctx.session.exec(_AGREED, params={"owing": assignment_ids, "today": ctx.today}).all())


def _stop_rule(obligation: Obligation, period: Period) -> StopRule | None:
    return spec_in(obligation, period).stop if (period.spec or obligation.spec).get("stop") else None


def overdue_notices(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, int]:
    """How many overdue notices each assignment's clerk got or is about to get, over every extension."""
    query = (
        select(col(MessageItem.assignment_id), func.count())
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(
            col(MessageItem.assignment_id).in_(list(assignment_ids)),
            MessageItem.contact_key == Audience.clerk.value,
            col(Message.kind).in_(BATCHED),
            Message.state != MessageState.cancelled,
        )
        .group_by(col(MessageItem.assignment_id))
    )
    return dict(ctx.session.exec(query).all())
