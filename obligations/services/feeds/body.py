"""The bytes of a feed: read whole the first time, and from then on only what has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col

from calendars.feed import FeedHead, render_feed
from models.tables import Feed, FeedEntry
from obligations.services.context import Context
from obligations.services.feeds.heads import MOST_EVENTS

RENDERER = 1
Part = tuple[date, str, bytes]
"""Day, UID and rendered event of one entry: a feed is in this order."""


@dataclass(frozen=True)
class FeedBody:
    """A feed ready to serve: the same ``etag`` is the same bytes. ``parts`` by entry id, for the next reading."""

    etag: str
    changed_at: datetime
    body: bytes
    feed_id: int | None = None
    version: int = 0
    parts: dict[int, Part] = field(default_factory=dict)


def read_body(ctx: Context, feed: Feed, after: Sequence[Feed] = (), held: FeedBody | None = None) -> FeedBody:
    """The bytes of one version: from the stored heads and the stored entries, and from nothing else.

    ``after``: feeds of the agency's successors, which it calls itself after. ``held``: what the caller read before; the
    same object comes back while nothing has changed.
    """
    feeds = [feed, *after]
    versions = "-".join(f"f{each.id}-v{each.version}" for each in feeds)
    etag, changed_at = f'"{versions}-r{RENDERER}"', max(each.changed_at for each in feeds)
    if held is not None and held.etag == etag:
        return held
    parts = _parts(ctx, feeds, held)
    shown = [rendered for _, _, rendered in sorted(parts.values())[:MOST_EVENTS]]
    body = render_feed(_head(feeds[-1], changed_at), shown)
    return FeedBody(etag, changed_at, body, None if after else feed.id, feed.version, parts)


def _parts(ctx: Context, feeds: Sequence[Feed], held: FeedBody | None) -> dict[int, Part]:
    """Every entry that is shown. Only one feed on its own can be brought up to date from what is held of it."""
    query = select(col(FeedEntry.id), col(FeedEntry.shown_on), col(FeedEntry.uid), col(FeedEntry.rendered)).where(
        col(FeedEntry.feed_id).in_([each.id for each in feeds])
    )
    parts: dict[int, Part] = {}
    if held is not None and held.feed_id == feeds[0].id and len(feeds) == 1 and held.version <= feeds[0].version:
        query = query.where(col(FeedEntry.feed_version) > held.version)
        parts = dict(held.parts)
    for number, shown_on, uid, rendered in ctx.session.execute(query):
        if rendered:
            parts[number] = (shown_on, uid, bytes(rendered))
        else:
            parts.pop(number, None)
    return parts


def _head(feed: Feed, changed_at: datetime) -> FeedHead:
    description = str(feed.head.get("description", ""))
    if feed.head.get("cut"):
        description += f" Chỉ gồm {MOST_EVENTS:,} thời hạn sớm nhất.".replace(",", ".")
    return FeedHead(str(feed.head.get("name", "Thời hạn")), description, changed_at, feed.head.get("source_url"))
