"""From what an entry should show to the row that shows it, or to none when nothing visible changed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calendars.entry import FeedEntry as Entry
from calendars.entry import render_entry
from obligations.services.context import Context
from obligations.services.feeds.visible import Visible

CANCELLED_STAYS = timedelta(days=30)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Place:
    """Where an entry stands: in one feed, for one period, for one assignment unless the feed is public."""

    feed_id: int
    period_id: int
    assignment_id: int | None


@dataclass(frozen=True)
class Known:
    """The stored row of an entry. ``shown`` False: it has left the feed, its UID and count remain."""

    id: int
    sequence: int
    changed_at: datetime
    created_at: datetime
    digest: str
    cancelled_at: datetime | None
    shown: bool


@dataclass(frozen=True)
class Change:
    """One row to write: new when ``id`` is None; taken out of its feed when ``values`` renders nothing."""

    feed_id: int
    id: int | None
    values: dict[str, Any]
    returns: bool = False
    """Whether the entry had left its feed and is shown again."""

    @property
    def blank(self) -> bool:
        """Whether the entry leaves its feed."""
        return not self.values["rendered"]


def take_out(known_id: int, feed_id: int, digest: str = "") -> Change:
    """The entry leaves the feed. With an empty digest it comes back, one sequence higher, once it is wanted again."""
    return Change(feed_id, known_id, {"digest": digest, "rendered": b""})


def change_of(ctx: Context, place: Place, visible: Visible, known: Known | None) -> Change | None:
    """What to write for one entry; None when every visible value is as stored."""
    plain = visible.plain()
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if known is not None and visible.cancelled and known.cancelled_at is not None:
        if not known.shown:
            return None  # everybody has seen it go
        if ctx.as_of >= known.cancelled_at + CANCELLED_STAYS:
            return take_out(known.id, place.feed_id, digest)
    if known is not None and known.digest == digest:
        return None
    sequence, created_at, changed_at = _times(ctx, visible, known)
    cancelled_at = (known.cancelled_at if known else None) or ctx.as_of
    values = {
        "sequence": sequence,
        "changed_at": changed_at,
        "shown_on": visible.shown_on,
        "digest": digest,
        "visible": plain,
        "cancelled_at": cancelled_at if visible.cancelled else None,
        "rendered": _render(visible, sequence, created_at, changed_at),
    }
    if known is not None:
        return Change(place.feed_id, known.id, values, returns=not known.shown)
    fixed = {"feed_id": place.feed_id, "period_id": place.period_id, "assignment_id": place.assignment_id}
    return Change(place.feed_id, None, values | fixed | {"uid": visible.uid, "created_at": created_at})


def _times(ctx: Context, visible: Visible, known: Known | None) -> tuple[int, datetime, datetime]:
    """Sequence, creation and last visible change; the last rises strictly, second by second."""
    moment = visible.changed_at.replace(microsecond=0)
    if known is None:
        return 0, moment, moment
    if moment <= known.changed_at:  # what changed carries no moment of its own, such as a title
        moment = ctx.as_of.replace(microsecond=0)
    return known.sequence + 1, known.created_at, max(moment, known.changed_at + SECOND)


def _render(visible: Visible, sequence: int, created_at: datetime, changed_at: datetime) -> bytes:
    return render_entry(
        Entry(
            uid=visible.uid,
            sequence=sequence,
            created_at=created_at,
            changed_at=changed_at,
            summary=visible.summary,
            description=visible.description,
            starts_on=visible.shown_on if visible.due_at is None else None,
            due_at=visible.due_at,
            url=visible.url,
            categories=visible.categories,
            cancelled=visible.cancelled,
        )
    )
