"""Occurrences of every obligation, derived deadlines included: those need a calendar, and their source as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from models.tables import Obligation, Period
from obligations.rules.cascade import Derived, NoRoom, Source, derive_due
from obligations.rules.days import WorkingDays
from obligations.rules.due import due_dates
from obligations.services.context import Context
from obligations.services.spec import spec_of
from plans.amending import in_force
from plans.deadline import Deadline
from plans.occurrences import Occurrence, occurrence_of, of_rule, stands, years
from plans.periods import span_of
from plans.reasons import based_on
from plans.schema import ObligationSpec, PlanFile

LAST_DAY = date(2100, 12, 31)
"""The last day any calendar knows."""
LONGEST = timedelta(days=400)
"""A derived deadline lies at most this long after its source: 250 working days."""

Key = tuple[str, str]
"""Code of an obligation and label of a period."""


@dataclass(frozen=True)
class Link:
    """One occurrence of a derived deadline; ``problem`` says why there is no room for it."""

    occurrence: Occurrence
    problem: NoRoom | None


def dated(
    plan: PlanFile,
    spec: ObligationSpec,
    since: date,
    until: date,
    calendar: WorkingDays,
    stored: Mapping[Key, Source] | None = None,
) -> list[Occurrence]:
    """Occurrences due from ``since`` to ``until`` (both included), in order of time, derived or not.

    ``stored``: ends of open periods as they stand, which go before what the plan file alone would give.
    """

    def rule(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
        if spec.deadline is None or not spec.deadline.is_derived:
            return of_rule(plan, spec, since, until)
        return [link.occurrence for link in links(plan, spec, since, until, calendar, stored)]

    return in_force(plan, spec, since, until, rule)


def links(
    plan: PlanFile,
    spec: ObligationSpec,
    since: date,
    until: date,
    calendar: WorkingDays,
    stored: Mapping[Key, Source] | None = None,
) -> list[Link]:
    """Occurrences of a derived deadline, each with what is wrong with its room."""
    deadline = spec.deadline
    if deadline is None or not deadline.is_derived:
        return []
    first, last = max(since, plan.issued_on), until
    ends = _ends(plan, spec, first, last, calendar, stored or {})
    labels = list(ends) if deadline.derive else [str(year) for year in _own_years(deadline, first, last)]
    found = [_link(plan, spec, deadline, label, ends.get(label), calendar) for label in labels]
    kept = [link for link in found if stands(spec, link.occurrence, first, last)]
    return sorted(kept, key=lambda link: link.occurrence.due_on)


def source_of(spec: ObligationSpec) -> str | None:
    """Code of the obligation before this one in the chain: what it derives from, or what it consolidates."""
    derive = spec.deadline.derive if spec.deadline else None
    return derive.from_ if derive else spec.consolidates


def dated_now(ctx: Context, plan: PlanFile, obligation: Obligation, since: date, until: date) -> list[Occurrence]:
    """As :func:`dated`, with the sources of an applied obligation as they stand now."""
    spec = spec_of(obligation)
    derived = spec.deadline is not None and spec.deadline.is_derived
    stored = stored_ends(ctx, obligation.plan_id) if derived else None
    return dated(plan, spec, since, until, ctx.calendar, stored)


def stored_ends(ctx: Context, plan_id: int) -> dict[Key, Source]:
    """How the periods of a plan end, as they stand now."""
    query = (
        select(Obligation.code, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan_id)
    )
    return {(code, period.label): end_of(period) for code, period in ctx.session.exec(query).all()}


def end_of(period: Period) -> Source:
    """How one period ends."""
    last_on = period.grace_until if period.grace_applies else period.due_on
    return Source(period.practical_due_on, max(period.due_on, last_on))


def _ends(
    plan: PlanFile,
    spec: ObligationSpec,
    first: date,
    last: date,
    calendar: WorkingDays,
    stored: Mapping[Key, Source],
) -> dict[str, Source]:
    """Ends of the source's periods by label; none when there is no dated source."""
    source = next((other for other in plan.obligations if other.code == source_of(spec)), None)
    if source is None:
        return {}
    derive = spec.deadline.derive if spec.deadline else None
    room = timedelta(days=2 * derive.working_days + 30) if derive else timedelta()
    until = min(last, LAST_DAY - LONGEST) + LONGEST
    zone, found = ZoneInfo(plan.timezone), {}
    for one in dated(plan, source, max(first - LONGEST * 2, plan.issued_on), until, calendar, stored):
        dates = due_dates(one.due_on, None, calendar, zone, grace=plan.policy.grace)
        last_on = dates.grace_until if dates.grace_applies else dates.due_on
        own = Source(dates.practical_due_on, max(dates.due_on, last_on))
        if own.last_on + room <= LAST_DAY:
            found[one.label] = stored.get((source.code, one.label), own)
    return found


def _own_years(deadline: Deadline, first: date, last: date) -> range | list[int]:
    if deadline.before is not None and deadline.before.on is not None:
        return [deadline.before.on.year]
    return [y for y in years(deadline, first, last) if y < LAST_DAY.year]


def _link(
    plan: PlanFile,
    spec: ObligationSpec,
    deadline: Deadline,
    label: str,
    source: Source | None,
    calendar: WorkingDays,
) -> Link:
    year = int(label[:4])
    derived = _derived(plan, spec, deadline, year, source, calendar)
    why = (based_on(deadline, plan.citation), *derived.reasons, f"Hạn là hết ngày {derived.due_on:%d/%m/%Y}")
    opens_on = spec.opens.in_year(year) if spec.opens else _after(source, derived.due_on)
    occurrence = occurrence_of(
        plan,
        spec,
        deadline,
        span_of(label),
        printed_on=derived.due_on,
        due_on=derived.due_on,
        opens_on=opens_on,
        why=why,
    )
    late_opening = NoRoom(derived.due_on, "opening", opens_on) if opens_on > derived.due_on else None
    return Link(occurrence, derived.problem or late_opening)


def _derived(
    plan: PlanFile,
    spec: ObligationSpec,
    deadline: Deadline,
    year: int,
    source: Source | None,
    calendar: WorkingDays,
) -> Derived:
    before, derive = deadline.before, deadline.derive
    title = next((o.title for o in plan.obligations if o.code == source_of(spec)), "")
    return derive_due(
        calendar,
        source=source,
        working_days=derive.working_days if derive else None,
        reader_on=before.in_year(year) if before else None,
        margin=before.working_days if before else 1,
        source_name=f"“{title}”",
        reader_basis=based_on(before, plan.citation) if before else "",
    )


def _after(source: Source | None, due_on: date) -> date:
    """Without an opening day of its own, a consolidation opens the day after the last report was due."""
    return source.last_on + timedelta(days=1) if source else due_on - timedelta(days=30)
