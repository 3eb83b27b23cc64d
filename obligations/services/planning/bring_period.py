"""Bringing one period to what a version of its plan says: dates, rule, agencies, its end or its return."""

from datetime import datetime

from sqlmodel import select

from models.enums import Basis, PeriodState, StepState
from models.tables import Assignment, Period, PeriodStep
from obligations.rules.due import DueDates
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.plan_steps import move_steps
from obligations.services.planning.change_members import OVER, change_members, complete, give_back, take_away
from obligations.services.planning.impact import Impact, ended_with_period, membership
from obligations.services.planning.move_period import dates_in, move_period, rejoin
from obligations.services.planning.open_periods import dates_of
from obligations.services.planning.targets import Target
from obligations.services.sending.corrections import Notice, notices_after, open_anew, settle
from obligations.services.sending.outbox import cancel_unsent
from obligations.services.sending.told import Snapshot, rows_in, snapshot
from obligations.services.spec import counts_by_document
from obligations.services.submitting.standing_again import settle_arrival
from plans.occurrences import Occurrence
from plans.schema import PlanFile


def bring(ctx: Context, target: Target, impact: Impact, new: PlanFile, version: int) -> list[Notice]:
    """Make the change; returns the notices that put right what agencies were told. Nothing is sent from here."""
    obligation, period = target.obligation, target.period
    members = membership(ctx, target)
    before = snapshot(ctx, obligation, period)
    anew: list[Assignment] = []
    if target.occurrence is None:
        if impact.ends:
            _end(ctx, period, target.ends)
    else:
        if impact.reopens:
            anew += _reopen(ctx, period, (target.dates or dates_in(period)).overdue_at)
        unmoved = {row.id: row.revision for row in rows_in(ctx, period)}
        _move(ctx, target)
        _restate(ctx, target, new, version)
        anew += [row for row in rows_in(ctx, period) if row.id in before.unopened and row.revision > unmoved[row.id]]
        anew += change_members(ctx, target, members)
    open_anew(ctx, obligation, period, {row.id: row for row in anew}.values())
    _forget_old_corrections(ctx, period, before)
    settle(ctx, period, before)
    if not impact.is_nothing:
        audit.record(ctx, "period.changed", period.public_id, version=version, **_detail(impact))
    documents = "; ".join(a.named for a in target.documents) or None
    return notices_after(ctx, obligation, period, before, documents, version)


def _detail(impact: Impact) -> dict[str, object]:
    said = {"ends": impact.ends, "fields": impact.fields, "added": impact.added, "removed": impact.removed}
    return {name: value for name, value in said.items() if value}


def _end(ctx: Context, period: Period, why: str) -> None:
    """Owed no more: reminders stop, entries are cancelled; what has come stays as it came."""
    period.state = PeriodState.ended
    rows = rows_in(ctx, period)
    for row in rows:
        if row.state in CHASED:
            take_away(ctx, row)
    cancel_unsent(ctx, [row.id or 0 for row in rows], why, OVER)
    for step in _steps(ctx, period, StepState.planned):
        step.state = StepState.cancelled
    ctx.session.flush()


def _reopen(ctx: Context, period: Period, overdue_at: datetime) -> list[Assignment]:
    """Owed again. Once its day has passed, nothing goes out before the coordinator has looked (S3).

    Returns the assignments whose agencies must be told anew.
    """
    back = [row for row in rows_in(ctx, period) if ended_with_period(period, row)]
    period.state = PeriodState.open
    if overdue_at <= ctx.as_of:
        period.needs_confirmation, period.confirmed_at, period.confirmed_by = True, None, None
    for step in _steps(ctx, period, StepState.cancelled):
        step.state = StepState.planned
    told_anew = [row for row in back if give_back(ctx, row)]
    rejoin(ctx, period, [row.id for row in back])
    return told_anew


def _steps(ctx: Context, period: Period, state: StepState) -> list[PeriodStep]:
    return list(
        ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.state == state)).all()
    )


def _move(ctx: Context, target: Target) -> None:
    """Dates by the one way dates move; a closed period whose closing day lies ahead again is open again."""
    period, dates, occurrence = target.period, target.dates, target.occurrence
    if dates is None or occurrence is None:
        return
    anew = dates.due_at != period.due_at
    reasons = [*occurrence.reasons, *dates.reasons]
    period.spec = target.after.model_dump(mode="json", by_alias=True)  # its reminder steps are planned from it
    move_period(ctx, target.obligation, period, dates, reasons, anew=anew)
    close = next((s for s in _steps(ctx, period, StepState.planned) if s.code == "close"), None)
    if period.state == PeriodState.closed and close is not None and close.planned_at > ctx.as_of:
        period.state, period.closed_at = PeriodState.open, None


def _restate(ctx: Context, target: Target, new: PlanFile, version: int) -> None:
    """All that a period says besides its dates."""
    period, occurrence = target.period, target.occurrence
    if occurrence is None:
        return
    judged = counts_by_document(ctx, target.obligation, period)
    stepped = target.before.reminders != target.after.reminders or target.before.outline != target.after.outline
    period.spec, period.plan_version = target.after.model_dump(mode="json", by_alias=True), version
    period.data_from, period.data_to = occurrence.data_from, occurrence.data_to
    period.basis, period.basis_note = Basis(occurrence.basis), occurrence.basis_note
    if target.dates is None:
        period.reasons = _reasons(occurrence, dates_of(ctx, new, occurrence), period)
    if stepped:
        move_steps(ctx, target.obligation, period, again=False)
    if target.before.completes_on != target.after.completes_on:
        for row in rows_in(ctx, period):
            complete(ctx, row, target.after.completes_on)
    if judged != counts_by_document(ctx, target.obligation, period):
        for row in rows_in(ctx, period):
            if row.first_received_on is not None:
                settle_arrival(ctx, row)
    ctx.session.flush()


def _reasons(occurrence: Occurrence, dates: DueDates, period: Period) -> list[str]:
    """Under another calendar than the period's, the reasons it was given stand."""
    same = (dates.practical_due_on, dates.grace_until) == (period.practical_due_on, period.grace_until)
    return [*occurrence.reasons, *dates.reasons] if same else list(period.reasons)


def _forget_old_corrections(ctx: Context, period: Period, before: Snapshot) -> None:
    """A correction that has not gone is replaced by the one for the newest state, or by none when nothing differs."""
    cancel_unsent(ctx, {number for number, _ in before.told}, "Đã có nội dung mới hơn", ("correction",))
    back = [row.id or 0 for row in rows_in(ctx, period) if row.left_as is None]
    cancel_unsent(ctx, back, "Nhiệm vụ tiếp tục thực hiện", ("ended",))
