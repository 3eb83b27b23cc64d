"""Closing periods whose closing step is due: chasing ends, nothing received is lost."""

from sqlalchemy import update
from sqlmodel import col, select

from models.enums import PeriodState, StepName
from models.tables import Assignment, Period
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.plan_steps import finish_steps
from obligations.services.sending.outbox import CHASES, cancel_unsent


def close_due_periods(ctx: Context, period_id: int | None = None) -> int:
    """Close each open period whose ``close`` step has come; later reports are still recorded, as late."""
    closed = 0
    for step in finish_steps(ctx, StepName.close, period_id):
        period = ctx.session.get_one(Period, step.period_id)
        if period.state != PeriodState.open:
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
