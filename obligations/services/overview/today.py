"""Việc hôm nay: what needs a person now, each with its count and the page where it is done."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import Duty, MessageState, MoreTimeState, PeriodState, PlanKind
from models.tables import (
    AgreedLateness,
    Assignment,
    Message,
    MessageItem,
    MoreTimeRequest,
    Obligation,
    Pause,
    Period,
    PhoneCall,
    Plan,
)
from obligations.rules.lateness import CHASED_DUTIES, OWING
from obligations.rules.wording import period_text
from obligations.services.acknowledge import heard_since
from obligations.services.approval import needs_approval
from obligations.services.asks.recall import RecalledRow, recalled_rows
from obligations.services.awaiting import AwaitingRow, awaiting_rows
from obligations.services.batch_views import BatchRow, list_batches
from obligations.services.context import Context
from obligations.services.filing.destroy import Waiting, waiting_rows
from obligations.services.lateness import overdue_now
from obligations.services.member.contacts import ChangedRow, changed_rows
from obligations.services.reviewing.issue_approval import ReportTask, reports_to_approve, reports_to_number
from obligations.services.service_watch import troubles
from obligations.services.stated import awaits_finding
from obligations.services.views_messages import submitted


@dataclass(frozen=True)
class PeriodTask:
    """Something to do in one period. ``due_at`` only of an ad-hoc request, ``plan`` is a slug."""

    period: str
    name: str
    count: int
    plan: str
    plan_number: str
    due_on: date | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Today:
    """The day's work. Every list is in the order in which it is to be looked at; counts are numbers of what they name."""

    on: date
    awaiting: list[AwaitingRow]
    """Duties that wait for a decision on who owes them; shown before everything else."""
    to_confirm: list[PeriodTask]
    """Periods that were open when their plan was applied (S3); ``count`` of agencies."""
    batches: list[BatchRow]
    """Overdue notices that go unless they are stopped."""
    troubles: list[tuple[str, str, str]]
    """What about the service itself needs a person: in words, where to act, and why."""
    failed: int
    drafts: int
    held: list[PeriodTask]
    """Opening notices that wait for their legal basis (S4)."""
    held_others: int
    to_review: list[PeriodTask]
    due: list[PeriodTask]
    """Periods whose last working day in time is today or the next one; ``count`` of those that have not sent."""
    calls: list[PeriodTask]
    """Agencies overdue, or silent to an ad-hoc request, whom nobody has telephoned today."""
    planned: int
    next_planned_at: datetime | None
    paused: bool
    asks: int = 0
    """Requests of agencies for more time that wait for an answer."""
    recalled: list[RecalledRow] = field(default_factory=list)
    """Reports that agencies took back; chased again from the next working day."""
    contacts: list[ChangedRow] = field(default_factory=list)
    """Focal points that agencies changed by themselves of late."""
    needs_approval: bool = False
    """Whether drafts to leaders and consolidated reports wait for a *lãnh đạo duyệt* (S6)."""
    submitted: int = 0
    """Of the drafts, those that were submitted and wait for an approval."""
    reports_to_approve: list[ReportTask] = field(default_factory=list)
    reports_to_number: list[ReportTask] = field(default_factory=list)
    """Consolidated reports that were approved and have no number yet."""
    apart: list[Waiting] = field(default_factory=list)
    """Reports that must not be read, waiting to be released or destroyed (S13); shown before everything else."""
    stated: list[PeriodTask] = field(default_factory=list)
    """Documents that agencies say they sent another way, to be found in the register."""
    empty: bool = field(init=False)

    def __post_init__(self) -> None:
        waits = (self.awaiting, self.to_confirm, self.batches, self.troubles, self.failed, self.drafts, self.held)
        more = (
            self.held_others,
            self.to_review,
            self.due,
            self.calls,
            self.asks,
            self.recalled,
            self.contacts,
            self.apart,
            self.stated,
            self.submitted,
            self.reports_to_approve,
            self.reports_to_number,
        )
        object.__setattr__(self, "empty", not any((*waits, *more)))


def today(ctx: Context) -> Today:
    """The work of the day of ``ctx.as_of``. A fixed number of queries whatever the number of periods."""
    states = dict(ctx.session.exec(select(Message.state, func.count()).group_by(col(Message.state))).all())
    next_at = ctx.session.exec(select(func.min(Message.planned_at)).where(Message.state == MessageState.planned)).one()
    held = _held(ctx)
    work = _of_periods(ctx)
    return Today(
        on=ctx.today,
        awaiting=awaiting_rows(ctx),
        to_confirm=work["to_confirm"],
        batches=[row for row in list_batches(ctx) if row.waiting and row.state == "shown"],
        troubles=troubles(ctx),
        failed=states.get(MessageState.failed, 0),
        drafts=states.get(MessageState.draft, 0),
        held=held,
        held_others=max(states.get(MessageState.held, 0) - sum(task.count for task in held), 0),
        to_review=work["to_review"],
        due=work["due"],
        calls=work["calls"],
        planned=states.get(MessageState.planned, 0),
        next_planned_at=next_at,
        paused=ctx.session.exec(select(Pause.id).where(col(Pause.resumed_at).is_(None)).limit(1)).first() is not None,
        asks=ctx.session.exec(
            select(func.count()).select_from(MoreTimeRequest).where(MoreTimeRequest.state == MoreTimeState.open)
        ).one(),
        recalled=recalled_rows(ctx),
        contacts=changed_rows(ctx),
        apart=waiting_rows(ctx),
        stated=work["stated"],
        needs_approval=needs_approval(ctx),
        submitted=_submitted(ctx),
        reports_to_approve=reports_to_approve(ctx),
        reports_to_number=reports_to_number(ctx),
    )


