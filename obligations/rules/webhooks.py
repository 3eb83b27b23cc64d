"""Telling programs of events: what is told, how it is signed (Standard Webhooks 1.0), when it is tried again."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

KINDS = (
    "period.opened",
    "period.confirmed",
    "period.extended",
    "period.extension_undone",
    "period.moved",
    "period.changed",
    "period.closed",
    "submission.recorded",
    "submission.stated",
    "submission.found",
    "submission.accepted",
    "submission.returned",
    "submission.recalled",
    "assignment.extended",
    "assignment.agreed_late",
    "assignment.exempted",
    "assignment.disputed",
    "assignment.dispute_withdrawn",
    "assignment.decided",
    "assignment.moved",
    "assignment.undone",
    "more_time.asked",
    "more_time.extended",
    "more_time.agreed",
    "more_time.refused",
    "more_time.withdrawn",
    "consolidation.made",
    "consolidation.issued",
    "consolidation.issue_corrected",
    "request.made",
    "request.cancelled",
    "message.failed",
    "message.bounced",
)
"""Acts of the audit trail that are told; the name is the act's."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840, 1200))
"""After each failure in turn: eight more times within a little over two days."""
GIVEN_UP_AFTER = timedelta(days=3)
"""An address that took nothing for this long is told no more."""
PREFIX = "whsec_"


def kinds_of(wanted: list[str]) -> str | None:
    """The kinds as they are stored, in their order; None when one is unknown or there are none."""
    return " ".join(kind for kind in KINDS if kind in wanted) if wanted and set(wanted) <= set(KINDS) else None


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None: no more."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None


def signature(secret: str, event: str, at: int, body: bytes) -> str:
    """Of the header ``webhook-signature``. ``secret``: ``whsec_`` and base64; ``at``: seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((event.encode(), str(at).encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
