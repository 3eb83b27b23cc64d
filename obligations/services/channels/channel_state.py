"""What senders agree on about one channel: whether it rests, and when the next message may leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.enums import BreakerState
from models.tables import ChannelState
from notifications.message import Outcome
from obligations.rules.breaker import Breaker, after, may_send
from obligations.services import audit
from obligations.services.context import Context

WINDOW = timedelta(seconds=10)
"""How far ahead places in the pace are given out; a sender that dies takes no more than that with it."""


@dataclass(frozen=True)
class Room:
    """How many may leave, the first at ``first_at``; ``count`` 0 until ``first_at`` when the pace is used up.

    ``probe``: the channel has rested and one message tries it.
    """

    count: int
    first_at: datetime
    probe: bool = False
    resting: bool = False


def admit(ctx: Context, channel: str, wanted: int, interval: timedelta, now: datetime) -> Room:
    """Ask for places; none are taken until ``take_places``. ``now`` moves on while a sender waits for its places.

    Without an ``interval`` nobody waits for the places that others took.
    """
    row = _row(ctx, channel)
    if row is None:
        return Room(_fitting(wanted, interval, timedelta(0)), now)
    allowed, breaker = may_send(_breaker(row), ctx.as_of)
    if not allowed:
        return Room(0, now, resting=True)
    probe = breaker.state == BreakerState.half_open
    ahead = _ahead(row, now) if interval else timedelta(0)
    count = min(_fitting(wanted, interval, ahead), 1 if probe else wanted)
    return Room(count, now + ahead, probe)


def take_places(ctx: Context, channel: str, room: Room, count: int, interval: timedelta) -> None:
    """Take ``count`` of the places that ``admit`` gave."""
    if not room.probe and not interval:
        return
    row = _row(ctx, channel) or _new(ctx, channel)
    if room.probe:
        _, breaker = may_send(_breaker(row), ctx.as_of)
        _put(ctx, row, breaker)
    row.paced_until = room.first_at + count * interval
    ctx.session.flush()


def lock_channel(ctx: Context, channel: str) -> None:
    """First of what a sender locks: the channel, then the audit chain, then the count of the day. One order for all."""
    _row(ctx, channel)


def forgo_probe(ctx: Context, channel: str) -> None:
    """The message that was to try the channel did not leave after all: the next one may."""
    row = _row(ctx, channel)
    if row is not None and row.breaker == BreakerState.half_open:
        row.breaker, row.open_until, row.changed_at = BreakerState.open, ctx.as_of, ctx.as_of


def note_outcomes(ctx: Context, channel: str, outcomes: Iterable[Outcome]) -> None:
    """Let the breaker see what came of messages, in the order in which they ended. Opening and closing are audited."""
    row = _row(ctx, channel)
    before = breaker = _breaker(row) if row else Breaker()
    last: Outcome | None = None
    for outcome in outcomes:
        changed = after(breaker, outcome.kind, outcome.phase, ctx.as_of)
        last = outcome if changed.failures > breaker.failures else last
        breaker = changed
    if breaker == before:
        return
    row = row or _new(ctx, channel)
    _put(ctx, row, breaker)
    if last is not None:
        row.last_code, row.last_text = last.code[:80], last.text[:500]
    ctx.session.flush()
    was, is_open = before.state != BreakerState.closed, breaker.state == BreakerState.open
    if is_open and not was:
        audit.record(ctx, "channel.resting", channel, code=row.last_code, failures=breaker.failures)
    elif was and breaker.state == BreakerState.closed:
        audit.record(ctx, "channel.working", channel)


def _ahead(row: ChannelState, now: datetime) -> timedelta:
    """How long until the next free place; a pace reaching further than any sender takes is a clock that went back."""
    until = row.paced_until
    if until is None or until <= now or until > now + 6 * WINDOW:
        return timedelta(0)
    return until - now


def _fitting(wanted: int, interval: timedelta, ahead: timedelta) -> int:
    """How many places there are in the window; one at least when nobody has taken any."""
    if not interval:
        return wanted
    return min(wanted, max(int((WINDOW - ahead) / interval), 0 if ahead > WINDOW else 1))


def _row(ctx: Context, channel: str) -> ChannelState | None:
    return ctx.session.get(ChannelState, channel, with_for_update=True, populate_existing=True)


def _new(ctx: Context, channel: str) -> ChannelState:
    row = ChannelState(name=channel, changed_at=ctx.as_of)
    ctx.session.add(row)
    ctx.session.flush()
    return row


def _breaker(row: ChannelState) -> Breaker:
    return Breaker(row.breaker, row.failures, row.open_until, row.open_seconds)


def _put(ctx: Context, row: ChannelState, breaker: Breaker) -> None:
    row.breaker, row.failures = breaker.state, breaker.failures
    row.open_until, row.open_seconds, row.changed_at = breaker.open_until, breaker.rest, ctx.as_of
