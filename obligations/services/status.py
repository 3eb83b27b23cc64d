"""How far each period has come."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, func
from sqlmodel import col, select

from models.enums import AssignmentState, Basis
from models.tables import Assignment, Obligation, Period, Plan
from obligations.services.cascade import cascade_risks
from obligations.services.context import Context
from obligations.services.lateness import overdue_now

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


def period_status(ctx: Context, period_id: int | None = None) -> list[PeriodStatus]:
    """Every period, those that wait for a decision first, then newest due first, with the risk of those that consolidate."""
    query = (
        select(
            Period,
            Obligation,
            Plan.slug,
            _count(col(Assignment.state) != AssignmentState.ended),
        )
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .outerjoin(Assignment, col(Assignment.period_id) == Period.id)
        .add_columns(
            _count(col(Assignment.state).in_(RECEIVED)),
            _count(col(Assignment.state) == AssignmentState.accepted),
            _count(overdue_now(ctx.as_of)),
            _count(col(Assignment.state) == AssignmentState.exempt),
            _count(col(Assignment.state) == AssignmentState.awaiting_assignment),
            _count(col(Assignment.moved_to).is_not(None)),
        )
        .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
        .order_by(col(Period.due_on).desc(), col(Period.id))
    )
    if period_id is not None:
        query = query.where(col(Period.id) == period_id)
    risks = {risk.period_id: risk for risk in cascade_risks(ctx, period_id)}
    rows = ctx.session.execute(query).all()
    found = [
        PeriodStatus(
            plan=slug,
            obligation=obligation.code,
            period=period.label,
            due_on=period.due_on,
            assigned=assigned,
            submitted=submitted,
            accepted=accepted,
            overdue=late,
            exempt=exempt,
            title=obligation.title,
            public_id=period.public_id,
            practical_due_on=period.practical_due_on,
            grace_until=period.grace_until,
            state=period.state.value,
            awaiting_confirmation=period.needs_confirmation and period.confirmed_at is None,
            awaiting_assignment=awaiting,
            moved=moved,
            basis=period.basis.value,
            basis_note=period.basis_note,
            basis_number=period.basis_number,
            basis_on=period.basis_on,
            internal=period.basis == Basis.internal,
            risk=risks[period.id].level if period.id in risks else None,
            risk_reason=risks[period.id].reason if period.id in risks else None,
        )
        for period, obligation, slug, assigned, submitted, accepted, late, exempt, awaiting, moved in rows
    ]
    return sorted(found, key=lambda status: not status.awaiting_assignment)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
