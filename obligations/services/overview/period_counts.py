"""Periods with their counts, aggregated by the database: no row of an agency and no JSON is read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, case, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from models.enums import AssignmentState, PeriodState, PlanKind
from models.tables import Assignment, Obligation, Period, PeriodStep, Plan
from obligations.rules.wording import period_text, step_text
from obligations.services.cascade import CascadeRisk, cascade_risks, risk_of
from obligations.services.context import Context
from obligations.services.lateness import OVERDUE
from obligations.services.status import RECEIVED

MOST = 5_000
"""Periods that one list holds; a page asks for fewer."""


@dataclass(frozen=True)
class PeriodRow:
    """One period with its counts; ``overdue`` never includes bodies that are only requested to report."""

    public_id: str
    plan_slug: str
    plan_number: str
    obligation: str
    title: str
    label: str
    period_text: str
    state: str
    due_on: date
    practical_due_on: date
    basis: str
    assigned: int
    submitted: int
    accepted: int
    soft: int
    returned: int
    overdue: int
    exempt: int
    awaiting: int
    awaits_confirmation: bool
    next_step: str | None
    next_step_at: datetime | None
    due_at: datetime | None
    """The minute of an ad-hoc request; None for a duty of a document."""
    basis_note: str
    risk: CascadeRisk | None
    """What endangers a consolidating period; None when nothing does."""
    to_review: int = 0
    """Reports that came and that nobody has judged."""
    opens_on: date | None = None


_COLUMNS = (
    col(Period.id),
    col(Period.public_id),
    col(Plan.slug),
    col(Plan.number),
    col(Plan.kind),
    col(Obligation.code),
    col(Obligation.title),
    col(Period.label),
    col(Period.state),
    col(Period.opens_on),
    col(Period.due_on),
    col(Period.practical_due_on),
    col(Period.due_at),
    col(Period.basis),
    col(Period.basis_note),
    col(Period.needs_confirmation),
    col(Period.confirmed_at),
)


# Built once: these are asked for all day, and building them anew takes longer than they run.
_PERIODS = (
    sql_select(*_COLUMNS)
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .order_by(case((col(Period.state) == PeriodState.open, 0), else_=1), col(Period.due_on), col(Period.id))
    .offset(bindparam("first", type_=Integer))
    .limit(bindparam("most", type_=Integer))
)
_OPEN = _PERIODS.where(col(Period.state) == PeriodState.open)
_ONE = _PERIODS.where(col(Period.id) == bindparam("period"))
_NUMBER = (
    sql_select(func.count())
    .select_from(Period)
    .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
)
_NUMBER_OPEN = sql_select(func.count()).select_from(Period).where(col(Period.state) == PeriodState.open)
_COUNTS = (
    sql_select(col(Assignment.period_id), col(Assignment.state), func.count(), func.sum(case((OVERDUE, 1), else_=0)))
    .where(col(Assignment.period_id).in_(bindparam("periods", expanding=True)))
    .group_by(col(Assignment.period_id), col(Assignment.state))
)
_STEPS = (
    sql_select(col(PeriodStep.period_id), col(PeriodStep.code), col(PeriodStep.planned_at))
    .where(col(PeriodStep.state) == "planned", col(PeriodStep.period_id).in_(bindparam("periods", expanding=True)))
    .order_by(col(PeriodStep.planned_at).desc())
)


def period_rows(ctx: Context, *chosen: ColumnElement[bool], first: int = 0, most: int = MOST) -> list[PeriodRow]:
    """Periods under all these conditions on ``Period``, ``Obligation`` and ``Plan``, open ones first, by due date.

    A fixed number of queries whatever the number of rows. ``first``: how many to leave out, for pages.
    """
    return _read(ctx, _PERIODS.where(*chosen), first=first, most=most)


def open_periods(ctx: Context, most: int) -> list[PeriodRow]:
    """The open ones that are due first."""
    return _read(ctx, _OPEN, first=0, most=most)


def one_period(ctx: Context, period_id: int) -> PeriodRow:
    """One by its id."""
    (row,) = _read(ctx, _ONE, first=0, most=1, period=period_id)
    return row


def _read(ctx: Context, query: Select[Any], **named: int) -> list[PeriodRow]:
    rows = ctx.session.execute(query, named).all()
    ids = [row.id for row in rows]
    only = ids[0] if len(ids) == 1 else None
    counts, steps, risks = _counts(ctx, ids), _next_steps(ctx, ids), risk_of(cascade_risks(ctx, only) if ids else [])
    return [_row(row, counts.get(row.id, {}), steps.get(row.id), risks.get(row.id)) for row in rows]


def count_periods(ctx: Context, *chosen: ColumnElement[bool]) -> int:
    """How many periods those conditions leave."""
    return int(ctx.session.execute(_NUMBER.where(*chosen)).scalar_one())


def count_open(ctx: Context) -> int:
    """How many are open."""
    return int(ctx.session.execute(_NUMBER_OPEN).scalar_one())


def _counts(ctx: Context, ids: list[int]) -> dict[int, dict[str, int]]:
    """Numbers of assignments by period: ``state:<state>``, and those that pages add up."""
    found: dict[int, dict[str, int]] = {}
    asked = {"periods": ids, "as_of": ctx.as_of}
    for period_id, state, count, late in ctx.session.execute(_COUNTS, asked):
        counts = found.setdefault(period_id, {"assigned": 0, "overdue": 0, "submitted": 0})
        counts[f"state:{state}"] = count
        counts["assigned"] += count if state != AssignmentState.ended else 0
        counts["submitted"] += count if state in RECEIVED else 0
        counts["overdue"] += int(late or 0)
    return found


def _next_steps(ctx: Context, ids: list[int]) -> dict[int, tuple[str, datetime]]:
    rows = ctx.session.execute(_STEPS, {"periods": ids})
    return {period_id: (code, at) for period_id, code, at in rows}


def _row(row: Any, counts: dict[str, int], step: tuple[str, datetime] | None, risk: CascadeRisk | None) -> PeriodRow:
    return PeriodRow(
        public_id=row.public_id,
        plan_slug=row.slug,
        plan_number=row.number,
        obligation=row.code,
        title=row.title,
        label=row.label,
        period_text=period_text(row.label),
        state=row.state.value,
        due_on=row.due_on,
        practical_due_on=row.practical_due_on,
        basis=row.basis.value,
        assigned=counts.get("assigned", 0),
        submitted=counts.get("submitted", 0),
        accepted=counts.get("state:accepted", 0),
        soft=counts.get("state:soft_received", 0),
        returned=counts.get("state:returned", 0),
        overdue=counts.get("overdue", 0),
        exempt=counts.get("state:exempt", 0),
        awaiting=counts.get("state:awaiting_assignment", 0),
        awaits_confirmation=row.needs_confirmation and row.confirmed_at is None,
        next_step=step_text(step[0]) if step else None,
        next_step_at=step[1] if step else None,
        due_at=row.due_at if row.kind == PlanKind.request else None,
        basis_note=row.basis_note,
        risk=risk,
        to_review=counts.get("state:submitted", 0),
        opens_on=row.opens_on,
    )
