"""How what is missing in one link endangers the next: the consolidating periods with their risk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import and_, case, exists, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import AssignmentState, Duty, PeriodState, RiskLevel
from models.tables import AgreedLateness, Assignment, Obligation, Period
from obligations.rules.cascade import Upstream, judge
from obligations.rules.lateness import BINDING, COMPLETE, OWING
from obligations.services.cascade_dates import source_of
from obligations.services.context import Context
from obligations.services.lateness import overdue_now
from obligations.services.spec import spec_of

RISK = {RiskLevel.watch.value: "Cần chú ý", RiskLevel.risk.value: "Nguy cơ chậm tổng hợp"}
"""How people read a level."""
FINAL = (AssignmentState.exempt, AssignmentState.ended)


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
class _Pair:
    obligation: Obligation
    period: Period
    source: Obligation
    before: Period


def cascade_risks(ctx: Context, period_id: int | None = None) -> list[CascadeRisk]:
    """The risk of every open consolidating period (or of this one) whose source has a period of the same label."""
    pairs = [p for p in _pairs(ctx) if period_id in (None, p.period.id)]
    done = _done(ctx, [p.period.id or 0 for p in pairs]) if pairs else set()
    return [_risk(ctx, pair, _upstream(ctx, pair), done=pair.period.id in done) for pair in pairs]


def _pairs(ctx: Context) -> list[_Pair]:
    rows = ctx.session.exec(select(Obligation).order_by(col(Obligation.id))).all()
    sources = {(o.plan_id, o.code): o for o in rows}
    chained = [(o, s) for o in rows if (s := sources.get((o.plan_id, source_of(spec_of(o)) or ""))) is not None]
    ids = {o.id for pair in chained for o in pair}
    if not ids:
        return []
    periods = ctx.session.exec(select(Period).where(col(Period.obligation_id).in_(ids)).order_by(col(Period.id))).all()
    known = {(p.obligation_id, p.label): p for p in periods}
    return [
        _Pair(o, p, s, before)
        for o, s in chained
        for p in periods
        if p.obligation_id == o.id and p.state == PeriodState.open
        if (before := known.get((s.id or 0, p.label))) is not None
    ]


def _upstream(ctx: Context, pair: _Pair) -> Upstream:
    """How the source stands, in one query."""
    due_on = pair.period.due_on
    required = and_(col(Assignment.duty).in_(BINDING), col(Assignment.state).in_(OWING))
    agreed = exists().where(
        col(AgreedLateness.assignment_id) == col(Assignment.id), col(AgreedLateness.until_on) >= due_on
    )
    extended = and_(col(Assignment.due_on) != pair.before.due_on, col(Assignment.practical_due_on) >= due_on)
    asked = and_(col(Assignment.duty) == Duty.requested, col(Assignment.state).in_(OWING))
    conditions = (
        required,
        and_(required, overdue_now(ctx.as_of)),
        and_(required, agreed),
        and_(required, extended),
        asked,
    )
    columns = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions]
    counts = ctx.session.execute(sql_select(*columns).where(col(Assignment.period_id) == pair.before.id)).one()
    return Upstream(*(int(count) for count in counts))


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
