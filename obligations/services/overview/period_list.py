"""Every period, fifty a page: of one plan, of one year, in one state."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import col

from models.enums import PeriodState, PlanKind
from models.tables import Period, Plan
from obligations.services.context import Context
from obligations.services.overview.over_time import PlanChoice, plan_choices, years
from obligations.services.overview.period_counts import PeriodRow, count_periods, period_rows

PAGE = 50
REQUESTS = "requests"
"""In place of a plan: the periods of ad-hoc requests."""


@dataclass(frozen=True)
class PeriodList:
    """One page of periods with what was chosen. ``page`` counts from 1; "" and 0 mean everything."""

    rows: list[PeriodRow]
    total: int
    page: int
    pages: int
    plan: str
    year: int
    state: str
    plans: list[PlanChoice]
    years: list[int]


def period_list(ctx: Context, plan: str = "", year: str = "", state: str = "", page: int = 1) -> PeriodList:
    """Periods, open ones first, by due day; a filter that names nothing is no filter."""
    plans, known = plan_choices(ctx), years(ctx)
    plan, number, state = _named(plans, known, plan, year, state)
    wanted = _conditions(plan, number, state)
    total = count_periods(ctx, *wanted)
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = period_rows(ctx, *wanted, first=(page - 1) * PAGE, most=PAGE)
    return PeriodList(rows, total, page, pages, plan, number, state, plans, known)


def period_list_rows(ctx: Context, plan: str, year: str, state: str, most: int) -> list[PeriodRow]:
    """The same periods without pages, at most so many."""
    return period_rows(ctx, *_conditions(*_named(plan_choices(ctx), years(ctx), plan, year, state)), most=most)


def _named(plans: list[PlanChoice], known: list[int], plan: str, year: str, state: str) -> tuple[str, int, str]:
    """The filters that name something."""
    return (
        plan if plan in (REQUESTS, *(choice.slug for choice in plans)) else "",
        int(year) if year.isdecimal() and year in map(str, known) else 0,
        state if state in list(PeriodState) else "",
    )


def _conditions(plan: str, year: int, state: str) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if plan == REQUESTS:
        wanted.append(col(Plan.kind) == PlanKind.request)
    elif plan:
        wanted.append(col(Plan.slug) == plan)
    if year:
        wanted += [col(Period.due_on) >= date(year, 1, 1), col(Period.due_on) <= date(year, 12, 31)]
    if state:
        wanted.append(col(Period.state) == state)
    return wanted
