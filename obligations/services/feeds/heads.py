"""The feeds themselves: one for every plan and every agency, what each says of itself, and its version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import col

from models.tables import Agency, Plan, metadata
from obligations.services.context import Context

FEED_LOCK = 197_043
MOST_EVENTS = 2000
"""A feed shows at most this many entries, the earliest first, and says so when it is cut."""

_FEEDS, _ENTRIES = metadata.tables["feed"], metadata.tables["feed_entry"]
_AGENCIES = select(col(Agency.id), col(Agency.name)).order_by(col(Agency.id))
_AGENCY = _AGENCIES.where(col(Agency.id) == bindparam("agency"))
_ALL = select(_FEEDS.c.scope, _FEEDS.c.id, _FEEDS.c.version, _FEEDS.c.changed_at, _FEEDS.c.head)
_OF_AGENCY = _ALL.where(_FEEDS.c.agency_id == bindparam("agency"))


@dataclass(frozen=True)
class FeedRow:
    """A stored feed, and the head it should have (``cut`` left aside)."""

    id: int
    version: int
    changed_at: datetime
    head: dict[str, Any]
    wanted: dict[str, Any]

    @property
    def is_stale(self) -> bool:
        """Whether the feed calls itself something that no longer holds."""
        return {k: v for k, v in self.head.items() if k != "cut"} != self.wanted


@dataclass(frozen=True)
class _Owner:
    plan_id: int | None
    agency_id: int | None
    head: dict[str, Any]


def bring_feeds(ctx: Context, plans: Collection[Plan], agency_id: int | None = None) -> dict[str, FeedRow]:
    """Every feed by scope, after making the missing ones. ``agency_id``: that agency's alone."""
    owners = _owners(ctx, plans, agency_id)
    have = _read(ctx, owners, agency_id)
    missing = [
        {
            "scope": scope,
            "plan_id": o.plan_id,
            "agency_id": o.agency_id,
            "version": 1,
            "changed_at": ctx.as_of.replace(microsecond=0),
            "head": o.head | {"cut": False},
        }
        for scope, o in owners.items()
        if scope not in have
    ]
    if not missing:
        return have
    ctx.session.connection().execute(insert(_FEEDS), missing)
    return _read(ctx, owners, agency_id)


def raise_versions(
    ctx: Context, feeds: Collection[FeedRow], touched: Collection[int], resized: Collection[int]
) -> None:
    """A new version for each feed that shows or calls itself something else; LAST-MODIFIED rises with it.

    ``resized``: those that show more or fewer entries, which are counted anew.
    """
    changed = [feed for feed in feeds if feed.id in touched or feed.is_stale]
    if not changed:
        return
    counts = _counts(ctx, list(resized)) if resized else {}
    rows = [
        {
            "key": feed.id,
            "version": feed.version + 1,
            "changed_at": max(ctx.as_of.replace(microsecond=0), feed.changed_at + timedelta(seconds=1)),
            "head": feed.wanted | {"cut": _is_cut(feed, counts, resized)},
        }
        for feed in changed
    ]
    ctx.session.connection().execute(update(_FEEDS).where(_FEEDS.c.id == bindparam("key")), rows)


def _is_cut(feed: FeedRow, counts: dict[int, int], resized: Collection[int]) -> bool:
    if feed.id in resized:
        return counts.get(feed.id, 0) > MOST_EVENTS
    return bool(feed.head.get("cut"))


def _owners(ctx: Context, plans: Collection[Plan], agency_id: int | None) -> dict[str, _Owner]:
    one = {"agency": agency_id}
    agencies = ctx.session.execute(_AGENCIES) if agency_id is None else ctx.session.execute(_AGENCY, one)
    owners = {f"agency:{i}": _Owner(None, i, _agency_head(name)) for i, name in agencies}
    if agency_id is None:
        owners |= {f"plan:{plan.slug}": _Owner(plan.id, None, plan_head(ctx, plan)) for plan in plans}
    return owners


def _read(ctx: Context, owners: dict[str, _Owner], agency_id: int | None) -> dict[str, FeedRow]:
    one = {"agency": agency_id}
    rows = (ctx.session.execute(_ALL) if agency_id is None else ctx.session.execute(_OF_AGENCY, one)).all()
    return {
        row.scope: FeedRow(row.id, row.version, row.changed_at, row.head, owners[row.scope].head)
        for row in rows
        if row.scope in owners
    }


def _counts(ctx: Context, feed_ids: list[int]) -> dict[int, int]:
    e = _ENTRIES.c
    query = select(e.feed_id, func.count()).where(e.feed_id.in_(feed_ids), func.length(e.rendered) > 0)
    return {row[0]: row[1] for row in ctx.session.execute(query.group_by(e.feed_id))}


def plan_head(ctx: Context, plan: Plan) -> dict[str, Any]:
    """What a plan's public feed says of itself."""
    return {
        "name": f"Thời hạn – {plan.number}",
        "description": f"Các thời hạn theo {plan.citation}. Chương trình lịch tự cập nhật, thường sau 30 phút đến 01 giờ.",
        "source_url": f"{ctx.settings.base_url}/f/p/{plan.slug}/lich-thoi-han.ics",
    }


def _agency_head(name: str) -> dict[str, Any]:
    """No address: a token is never printed in a body."""
    return {
        "name": f"Thời hạn – {name}",
        "description": f"Các thời hạn của {name}. Chương trình lịch tự cập nhật, thường sau 30 phút đến 01 giờ.",
        "source_url": None,
    }
