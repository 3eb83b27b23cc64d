"""Agency × period: how every agency of one plan stood in the periods of one year."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import col

from models.enums import AssignmentState, Duty, PlanKind
from models.tables import Agency, Assignment, Obligation, Period, Plan
from obligations.rules.arrivals import judged
from obligations.rules.lateness import COMPLETE, is_late, is_overdue
from obligations.rules.wording import period_text
from obligations.services.context import Context
from obligations.services.submitting.stated import stated_ids

MOST_PERIODS = 16
"""Columns of one map; the newest by due day."""


@dataclass(frozen=True)
class HeatPeriod:
    """One column."""

    public_id: str
    name: str
    short: str
    due_on: date


@dataclass(frozen=True)
class HeatCell:
    """One agency in one period. ``key``: see ``KEYS``."""

    assignment: str
    key: str


@dataclass(frozen=True)
class HeatRow:
    """One agency, its cells by the period's public id; it has none where it owed nothing."""

    code: str
    name: str
    cells: dict[str, HeatCell]


@dataclass(frozen=True)
class HeatMap:
    """Rows by group in official order, never by lateness. ``left_out``: periods of the year that have no column."""

    periods: list[HeatPeriod]
    groups: dict[str, list[HeatRow]]
    left_out: int
    every_group: list[str]
    """All groups of the map before one was chosen."""


KEYS = (
    "expected",
    "overdue",
    "soft_received",
    "received",
    "stated",
    "late",
    "returned",
    "accepted",
    "exempt",
    "waiting",
    "unseen",
    "ended",
)
"""``unseen``: its period waits for the review (S3), so nothing is said of it; ``stated``: it rests on the agency's word; ``waiting``: who
owes is to be decided."""


class _Facts(NamedTuple):
    """The columns of an assignment by which its cell is judged."""

    id: int
    public_id: str
    period_id: int
    state: AssignmentState
    duty: Duty
    overdue_at: datetime
    first_received_on: date | None
    first_received_at: datetime | None
    counted_on: date | None


# Built once: every first page asks, and building them anew takes longer than they run.
_PERIODS = (
    sql_select(
        col(Period.id),
        col(Period.public_id),
        col(Period.label),
        col(Period.due_on),
        col(Period.needs_confirmation),
        col(Period.confirmed_at),
        col(Obligation.title),
    )
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .where(col(Plan.slug) == bindparam("plan"), col(Plan.kind) == PlanKind.document)
    .where(col(Period.due_on) >= bindparam("first"), col(Period.due_on) <= bindparam("last"))
    .order_by(col(Period.due_on), col(Obligation.position), col(Period.id))
)
_CELLS = (
    sql_select(
        *(col(getattr(Assignment, name)) for name in _Facts._fields),
        col(Agency.code),
        col(Agency.name),
        col(Agency.level),
        col(Agency.kind),
    )
    .join_from(Assignment, Agency, col(Assignment.agency_id) == col(Agency.id))
    .where(col(Assignment.period_id).in_(bindparam("periods", expanding=True)))
    .order_by(col(Agency.position), col(Agency.id))
)


def heat_map(ctx: Context, plan: str, year: int, group: str = "") -> HeatMap:
    """The map of one plan's periods due in a year; ``group`` is ``<level>-<kind>``. Three queries, without any JSON."""
    periods = _periods(ctx, plan, year)
    shown = periods[-MOST_PERIODS:]
    names = {row.id: row.public_id for row in shown}
    unseen = {row.id for row in shown if row.needs_confirmation and row.confirmed_at is None}
    rows: dict[str, dict[str, HeatRow]] = {}
    found = ctx.session.execute(_CELLS, {"periods": list(names)}).all()
    stated = stated_ids(ctx, [row.id for row in found if row.state == AssignmentState.submitted])
    for *facts, code, name, level, kind in found:
        of_group = rows.setdefault(f"{level}-{kind}", {})
        agency = of_group.get(code)
        if agency is None:
            agency = of_group[code] = HeatRow(code, name, {})
        owed = _Facts(*facts)
        agency.cells[names[owed.period_id]] = HeatCell(
            owed.public_id, "stated" if owed.id in stated else _key(ctx, owed, unseen)
        )
    every = list(rows)
    chosen = {key: list(of_group.values()) for key, of_group in rows.items() if group in ("", key)}
    columns = [HeatPeriod(r.public_id, f"{r.title}, {period_text(r.label)}", r.label, r.due_on) for r in shown]
    return HeatMap(columns, chosen, len(periods) - len(shown), every)


def _periods(ctx: Context, plan: str, year: int) -> list[Any]:
    asked = {"plan": plan, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    return list(ctx.session.execute(_PERIODS, asked).all())


def _key(ctx: Context, row: _Facts, unseen: Collection[int]) -> str:
    if row.state == AssignmentState.open:
        if row.period_id in unseen:
            return "unseen"
        return "overdue" if is_overdue(row.state, row.duty, row.overdue_at, ctx.as_of) else "expected"
    if row.state == AssignmentState.awaiting_assignment:
        return "waiting"
    if row.state in COMPLETE:
        day, minute = judged(row.first_received_on, row.first_received_at, row.counted_on)
        if day is not None and is_late(row.duty, day, row.overdue_at, ctx.settings.zone, minute):
            return "late"
    key: str = row.state.value
    return "received" if row.state == AssignmentState.submitted else key
