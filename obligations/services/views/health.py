"""How the installation is doing, as numbers without names."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from models.enums import BreakerState, MessageState, PeriodState, StepState
from models.migrate import current, heads
from models.tables import ChannelState, Message, Period, PeriodStep
from obligations.services.agencies.contact_health import out_of_reach
from obligations.services.context import App, Context
from obligations.services.lateness import overdue_now
from obligations.services.sending.deliver_claim import LEASE

QUEUED = (MessageState.planned, MessageState.retry, MessageState.unknown)
LEASED = (MessageState.leased, MessageState.sending)


@dataclass(frozen=True)
class HealthFacts:
    """One look. Ages are seconds, 0 when nothing waits; sizes are bytes."""

    messages: dict[str, int]
    queue_depth: int
    oldest_due_seconds: float
    oldest_lease_seconds: float
    wal_bytes: int
    periods_open: int
    overdue: int
    steps_due: int
    channels_resting: list[str]
    """Channels that fail and are tried now and then only."""
    agencies_out_of_reach: int


def problem_of(app: App) -> str | None:
    """Why the service is not ready: the database, or its schema; None when it is."""
    try:
        revision = current(app.database)
    except SQLAlchemyError:
        return "the database does not answer"
    return (
        None if (revision,) == heads() else f"the database is at revision {revision}, this version needs {heads()[0]}"
    )


def health_facts(app: App, as_of: datetime) -> HealthFacts:
    """The numbers that `/metrics` shows."""
    with app.read(as_of) as ctx:
        states = dict(ctx.session.exec(select(Message.state, func.count()).group_by(col(Message.state))).all())
        due = (col(Message.state).in_(QUEUED), col(Message.next_at) <= as_of)
        depth, oldest = ctx.session.exec(select(func.count(), func.min(Message.next_at)).where(*due)).one()
        until = ctx.session.exec(select(func.min(Message.lease_until)).where(col(Message.state).in_(LEASED))).one()
        resting = select(ChannelState.name).where(ChannelState.breaker != BreakerState.closed)
        return HealthFacts(
            channels_resting=list(ctx.session.exec(resting.order_by(ChannelState.name)).all()),
            agencies_out_of_reach=len(out_of_reach(ctx)),
            messages={state.value: states.get(state, 0) for state in MessageState},
            queue_depth=depth,
            oldest_due_seconds=_age(as_of, oldest),
            oldest_lease_seconds=_age(as_of, until - LEASE if until else None),
            wal_bytes=_wal_bytes(app),
            periods_open=_count(ctx, select(func.count()).where(Period.state == PeriodState.open)),
            overdue=_count(
                ctx,
                select(func.count()).where(overdue_now(as_of)),
            ),
            steps_due=_count(
                ctx,
                select(func.count()).where(PeriodStep.state == StepState.planned, PeriodStep.planned_at <= as_of),
            ),
        )


def _count(ctx: Context, query: object) -> int:
    found: int = ctx.session.exec(query).one()  # type: ignore[call-overload]
    return found


def _age(as_of: datetime, since: datetime | None) -> float:
    return max((as_of - since).total_seconds(), 0.0) if since else 0.0


def _wal_bytes(app: App) -> int:
    path = app.database.engine.url.database
    if not app.database.is_sqlite or not path:
        return 0
    wal = Path(f"{path}-wal")
    return wal.stat().st_size if wal.is_file() else 0
