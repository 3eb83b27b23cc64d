"""Leasing what is due: which messages may leave now, in which order, and no two senders the same one."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Integer, bindparam, update
from sqlmodel import col, select
from sqlmodel.sql.expression import Select as SelectOfTuple
from sqlmodel.sql.expression import SelectOfScalar

from models.enums import MessageState
from models.tables import Message
from obligations.services.channels.channel_state import admit, take_places
from obligations.services.context import App, Context
from obligations.services.sending.daily_count import take_today
from obligations.services.sending.deliver_judge import AT_ONCE
from obligations.services.sending.paused import not_paused

LEASE = timedelta(minutes=5)
LONGEST_SEND = timedelta(seconds=150)
"""Nothing begins when less than this is left of its lease: a server may take 120 s to answer."""
BATCH = 200
WAITING = (MessageState.planned, MessageState.retry, MessageState.unknown)


class Only(StrEnum):
    """Which messages a pass takes on."""

    everything = "everything"
    urgent = "urgent"
    """Those of ad-hoc requests, for whoever has just made one."""
    asked = "asked"
    """Those that a person waits for at the screen (``AT_ONCE``)."""


@dataclass(frozen=True)
class LaneFacts:
    """One channel as senders see it. ``interval`` between messages; zero for one that only records."""

    channel: str
    interval: timedelta
    capped: bool
    resends: str
    """What to do when nobody knows whether a message was taken: ``once``, ``freely`` or ``never`` send it again."""


@dataclass(frozen=True)
class Claim:
    """One leased message. ``not_before`` and ``begin_by`` in seconds of the monotonic clock."""

    message_id: int
    token: int
    counted: bool
    not_before: float
    begin_by: float


@dataclass(frozen=True)
class Claimed:
    """What was leased; ``wait`` in seconds when only the pace stands in the way, None when nothing more is to do."""

    claims: Sequence[Claim]
    wait: float | None = None
    probe: bool = False
    """The one message tries a channel that has rested."""


_ORDER = (col(Message.priority).desc(), col(Message.next_at), col(Message.id))


def due_channels(ctx: Context, only: Only) -> list[str]:
    """Channels that have something to send now."""
    return sorted(ctx.session.exec(_channels(only), params={"now": ctx.as_of}).all())


def _among(only: Only) -> list[ColumnElement[bool]]:
    if only == Only.asked:
        return [col(Message.kind).in_(AT_ONCE)]
    return [col(Message.priority) > 0] if only == Only.urgent else []


def due(ctx: Context, *, urgent: bool) -> Sequence[Message]:
    """Messages whose time has come, in the order in which they go: those of ad-hoc requests, or all others."""
    return ctx.session.exec(_in_order(urgent=urgent), params={"now": ctx.as_of}).all()


def claim(
    app: App,
    lane: LaneFacts,
    owner: str,
    size: int,
    now: datetime,
    moving_now: datetime,
    only: Only = Only.everything,
) -> Claimed:
    """Lease the next messages of a channel, ad-hoc requests first, as far as breaker, pace and daily cap allow.

    ``moving_now`` is ``now`` plus the time this pass has taken: what the pace is counted by.
    """
    with app.write(now, "deliver") as ctx:
        room = admit(ctx, lane.channel, size, lane.interval, moving_now)
        if not room.count:
            waits = not room.resting and _any(ctx, lane, only)
            return Claimed((), (room.first_at - moving_now).total_seconds() if waits else None)
        urgent = _next(ctx, lane, only, urgent=True, limit=room.count)
        more = 0 if only == Only.urgent else room.count - len(urgent)
        others = _next(ctx, lane, only, urgent=False, limit=more)
        if lane.capped and others:
            others = others[: take_today(ctx, len(others))]
        rows = [(row, False) for row in urgent] + [(row, lane.capped) for row in others]
        if not rows:
            return Claimed(())
        take_places(ctx, lane.channel, room, len(rows), lane.interval)
        _lease(ctx, owner, [row[0] for row, _ in rows])
        begins = time.monotonic() + (room.first_at - moving_now).total_seconds()
        step, last = lane.interval.total_seconds(), time.monotonic() + (LEASE - LONGEST_SEND).total_seconds()
        claims = [Claim(r[0], r[1] + 1, c, begins + n * step, last) for n, (r, c) in enumerate(rows)]
        return Claimed(claims, probe=room.probe)


def _due() -> list[ColumnElement[bool]]:
    """The states as literals: the partial index over what waits in order of leaving is found by them only."""
    states: BindParameter[MessageState] = bindparam("waiting", WAITING, expanding=True, literal_execute=True)
    return [col(Message.state).in_(states), col(Message.next_at) <= bindparam("now")]


@cache
def _channels(only: Only) -> SelectOfScalar[str]:
    return select(Message.channel).distinct().where(*_due(), not_paused(), *_among(only))


@cache
def _in_order(*, urgent: bool) -> SelectOfScalar[Message]:
    query = select(Message).where(*_due(), not_paused())
    return query.where(Message.priority > 0 if urgent else Message.priority == 0).order_by(*_ORDER)


@cache
def _first(only: Only, *, urgent: bool) -> SelectOfTuple[int | None, int]:
    return (
        select(Message.id, Message.lease_token)
        .where(*_due(), not_paused(), *_among(only), col(Message.channel) == bindparam("channel"))
        .where(Message.priority > 0 if urgent else Message.priority == 0)
        .order_by(*_ORDER)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True)
    )


def _next(ctx: Context, lane: LaneFacts, only: Only, *, urgent: bool, limit: int) -> list[tuple[int, int]]:
    """Numbers and lease tokens of the next messages."""
    if limit <= 0:
        return []
    asked = {"now": ctx.as_of, "channel": lane.channel, "limit": limit}
    return [(number or 0, token) for number, token in ctx.session.exec(_first(only, urgent=urgent), params=asked).all()]


def _any(ctx: Context, lane: LaneFacts, only: Only) -> bool:
    return any(_next(ctx, lane, only, urgent=urgent, limit=1) for urgent in (True, False))


def _lease(ctx: Context, owner: str, ids: Sequence[int]) -> None:
    ctx.session.execute(
        update(Message)
        .where(col(Message.id).in_(ids))
        .values(
            state=MessageState.leased,
            lease_token=Message.lease_token + 1,
            lease_owner=owner,
            lease_until=ctx.as_of + LEASE,
        )
        .execution_options(synchronize_session=False)
    )
