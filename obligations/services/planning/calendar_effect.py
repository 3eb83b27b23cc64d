"""What another working calendar does to what lies ahead: open periods, waiting messages, and occurrences to come."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import PeriodState, PlanKind, StepState
from models.tables import Agency, Assignment, Obligation, Period, PeriodStep, Plan
from obligations.clock import local_date
from obligations.rules.due import DueDates, due_dates, without_working_days
from obligations.services.calendar_versions import keep_calendar
from obligations.services.context import Context
from obligations.services.plan_steps import move_steps
from obligations.services.planning.move_period import (
    common_assignments,
    due_time,
    follow_sources,
    move_period,
    plan_zone,
    recount_extended,
    told_assignments,
)


@dataclass(frozen=True)
class StepMove:
    """A planned step of a period; ``before`` None: it is new, ``after`` None: it is no longer owed."""

    code: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True)
class PeriodEffect:
    """One open period that moves. ``told``: codes of agencies that were already told the earlier practical date.

    ``extended``: how many agencies with a due day of their own move; ``kept``: why its dates stay although they would move.
    """

    plan: str
    obligation: str
    period: str
    due_on: date
    practical_before: date
    practical_due_on: date
    grace_before: date
    grace_until: date
    assignments: int
    extended: int
    told: list[str]
    steps: list[StepMove]
    kept: str | None


def recompute_periods(ctx: Context) -> list[PeriodEffect]:
    """Bring every open period whose dates lie ahead to ``ctx.calendar``; returns those for which something moves.

    Past and closed periods keep their dates and the version of their calendar. No message is caused, none repeated.
    """
    query = (
        select(Plan, Obligation, Period)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Period.state == PeriodState.open)
        .order_by(col(Period.due_on), col(Period.id))
    )
    found = [_recompute(ctx, *row) for row in ctx.session.exec(query).all()]
    return [effect for effect in found if effect is not None] + _followed(ctx)


def _followed(ctx: Context) -> list[PeriodEffect]:
    """Derived deadlines brought to where their sources stand by the new calendar."""
    found = []
    for move in follow_sources(ctx):
        query = select(Plan.slug).join(Obligation, col(Obligation.plan_id) == Plan.id)
        plan = ctx.session.exec(query.where(Obligation.code == move.obligation)).first()
        found.append(
            PeriodEffect(
                plan=plan or "",
                obligation=move.obligation,
                period=move.period,
                due_on=move.due_on,
                practical_before=move.practical_before,
                practical_due_on=move.practical_due_on,
                grace_before=move.grace_before,
                grace_until=move.grace_until,
                assignments=move.assignments,
                extended=0,
                told=[],
                steps=[],
                kept=None,
            )
        )
    return found


def _recompute(ctx: Context, plan: Plan, obligation: Obligation, period: Period) -> PeriodEffect | None:
    practical, grace, steps = period.practical_due_on, period.grace_until, _moments(ctx, period)
    extended = recount_extended(ctx, obligation, period)
    moved, told, kept = _bring_if_ahead(ctx, plan, obligation, period)
    changes = _changed(steps, _moments(ctx, period))
    if not (moved or extended or changes or kept):
        return None
    return PeriodEffect(
        plan=plan.slug,
        obligation=obligation.code,
        period=period.label,
        due_on=period.due_on,
        practical_before=practical,
        practical_due_on=period.practical_due_on,
        grace_before=grace,
        grace_until=period.grace_until,
        assignments=moved,
        extended=extended,
        told=told,
        steps=changes,
        kept=kept,
    )


def _bring_if_ahead(
    ctx: Context, plan: Plan, obligation: Obligation, period: Period
) -> tuple[int, list[str], str | None]:
    """How many assignments moved, which agencies were told the earlier date, and why the dates stay if they must."""
    last = max(period.due_on, period.practical_due_on, period.grace_until if period.grace_applies else period.due_on)
    if last < local_date(ctx.as_of, plan.timezone):
        return 0, [], None
    zone = plan_zone(ctx, obligation)
    hour = due_time(period.due_on, period.due_at, zone)
    exact = plan.kind == PlanKind.request
    dates = due_dates(period.due_on, hour, ctx.calendar, zone, grace=period.grace_applies, exact=exact)
    kept = _over(ctx, period, dates)
    if kept is not None:
        return 0, [], kept
    told = _told(ctx, period, dates)
    return _bring(ctx, obligation, period, dates), told, None


def _over(ctx: Context, period: Period, dates: DueDates) -> str | None:
    """Why the dates stay: nobody can still meet a date that is over, and nothing becomes late by an announcement."""
    if dates.practical_due_on != period.practical_due_on and dates.practical_due_on < ctx.today:
        return f"the new practical date {dates.practical_due_on} is over"
    if dates.overdue_at < period.overdue_at and dates.overdue_at <= ctx.as_of:
        return f"grace would have ended on {dates.grace_until}"
    return None


def _bring(ctx: Context, obligation: Obligation, period: Period, dates: DueDates) -> int:
    """Move dates and steps; returns how many assignments moved."""
    reasons = [*without_working_days(period.reasons, period.due_on), *dates.reasons]
    move = move_period(ctx, obligation, period, dates, reasons, anew=False)
    if move is None:
        period.reasons = reasons
        keep_calendar(ctx, period)
        move_steps(ctx, obligation, period, again=False)
    return move.assignments if move is not None else 0


def _told(ctx: Context, period: Period, dates: DueDates) -> list[str]:
    if dates.practical_due_on == period.practical_due_on:
        return []
    ids = told_assignments(ctx, common_assignments(ctx, period))
    query = select(Agency.code).join(Assignment, col(Assignment.agency_id) == Agency.id)
    query = query.where(Assignment.period_id == period.id, col(Assignment.id).in_(ids))
    return list(ctx.session.exec(query.order_by(col(Agency.position), col(Agency.id))).all())


def _moments(ctx: Context, period: Period) -> dict[str, datetime]:
    query = select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.state == StepState.planned)
    return {step.code: step.planned_at for step in ctx.session.exec(query).all()}


def _changed(before: dict[str, datetime], after: dict[str, datetime]) -> list[StepMove]:
    codes = sorted(before.keys() | after.keys(), key=lambda code: after.get(code) or before[code])
    return [StepMove(c, before.get(c), after.get(c)) for c in codes if before.get(c) != after.get(c)]
