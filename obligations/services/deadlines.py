"""Deadlines of a plan with their reasons, from the file alone or from what is applied."""

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

from calendars.vietnamese import format_long
from calendars.working_days import WorkingCalendar
from models.enums import Audience
from obligations.errors import NotFound
from obligations.rules.due import due_dates
from obligations.rules.reminders import Step, step_day
from obligations.rules.wording import clause_text, step_text
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.lookup import find_plan
from obligations.services.spec import plan_file_of
from plans.occurrences import Occurrence
from plans.reading import read_plan
from plans.schema import ObligationSpec, PlanFile


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline. Dates are days of the plan's time zone; ``internal``: set by the coordinator, not by the plan.

    ``basis_number`` and ``basis_on``: the document the date rests on; None when it is internal.
    """

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
    basis_note: str
    basis_number: str | None
    basis_on: date | None
    data_basis: str | None
    data_basis_note: str


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
    internal: bool
    basis: str
    basis_note: str
    basis_number: str | None
    basis_on: date | None


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
        for occurrence in dated(plan, spec, since, until, calendar)
    ]
    return sorted(rows, key=lambda row: row.due_on)


def _row(plan: PlanFile, spec: ObligationSpec, occurrence: Occurrence, calendar: WorkingCalendar) -> DeadlineRow:
    at = time.fromisoformat(occurrence.time) if occurrence.time else None
    dates = due_dates(occurrence.due_on, at, calendar, ZoneInfo(plan.timezone), grace=plan.policy.grace)
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
        basis_note=occurrence.basis_note,
        basis_number=occurrence.basis_number,
        basis_on=occurrence.basis_on,
        data_basis=occurrence.data_basis,
        data_basis_note=occurrence.data_basis_note,
    )


def explain_deadline(plan: PlanFile, label: str, period: str, calendar: WorkingCalendar) -> Explanation:
    """Explain one period of one obligation (code or clause). NotFound names what exists."""
    try:
        spec = plan.obligation(label)
    except KeyError as error:
        known = ", ".join(o.code for o in plan.obligations)
        raise NotFound(f"plan {plan.slug} has no obligation {label!r}; it has: {known}") from error
    found = dated(plan, spec, plan.issued_on, date(2100, 12, 31), calendar)
    chosen = next((o for o in found if o.label == period), None)
    if chosen is None:
        known = ", ".join(o.label for o in found[:6]) or "none: it has no date"
        raise NotFound(f"obligation {spec.code} has no period {period!r}; it has: {known}")
    row = _row(plan, spec, chosen, calendar)
    where = [f"{clause}: {clause_text(clause)}, {plan.citation}" for clause in spec.clauses]
    lines = [*where, f"Mở kỳ: {format_long(row.opens_on)}", *row.reasons, *_steps(spec, row, calendar)]
    return Explanation(
        spec.code,
        period,
        row.clauses,
        row.due_on,
        row.practical_due_on,
        row.grace_until,
        lines,
        internal=row.internal,
        basis=row.basis,
        basis_note=row.basis_note,
        basis_number=row.basis_number,
        basis_on=row.basis_on,
    )


def _steps(spec: ObligationSpec, row: DeadlineRow, calendar: WorkingCalendar) -> list[str]:
    lines = []
    for reminder in spec.reminders:
        if reminder.code == "open":
            continue
        step = Step(reminder.code, reminder.days, Audience(reminder.audience), reminder.draft)
        draft = " (dự thảo gửi lãnh đạo, chờ duyệt)" if reminder.draft else ""
        day = step_day(step, row.practical_due_on, calendar)
        lines.append(f"{reminder.code}: {step_text(reminder.code)}{draft}, 08:00 {format_long(day)}")
    return lines
