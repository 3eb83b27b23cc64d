"""When a message that was not accepted is tried again (notifications.md section 6)."""

import hashlib
from datetime import datetime, timedelta

UNKNOWN_RETRY_AFTER = timedelta(minutes=30)
FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)


def next_attempt_at(
    kind: str, attempts: int, now: datetime, retry_after: float | None, defer_until: datetime | None, seed: str
) -> datetime:
    """30 s doubling to 1 h with ±20 % spread; the provider's own word first; unknown waits 30 min for evidence.

    The spread comes from ``seed`` so that a run can be repeated exactly.
    """
    if defer_until is not None:
        return defer_until
    if kind == "unknown":
        return now + UNKNOWN_RETRY_AFTER
    if retry_after is not None:
        return now + timedelta(seconds=min(max(retry_after, 1.0), LONGEST.total_seconds()))
    doubled: timedelta = FIRST * 2 ** min(max(attempts - 1, 0), 16)
    return now + min(doubled, LONGEST) * _spread(f"{seed}:{attempts}")


def _spread(seed: str) -> float:
    """A factor from 0.8 to 1.2."""
    return 0.8 + 0.4 * hashlib.sha256(seed.encode()).digest()[0] / 255
