"""Việc hôm nay: what needs a person now, each with its count and the page where it is done."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from models.enums import MessageState, PlanKind
from obligations.rules.wording import period_text
from obligations.services.asks.recall import RecalledRow, recalled_rows
from obligations.services.chasing.acknowledge import heard_since
from obligations.services.chasing.approval import needs_approval
from obligations.services.chasing.batch_views import BatchRow, list_batches
from obligations.services.context import Context
from obligations.services.isolating.destroy import Waiting, waiting_rows
from obligations.services.member.contacts import ChangedRow, changed_rows
from obligations.services.overview.awaiting import AwaitingRow, awaiting_rows
from obligations.services.overview.today_statements import (
    ASKS,
    HELD,
    NEXT_AT,
    PAUSE,
    STATES,
    SUBMITTED,
    TASKS,
    WANTED,
)
from obligations.services.reviewing.issue_approval import (
    ReportTask,
    reports_off_template,
    reports_to_approve,
    reports_to_number,
)
from obligations.services.running.service_watch import troubles


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
    reports_off_template: list[ReportTask] = field(default_factory=list)
    """Consolidated reports that could not be made with the department's own template; ``by`` says why."""
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
            self.reports_off_template,
        )
        object.__setattr__(self, "empty", not any((*waits, *more)))


def today(ctx: Context) -> Today:
    """The work of the day of ``ctx.as_of``. A fixed number of queries whatever the number of periods."""
    states = dict(ctx.session.exec(STATES).all())
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
        next_planned_at=ctx.session.exec(NEXT_AT).one(),
        paused=ctx.session.exec(PAUSE).first() is not None,
        asks=ctx.session.exec(ASKS).one(),
        recalled=recalled_rows(ctx),
        contacts=changed_rows(ctx),
        apart=waiting_rows(ctx),
        stated=work["stated"],
        needs_approval=needs_approval(ctx),
        submitted=ctx.session.exec(SUBMITTED).one(),
        reports_to_approve=reports_to_approve(ctx),
        reports_to_number=reports_to_number(ctx),
        reports_off_template=reports_off_template(ctx),
    )


def _of_periods(ctx: Context) -> dict[str, list[PeriodTask]]:
    """What is to be done in open periods, counted by the database in one pass over what they hold."""
    asked = {
        "as_of": ctx.as_of,
        "today": ctx.today,
        "next_days": [ctx.today, ctx.calendar.next_working(ctx.today)],
        "morning": datetime.combine(ctx.today, time(), ctx.settings.zone),
        "heard_since": heard_since(ctx),
    }
    found: dict[str, list[PeriodTask]] = {name: [] for name in WANTED}
    for row in ctx.session.execute(TASKS, asked):
        hourly = row.kind == PlanKind.request
        name = row.title if hourly else f"{row.title}, {period_text(row.label)}"
        for task in WANTED:
            if count := row._mapping[task]:  # noqa: SLF001 - the documented way to a column by its name
                due_at = row.due_at if hourly else None
                found[task].append(
                    PeriodTask(row.public_id, name, int(count), row.slug, row.number, row.due_on, due_at)
                )
    return found


def _held(ctx: Context) -> list[PeriodTask]:
    """Held notices by the period they are about."""
    return [
        PeriodTask(public_id, f"{title}, {period_text(label)}", count, slug, number, due_on)
        for public_id, label, due_on, title, slug, number, count in ctx.session.execute(HELD)
    ]
