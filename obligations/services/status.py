"""How far each period has come."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func
from sqlalchemy import select as sql_select
from sqlmodel import col

from models.enums import AssignmentState, Basis
from models.tables import Assignment, Obligation, Period, Plan
from obligations.services.cascade import CascadeRisk, cascade_risks
from obligations.services.context import Context
from obligations.services.lateness import OVERDUE

RECEIVED = (
    AssignmentState.submitted,
    AssignmentState.accepted,
    AssignmentState.returned,
    AssignmentState.soft_received,
)


@dataclass(frozen=True)
class PeriodStatus:
    """Counts of one period at one moment. ``submitted``: something has come; ``overdue``: required, nothing, and due."""

    plan: str
    obligation: str
    period: str
    due_on: date
    assigned: int
    submitted: int
    accepted: int
    overdue: int
    exempt: int
    title: str
    public_id: str
    practical_due_on: date
    grace_until: date
    state: str
    awaiting_confirmation: bool
    awaiting_assignment: int
    """Duties that wait for a person to say who owes them: never overdue, listed first."""
    moved: int
    """Duties carried on by another agency's assignment of the period; not counted in ``assigned``."""
    basis: str
    basis_note: str
    basis_number: str | None
    basis_on: date | None
    internal: bool
    risk: str | None
    """For a consolidating period: none, watch or risk; null for any other."""
    risk_reason: str | None


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_STATUS = (
    sql_select(
        col(Period.id),
        col(Period.public_id),
        col(Period.label),
        col(Period.state),
        col(Period.due_on),
        col(Period.practical_due_on),
        col(Period.grace_until),
        col(Period.needs_confirmation),
        col(Period.confirmed_at),
        col(Period.basis),
        col(Period.basis_note),
        col(Period.basis_number),
        col(Period.basis_on),
        col(Obligation.code),
        col(Obligation.title),
        col(Plan.slug),
        _count(col(Assignment.state) != AssignmentState.ended).label("assigned"),
        _count(col(Assignment.state).in_(RECEIVED)).label("submitted"),
        _count(col(Assignment.state) == AssignmentState.accepted).label("accepted"),
        _count(OVERDUE).label("overdue"),
        _count(col(Assignment.state) == AssignmentState.exempt).label("exempt"),
        _count(col(Assignment.state) == AssignmentState.awaiting_assignment).label("awaiting"),
        _count(col(Assignment.moved_to).is_not(None)).label("moved"),
    )
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .outerjoin(Assignment, col(Assignment.period_id) == col(Period.id))
    .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
    .order_by(col(Period.due_on).desc(), col(Period.id))
)
"""Built once: machines ask every minute. Columns, because a whole obligation is read with its specification."""
_STATUS_OF = _STATUS.where(col(Period.id) == bindparam("period"))


def period_status(ctx: Context, period_id: int | None = None) -> list[PeriodStatus]:
    """Every period, those that wait for a decision first, then newest due first, with the risk of those that consolidate."""
    query, named = (_STATUS, {}) if period_id is None else (_STATUS_OF, {"period": period_id})
    risks = {risk.period_id: risk for risk in cascade_risks(ctx, period_id)}
    rows = ctx.session.execute(query, {"as_of": ctx.as_of, **named})
    found = [_status(row, risks.get(row.id)) for row in rows]
    return sorted(found, key=lambda status: not status.awaiting_assignment)


def _status(row: Any, risk: CascadeRisk | None) -> PeriodStatus:
    return PeriodStatus(
        plan=row.slug,
        obligation=row.code,
        period=row.label,
        due_on=row.due_on,
        assigned=row.assigned,
        submitted=row.submitted,
        accepted=row.accepted,
        overdue=row.overdue,
        exempt=row.exempt,
        title=row.title,
        public_id=row.public_id,
        practical_due_on=row.practical_due_on,
        grace_until=row.grace_until,
        state=row.state.value,
        awaiting_confirmation=row.needs_confirmation and row.confirmed_at is None,
        awaiting_assignment=row.awaiting,
        moved=row.moved,
        basis=row.basis.value,
        basis_note=row.basis_note,
        basis_number=row.basis_number,
        basis_on=row.basis_on,
        internal=row.basis == Basis.internal,
        risk=risk.level if risk else None,
        risk_reason=risk.reason if risk else None,
    )
