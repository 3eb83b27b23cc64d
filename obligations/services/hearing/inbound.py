"""What comes from outside: stored before it is understood, understood once, one bad event holding up no other."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select

from models.tables import InboundEvent
from obligations.services.context import App, Context
from obligations.services.hearing.bounces import take_bounce
from obligations.services.hearing.zalo_events import take_zalo

MOST_TRIES = 5
BATCH = 100
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InboundRow:
    """One event for lists, without its content."""

    id: int
    source: str
    received_at: datetime
    processed_at: datetime | None
    attempts: int
    result: str


def store_event(ctx: Context, source: str, key: str, raw: bytes) -> bool:
    """Keep an event as it came; false when the same came before."""
    name = hashlib.sha256(f"{source}\0{key}".encode()).hexdigest()
    if ctx.session.exec(select(InboundEvent.id).where(InboundEvent.dedupe_key == name)).first() is not None:
        return False
    ctx.session.add(InboundEvent(dedupe_key=name, source=source[:80], raw=raw, received_at=ctx.as_of))
    ctx.session.flush()
    return True


_WAITING = (
    select(InboundEvent.id)
    .where(col(InboundEvent.processed_at).is_(None), InboundEvent.attempts < MOST_TRIES)
    .order_by(col(InboundEvent.id))
    .limit(BATCH)
)


def process_inbound(app: App, clock: Callable[[], datetime]) -> int:
    """Understand what has not been understood yet, each in a transaction of its own; returns how many."""
    with app.read(clock()) as ctx:
        ids = ctx.session.exec(_WAITING).all()
    return sum(_process(app, number or 0, clock()) for number in ids)


def _process(app: App, number: int, now: datetime) -> bool:
    try:
        with app.write(now, "inbound") as ctx:
            event = ctx.session.get_one(InboundEvent, number, with_for_update=True)
            if event.processed_at is not None:
                return False
            result = _take(ctx, event)
            event.processed_at, event.result = ctx.as_of, result[:300]
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one event, the next is looked at
        log.warning("inbound event %s was not understood: %s", number, type(error).__name__)
        with app.write(now, "inbound") as ctx:
            failed = {"attempts": InboundEvent.attempts + 1, "result": type(error).__name__}
            ctx.session.execute(update(InboundEvent).where(col(InboundEvent.id) == number).values(**failed))
        return False
    return True


def _take(ctx: Context, event: InboundEvent) -> str:
    kind, _, name = event.source.partition(":")
    return take_zalo(ctx, name, event.raw) if kind == "zalo" else take_bounce(ctx, event.raw)


def inbound_list(ctx: Context, limit: int = 100) -> list[InboundRow]:
    """What came and what was made of it, newest first."""
    zone = ctx.settings.zone
    rows = ctx.session.exec(select(InboundEvent).order_by(col(InboundEvent.id).desc()).limit(limit)).all()
    return [
        InboundRow(
            r.id or 0,
            r.source,
            r.received_at.astimezone(zone),
            r.processed_at and r.processed_at.astimezone(zone),
            r.attempts,
            r.result,
        )
        for r in rows
    ]
