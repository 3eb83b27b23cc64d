"""Ad-hoc requests in a simulation: each is made, acknowledged and taken back at its recorded moment."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from models.enums import PeriodState, PlanKind
from models.tables import Agency, Assignment, Extension, Obligation, Period, Plan
from obligations.errors import DondocError
from obligations.rules.hours import NIGHT_ENDS, waking_moment
from obligations.rules.reminders import step_moment
from obligations.services.context import Context
from obligations.services.requests.cancel_request import cancel_request
from obligations.services.requests.plan import CODE
from obligations.services.simulating.events import Event, find_assignment
from obligations.services.spec import spec_of, steps_in


def request_events(ctx: Context) -> list[Event]:
    """What was done about requests after ``ctx.as_of``, and is undone in the copy until its moment comes."""
    return [*_acknowledgements(ctx), *_cancellations(ctx)]


def requests_made(ctx: Context) -> list[datetime]:
    """When each request is made, and so opens."""
    return list(ctx.session.exec(select(Plan.applied_at).where(Plan.kind == PlanKind.request)).all())


def request_moments(ctx: Context) -> list[datetime]:
    """Every moment at which a request may send something: when it is made, at its hours, at the end of its nights."""
    query = select(Plan, Obligation).join(Obligation, col(Obligation.plan_id) == Plan.id)
    found: set[datetime] = set()
    for plan, obligation in ctx.session.exec(query.where(Plan.kind == PlanKind.request)).all():
        found |= _moments(ctx, plan, obligation)
    return sorted(found)


def _moments(ctx: Context, plan: Plan, obligation: Obligation) -> set[datetime]:
    deadline, zone = spec_of(obligation).deadline, ctx.settings.zone
    given = (
        select(Extension)
        .join(Assignment, col(Extension.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(Period.obligation_id == obligation.id)
    )
    days = {*(e.due_on for e in ctx.session.exec(given).all()), *([deadline.on] if deadline and deadline.on else [])}
    hours = {step_moment(step, day, ctx.calendar, zone) for step in steps_in(spec_of(obligation)) for day in days}
    made_on = plan.applied_at.astimezone(zone).date()
    lasts = (max(days, default=made_on) - made_on).days + 2
    mornings = {datetime.combine(made_on + timedelta(days=n), NIGHT_ENDS, zone) for n in range(lasts)}
    return {plan.applied_at, waking_moment(plan.applied_at, zone), *hours, *mornings}


def _acknowledgements(ctx: Context) -> list[Event]:
    query = (
        select(Assignment, Plan.slug, Period.label, Agency.code)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(col(Assignment.acknowledged_at) > ctx.as_of)
    )
    events = []
    for assignment, slug, label, agency in ctx.session.execute(query).all():
        events.append(_acknowledgement(assignment.acknowledged_at or ctx.as_of, slug, label, agency))
        assignment.acknowledged_at = None
    return events


def _acknowledgement(at: datetime, slug: str, label: str, agency: str) -> Event:
    def act(ctx: Context) -> None:
        try:
            find_assignment(ctx, slug, CODE, label, agency).acknowledged_at = at
        except DondocError:  # the twin took another course, where this request was never made
            return

    return Event(at, act)


def _cancellations(ctx: Context) -> list[Event]:
    query = (
        select(Plan.slug, Obligation, Period)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Plan.kind == PlanKind.request, Period.state == PeriodState.ended, col(Period.closed_at) > ctx.as_of)
    )
    events = []
    for slug, obligation, period in ctx.session.exec(query).all():
        events.append(_cancellation(period.closed_at or ctx.as_of, slug, obligation.ended_by or "-"))
        obligation.ended_on = obligation.ended_by = None
    return events


def _cancellation(at: datetime, slug: str, reason: str) -> Event:
    def act(ctx: Context) -> None:
        try:
            cancel_request(ctx, slug, reason)
        except DondocError:  # as above
            return

    return Event(at, act)
