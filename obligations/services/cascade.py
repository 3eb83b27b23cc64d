"""How what is missing in one link endangers the next: the consolidating periods with their risk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, case, exists, func, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased, load_only
from sqlmodel import col, select

from models.enums import Duty, PeriodState, RiskLevel
from models.tables import AgreedLateness, Assignment, Obligation, Period
from obligations.rules.cascade import Upstream, judge
from obligations.rules.lateness import BINDING, COMPLETE, FINAL, OWING
from obligations.services.context import Context
from obligations.services.lateness import overdue_now

RISK = {RiskLevel.watch.value: "Cần chú ý", RiskLevel.risk.value: "Nguy cơ chậm tổng hợp"}
"""How people read a level."""


@dataclass(frozen=True)
class CascadeRisk:
    """One consolidating period that is open, and how the period before it in the chain stands.

    ``level``: none, watch or risk; ``reason`` in Vietnamese. The counts are numbers of agencies; ``requested`` ones are
    only asked, are never late and endanger nothing. Dates: ``source_due_on`` theirs, ``due_on`` the consolidator's own.
    """

    period_id: int
    obligation: str
    period: str
    due_on: date
    source: str
    source_title: str
    source_due_on: date
    level: str
    reason: str
    owing: int
    overdue: int
    agreed_late: int
    extended_beyond: int
    requested: int

    @property
    def words(self) -> str:
        """The level as people read it; empty when nothing endangers."""
        return RISK.get(self.level, "")


@dataclass(frozen=True)
class _Link:
    """What a chain needs of an obligation; ``source`` is the code of the one before it, None for none."""

    id: int
    plan_id: int
    code: str
    title: str
    source: str | None


@dataclass(frozen=True)
class _Pair:
    obligation: _Link
    period: Period
    source: _Link
    before: Period


_SPEC = col(Obligation.spec)
_LINKS = sql_select(
    col(Obligation.id),
    col(Obligation.plan_id),
    col(Obligation.code),
    col(Obligation.title),
    func.coalesce(_SPEC["deadline", "derive", "from"].as_string(), _SPEC["consolidates"].as_string()),
).order_by(col(Obligation.id))
"""Built once: the first page, every period's and the status ask."""


def cascade_risks(ctx: Context, period_id: int | None = None) -> list[CascadeRisk]:
    """The risk of every open consolidating period (or of this one) whose source has a period of the same label.

    A fixed number of queries, whatever the number of chains.
    """
    pairs = [p for p in _pairs(ctx) if period_id in (None, p.period.id)]
    if not pairs:
        return []
    done = _done(ctx, [p.period.id or 0 for p in pairs])
    upstream = _upstream(ctx, pairs)
    return [_risk(ctx, p, upstream.get(p.period.id or 0, NOTHING), done=p.period.id in done) for p in pairs]


def _links(ctx: Context) -> list[_Link]:
    """Read without its whole specification: of hundreds of obligations a few are links of a chain."""
    return [_Link(*row) for row in ctx.session.execute(_LINKS).all()]


def _pairs(ctx: Context) -> list[_Pair]:
    rows = _links(ctx)
    sources = {(o.plan_id, o.code): o for o in rows}
    chained = [(o, s) for o in rows if (s := sources.get((o.plan_id, o.source or ""))) is not None]
    ids = {o.id for pair in chained for o in pair}
    if not ids:
        return []
    needed = load_only(
        col(Period.obligation_id),  # type: ignore[arg-type]  # a column, as load_only takes it
        col(Period.label),  # type: ignore[arg-type]
        col(Period.state),  # type: ignore[arg-type]
        col(Period.due_on),  # type: ignore[arg-type]
        col(Period.practical_due_on),  # type: ignore[arg-type]
        col(Period.needs_confirmation),  # type: ignore[arg-type]
        col(Period.confirmed_at),  # type: ignore[arg-type]
    )
    query = select(Period).where(col(Period.obligation_id).in_(ids)).order_by(col(Period.id)).options(needed)
    periods = ctx.session.exec(query).all()
    known = {(p.obligation_id, p.label): p for p in periods}
    of_obligation: dict[int, list[Period]] = {}
    for p in periods:
        of_obligation.setdefault(p.obligation_id, []).append(p)
    return [
        _Pair(o, p, s, before)
        for o, s in chained
        for p in of_obligation.get(o.id, [])
        if p.state == PeriodState.open and (before := known.get((s.id, p.label))) is not None
    ]


