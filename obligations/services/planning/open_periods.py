"""Opening the periods whose day has come: groups resolve and freeze, steps are planned, the notice is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, insert
from sqlmodel import col, select

from models.enums import AssignmentState, Basis, Duty, ObligationKind, PlanKind
from models.tables import Assignment, Obligation, Period, Plan
from obligations.clock import local_date
from obligations.rules.due import DueDates, due_dates
from obligations.services import audit
from obligations.services.calendar_versions import keep_calendar
from obligations.services.cascade_dates import dated_now
from obligations.services.context import Context
from obligations.services.plan_steps import plan_steps
from obligations.services.roster import Owing, resolve
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.daily_queue import line_up
from obligations.services.sending.notices import Assigned, write_opening_notices
from obligations.services.spec import plan_file_of
from plans.occurrences import Occurrence
from plans.schema import ObligationSpec, PlanFile

_IS_OPEN = select(Period.id).where(Period.obligation_id == Obligation.id).exists()
_IN_FORCE = (
    select(Obligation, Plan)
    .join(Plan, col(Obligation.plan_id) == Plan.id)
    .where(col(Plan.applied_at) <= bindparam("as_of"), (col(Plan.kind) == PlanKind.document) | ~_IS_OPEN)
    .order_by(col(Obligation.id))
)
_ONE_IN_FORCE = _IN_FORCE.where(col(Obligation.id) == bindparam("obligation"))
_LABELS = select(Period.label).where(col(Period.obligation_id) == bindparam("obligation"))


@dataclass(frozen=True)
class Opened:
    """One period that was opened."""

    obligation: str
    label: str
    assigned: int


Foreseen = Mapping[int, Collection[str]]


def open_due_periods(ctx: Context, obligation_id: int | None = None, foreseen: Foreseen | None = None) -> list[Opened]:
    """Open every period whose opening day has come and that is not open yet. Running it again opens nothing.

    ``foreseen``: when a plan is being applied, for each of its obligations (by id) the labels that its version before
    had; any other period whose day has passed is new to everybody and waits for the coordinator (S3).
    """
    line_up(ctx)  # of two schedulers the second sees what the first has opened
    asked: dict[str, Any] = {"as_of": ctx.as_of}
    if obligation_id is not None:
        asked["obligation"] = obligation_id
    opened: list[Opened] = []
    files: dict[int | None, PlanFile] = {}
    query = _IN_FORCE if obligation_id is None else _ONE_IN_FORCE
    for obligation, plan in ctx.session.exec(query, params=asked).all():
        if obligation.kind != ObligationKind.standing:
            if plan.id not in files:
                files[plan.id] = plan_file_of(ctx, plan)
            opened.extend(_open_for(ctx, plan, files[plan.id], obligation, foreseen))
    if opened:
        keep_to_cap(ctx)
    return opened


def _open_for(
    ctx: Context, plan: Plan, plan_file: PlanFile, obligation: Obligation, foreseen: Foreseen | None
) -> list[Opened]:
    today = local_date(ctx.as_of, plan.timezone)
    if obligation.code not in {o.code for o in plan_file.obligations}:
        return []
    known = set(ctx.session.exec(_LABELS, params={"obligation": obligation.id}).all())
    applied_on = local_date(plan.applied_at, plan.timezone)
    return [
        _open(
            ctx,
            plan,
            plan_file,
            obligation,
            occurrence,
            applied_on if _known(foreseen, obligation, occurrence) else today,
        )
        for occurrence in dated_now(ctx, plan_file, obligation, plan.since_on, today + timedelta(days=400))
        if occurrence.label not in known and occurrence.opens_on <= today
    ]


def _known(foreseen: Foreseen | None, obligation: Obligation, occurrence: Occurrence) -> bool:
    mine = foreseen.get(obligation.id or 0) if foreseen is not None else None
    return mine is None or occurrence.label in mine


def dates_of(ctx: Context, plan_file: PlanFile, occurrence: Occurrence) -> DueDates:
    """Printed, practical and grace dates of an occurrence under the plan's policy and today's calendar."""
    zone = ZoneInfo(plan_file.timezone)
    clock_time = time.fromisoformat(occurrence.time) if isinstance(occurrence.time, str) else occurrence.time
    return due_dates(
        occurrence.due_on,
        clock_time,
        ctx.calendar,
        zone,
        grace=plan_file.policy.grace,
        exact=plan_file.kind == PlanKind.request,
    )


def _open(
    ctx: Context, plan: Plan, plan_file: PlanFile, obligation: Obligation, occurrence: Occurrence, since: date
) -> Opened:
    dates = dates_of(ctx, plan_file, occurrence)
    period = Period(
        obligation_id=obligation.id or 0,
        plan_version=plan.version,
        label=occurrence.label,
        opens_on=occurrence.opens_on,
        data_from=occurrence.data_from,
        data_to=occurrence.data_to,
        due_on=dates.due_on,
        due_at=dates.due_at,
        practical_due_on=dates.practical_due_on,
        grace_until=dates.grace_until,
        grace_applies=dates.grace_applies,
        overdue_at=dates.overdue_at,
        basis=Basis(occurrence.basis),
        basis_note=occurrence.basis_note or "",
        basis_number=occurrence.basis_number,
        basis_on=occurrence.basis_on,
        data_basis=Basis(occurrence.data_basis) if occurrence.data_basis else None,
        data_basis_note=occurrence.data_basis_note,
        reasons=[*occurrence.reasons, *dates.reasons],
        spec=occurrence.spec.model_dump(mode="json", by_alias=True),
        calendar_version=ctx.calendar.version,
        opened_at=ctx.as_of,
        needs_confirmation=occurrence.opens_on < since,
    )
    ctx.session.add(period)
    keep_calendar(ctx, period)
    ctx.session.flush()
    assignments = _assign(ctx, occurrence.spec, period)
    plan_steps(ctx, obligation, period)
    if not period.needs_confirmation:
        write_opening_notices(ctx, plan, obligation, period, assignments)
    audit.record(
        ctx,
        "period.opened",
        period.public_id,
        obligation=obligation.code,
        label=period.label,
        assigned=len(assignments),
    )
    return Opened(obligation.code, period.label, len(assignments))


def _assign(ctx: Context, spec: ObligationSpec, period: Period) -> list[Assigned]:
    """Freeze who owes this period, in one statement; returns those that are known to owe it."""
    owing = resolve(ctx, spec.assigned_to, period.opens_on, Duty(spec.duty))
    if not owing:
        return []
    common: dict[str, Any] = {
        "period_id": period.id,
        "due_on": period.due_on,
        "due_at": period.due_at,
        "overdue_at": period.overdue_at,
        "practical_due_on": period.practical_due_on,
        "state_changed_at": ctx.as_of,
    }
    rows = [common | _owed(item) for item in owing]
    ids = ctx.session.scalars(insert(Assignment).returning(col(Assignment.id), sort_by_parameter_order=True), rows)
    made = zip(ids, owing, strict=True)
    return [Assigned(number or 0, item.agency.id or 0, item.duty) for number, item in made if not item.awaiting]


def _owed(item: Owing) -> dict[str, Any]:
    state = AssignmentState.awaiting_assignment if item.awaiting else AssignmentState.open
    return {"agency_id": item.agency.id, "duty": item.duty, "why": item.why, "state": state}
