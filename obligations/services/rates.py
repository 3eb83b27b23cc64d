"""How a period was kept: who was expected, who sent in time; only those who owe are counted, as they stood in that period."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import AssignmentState, Duty
from models.tables import AgreedLateness, Assignment, Obligation, Period
from obligations.errors import Refused
from obligations.rules.arrivals import judged
from obligations.rules.lateness import is_in_time, is_overdue
from obligations.services.context import Context
from obligations.services.lookup import find_obligation
from obligations.services.status import RECEIVED


@dataclass(frozen=True)
class PeriodRates:
    """Counts of one period. ``expected``: bodies bound to report, no more and no less than those that owed it.

    ``received`` = ``on_time`` + ``late`` + ``agreed_late`` + ``day_unknown``; ``on_time_rate`` is 0 to 1 over those expected of
    which it can be said, None when there are none.
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
    day_unknown: int = 0
    """Came, nobody knows on which day: neither in time nor late."""
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
    return rates_of(ctx, [period.id or 0], only).get(period.id or 0, PeriodRates(period.label, 0))


def rates_of(ctx: Context, period_ids: Sequence[int], only: set[int] | None = None) -> dict[int, PeriodRates]:
    """The counts of many periods by their id, in one query; a period without any agency is left out.

    The database puts rows of equal facts together, so that what is read follows the days on which reports came.
    """
    counted: dict[int, dict[str, int]] = {}
    labels: dict[int, str] = {}
    query, named = (_GROUPED, {}) if only is None else (_GROUPED_OF, {"agencies": list(only)})
    for row in ctx.session.execute(query, {"periods": list(period_ids), **named}):
        counts = counted.setdefault(row.id, dict.fromkeys(_COUNTS, 0))
        labels[row.id] = row.label
        for name in ("agencies", *_words(ctx, row)):
            counts[name] += row.number
    return {number: _rates(labels[number], counts) for number, counts in counted.items()}


def _rates(label: str, counts: dict[str, int]) -> PeriodRates:
    judged = counts["expected"] - counts["day_unknown"]
    rate = round(counts["on_time"] / judged, 4) if judged else None
    return PeriodRates(period=label, **counts, on_time_rate=rate)


def compare_periods(ctx: Context, plan: str, obligation: str, labels: Sequence[str] = ()) -> Compared:
    """Periods of an obligation, by due day (all, or those named), with the scope when the agencies differ."""
    found = find_obligation(ctx, plan, obligation)
    periods = _periods(ctx, found, labels)
    sets, shared, same = _sets(ctx, periods)
    return Compared(
        found.code,
        found.title,
        [period_rates(ctx, period) for period in periods],
        None if same else _scope(periods, sets, shared),
        [] if same else [period_rates(ctx, period, shared) for period in periods],
    )


def scope_of(ctx: Context, periods: Sequence[Period]) -> str | None:
    """``phạm vi so sánh: …`` of periods set side by side; None when the same agencies stand in each."""
    sets, shared, same = _sets(ctx, periods)
    return None if same else _scope(periods, sets, shared)


def _sets(ctx: Context, periods: Sequence[Period]) -> tuple[list[set[int]], set[int], bool]:
    """The agencies of each period, those of all of them, and whether these are the same."""
    sets = [_standing(ctx, period) for period in periods]
    return sets, set.intersection(*sets) if sets else set(), all(each == sets[0] for each in sets)


_COUNTS = tuple(f.name for f in fields(PeriodRates) if f.type is int)
_OUT = {AssignmentState.exempt: "exempt", AssignmentState.awaiting_assignment: "awaiting"}
_AGREED = (
    sql_select(col(AgreedLateness.assignment_id), func.max(AgreedLateness.until_on).label("until_on"))
    .group_by(col(AgreedLateness.assignment_id))
    .subquery()
)
_FACTS = (
    col(Period.id),
    col(Period.label),
    col(Assignment.state),
    col(Assignment.duty),
    col(Assignment.overdue_at),
    col(Assignment.first_received_on),
    col(Assignment.counted_on),
    (col(Assignment.first_received_at) < col(Assignment.overdue_at)).label("in_minutes"),
    col(Assignment.moved_to).is_not(None).label("moved"),
    _AGREED.c.until_on,
)
_GROUPED = (
    sql_select(*_FACTS, func.count().label("number"))
    .join_from(Assignment, Period, col(Assignment.period_id) == col(Period.id))
    .outerjoin(_AGREED, _AGREED.c.assignment_id == col(Assignment.id))
    .where(col(Period.id).in_(bindparam("periods", expanding=True)))
    .group_by(*_FACTS)
)
"""One row for each set of equal facts: what decides under which count an assignment falls, and how many are so."""
_GROUPED_OF = _GROUPED.where(col(Assignment.agency_id).in_(bindparam("agencies", expanding=True)))


def _words(ctx: Context, row: Any) -> list[str]:
    """Under which counts the assignments of these facts fall."""
    if row.state == AssignmentState.ended:
        return ["moved" if row.moved else "ended"]
    if row.state in _OUT:
        return [_OUT[row.state]]
    if row.duty == Duty.for_information:
        return ["informed"]
    has_come = row.state in RECEIVED
    if row.duty == Duty.requested:
        return ["requested", "requested_received"] if has_come else ["requested"]
    if not has_come:
        late = is_overdue(row.state, row.duty, row.overdue_at, ctx.as_of)
        return ["expected", "overdue"] if late else ["expected"]
    return ["expected", "received", _timely(ctx.settings.zone, row)]


def _timely(zone: ZoneInfo, row: Any) -> str:
    arrived = row.first_received_on
    if arrived is None:
        return "day_unknown"
    day, minute = judged(arrived, _minute(row), row.counted_on)
    if day is not None and is_in_time(day, row.overdue_at, zone, minute):
        return "on_time"
    return "agreed_late" if row.until_on is not None and arrived <= row.until_on else "late"


def _minute(row: Any) -> datetime | None:
    """A minute that stands on the same side of the moment as the one that is known."""
    if row.in_minutes is None:
        return None
    at: datetime = row.overdue_at
    return at - timedelta(microseconds=1) if row.in_minutes else at


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
