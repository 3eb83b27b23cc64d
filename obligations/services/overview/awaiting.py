"""Duties that wait for a person to say who owes them: the first thing a coordinator sees."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import AssignmentState, ReassignmentKind
from models.tables import Agency, Assignment, Obligation, Period, Plan, Reassignment
from obligations.rules.wording import period_text
from obligations.services.agencies.decide_assignment import ASKED
from obligations.services.context import Context


@dataclass(frozen=True)
class AwaitingRow:
    """One duty without an owner that holds. ``due_has_passed``: the decision must give a new due day."""

    public_id: str
    period_public_id: str
    plan: str
    obligation: str
    period: str
    title: str
    period_text: str
    agency: str
    agency_name: str
    due_on: date
    due_has_passed: bool
    kind: str
    since: date | None
    reason: str
    evidence: str
    proposed: str | None


# Built once: every first page asks.
_WAITING = (
    select(Assignment, Agency, Period, Obligation)
    .join(Agency, col(Assignment.agency_id) == Agency.id)
    .join(Period, col(Assignment.period_id) == Period.id)
    .join(Obligation, col(Period.obligation_id) == Obligation.id)
    .where(Assignment.state == AssignmentState.awaiting_assignment)
    .order_by(col(Assignment.due_on), col(Period.id), col(Agency.position), col(Assignment.id))
)
_WAITING_IN = _WAITING.where(col(Period.id) == bindparam("period"))


def awaiting_rows(ctx: Context, period_id: int | None = None) -> list[AwaitingRow]:
    """Every duty that waits, the nearest due first."""
    query, named = (_WAITING, {}) if period_id is None else (_WAITING_IN, {"period": period_id})
    rows = ctx.session.exec(query, params=named).all()
    if not rows:
        return []
    asked = _asked(ctx, [a.id or 0 for a, *_ in rows])
    slugs = dict(ctx.session.exec(select(col(Plan.id), col(Plan.slug))).all())
    return [_row(ctx, *row, slugs[row[3].plan_id], asked.get(row[0].id or 0)) for row in rows]


def _asked(ctx: Context, ids: list[int]) -> dict[int, Reassignment]:
    query = (
        select(Reassignment)
        .where(col(Reassignment.assignment_id).in_(ids), col(Reassignment.kind).in_(ASKED))
        .order_by(col(Reassignment.id))
    )
    return {row.assignment_id: row for row in ctx.session.exec(query).all()}


def _row(
    ctx: Context,
    assignment: Assignment,
    agency: Agency,
    period: Period,
    obligation: Obligation,
    slug: str,
    asked: Reassignment | None,
) -> AwaitingRow:
    return AwaitingRow(
        public_id=assignment.public_id,
        period_public_id=period.public_id,
        plan=slug,
        obligation=obligation.code,
        period=period.label,
        title=obligation.title,
        period_text=period_text(period.label),
        agency=agency.code,
        agency_name=agency.name,
        due_on=assignment.due_on,
        due_has_passed=assignment.due_at <= ctx.as_of,
        kind=(asked.kind if asked is not None else ReassignmentKind.stopped).value,
        since=asked.on if asked is not None else None,
        reason=asked.reason if asked is not None else assignment.why,
        evidence=asked.evidence if asked is not None else "",
        proposed=asked.proposed if asked is not None else None,
    )
