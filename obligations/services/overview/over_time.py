"""Periods over a year and over the years: bars from opening to due day, and how each duty was kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import PeriodState, PlanKind
from models.tables import Obligation, Period, Plan
from obligations.rules.wording import period_text
from obligations.services.context import Context
from obligations.services.rates import PeriodRates, rates_of

MOST_BARS = 150
"""Periods that one timeline shows; a plan is to be chosen beyond."""
MOST_POINTS = 12
"""Newest periods of a duty whose rates are drawn."""


@dataclass(frozen=True)
class PlanChoice:
    """A document that may be chosen."""

    slug: str
    number: str
    title: str


@dataclass(frozen=True)
class Bar:
    """One period from the day it opens to the day it is due."""

    public_id: str
    name: str
    plan_number: str
    state: str
    opens_on: date
    due_on: date


@dataclass(frozen=True)
class Timeline:
    """Periods that touch a year, by due day. ``left_out``: how many more there are than one page shows."""

    year: int
    bars: list[Bar]
    left_out: int


@dataclass(frozen=True)
class Trend:
    """One duty over its newest periods, the oldest first; duties with a single period have a trend of one point."""

    obligation: str
    title: str
    points: list[tuple[str, PeriodRates]]
    """The period in words, and its counts."""


# Built once: every first page asks, and building them anew takes longer than they run.
_CHOICES = (
    select(Plan.slug, Plan.number, Plan.title)
    .where(Plan.kind == PlanKind.document)
    .order_by(col(Plan.issued_on), col(Plan.id))
)
_DUE_DAYS = sql_select(col(Period.due_on)).distinct()
_BARS = (
    sql_select(
        col(Period.public_id),
        col(Obligation.title),
        col(Period.label),
        col(Plan.number),
        col(Period.state),
        col(Period.opens_on),
        col(Period.due_on),
    )
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .where(col(Plan.kind) == PlanKind.document)
    .where(col(Period.opens_on) <= bindparam("last"), col(Period.due_on) >= bindparam("first"))
    .order_by(col(Period.due_on), col(Period.id))
)
_BARS_OF_PLAN = _BARS.where(col(Plan.slug) == bindparam("plan"))
_PERIODS = (
    sql_select(col(Obligation.code), col(Obligation.title), col(Period.id), col(Period.label))
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .where(
        col(Plan.slug) == bindparam("plan"),
        col(Plan.kind) == PlanKind.document,
        col(Period.state) != PeriodState.ended,
    )
    .order_by(col(Obligation.position), col(Obligation.id), col(Period.due_on), col(Period.id))
)


def plan_choices(ctx: Context) -> list[PlanChoice]:
    """Documents by date of issue; ad-hoc requests have a list of their own."""
    return [PlanChoice(*row) for row in ctx.session.exec(_CHOICES).all()]


def years(ctx: Context) -> list[int]:
    """Years in which a period is due, and this one; in order."""
    days = ctx.session.execute(_DUE_DAYS).scalars()
    return sorted({ctx.today.year, *(day.year for day in days)})


def timeline(ctx: Context, year: int, plan: str = "") -> Timeline:
    """The periods of documents that are open on some day of the year; of one plan when it is named."""
    asked = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    query, named = (_BARS_OF_PLAN, {"plan": plan}) if plan else (_BARS, {})
    rows = ctx.session.execute(query, {**asked, **named}).all()
    bars = [
        Bar(r.public_id, f"{r.title}, {period_text(r.label)}", r.number, r.state.value, r.opens_on, r.due_on)
        for r in rows[:MOST_BARS]
    ]
    return Timeline(year, bars, len(rows) - len(bars))


def trends(ctx: Context, plan: str) -> list[Trend]:
    """How each duty of one plan was kept, in the order of the plan. Two queries whatever its size."""
    rows: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for code, title, number, label in ctx.session.execute(_PERIODS, {"plan": plan}):
        rows.setdefault((code, title), []).append((number, label))
    newest = {key: periods[-MOST_POINTS:] for key, periods in rows.items()}
    rates = rates_of(ctx, [number for periods in newest.values() for number, _ in periods])
    return [Trend(code, title, _points(periods, rates)) for (code, title), periods in newest.items()]


def _points(periods: Sequence[tuple[int, str]], rates: dict[int, PeriodRates]) -> list[tuple[str, PeriodRates]]:
    return [(period_text(label), rates[number]) for number, label in periods if number in rates]
