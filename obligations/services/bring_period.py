"""Bringing one period to what a version of its plan says: dates, rule, agencies, its end or its return."""

from datetime import datetime

from sqlmodel import col, select

from models.enums import AssignmentState, Basis, Duty, PeriodState, StepState, SubmissionForm, SubmissionState
from models.tables import Assignment, Message, MessageItem, Period, PeriodStep, Submission, SubmissionAssignment
from obligations.rules.due import DueDates
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.corrections import Notice, Snapshot, notices_after, open_anew, settle, snapshot
from obligations.services.move_period import FINAL, GONE_OUT, dates_in, move_period, rejoin
from obligations.services.open_periods import dates_of
from obligations.services.outbox import CHASES, cancel_unsent
from obligations.services.plan_impact import REMOVED, Impact, Membership, ended_with_period, membership
from obligations.services.plan_steps import move_steps
from obligations.services.plan_targets import Target
from obligations.services.registry import Owing
from plans.occurrences import Occurrence
from plans.schema import PlanFile

OVER = (*CHASES, "correction")


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
        unmoved = {row.id: row.revision for row in _rows(ctx, period)}
        _move(ctx, target)
        _restate(ctx, target, new, version)
        anew += [row for row in _rows(ctx, period) if row.id in before.unopened and row.revision > unmoved[row.id]]
        anew += _change_members(ctx, target, members)
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


def _rows(ctx: Context, period: Period) -> list[Assignment]:
    query = select(Assignment).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
    return list(ctx.session.exec(query).all())


def _end(ctx: Context, period: Period, why: str) -> None:
    """Owed no more: reminders stop, entries are cancelled; what has come stays as it came."""
    period.state = PeriodState.ended
    rows = _rows(ctx, period)
    for row in rows:
        if row.state in CHASED:
            _take_away(ctx, row)
    cancel_unsent(ctx, [row.id or 0 for row in rows], why, OVER)
    for step in _steps(ctx, period, StepState.planned):
        step.state = StepState.cancelled
    ctx.session.flush()


def _reopen(ctx: Context, period: Period, overdue_at: datetime) -> list[Assignment]:
    """Owed again. Once its day has passed, nothing goes out before the coordinator has looked (S3).

    Returns the assignments whose agencies must be told anew.
    """
    back = [row for row in _rows(ctx, period) if ended_with_period(period, row)]
    period.state = PeriodState.open
    if overdue_at <= ctx.as_of:
        period.needs_confirmation, period.confirmed_at, period.confirmed_by = True, None, None
    for step in _steps(ctx, period, StepState.cancelled):
        step.state = StepState.planned
    told_anew = [row for row in back if _give_back(ctx, row)]
    rejoin(ctx, period, [row.id for row in back])
    return told_anew


def _take_away(ctx: Context, row: Assignment) -> None:
    row.left_as, row.state, row.state_changed_at = row.state, AssignmentState.ended, ctx.as_of


def _give_back(ctx: Context, row: Assignment) -> bool:
    """The assignment as it was left; True when its agency knows of no duty, so that it is told anew."""
    row.state, row.left_as, row.state_changed_at = row.left_as or AssignmentState.open, None, ctx.as_of
    row.exempt_reason = None
    query = (
        select(Message.kind)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == row.id, col(Message.state).in_(GONE_OUT))
        .order_by(col(MessageItem.id).desc())
    )
    if ctx.session.exec(query.limit(1)).first() in (None, "ended"):
        row.revision += 1
        return True
    return False


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
    stepped = target.before.reminders != target.after.reminders or target.before.outline != target.after.outline
    period.spec, period.plan_version = target.after.model_dump(mode="json", by_alias=True), version
    period.data_from, period.data_to = occurrence.data_from, occurrence.data_to
    period.basis, period.basis_note = Basis(occurrence.basis), occurrence.basis_note
    if target.dates is None:
        period.reasons = _reasons(occurrence, dates_of(ctx, new, occurrence), period)
    if stepped:
        move_steps(ctx, target.obligation, period, again=False)
    if target.before.completes_on != target.after.completes_on:
        for row in _rows(ctx, period):
            _complete(ctx, row, target.after.completes_on)
    ctx.session.flush()


def _reasons(occurrence: Occurrence, dates: DueDates, period: Period) -> list[str]:
    """Under another calendar than the period's, the reasons it was given stand."""
    same = (dates.practical_due_on, dates.grace_until) == (period.practical_due_on, period.grace_until)
    return [*occurrence.reasons, *dates.reasons] if same else list(period.reasons)


def _complete(ctx: Context, row: Assignment, completes_on: str) -> None:
    """Whether a soft copy alone is enough now."""
    if row.state not in (AssignmentState.soft_received, AssignmentState.submitted):
        return
    gone = (SubmissionState.replaced, SubmissionState.recalled)
    query = (
        select(Submission.form)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(SubmissionAssignment.assignment_id == row.id, col(Submission.state).not_in(gone))
    )
    whole = completes_on != "signed" or any(f != SubmissionForm.soft for f in ctx.session.exec(query).all())
    state = AssignmentState.submitted if whole else AssignmentState.soft_received
    if row.state != state:
        row.state, row.state_changed_at = state, ctx.as_of
        row.completed_at = ctx.as_of if whole else None


def _change_members(ctx: Context, target: Target, members: Membership) -> list[Assignment]:
    """Assignments that go are ended, never deleted; returns those whose agencies are to have an opening notice."""
    period = target.period
    for row in members.lost:
        _take_away(ctx, row)
        row.exempt_reason = REMOVED
    cancel_unsent(ctx, [row.id or 0 for row in members.lost], REMOVED, OVER)
    if target.before.duty != target.after.duty:
        _change_duty(ctx, target)
    return [come for owes in members.gained if (come := _take_on(ctx, period, owes)) is not None]


def _take_on(ctx: Context, period: Period, owes: Owing) -> Assignment | None:
    """A new assignment, or the one the agency had; None when its agency knows of it already."""
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == owes.agency.id)
    known = ctx.session.exec(query).first()
    if known is not None:
        if known.left_as is None:
            return None
        told_anew = _give_back(ctx, known)
        rejoin(ctx, period, [known.id])
        return known if told_anew else None
    new = Assignment(
        period_id=period.id or 0,
        agency_id=owes.agency.id or 0,
        duty=owes.duty,
        why=owes.why,
        due_on=period.due_on,
        due_at=period.due_at,
        overdue_at=period.overdue_at,
        practical_due_on=period.practical_due_on,
        state_changed_at=ctx.as_of,
    )
    ctx.session.add(new)
    ctx.session.flush()
    return new


def _change_duty(ctx: Context, target: Target) -> None:
    """How binding it is, for every agency whose own kind does not say otherwise."""
    old, new = Duty(target.before.duty), Duty(target.after.duty)
    for row in _rows(ctx, target.period):
        if row.duty == old and row.state not in FINAL:
            row.duty, row.state_changed_at = new, ctx.as_of


def _forget_old_corrections(ctx: Context, period: Period, before: Snapshot) -> None:
    """A correction that has not gone is replaced by the one for the newest state, or by none when nothing differs."""
    cancel_unsent(ctx, {number for number, _ in before.told}, "Đã có nội dung mới hơn", ("correction",))
    back = [row.id or 0 for row in _rows(ctx, period) if row.left_as is None]
    cancel_unsent(ctx, back, "Nhiệm vụ tiếp tục thực hiện", ("ended",))
