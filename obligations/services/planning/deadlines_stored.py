"""Deadlines of an applied plan: what is stored for each period that exists, what is computed for the others."""

from datetime import date, time
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import col, select

from models.enums import Basis, PlanKind
from models.tables import Assignment, Obligation, Period, Plan, PlanVersion
from obligations.rules.due import DueDates, Why, due_dates, why
from obligations.rules.lateness import FINAL
from obligations.services.calendar_versions import kept_calendar
from obligations.services.cascade_dates import dated, stored_ends
from obligations.services.context import Context
from obligations.services.deadline_reasons import why_steps
from obligations.services.deadlines import DeadlineRow, check_span, list_deadlines
from obligations.services.lookup import find_plan
from obligations.services.planning.move_period import due_time
from obligations.services.spec import plan_file_of
from plans.occurrences import Occurrence
from plans.schema import ObligationSpec, PlanFile


def applied_deadlines(ctx: Context, slug: str, since: date, until: date) -> list[DeadlineRow]:
    """As ``list_deadlines`` of the plan's file, but a period that exists shows its own dates, moved or not."""
    check_span(since, until)
    plan = find_plan(ctx, slug)
    stored = _stored(ctx, plan)
    computed = list_deadlines(plan_file_of(ctx, plan), ctx.calendar, since, until)
    rows = [row for row in computed if (row.obligation, row.period) not in stored]
    rows += [
        stored_row(ctx, plan, obligation, period)
        for obligation, period in stored.values()
        if since <= period.due_on <= until
    ]
    places = {o.code: o.position for o in ctx.session.exec(select(Obligation).where(Obligation.plan_id == plan.id))}
    return sorted(rows, key=lambda row: (row.due_on, places.get(row.obligation, 0)))


def _stored(ctx: Context, plan: Plan) -> dict[tuple[str, str], tuple[Obligation, Period]]:
    query = (
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan.id)
    )
    return {(obligation.code, period.label): (obligation, period) for obligation, period in ctx.session.exec(query)}


def stored_row(ctx: Context, plan: Plan, obligation: Obligation, period: Period) -> DeadlineRow:
    """A period as it stands, with the reasons it was given when its dates were set."""
    at = due_time(period.due_on, period.due_at, ZoneInfo(plan.timezone))
    file = file_of_version(ctx, plan, period.plan_version)
    spec = next((s for s in file.obligations if s.code == obligation.code), None)
    occurrence = _occurrence(ctx, plan, file, spec, period)
    return DeadlineRow(
        obligation=obligation.code,
        period=period.label,
        clauses=list(obligation.clauses),
        printed_on=occurrence.printed_on if occurrence else None,
        due_on=period.due_on,
        time=f"{at:%H:%M}" if at else None,
        practical_due_on=period.practical_due_on,
        grace_until=period.grace_until,
        opens_on=period.opens_on,
        data_from=period.data_from,
        data_to=period.data_to,
        internal=period.basis == Basis.internal,
        reasons=list(period.reasons),
        grace_applies=period.grace_applies,
        basis=period.basis.value,
        basis_note=period.basis_note,
        basis_number=period.basis_number,
        basis_on=period.basis_on,
        data_basis=period.data_basis.value if period.data_basis else None,
        data_basis_note=period.data_basis_note,
        due_text=spec.deadline.phrase if spec and spec.deadline else None,
        steps=_steps(ctx, file, spec, occurrence, period, at),
        provisional=any("dự kiến" in reason for reason in period.reasons),
        calendar_version=period.calendar_version,
        state=period.state.value,
        extended=_extended(ctx, period),
    )


def file_of_version(ctx: Context, plan: Plan, version: int) -> PlanFile:
    """The plan file as it stood in a version; the one in force when that version is not kept."""
    wanted = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.version == version)
    row = ctx.session.exec(wanted).first()
    return PlanFile.model_validate(row.content) if row is not None else plan_file_of(ctx, plan)


def recomputed(ctx: Context, plan: Plan, period: Period, version: str) -> DueDates | None:
    """The dates of a period by the calendar of a version; None when that calendar is not kept."""
    calendar, zone = kept_calendar(ctx, version), ZoneInfo(plan.timezone)
    if calendar is None:
        return None
    at = due_time(period.due_on, period.due_at, zone)
    exact = plan.kind == PlanKind.request
    return due_dates(period.due_on, at, calendar, zone, grace=period.grace_applies, exact=exact)


def _occurrence(
    ctx: Context, plan: Plan, file: PlanFile, spec: ObligationSpec | None, period: Period
) -> Occurrence | None:
    """The occurrence the period was opened for; None once its due day was moved away from it."""
    if spec is None:
        return None
    ends = stored_ends(ctx, plan.id or 0) if spec.deadline and spec.deadline.is_derived else None
    calendar = kept_calendar(ctx, period.calendar_version) or ctx.calendar
    found = dated(file, spec, period.due_on, period.due_on, calendar, ends)
    return next((o for o in found if o.label == period.label), None)


def _steps(
    ctx: Context,
    file: PlanFile,
    spec: ObligationSpec | None,
    occurrence: Occurrence | None,
    period: Period,
    at: time | None,
) -> list[Why]:
    calendar = kept_calendar(ctx, period.calendar_version)
    if spec is not None and occurrence is not None and calendar is not None:
        zone, exact = ZoneInfo(file.timezone), file.kind == PlanKind.request
        dates = due_dates(period.due_on, at, calendar, zone, grace=period.grace_applies, exact=exact)
        if [*occurrence.reasons, *dates.reasons] == period.reasons:
            return why_steps(file, spec, occurrence, dates)
    return [why("stored", "ghi khi các ngày của kỳ được xác định", text) for text in period.reasons]


def _extended(ctx: Context, period: Period) -> int:
    query = select(func.count()).where(
        Assignment.period_id == period.id,
        Assignment.due_on != period.due_on,
        col(Assignment.state).not_in(FINAL),
    )
    return ctx.session.exec(query).one()
