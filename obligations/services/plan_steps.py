"""The steps of a period as rows: when each is due. Prefect's named runs mirror them."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import StepName, StepState
from models.tables import Obligation, Period, PeriodStep
from obligations.rules.due import at_opening
from obligations.rules.reminders import reminded_steps, step_moment
from obligations.services.context import Context
from obligations.services.spec import is_request, spec_in, steps_of

CONSOLIDATE_AFTER = 3
"""Working days after the practical due date (or after a late confirmation) when a report is made by itself."""
CLOSE_AFTER_DAYS = 60
REQUEST_CLOSES_AFTER_DAYS = 14

_DUE = (
    select(PeriodStep)
    .where(
        PeriodStep.state == StepState.planned,
        col(PeriodStep.name) == bindparam("name"),
        col(PeriodStep.planned_at) <= bindparam("as_of"),
    )
    .with_for_update()  # of two schedulers one finishes a step
)
_DUE_OF = _DUE.where(col(PeriodStep.period_id) == bindparam("period"))


def plan_steps(ctx: Context, obligation: Obligation, period: Period) -> None:
    """Write the period's steps once; what was already past when the period was adopted is skipped, not done."""
    for code, name, moment in step_moments(ctx, obligation, period):
        missed = period.needs_confirmation and moment <= ctx.as_of and name in (StepName.remind, StepName.consolidate)
        state = StepState.done if code == "open" else StepState.skipped if missed else StepState.planned
        ctx.session.add(
            PeriodStep(
                period_id=period.id or 0,
                code=code,
                name=name,
                planned_at=moment,
                state=state,
                done_at=ctx.as_of if state == StepState.done else None,
                result={"why": "đã qua khi áp dụng văn bản"} if missed else {},
            )
        )
    ctx.session.flush()


def step_moments(ctx: Context, obligation: Obligation, period: Period) -> list[tuple[str, StepName, datetime]]:
    """Code, kind and moment of every step a period goes through, by its dates as they stand."""
    if is_request(obligation):
        return _request_moments(ctx, obligation, period)
    zone = ctx.settings.zone
    moments: list[tuple[str, StepName, datetime]] = [("open", StepName.open, at_opening(period.opens_on, zone))]
    moments += [
        (step.code, StepName.remind, step_moment(step, period.practical_due_on, ctx.calendar, zone))
        for step in reminded_steps(steps_of(obligation, period), period.due_on, ctx.calendar)
    ]
    consolidate_on = ctx.calendar.shift(period.practical_due_on, CONSOLIDATE_AFTER)
    close_on = ctx.calendar.first_on_or_after(period.due_on + timedelta(days=CLOSE_AFTER_DAYS))
    moments += [("late", StepName.publish, period.overdue_at), ("close", StepName.close, at_opening(close_on, zone))]
    if is_consolidated(obligation, period):
        moments.append(("consolidate", StepName.consolidate, at_opening(consolidate_on, zone)))
    return moments


def _request_moments(ctx: Context, obligation: Obligation, period: Period) -> list[tuple[str, StepName, datetime]]:
    """An ad-hoc request opens when it is made and is consolidated at its hour, on whatever day."""
    zone = ctx.settings.zone
    close_on = ctx.calendar.first_on_or_after(period.due_on + timedelta(days=REQUEST_CLOSES_AFTER_DAYS))
    return [
        ("open", StepName.open, period.opened_at),
        *(
            (step.code, StepName.remind, step_moment(step, period.practical_due_on, ctx.calendar, zone))
            for step in steps_of(obligation, period)
        ),
        ("late", StepName.publish, period.overdue_at),
        ("consolidate", StepName.consolidate, period.overdue_at),
        ("close", StepName.close, at_opening(close_on, zone)),
    ]


def move_steps(ctx: Context, obligation: Obligation, period: Period, *, again: bool) -> None:
    """Bring the steps to the period's dates. ``again``: a step done under the old date is planned anew when it lies ahead.

    What was done and stays past keeps its moment, and so does a catch-up or consolidation set by a confirmation. A
    reminder that is no longer owed, such as the T-3 of a deadline that left a long break, is cancelled.
    """
    rows = ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id)).all()
    have = {row.code: row for row in rows}
    moments = step_moments(ctx, obligation, period)
    for code, name, moment in moments:
        step = have.get(code) or PeriodStep(period_id=period.id or 0, code=code, name=name, planned_at=moment)
        ahead = (again or step.state == StepState.cancelled) and code != "open" and moment > ctx.as_of
        if code in have and step.state != StepState.planned and not ahead:
            continue
        step.planned_at, step.state, step.done_at = moment, StepState.planned, None
        ctx.session.add(step)
    for code in have.keys() - {code for code, _, _ in moments}:
        if code.startswith("T") and have[code].state == StepState.planned:
            have[code].state = StepState.cancelled
    ctx.session.flush()


def is_consolidated(obligation: Obligation, period: Period) -> bool:
    """Whether a period's submissions are made into one report: only an obligation with an outline has one."""
    return bool(spec_in(obligation, period).outline)


def plan_after_confirmation(ctx: Context, obligation: Obligation, period: Period, catch_up_at: datetime | None) -> None:
    """A period confirmed late gets its catch-up step, and its own consolidation moment if that had passed."""
    zone = ctx.settings.zone
    if catch_up_at is not None:
        put_step(ctx, period, "catch-up", StepName.remind, catch_up_at)
    if not is_consolidated(obligation, period):
        return
    consolidate_at = at_opening(ctx.calendar.shift(ctx.today, CONSOLIDATE_AFTER), zone)
    if at_opening(ctx.calendar.shift(period.practical_due_on, CONSOLIDATE_AFTER), zone) <= ctx.as_of:
        put_step(ctx, period, "consolidate", StepName.consolidate, consolidate_at)


def put_step(ctx: Context, period: Period, code: str, name: StepName, moment: datetime) -> None:
    """Plan a step, or plan it anew at another moment."""
    step = ctx.session.exec(
        select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.code == code)
    ).first()
    if step is None:
        step = PeriodStep(period_id=period.id or 0, code=code, name=name, planned_at=moment)
    step.planned_at, step.state, step.done_at = moment, StepState.planned, None
    ctx.session.add(step)
    ctx.session.flush()


def finish_steps(ctx: Context, name: StepName, period_id: int | None = None) -> list[PeriodStep]:
    """Mark every due step of a kind done; returns those that were due."""
    query = _DUE if period_id is None else _DUE_OF
    asked = {"name": name, "as_of": ctx.as_of} | ({} if period_id is None else {"period": period_id})
    due = list(ctx.session.exec(query, params=asked).all())
    for step in due:
        step.state, step.done_at = StepState.done, ctx.as_of
    ctx.session.flush()
    return due
