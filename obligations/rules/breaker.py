"""When a channel rests: a circuit breaker over failures that say nothing about a recipient (reliability reference, 6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.enums import BreakerState

FAILURES = 5
"""In a row, before the channel rests."""
FIRST_REST = 60
LONGEST_REST = 900
"""Seconds; doubled at each failed probe."""
PROBE_TAKES = timedelta(minutes=5)
"""How long one probe may take before another sender may try."""
ABOUT_CHANNEL = ("open", "connect", "auth", "mail", "answer", "token", "limit")
"""Phases in which a temporary refusal is the channel's, not the recipient's: greylisting one mailbox rests nobody."""


@dataclass(frozen=True)
class Breaker:
    """State of one channel; ``rest`` is how long it was last opened for, in seconds."""

    state: BreakerState = BreakerState.closed
    failures: int = 0
    open_until: datetime | None = None
    rest: int = 0


def speaks_of_channel(kind: str, phase: str) -> bool:
    """Whether an outcome is the channel's fault; an unanswered hand-over is, whoever it was for."""
    return kind in ("configuration", "unknown") or (kind == "temporary" and phase in ABOUT_CHANNEL)


def speaks_well(kind: str, phase: str) -> bool:
    """Whether an outcome shows that the channel works: it took a message or judged one recipient."""
    return kind in ("accepted", "permanent", "defer") or (kind == "temporary" and phase not in ABOUT_CHANNEL)


def after(breaker: Breaker, kind: str, phase: str, now: datetime) -> Breaker:
    """The breaker after one more outcome."""
    if speaks_well(kind, phase):
        return Breaker()
    if not speaks_of_channel(kind, phase):
        return breaker
    failures = breaker.failures + 1
    if breaker.state == BreakerState.closed and failures < FAILURES:
        return Breaker(BreakerState.closed, failures)
    if breaker.state == BreakerState.open and breaker.open_until is not None and now < breaker.open_until:
        return breaker  # a message that had left before it opened
    rest = min(max(breaker.rest * 2, FIRST_REST), LONGEST_REST)
    return Breaker(BreakerState.open, failures, now + timedelta(seconds=rest), rest)


def may_send(breaker: Breaker, now: datetime) -> tuple[bool, Breaker]:
    """Whether anything may leave now, and the breaker after the question: one probe at a time once it has rested.

    A rest that ends later than any rest can is a clock that went back: it is over.
    """
    if breaker.state == BreakerState.closed:
        return True, breaker
    longest = timedelta(seconds=LONGEST_REST) if breaker.state == BreakerState.open else PROBE_TAKES
    if breaker.open_until is not None and now < breaker.open_until <= now + longest:
        return False, breaker
    return True, Breaker(BreakerState.half_open, breaker.failures, now + PROBE_TAKES, breaker.rest)
