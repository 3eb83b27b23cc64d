"""Everything that is due, in one pass: for cron, by hand when Prefect is down, and inside the hourly reconcile flow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import StepName, StepState
from models.tables import PeriodStep
from obligations.services.agencies.contact_health import keep_watch
from obligations.services.care.trail_check import check_daily
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.plan_steps import finish_steps
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.running.upkeep import hear, tell
from obligations.services.sending.deliver import Delivered, OpenChannel, deliver_due
from obligations.services.sending.sending_journal import sweep_journals
from obligations.services.storage import sweep_orphans

_CONSOLIDATE = (
    select(PeriodStep.period_id)
    .where(
        PeriodStep.state == StepState.planned,
        PeriodStep.name == StepName.consolidate,
        col(PeriodStep.planned_at) <= bindparam("as_of"),
    )
    .order_by(col(PeriodStep.id))
)
ORPHAN_AGE = 86_400.0
"""Seconds before a file that no row names is swept."""


@dataclass(frozen=True)
class TickResult:
    """What one pass did."""

    opened: int
    planned: int
    drafts: int
    delivered: Delivered
    closed: int
    consolidated: int
    feeds_changed: int


def run_tick(
    app: App,
    as_of: datetime,
    actor: str = "tick",
    deliver_clock: Callable[[], datetime] | None = None,
    progress: Callable[[int], None] | None = None,
    channel_for: OpenChannel | None = None,
) -> TickResult:
    """Open, close, chase, deliver, consolidate, publish: each acts on state, so a second pass changes nothing.

    What closes is not chased first, however late the pass comes.
    """
    app.refresh_calendar()
    with app.write(as_of, actor) as ctx:
        opened = open_due_periods(ctx)
        closed = close_due_periods(ctx)
        if opened:  # a notice that brings a date may carry its entry
            refresh_feeds(ctx)
    with app.write(as_of, actor) as ctx:
        chased = plan_reminders(ctx)
    clock = deliver_clock or (lambda: as_of)
    hear(app, clock)
    delivered = deliver_due(app, clock, progress=progress, channel_for=channel_for)
    tell(app, clock)
    consolidated = consolidate_due(app, as_of, actor)
    with app.write(as_of, actor) as ctx:
        finish_steps(ctx, StepName.publish)
        feeds_changed = refresh_feeds(ctx)
        keep_watch(ctx)
    check_daily(app, as_of, actor)
    sweep_orphans(app, ORPHAN_AGE, as_of.timestamp())
    sweep_journals(app.settings.journal, as_of.timestamp())
    return TickResult(len(opened), chased.planned, chased.drafts, delivered, closed, consolidated, feeds_changed)


def consolidate_due(app: App, as_of: datetime, actor: str) -> int:
    """Make the report of each period whose consolidation step has come; the step is done only once the report is."""
    with app.read(as_of, actor) as ctx:
        due = ctx.session.exec(_CONSOLIDATE, params={"as_of": as_of}).all()
    for period_id in due:
        consolidate_period(app, period_id, as_of, actor)
        with app.write(as_of, actor) as ctx:
            finish_steps(ctx, StepName.consolidate, period_id)
    return len(due)