def _submitted(ctx: Context) -> int:
    query = select(func.count()).select_from(Message).where(Message.state == MessageState.draft)
    return ctx.session.exec(query.where(submitted(asked=True))).one()


def _of_periods(ctx: Context) -> dict[str, list[PeriodTask]]:
    """What is to be done in open periods, counted by the database in one pass over what they hold."""
    unseen = and_(col(Period.needs_confirmation), col(Period.confirmed_at).is_(None))
    owing = and_(col(Assignment.state).in_(OWING), col(Assignment.duty).in_(CHASED_DUTIES))
    near = and_(owing, col(Assignment.practical_due_on).in_(_next_days(ctx)), col(Assignment.due_at) > ctx.as_of)
    wanted: dict[str, ColumnElement[bool]] = {
        "to_confirm": and_(unseen, col(Assignment.state) != "ended"),
        "to_review": and_(col(Assignment.state) == "submitted", ~awaits_finding()),
        "stated": and_(col(Assignment.state) == "submitted", awaits_finding()),
        "due": and_(~unseen, near),
        "calls": and_(~unseen, _silent(ctx)),
    }
    counts = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in wanted.items()]
    query = (
        sql_select(
            col(Period.public_id),
            col(Period.label),
            col(Period.due_on),
            col(Period.due_at),
            col(Obligation.title),
            col(Plan.slug),
            col(Plan.number),
            col(Plan.kind),
            *counts,
        )
        .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Plan, col(Obligation.plan_id) == col(Plan.id))
        .join(Assignment, col(Assignment.period_id) == col(Period.id))
        .where(col(Period.state) == PeriodState.open)
        .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
        .order_by(col(Period.due_at), col(Period.id))
    )
    found: dict[str, list[PeriodTask]] = {name: [] for name in wanted}
    for row in ctx.session.execute(query):
        hourly = row.kind == PlanKind.request
        name = row.title if hourly else f"{row.title}, {period_text(row.label)}"
        for task in wanted:
            if count := row._mapping[task]:  # noqa: SLF001 - the documented way to a column by its name
                due_at = row.due_at if hourly else None
                found[task].append(
                    PeriodTask(row.public_id, name, int(count), row.slug, row.number, row.due_on, due_at)
                )
    return found


def _next_days(ctx: Context) -> tuple[date, date]:
    """Today and the working day after it."""
    return ctx.today, ctx.calendar.next_working(ctx.today)


def _silent(ctx: Context) -> ColumnElement[bool]:
    """Overdue and not heard of lately, or silent to an ad-hoc request, and not telephoned today."""
    morning = datetime.combine(ctx.today, time(), ctx.settings.zone)
    called = sql_select(col(PhoneCall.id)).where(
        col(PhoneCall.assignment_id) == col(Assignment.id),
        col(PhoneCall.undone_at).is_(None),
        col(PhoneCall.called_at) >= morning,
    )
    agreed = sql_select(col(AgreedLateness.id)).where(
        col(AgreedLateness.assignment_id) == col(Assignment.id), col(AgreedLateness.until_on) >= ctx.today
    )
    snoozed = and_(col(Assignment.snoozed_until).is_not(None), col(Assignment.snoozed_until) >= ctx.today)
    rests = or_(snoozed, agreed.exists())
    unheard = and_(
        col(Plan.kind) == PlanKind.request,
        col(Assignment.state).in_(OWING),
        col(Assignment.duty) != Duty.for_information,
        col(Assignment.acknowledged_at).is_(None),
    )
    pressed_at = col(Assignment.acknowledged_at)
    unheard_of = or_(col(Plan.kind) == PlanKind.request, pressed_at.is_(None), pressed_at < heard_since(ctx))
    return and_(or_(and_(overdue_now(ctx.as_of), unheard_of, ~rests), unheard), ~called.exists())


def _held(ctx: Context) -> list[PeriodTask]:
    """Held notices by the period they are about."""
    query = (
        sql_select(
            col(Period.public_id),
            col(Period.label),
            col(Period.due_on),
            col(Obligation.title),
            col(Plan.slug),
            col(Plan.number),
            func.count(func.distinct(col(Message.id))).label("count"),
        )
        .join_from(Message, MessageItem, col(MessageItem.message_id) == col(Message.id))
        .join(Assignment, col(MessageItem.assignment_id) == col(Assignment.id))
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Plan, col(Obligation.plan_id) == col(Plan.id))
        .where(col(Message.state) == MessageState.held)
        .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
        .order_by(col(Period.due_on), col(Period.id))
    )
    return [
        PeriodTask(public_id, f"{title}, {period_text(label)}", count, slug, number, due_on)
        for public_id, label, due_on, title, slug, number, count in ctx.session.execute(query)
    ]
