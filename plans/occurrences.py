"""From a deadline rule to the occurrences it has in a span of days. Pure: no calendar of working days, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.base import BasisName
from plans.deadline import Deadline
from plans.periods import Span
from plans.reasons import basis_note, reasons
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


def occurrences(plan: PlanFile, spec: ObligationSpec, since: date, until: date) -> list[Occurrence]:
    """Occurrences due from ``since`` to ``until`` (both included), in order of time.

    None is due before the plan was issued, before ``first_period``, or after the document that ended the obligation.
    """
    if spec.deadline is None:
        return []
    first = max(since, plan.issued_on)
    last = min(until, spec.ended_by.on) if spec.ended_by else until
    found = [
        _occurrence(plan, spec, spec.deadline, span)
        for year in _years(spec.deadline, first, last)
        for span in spec.deadline.spans_in(year)
    ]
    return [
        o for o in found if first <= o.due_on <= last and (spec.first_period is None or o.label >= spec.first_period)
    ]


def last_day(deadline: Deadline, printed_on: date, *, strict: bool) -> date:
    """The last day in time. "trước ngày D" ends with D-1 when strict; "trước 17h00 ngày D" is that minute on D."""
    if deadline.op == "before" and strict and deadline.time is None:
        return printed_on - timedelta(days=1)
    return printed_on


def _years(deadline: Deadline, first: date, last: date) -> Iterator[int]:
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
    data = spec.data_window
    starts, data_to = data.days_of(span) if data else (None, None)
    data_from = max(starts, plan.issued_on) if starts else None
    return Occurrence(
        label=span.label,
        printed_on=printed_on,
        due_on=due_on,
        time=deadline.time,
        opens_on=max(opens_on, plan.issued_on),
        data_from=data_from,
        data_to=data_to,
        reasons=reasons(deadline, printed_on, due_on, data, data_from, data_to, starts),
        basis=deadline.basis,
        basis_note=basis_note(deadline),
    )
