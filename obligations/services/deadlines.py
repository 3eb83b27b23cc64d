"""Deadlines of a plan with their reasons, from the file alone or from what is applied."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

from calendars.national import FIRST_YEAR, LAST_YEAR
from calendars.working_days import WorkingCalendar
from models.enums import PlanKind
from obligations.errors import Refused
from obligations.rules.due import DueDates, Why, due_dates
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.deadline_reasons import why_steps
from obligations.services.lookup import find_plan
from obligations.services.spec import plan_file_of
from plans.occurrences import Occurrence
from plans.reading import read_plan
from plans.schema import ObligationSpec, PlanFile


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline. Dates are days of the plan's time zone; ``internal``: set by the coordinator, not by the plan.

    ``time``: the last minute in time, HH:MM, None for the end of the day. ``steps``: each reason with ``rule``, ``source``,
    ``text``, ``from`` and ``to``. ``state``: open, closed or ended for a period that exists, whose dates are the stored
    ones; None for one that is only computed. ``extended``: agencies with a due day of their own.
    ``basis_number`` and ``basis_on``: the document the date rests on; None when it is internal.
    """

    obligation: str
    period: str
    clauses: list[str]
    printed_on: date | None
    due_on: date
    time: str | None
    practical_due_on: date
    grace_until: date
    opens_on: date
    data_from: date | None
    data_to: date | None
    internal: bool
    reasons: list[str]
    grace_applies: bool
    basis: str
    due_text: str | None
    basis_note: str
    basis_number: str | None
    basis_on: date | None
    data_basis: str | None
    data_basis_note: str
    steps: list[Why]
    provisional: bool
    calendar_version: str
    state: str | None = None
    extended: int = 0


def is_file(name: str) -> bool:
    """Whether a plan is named by its file; a slug holds neither a dot nor a slash."""
    return name.endswith((".yaml", ".yml")) or "/" in name


def plan_of(ctx: Context, slug_or_file: str) -> PlanFile:
    """A plan file when the name is one, else the applied plan of that slug."""
    if is_file(slug_or_file):
        return read_plan(Path(slug_or_file))
    return plan_file_of(ctx, find_plan(ctx, slug_or_file))


def check_span(since: date, until: date) -> None:
    """Refuse a span that runs backwards, or lies where no working day is known."""
    if until < since:
        raise Refused(f"--to {until} lies before --from {since}")
    if since.year < FIRST_YEAR or until.year > LAST_YEAR:
        raise Refused(f"working days are known from {FIRST_YEAR}-01-01 to {LAST_YEAR}-12-31; ask within these years")


def list_deadlines(plan: PlanFile, calendar: WorkingCalendar, since: date, until: date) -> list[DeadlineRow]:
    """Deadlines due from ``since`` to ``until``, both included, by date and then by place in the plan."""
    check_span(since, until)
    rows = [
        computed_row(plan, spec, occurrence, calendar)
        for spec in plan.obligations
        for occurrence in dated(plan, spec, since, until, calendar)
    ]
    return sorted(rows, key=lambda row: row.due_on)


def dates_by(plan: PlanFile, occurrence: Occurrence, calendar: WorkingCalendar) -> DueDates:
    """The dates of an occurrence by one calendar. Refused where they would lie beyond the years it knows."""
    at = time.fromisoformat(occurrence.time) if occurrence.time else None
    zone, is_exact = ZoneInfo(plan.timezone), plan.kind == PlanKind.request
    try:
        return due_dates(occurrence.due_on, at, calendar, zone, grace=plan.policy.grace, exact=is_exact)
    except ValueError as error:
        raise Refused(f"due {occurrence.due_on}: {error}") from error


def computed_row(
    plan: PlanFile, spec: ObligationSpec, occurrence: Occurrence, calendar: WorkingCalendar
) -> DeadlineRow:
    """A deadline as rule and calendar give it."""
    dates = dates_by(plan, occurrence, calendar)
    return DeadlineRow(
        obligation=spec.code,
        period=occurrence.label,
        clauses=list(spec.clauses),
        printed_on=occurrence.printed_on,
        due_on=dates.due_on,
        time=occurrence.time,
        practical_due_on=dates.practical_due_on,
        grace_until=dates.grace_until,
        opens_on=occurrence.opens_on,
        data_from=occurrence.data_from,
        data_to=occurrence.data_to,
        internal=occurrence.basis == "internal",
        reasons=[*occurrence.reasons, *dates.reasons],
        grace_applies=dates.grace_applies,
        basis=occurrence.basis,
        due_text=spec.deadline.phrase if spec.deadline else None,
        basis_note=occurrence.basis_note,
        basis_number=occurrence.basis_number,
        basis_on=occurrence.basis_on,
        data_basis=occurrence.data_basis,
        data_basis_note=occurrence.data_basis_note,
        steps=why_steps(plan, spec, occurrence, dates),
        provisional=any(step["rule"] == "provisional" for step in dates.steps),
        calendar_version=calendar.version,
    )
