"""Deadlines of a plan with their reasons, from the file alone or from what is applied."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

from calendars.vietnamese import format_long
from calendars.working_days import WorkingCalendar
from models.enums import PlanKind
from obligations.errors import NotFound
from obligations.rules.due import OFFICE_OPENS, due_dates
from obligations.rules.reminders import step_day
from obligations.rules.wording import clause_text, step_text
from obligations.services.context import Context
from obligations.services.lookup import find_plan
from obligations.services.spec import plan_file_of, steps_in
from plans.occurrences import Occurrence, occurrences
from plans.reading import read_plan
from plans.schema import ObligationSpec, PlanFile


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline. Dates are days of the plan's time zone; ``internal``: set by the coordinator, not by the plan."""

    obligation: str
    period: str
    clauses: list[str]
    due_on: date
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


@dataclass(frozen=True)
class Explanation:
    """A deadline with every step from the phrase to each reminder."""

    obligation: str
    period: str
    clauses: list[str]
    due_on: date
    practical_due_on: date
    grace_until: date
    lines: list[str]


def is_file(name: str) -> bool:
    """Whether a plan is named by its file; a slug holds neither a dot nor a slash."""
    return name.endswith((".yaml", ".yml")) or "/" in name


def plan_of(ctx: Context, slug_or_file: str) -> PlanFile:
    """A plan file when the name is one, else the applied plan of that slug."""
    if is_file(slug_or_file):
        return read_plan(Path(slug_or_file))
    return plan_file_of(ctx, find_plan(ctx, slug_or_file))


def list_deadlines(plan: PlanFile, calendar: WorkingCalendar, since: date, until: date) -> list[DeadlineRow]:
    """Deadlines due from ``since`` to ``until``, both included, by date and then by place in the plan."""
    rows = [
        _row(plan, spec, occurrence, calendar)
        for spec in plan.obligations
        for occurrence in occurrences(plan, spec, since, until)
    ]
    return sorted(rows, key=lambda row: row.due_on)


def _row(plan: PlanFile, spec: ObligationSpec, occurrence: Occurrence, calendar: WorkingCalendar) -> DeadlineRow:
    at = time.fromisoformat(occurrence.time) if occurrence.time else None
    zone, is_exact = ZoneInfo(plan.timezone), plan.kind == PlanKind.request
    dates = due_dates(occurrence.due_on, at, calendar, zone, grace=plan.policy.grace, exact=is_exact)
    return DeadlineRow(
        obligation=spec.code,
        period=occurrence.label,
        clauses=list(spec.clauses),
        due_on=dates.due_on,
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
    )


def explain_deadline(plan: PlanFile, label: str, period: str, calendar: WorkingCalendar) -> Explanation:
    """Explain one period of one obligation (code or clause). NotFound names what exists."""
    try:
        spec = plan.obligation(label)
    except KeyError as error:
        known = ", ".join(o.code for o in plan.obligations)
        raise NotFound(f"plan {plan.slug} has no obligation {label!r}; it has: {known}") from error
    found = occurrences(plan, spec, plan.issued_on, date(2100, 12, 31))
    chosen = next((o for o in found if o.label == period), None)
    if chosen is None:
        known = ", ".join(o.label for o in found[:6]) or "none: it has no date"
        raise NotFound(f"obligation {spec.code} has no period {period!r}; it has: {known}")
    row = _row(plan, spec, chosen, calendar)
    where = [f"{clause}: {clause_text(clause)}, {plan.citation}" for clause in spec.clauses]
    lines = [*where, f"Mở kỳ: {format_long(row.opens_on)}", *row.reasons, *_steps(spec, row, calendar)]
    return Explanation(spec.code, period, row.clauses, row.due_on, row.practical_due_on, row.grace_until, lines)


def _steps(spec: ObligationSpec, row: DeadlineRow, calendar: WorkingCalendar) -> list[str]:
    lines = []
    for step in steps_in(spec):
        draft = " (dự thảo gửi lãnh đạo, chờ duyệt)" if step.draft else ""
        day = step_day(step, row.practical_due_on, calendar)
        lines.append(f"{step.code}: {step_text(step.code)}{draft}, {step.at or OFFICE_OPENS:%H:%M} {format_long(day)}")
    return lines
