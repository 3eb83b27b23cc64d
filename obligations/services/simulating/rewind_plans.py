"""Taking plans back to the version of an earlier moment; the later ones are applied again when their moment comes."""

from collections.abc import Callable

from sqlmodel import col, func, select

from models.enums import Basis, Duty, PeriodState
from models.tables import Assignment, Extension, MessageItem, Obligation, Period, Plan, PlanVersion
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.plan_steps import move_steps
from obligations.services.planning.apply_plan import EVERYTHING, apply_plan, store_obligations
from obligations.services.planning.move_period import dates_in
from obligations.services.planning.open_periods import dates_of
from obligations.services.roster import resolve
from obligations.services.simulating.events import Event
from obligations.services.spec import plan_file_of, spec_in
from plans.amending import AHEAD
from plans.occurrences import Occurrence
from plans.schema import PlanFile

Forget = Callable[[Context, list[int]], None]


def rewind_plans(ctx: Context, forget: Forget) -> list[Event]:
    """Bring every plan to the version of ``ctx.as_of``, or to its first; returns the later applications.

    ``forget`` removes assignments that a later version added, with all that hangs on them.
    """
    found = []
    for plan in ctx.session.exec(select(Plan)).all():
        query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(col(PlanVersion.version))
        rows = list(ctx.session.exec(query).all())
        later = [row for row in rows[1:] if row.applied_at > ctx.as_of]
        if not later:
            continue
        found += [_application(row) for row in later]
        for row in later:
            ctx.session.delete(row)
        plan.version = next(row.version for row in reversed(rows) if row not in later)
        ctx.session.flush()
        file = plan_file_of(ctx, plan)
        store_obligations(ctx, plan, file)
        _take_back(ctx, plan, file, forget)
    return found


def _application(row: PlanVersion) -> Event:
    content = dict(row.content)

    def act(ctx: Context) -> None:
        apply_plan(ctx, PlanFile.model_validate(content), allow=EVERYTHING)

    return Event(row.applied_at, act)


def _take_back(ctx: Context, plan: Plan, file: PlanFile, forget: Forget) -> None:
    query = (
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan.id, Period.plan_version > plan.version)
    )
    for obligation, period in ctx.session.exec(query).all():
        spec = next((s for s in file.obligations if s.code == obligation.code), None)
        coming = dated(file, spec, file.issued_on, ctx.today + AHEAD, ctx.calendar) if spec else []
        occurrence = next((o for o in coming if o.label == period.label), None)
        if occurrence is not None:
            _restore(ctx, file, obligation, period, occurrence, forget)


def _restore(
    ctx: Context, file: PlanFile, obligation: Obligation, period: Period, occurrence: Occurrence, forget: Forget
) -> None:
    added = _added(ctx, obligation, period, occurrence)
    forget(ctx, added)
    dates = dates_of(ctx, file, occurrence)
    period.state = PeriodState.open if period.state == PeriodState.ended else period.state
    period.plan_version, period.spec = _version(ctx, obligation), occurrence.spec.model_dump(mode="json", by_alias=True)
    period.due_on, period.due_at, period.overdue_at = dates.due_on, dates.due_at, dates.overdue_at
    period.practical_due_on, period.grace_until = dates.practical_due_on, dates.grace_until
    period.grace_applies, period.reasons = dates.grace_applies, [*occurrence.reasons, *dates.reasons]
    period.data_from, period.data_to = occurrence.data_from, occurrence.data_to
    period.basis, period.basis_note = Basis(occurrence.basis), occurrence.basis_note
    for row in ctx.session.exec(select(Assignment).where(Assignment.period_id == period.id)).all():
        _restore_row(ctx, period, row)
    ctx.session.flush()
    move_steps(ctx, obligation, period, again=True)


def _version(ctx: Context, obligation: Obligation) -> int:
    return ctx.session.get_one(Plan, obligation.plan_id).version


def _added(ctx: Context, obligation: Obligation, period: Period, occurrence: Occurrence) -> list[int]:
    """Assignments of agencies that only the later version names."""
    later, spec = spec_in(obligation, period), occurrence.spec
    if later.assigned_to == spec.assigned_to:
        return []
    there = {o.agency.id for o in resolve(ctx, spec.assigned_to, period.opens_on, Duty(spec.duty))}
    come = {o.agency.id for o in resolve(ctx, later.assigned_to, period.opens_on, Duty(later.duty))} - there
    query = select(Assignment.id).where(Assignment.period_id == period.id, col(Assignment.agency_id).in_(come))
    return [number for number in ctx.session.exec(query).all() if number is not None]


def _restore_row(ctx: Context, period: Period, row: Assignment) -> None:
    """As it stood: the period's own dates unless it was extended, at the revision of what it had been told by then."""
    if row.left_as is not None and row.state_changed_at > ctx.as_of:
        row.state, row.left_as, row.exempt_reason = row.left_as, None, None
    extended = select(Extension.id).where(Extension.assignment_id == row.id)
    told = select(func.max(MessageItem.revision)).where(MessageItem.assignment_id == row.id)
    row.revision, row.kept_due = ctx.session.exec(told).one() or 1, False
    if ctx.session.exec(extended.limit(1)).first() is None:
        dates = dates_in(period)
        row.due_on, row.due_at, row.overdue_at = dates.due_on, dates.due_at, dates.overdue_at
        row.practical_due_on = dates.practical_due_on
