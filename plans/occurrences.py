"""From a deadline rule to the occurrences it has in a span of days. Pure: no calendar of working days, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plans.amending import in_force
from plans.amendment import Amendment
from plans.base import BasisName
from plans.basis import basis_note
from plans.deadline import Deadline
from plans.periods import Span
from plans.reasons import reasons, window_basis, window_reasons
from plans.schema import ObligationSpec, PlanFile

OPENS_BEFORE = timedelta(days=30)
"""A period opens this many calendar days before it is due when its file does not say."""

SHORT_OPENS_BEFORE = {"monthly": timedelta(days=10), "weekly": timedelta(days=3)}
"""The same for periods so short that thirty days would open the next before this one is due."""


@dataclass(frozen=True)
class Occurrence:
    """One period of an obligation, before any working day is looked at.

    ``printed_on`` is the date as the text has it; ``due_on`` the last day still in time; ``time`` (HH:MM in the plan's
    time zone) the last minute on that day, None for its end. Data days are both included. ``reasons`` are Vietnamese.
    """

    label: str
    printed_on: date
    due_on: date
    time: str | None
    opens_on: date
    data_from: date | None
    data_to: date | None
    reasons: tuple[str, ...]
    basis: BasisName
    basis_note: str
    spec: ObligationSpec
    """The obligation as it stands for this period, with every document that governs it."""
    basis_number: str | None = None
    """Number of the document the date rests on: the plan's, or the guiding letter's; None for an internal date."""
    basis_on: date | None = None
    data_basis: BasisName | None = None
    data_basis_note: str = ""
    amendments: tuple[Amendment, ...] = ()


def occurrences(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
    """Occurrences due from ``since`` to ``until`` (both included), in order of time.

    None is due before the plan was issued, before ``first_period``, or on or after the day the obligation ended. Each
    goes by the rule in force for it (see plans/amending.py).
    A derived deadline has no date before a calendar of working days is asked: ValueError.
    """
    return in_force(plan, spec, since, until, of_rule)


def of_rule(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
    """What one rule alone gives, as if it had always held."""
    if spec.deadline is None:
        return []
    first, last = max(since, plan.issued_on), until
    found = [
        _occurrence(plan, spec, spec.deadline, span)
        for year in years(spec.deadline, first, last)
        for span in spec.deadline.spans_in(year)
    ]
    if plan.kind == "request":
        found = [replace(o, label=f"{o.due_on:%d-%m-%Y}") for o in found]
    return [o for o in found if stands(spec, o, first, last)]


def stands(spec: ObligationSpec, occurrence: Occurrence, first: date, last: date) -> bool:
    """Whether an occurrence is due within these days, and no earlier period than the first."""
    return first <= occurrence.due_on <= last and (spec.first_period is None or occurrence.label >= spec.first_period)


def last_day(deadline: Deadline, printed_on: date, *, strict: bool) -> date:
    """The last day in time. "trước ngày D" ends with D-1 when strict; "trước 17h00 ngày D" is that minute on D.

    Before 29/02 ends with 28/02 in every year.
    """
    if deadline.day is not None and printed_on.day < deadline.day:
        return printed_on
    if deadline.op == "before" and strict and deadline.time is None:
        return printed_on - timedelta(days=1)
    return printed_on


def years(deadline: Deadline, first: date, last: date) -> Iterator[int]:
    """The years whose periods may be due from ``first`` to ``last``."""
    if deadline.on is not None:
        yield deadline.on.year
        return
    start = max(deadline.from_year or first.year, first.year - 1)
    yield from range(start, min(deadline.until_year or last.year + 1, last.year + 1) + 1)


def _occurrence(plan: PlanFile, spec: ObligationSpec, deadline: Deadline, span: Span) -> Occurrence:
    printed_on = deadline.printed_for(span)
    due_on = last_day(deadline, printed_on, strict=plan.policy.before == "strict")
    before = SHORT_OPENS_BEFORE.get(deadline.freq, OPENS_BEFORE)
    opens_on = spec.opens.in_year(span.first.year) if spec.opens else due_on - before
    why = reasons(deadline, printed_on, due_on, plan.citation)
    return occurrence_of(plan, spec, deadline, span, printed_on=printed_on, due_on=due_on, opens_on=opens_on, why=why)


def occurrence_of(
    plan: PlanFile,
    spec: ObligationSpec,
    deadline: Deadline,
    span: Span,
    *,
    printed_on: date,
    due_on: date,
    opens_on: date,
    why: tuple[str, ...],
) -> Occurrence:
    """An occurrence whose dates are known: adds its data window and what the dates rest on."""
    data = spec.data_window
    starts, ends = data.days_of(span) if data else (None, None)
    data_from = max(starts, plan.issued_on) if starts else None
    if data and starts and data_from and ends:
        why = (*why, *window_reasons(data, data_from, ends, starts))
    by_plan = deadline.basis == "plan"
    return Occurrence(
        label=span.label,
        printed_on=printed_on,
        due_on=due_on,
        time=deadline.time,
        opens_on=max(opens_on, plan.issued_on),
        data_from=data_from,
        data_to=ends,
        reasons=why,
        basis=deadline.basis,
        basis_note=basis_note(deadline, plan.citation),
        basis_number=plan.number if by_plan else deadline.basis_number,
        basis_on=plan.issued_on if by_plan else deadline.basis_on,
        data_basis=data.basis if data else None,
        data_basis_note=window_basis(data) if data else "",
        spec=spec,
    )
