"""Keeping feed entries true to what is visible: an entry is rendered anew only when something visible changed.

The number of statements does not grow with the number of agencies.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update
from sqlmodel import col

from models.engine import serialise
from models.enums import Basis, PlanKind
from models.tables import Agency, Assignment, Obligation, Period, Plan, metadata
from obligations.services.basis_notes import extension_notes
from obligations.services.context import Context
from obligations.services.feeds.changes import Change, Known, Place, change_of, take_out
from obligations.services.feeds.heads import FEED_LOCK, FeedRow, bring_feeds, raise_versions
from obligations.services.feeds.visible import Visible, agency_entry, feed_state, public_entry
from obligations.services.lookup import Apart, periods_of

__all__ = ["AHEAD", "PAST", "feed_state", "refresh_feeds"]

PAST, AHEAD = timedelta(days=90), timedelta(days=400)

_ENTRIES, _FEEDS = metadata.tables["feed_entry"], metadata.tables["feed"]
_IS_SHOWN = func.length(_ENTRIES.c.rendered) > 0
_E = _ENTRIES.c
_STORED = (_E.id, _E.sequence, _E.changed_at, _E.created_at, _E.digest, _E.cancelled_at, _IS_SHOWN)
_IS_ONE = col(Assignment.id) == bindparam("assignment")
_PLAN_OF = (
    select(Plan)
    .join(Obligation, col(Obligation.plan_id) == col(Plan.id))
    .join(Period, col(Period.obligation_id) == col(Obligation.id))
    .join(Assignment, col(Assignment.period_id) == col(Period.id))
    .where(_IS_ONE)
)


@dataclass(frozen=True)
class _Wanted:
    place: Place
    visible: Visible
    known: Known | None


@dataclass(frozen=True)
class _Scope:
    """Which entries a refresh looks at; days are both included."""

    plan_id: int | None
    agency_id: int | None
    assignment_id: int | None
    first: date
    last: date

    @property
    def narrowed_by(self) -> frozenset[str]:
        """What of it is not left open."""
        return frozenset(name for name in ("plan_id", "agency_id", "assignment_id") if getattr(self, name) is not None)

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters of the statements below."""
        narrowed = {name: getattr(self, name) for name in self.narrowed_by}
        return {"first": self.first, "last": self.last, **narrowed}


def refresh_feeds(
    ctx: Context, plan_id: int | None = None, agency_id: int | None = None, assignment_id: int | None = None
) -> int:
    """Bring feeds to what is visible at ``ctx.as_of``; returns how many entries changed.

    ``plan_id`` narrows it to one plan, ``agency_id`` to one agency's own feed, ``assignment_id`` to one of its entries:
    all that one submission changes, so that its cost does not follow the size of the feed.
    Every plan and every agency in scope has a feed afterwards, if only an empty one.
    """
    ctx.session.flush()
    serialise(ctx.session, FEED_LOCK)
    scope = _Scope(plan_id, agency_id, assignment_id, ctx.today - PAST, ctx.today + AHEAD)
    plans = {plan.id: plan for plan in ctx.session.scalars(_plans(scope), {"assignment": assignment_id})}
    feeds = bring_feeds(ctx, [plan for plan in plans.values() if plan.kind == PlanKind.document], agency_id)
    public, apart = _public_rows(ctx, scope, plans, feeds) if agency_id is None else ([], {})
    wanted = _agency_rows(ctx, scope, plans, feeds, apart) + public
    changes = [c for w in wanted if (c := change_of(ctx, w.place, w.visible, w.known)) is not None]
    handled = {w.known.id for w in wanted if w.known is not None}
    if scope.assignment_id is None or not handled:
        changes += [take_out(entry, feed) for entry, feed in _leaving(ctx, scope) if entry not in handled]
    versions = {feed.id: feed.version for feed in feeds.values()}
    for change in changes:
        change.values["feed_version"] = versions.get(change.feed_id, 0) + 1  # the one that raise_versions gives
    _write(ctx, changes)
    resized = {change.feed_id for change in changes if change.id is None or change.blank or change.returns}
    raise_versions(ctx, feeds.values(), {change.feed_id for change in changes}, resized)
    return len(changes)


def _plans(scope: _Scope) -> Select[tuple[Plan]]:
    """Every plan, or the one of the entry in question: nothing else is looked up then."""
    return select(Plan) if scope.assignment_id is None or scope.agency_id is None else _PLAN_OF


