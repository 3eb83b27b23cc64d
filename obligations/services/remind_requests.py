"""Reminders of ad-hoc requests at their hour, between the hourly rounds that serve everything else."""

from datetime import datetime

from sqlmodel import col, select

from models.enums import PlanKind, StepName, StepState
from models.tables import Obligation, Period, PeriodStep, Plan
from obligations.services.chase import plan_reminders
from obligations.services.context import App


def remind_requests(app: App, as_of: datetime, actor: str) -> int:
    """Write the reminders of every request whose step has come; returns how many. Most of the time there is none."""
    due = (
        select(PeriodStep.period_id)
        .join(Period, col(PeriodStep.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(
            PeriodStep.state == StepState.planned,
            PeriodStep.name == StepName.remind,
            PeriodStep.planned_at <= as_of,
            Plan.kind == PlanKind.request,
        )
        .distinct()
    )
    with app.read(as_of, actor) as ctx:
        periods = list(ctx.session.exec(due).all())
    written = 0
    for period_id in periods:
        with app.write(as_of, actor) as ctx:
            written += plan_reminders(ctx, period_id).planned
    return written