NOTHING = Upstream(0, 0, 0, 0, 0)


def _upstream(ctx: Context, pairs: Sequence[_Pair]) -> dict[int, Upstream]:
    """How the source of each consolidating period stands, by that period's id, in one query for all."""
    after, before = aliased(Period), aliased(Period)
    due_on = col(after.due_on)
    required = and_(col(Assignment.duty).in_(BINDING), col(Assignment.state).in_(OWING))
    agreed = exists().where(
        col(AgreedLateness.assignment_id) == col(Assignment.id), col(AgreedLateness.until_on) >= due_on
    )
    extended = and_(col(Assignment.due_on) != col(before.due_on), col(Assignment.practical_due_on) >= due_on)
    asked = and_(col(Assignment.duty) == Duty.requested, col(Assignment.state).in_(OWING))
    conditions = (
        required,
        and_(required, overdue_now(ctx.as_of)),
        and_(required, agreed),
        and_(required, extended),
        asked,
    )
    columns = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions]
    source = case({p.period.id: p.before.id for p in pairs}, value=col(after.id))
    query = (
        sql_select(col(after.id), *columns)
        .join_from(after, before, col(before.id) == source)
        .join(Assignment, col(Assignment.period_id) == col(before.id))
        .where(col(after.id).in_([p.period.id for p in pairs]))
        .group_by(col(after.id))
    )
    return {number: Upstream(*(int(count) for count in counts)) for number, *counts in ctx.session.execute(query)}


def _done(ctx: Context, period_ids: Sequence[int]) -> set[int]:
    """Consolidating periods in which everything that is owed has been sent."""
    complete = or_(col(Assignment.state).in_(COMPLETE), col(Assignment.state).in_(FINAL))
    query = (
        select(Assignment.period_id)
        .where(col(Assignment.period_id).in_(period_ids))
        .group_by(col(Assignment.period_id))
        .having(func.sum(case((complete, 0), else_=1)) == 0)
        .having(func.sum(case((col(Assignment.state).in_(COMPLETE), 1), else_=0)) > 0)
    )
    return set(ctx.session.exec(query).all())


def _risk(ctx: Context, pair: _Pair, upstream: Upstream, *, done: bool) -> CascadeRisk:
    unseen = pair.before.needs_confirmation and pair.before.confirmed_at is None
    if unseen:  # S3: nobody is late before the review
        upstream = replace(upstream, overdue=0)
    level, reason = judge(upstream, days_left=_days_left(ctx, pair.period), unseen=unseen, done=done)
    return CascadeRisk(
        period_id=pair.period.id or 0,
        obligation=pair.obligation.code,
        period=pair.period.label,
        due_on=pair.period.due_on,
        source=pair.source.code,
        source_title=pair.source.title,
        source_due_on=pair.before.due_on,
        level=level.value,
        reason=reason,
        owing=upstream.owing,
        overdue=upstream.overdue,
        agreed_late=upstream.agreed_late,
        extended_beyond=upstream.extended_beyond,
        requested=upstream.requested,
    )


def _days_left(ctx: Context, period: Period) -> int:
    """Working days to the period's own last working day: 0 on it, negative after it."""
    last = period.practical_due_on
    if ctx.today > last:
        return -ctx.calendar.count(last, ctx.today)
    return ctx.calendar.count(ctx.today, last) - int(ctx.calendar.is_working(ctx.today))


def risk_of(risks: Sequence[CascadeRisk]) -> dict[int, CascadeRisk]:
    """By the id of the consolidating period, without those that nothing endangers."""
    return {risk.period_id: risk for risk in risks if risk.level != RiskLevel.none}
