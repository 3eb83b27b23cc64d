"""From a deadline rule to the occurrences it has in a span of days. Pure: no calendar of working days, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plans.amending import in_force
from plans.amendment import Amendment
from plans.base import BasisName
from plans.deadline import Deadline
from plans.reasons import basis_note, reasons
from plans.schema import ObligationSpec, PlanFile

OPENS_BEFORE = timedelta(days=30)
"""A period opens this many calendar days before it is due when its file does not say."""


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
    amendments: tuple[Amendment, ...] = ()


def occurrences(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
    """Occurrences due from ``since`` to ``until`` (both included), in order of time.

    None is due before the plan was issued, before ``first_period``, or on or after the day the obligation ended. Each
    goes by the rule in force for it (see plans/amending.py).
    """
    return in_force(plan, spec, since, until, _of_rule)


def _of_rule(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
    """What one rule alone gives, as if it had always held."""
    if spec.deadline is None:
        return []
    first, last = max(since, plan.issued_on), until
    found = [_occurrence(plan, spec, spec.deadline, year) for year in _years(spec.deadline, first, last)]
    if plan.kind == "request":
        found = [replace(o, label=f"{o.due_on:%d-%m-%Y}") for o in found]
    return [
        o for o in found if first <= o.due_on <= last and (spec.first_period is None or o.label >= spec.first_period)
    ]


def last_day(deadline: Deadline, printed_on: date, *, strict: bool) -> date:
    """The last day in time. "trước ngày D" ends with D-1 when strict; "trước 17h00 ngày D" is that minute on D.

    Before 29/02 ends with 28/02 in every year.
    """
    if deadline.day is not None and printed_on.day < deadline.day:
        return printed_on
    if deadline.op == "before" and strict and deadline.time is None:
        return printed_on - timedelta(days=1)
    return printed_on


def _years(deadline: Deadline, first: date, last: date) -> Iterator[int]:
    if deadline.on is not None:
        yield deadline.on.year
        return
    start = max(deadline.from_year or first.year, first.year - 1)
    yield from range(start, min(deadline.until_year or last.year + 1, last.year + 1) + 1)


def _occurrence(plan: PlanFile, spec: ObligationSpec, deadline: Deadline, year: int) -> Occurrence:
    printed_on = deadline.printed_in(year)
    due_on = last_day(deadline, printed_on, strict=plan.policy.before == "strict")
    opens_on = spec.opens.in_year(year) if spec.opens else due_on - OPENS_BEFORE
    data = spec.data_window
    starts = data.from_.in_year(year) if data else None
    data_from = max(starts, plan.issued_on) if starts else None
    data_to = data.to.in_year(year) if data else None
    return Occurrence(
        label=str(year),
        printed_on=printed_on,
        due_on=due_on,
        time=deadline.time,
        opens_on=max(opens_on, plan.issued_on),
        data_from=data_from,
        data_to=data_to,
        reasons=reasons(deadline, printed_on, due_on, data, data_from, data_to, starts),
        basis=deadline.basis,
        basis_note=basis_note(deadline),
        spec=spec,
    )
