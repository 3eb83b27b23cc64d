"""How a period was kept: who was expected, who sent in time; only those who owe are counted, as they stood in that period."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from models.enums import AssignmentState, Duty
from models.tables import Agency, AgreedLateness, Assignment, Obligation, Period
from obligations.errors import Refused
from obligations.rules.lateness import is_in_time, is_overdue
from obligations.services.context import Context
from obligations.services.lookup import find_obligation
from obligations.services.status import RECEIVED


@dataclass(frozen=True)
class PeriodRates:
    """Counts of one period. ``expected``: bodies bound to report, no more and no less than those that owed it.

    ``received`` = ``on_time`` + ``late`` + ``agreed_late``; ``on_time_rate`` is 0 to 1, None when nobody was expected.
    Bodies that are only ``requested`` are counted apart: nothing of theirs is late.
    """

    period: str
    agencies: int
    """All that stand in the period, whatever became of their duty."""
    expected: int = 0
    received: int = 0
    on_time: int = 0
    late: int = 0
    agreed_late: int = 0
    overdue: int = 0
    requested: int = 0
    requested_received: int = 0
    exempt: int = 0
    moved: int = 0
    """Carried on by another agency of the period, which is counted instead."""
    ended: int = 0
    awaiting: int = 0
    informed: int = 0
    on_time_rate: float | None = None


@dataclass(frozen=True)
class Compared:
    """Periods of one obligation side by side. ``scope`` says over whom they are compared, when these are not the same."""

    obligation: str
    title: str
    periods: list[PeriodRates]
    scope: str | None
    common: list[PeriodRates]
    """The same counts over the agencies that stand in every period; empty when they are all the same."""


def period_rates(ctx: Context, period: Period, only: set[int] | None = None) -> PeriodRates:
    """The counts of one period at ``ctx.as_of``; ``only``: ids of the agencies to count."""
    rows = [r for r in _rows(ctx, period) if only is None or r[0].agency_id in only]
    counts = dict.fromkeys((f.name for f in fields(PeriodRates) if f.type is int), 0)
    for assignment, agreed in rows:
        for name in _words(ctx, assignment, agreed):
            counts[name] += 1
    counts["agencies"] = len(rows)
    rate = round(counts["on_time"] / counts["expected"], 4) if counts["expected"] else None
    return PeriodRates(period=period.label, **counts, on_time_rate=rate)


def compare_periods(ctx: Context, plan: str, obligation: str, labels: Sequence[str] = ()) -> Compared:
    """Periods of an obligation, by due day (all, or those named), with the scope when the agencies differ."""
    found = find_obligation(ctx, plan, obligation)
    periods = _periods(ctx, found, labels)
    sets = [_standing(ctx, period) for period in periods]
    same = all(each == sets[0] for each in sets)
    shared = set.intersection(*sets) if sets else set()
    return Compared(
        found.code,
        found.title,
        [period_rates(ctx, period) for period in periods],
        None if same else _scope(periods, sets, shared),
        [] if same else [period_rates(ctx, period, shared) for period in periods],
    )


def _rows(ctx: Context, period: Period) -> list[tuple[Assignment, AgreedLateness | None]]:
    rows = ctx.session.exec(
        select(Assignment)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Agency.position), col(Assignment.id))
    ).all()
    query = select(AgreedLateness).join(Assignment, col(AgreedLateness.assignment_id) == Assignment.id)
    agreed = ctx.session.exec(query.where(Assignment.period_id == period.id).order_by(col(AgreedLateness.until_on)))
    latest = {row.assignment_id: row for row in agreed.all()}
    return [(row, latest.get(row.id or 0)) for row in rows]


_OUT = {AssignmentState.exempt: "exempt", AssignmentState.awaiting_assignment: "awaiting"}


def _words(ctx: Context, assignment: Assignment, agreed: AgreedLateness | None) -> list[str]:
    """Under which counts one assignment falls."""
    if assignment.state == AssignmentState.ended:
        return ["moved" if assignment.moved_to is not None else "ended"]
    if assignment.state in _OUT:
        return [_OUT[assignment.state]]
    if assignment.duty == Duty.for_information:
        return ["informed"]
    has_come = assignment.state in RECEIVED
    if assignment.duty == Duty.requested:
        return ["requested", "requested_received"] if has_come else ["requested"]
    if not has_come:
        late = is_overdue(assignment.state, assignment.duty, assignment.overdue_at, ctx.as_of)
        return ["expected", "overdue"] if late else ["expected"]
    return ["expected", "received", _timely(ctx.settings.zone, assignment, agreed)]


def _timely(zone: ZoneInfo, assignment: Assignment, agreed: AgreedLateness | None) -> str:
    arrived = assignment.first_received_on
    if arrived is None or is_in_time(arrived, assignment.overdue_at, zone, assignment.first_received_at):
        return "on_time"
    return "agreed_late" if agreed is not None and arrived <= agreed.until_on else "late"


def _periods(ctx: Context, obligation: Obligation, labels: Sequence[str]) -> list[Period]:
    query = select(Period).where(Period.obligation_id == obligation.id).order_by(col(Period.due_on))
    rows = list(ctx.session.exec(query).all())
    known = [row.label for row in rows]
    if unknown := [label for label in labels if label not in known]:
        raise Refused(f"no period {', '.join(unknown)} of {obligation.code}; there is: {', '.join(known) or 'none'}")
    return [row for row in rows if not labels or row.label in labels]


def _standing(ctx: Context, period: Period) -> set[int]:
    """Agencies that owed the period themselves: what moved on stands with whoever carries it."""
    query = select(Assignment.agency_id).where(Assignment.period_id == period.id)
    return set(ctx.session.exec(query.where(Assignment.state != AssignmentState.ended)).all())


def _scope(periods: Sequence[Period], sets: Sequence[set[int]], shared: set[int]) -> str:
    each = "; ".join(f"kỳ {p.label}: {len(s)} cơ quan, đơn vị" for p, s in zip(periods, sets, strict=True))
    return f"phạm vi so sánh: {each}; có mặt trong mọi kỳ: {len(shared)}"
