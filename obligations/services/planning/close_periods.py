"""Closing periods whose closing step is due: chasing ends, nothing received is lost."""

from datetime import date

from sqlalchemy import update
from sqlmodel import col, select

from models.enums import PeriodState, StepName
from models.tables import Assignment, Period, PeriodStep
from obligations.rules.due import at_opening
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.plan_steps import finish_steps, put_step
from obligations.services.sending.outbox import CHASES, cancel_unsent
from obligations.services.views_shared import agreed_until

WAITS = 10
"""Working days after the last day that somebody was given: what is chased after it has been by then."""


def close_due_periods(ctx: Context, period_id: int | None = None) -> int:
    """Close each open period whose ``close`` step has come; later reports are still recorded, as late.

    While gia hạn or an agreed day of some agency lies ahead the period stays open, until ten working days after it.
    """
    closed = 0
    for step in finish_steps(ctx, StepName.close, period_id):
        period = ctx.session.get_one(Period, step.period_id)
        if period.state != PeriodState.open or _waits(ctx, period, step):
            continue
        period.state, period.closed_at = PeriodState.closed, ctx.as_of
        ids = ctx.session.exec(
            select(Assignment.id).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
        ).all()
        cancel_unsent(ctx, [i for i in ids if i is not None], "Đã chốt kỳ báo cáo", CHASES)
        ctx.session.execute(update(Assignment).where(col(Assignment.period_id) == period.id).values(next_at=None))
        audit.record(ctx, "period.closed", period.public_id, label=period.label)
        closed += 1
    return closed


def _waits(ctx: Context, period: Period, step: PeriodStep) -> bool:
    last = _last_day_given(ctx, period)
    if last is None:
        return False
    moment = at_opening(ctx.calendar.shift(last, WAITS), ctx.settings.zone)
    if moment <= ctx.as_of:
        return False
    put_step(ctx, period, step.code, step.name, moment)
    return True


def _last_day_given(ctx: Context, period: Period) -> date | None:
    """The last day that an agency which has not sent was given for itself; None when nobody was."""
    query = select(col(Assignment.id), col(Assignment.due_on)).where(
        Assignment.period_id == period.id, col(Assignment.state).in_(CHASED)
    )
    rows = ctx.session.exec(query).all()
    agreed = agreed_until(ctx, [number for number, _ in rows if number is not None])
    return max((*(due_on for _, due_on in rows if due_on > period.due_on), *agreed.values()), default=None)