def _public_rows(
    ctx: Context, scope: _Scope, plans: dict[int | None, Plan], feeds: dict[str, FeedRow]
) -> tuple[list[_Wanted], Apart]:
    """One entry a period in its plan's feed, and what was read for it.

    Internal dates and ad-hoc requests stay out (domain.md 2.7).
    """
    documents = [plan.id for plan in plans.values() if plan.kind == PlanKind.document]
    found, apart = [], {}
    query = _public(scope.narrowed_by & {"plan_id"})
    for obligation, period, *stored in ctx.session.execute(query, scope.asked | {"documents": documents}):
        plan, apart[period.id] = plans[obligation.plan_id], (period, obligation)
        place = Place(feeds[f"plan:{plan.slug}"].id, period.id, None)
        found.append(_Wanted(place, public_entry(ctx, plan, obligation, period), _known(stored)))
    return found, apart


def _agency_rows(
    ctx: Context, scope: _Scope, plans: dict[int | None, Plan], feeds: dict[str, FeedRow], read: Apart
) -> list[_Wanted]:
    """One entry an assignment in its agency's feed."""
    rows = ctx.session.execute(_owed(scope.narrowed_by), scope.asked).all()
    apart = periods_of(ctx, (row[0].period_id for row in rows), read)
    moved = [a.id or 0 for a, *_ in rows if a.due_on != apart[a.period_id][0].due_on]
    extended = extension_notes(ctx, moved)
    found = []
    for assignment, code, *stored in rows:
        period, obligation = apart[assignment.period_id]
        place = Place(feeds[f"agency:{assignment.agency_id}"].id, assignment.period_id, assignment.id)
        visible = agency_entry(
            ctx, plans[obligation.plan_id], obligation, period, assignment, code, extended.get(assignment.id)
        )
        found.append(_Wanted(place, visible, _known(stored)))
    return found


def _leaving(ctx: Context, scope: _Scope) -> list[tuple[int, int]]:
    """Entries (id, feed) still shown whose day has left the window, or whose date is no longer public."""
    found = ctx.session.execute(_gone(scope.narrowed_by), scope.asked)
    return [(entry, feed) for entry, feed in found]


def _narrow(query: Select[Any], narrowed_by: frozenset[str], **columns: Any) -> Select[Any]:
    for name in sorted(narrowed_by):
        query = query.where(columns[name] == bindparam(name))
    return query


_OF_PLAN = {"plan_id": col(Obligation.plan_id)}


@cache
def _public(narrowed_by: frozenset[str]) -> Select[Any]:
    query = (
        select(Obligation, Period, *_STORED)
        .join(Period, col(Period.obligation_id) == col(Obligation.id))
        .outerjoin(_ENTRIES, and_(_E.period_id == col(Period.id), _E.assignment_id.is_(None)))
        .where(col(Period.basis) != Basis.internal)
        .where(col(Period.practical_due_on).between(bindparam("first"), bindparam("last")))
        .where(col(Obligation.plan_id).in_(bindparam("documents", expanding=True)))
        .order_by(col(Period.id))
    )
    return _narrow(query, narrowed_by, **_OF_PLAN)


@cache
def _owed(narrowed_by: frozenset[str]) -> Select[Any]:
    query = (
        select(Assignment, col(Agency.code), *_STORED)
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Agency, col(Assignment.agency_id) == col(Agency.id))
        .outerjoin(_ENTRIES, _E.assignment_id == col(Assignment.id))
        .where(col(Assignment.practical_due_on).between(bindparam("first"), bindparam("last")))
        .order_by(col(Assignment.id))
    )
    owed = {"agency_id": col(Assignment.agency_id), "assignment_id": col(Assignment.id)}
    return _narrow(query, narrowed_by, **_OF_PLAN, **owed)


@cache
def _gone(narrowed_by: frozenset[str]) -> Select[Any]:
    unseen = and_(_E.assignment_id.is_(None), col(Period.basis) == Basis.internal)
    query = (
        select(_E.id, _E.feed_id)
        .join(Period, _E.period_id == col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .where(_IS_SHOWN, or_(_E.shown_on < bindparam("first"), _E.shown_on > bindparam("last"), unseen))
    )
    if "agency_id" in narrowed_by:
        query = query.join(_FEEDS, _E.feed_id == _FEEDS.c.id)
    own = {"agency_id": _FEEDS.c.agency_id, "assignment_id": _E.assignment_id}
    return _narrow(query, narrowed_by, **_OF_PLAN, **own)


def _known(stored: list[Any]) -> Known | None:
    return None if stored[0] is None else Known(*stored)


def _write(ctx: Context, changes: list[Change]) -> None:
    """One statement for new rows, one for changed ones, one for those that leave."""
    connection = ctx.session.connection()
    if new := [c.values for c in changes if c.id is None]:
        connection.execute(insert(_ENTRIES), new)
    for blank in (False, True):
        if rows := [c.values | {"key": c.id} for c in changes if c.id is not None and c.blank == blank]:
            connection.execute(update(_ENTRIES).where(_E.id == bindparam("key")), rows)
