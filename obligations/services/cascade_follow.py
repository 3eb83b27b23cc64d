"""What follows when a period moves: the open periods whose deadline derives from it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from models.enums import PeriodState
from models.tables import Obligation, Period, PeriodExtension, Plan
from obligations.rules.cascade import Source
from obligations.rules.due import DueDates, due_dates
from obligations.services.cascade_dates import LAST_DAY, Key, Link, links, stored_ends
from obligations.services.context import Context
from obligations.services.spec import plan_file_of, spec_of

AROUND = timedelta(days=800)
"""How far from its stored due day the occurrence of a derived period is looked for."""


@dataclass(frozen=True)
class Follower:
    """One derived period with the dates it should have. ``problem``: why there is no room for them."""

    obligation: Obligation
    period: Period
    dates: DueDates
    reasons: list[str]
    problem: str | None


def followers(ctx: Context, obligation: Obligation, period: Period, dates: DueDates) -> list[Follower]:
    """The periods that derive from this one, as they would be if it had these dates."""
    last_on = dates.grace_until if dates.grace_applies else dates.due_on
    end = Source(dates.practical_due_on, max(dates.due_on, last_on))
    rows = _derived_periods(ctx, obligation.plan_id)
    mine = [(o, p) for o, p in rows if _source(o) == obligation.code and p.label == period.label]
    stored = stored_ends(ctx, obligation.plan_id) | {(obligation.code, period.label): end} if mine else {}
    return [found for o, p in mine if (found := _follower(ctx, o, p, stored)) is not None]


def chain_of(ctx: Context, obligation: Obligation, period: Period, dates: DueDates) -> list[Follower]:
    """The followers, and theirs in turn, whose due day would change."""
    found = []
    for one in followers(ctx, obligation, period, dates):
        if one.problem is None and one.dates.due_on != one.period.due_on:
            found += [one, *chain_of(ctx, one.obligation, one.period, one.dates)]
    return found


def derived_now(ctx: Context) -> list[Follower]:
    """Every open derived period with the dates that its source and the calendar of this moment give."""
    found = []
    for plan in ctx.session.exec(select(Plan).order_by(col(Plan.id))).all():
        rows = _derived_periods(ctx, plan.id or 0)
        stored = stored_ends(ctx, plan.id or 0) if rows else {}
        found += [f for o, p in rows if (f := _follower(ctx, o, p, stored)) is not None]
    return found


def _derived_periods(ctx: Context, plan_id: int) -> list[tuple[Obligation, Period]]:
    """Open periods with a derived deadline. One that the issuer's document has extended follows no other any more."""
    extended = select(PeriodExtension.period_id).where(col(PeriodExtension.undone_at).is_(None))
    query = (
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan_id, Period.state == PeriodState.open, col(Period.id).not_in(extended))
        .order_by(col(Obligation.position), col(Period.id))
    )
    return [(o, p) for o, p in ctx.session.exec(query).all() if _is_derived(o)]


def _is_derived(obligation: Obligation) -> bool:
    deadline = spec_of(obligation).deadline
    return deadline is not None and deadline.is_derived


def _source(obligation: Obligation) -> str | None:
    deadline = spec_of(obligation).deadline
    return deadline.derive.from_ if deadline and deadline.derive else None


def _follower(ctx: Context, obligation: Obligation, period: Period, stored: dict[Key, Source]) -> Follower | None:
    plan = plan_file_of(ctx, ctx.session.get_one(Plan, obligation.plan_id))
    since, until = period.due_on - AROUND, min(period.due_on + AROUND, LAST_DAY)
    chain: list[Link] = links(plan, spec_of(obligation), since, until, ctx.calendar, stored)
    link = next((one for one in chain if one.occurrence.label == period.label), None)
    if link is None:
        return None
    zone = ctx.settings.zone
    dates = due_dates(link.occurrence.due_on, None, ctx.calendar, zone, grace=period.grace_applies)
    return Follower(
        obligation,
        period,
        dates,
        [*link.occurrence.reasons, *dates.reasons],
        link.problem.words if link.problem else None,
    )
