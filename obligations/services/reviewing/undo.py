"""Hoàn tác: an act of a coordinator is taken back with a reason. The history stays; what was told of it is put right."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import col, func, select

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionState
from models.tables import (
    AgreedLateness,
    Assignment,
    Extension,
    Message,
    MessageItem,
    Period,
    Submission,
    SubmissionAssignment,
    UndoneAct,
)
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.rules.wording import way_text
from obligations.services import audit
from obligations.services.chasing.retract import retract_event
from obligations.services.context import Context
from obligations.services.lookup import locked_assignment
from obligations.services.planning.move_period import extended_dates
from obligations.services.reviewing.covered import uncover
from obligations.services.sending.notices import write_notice
from obligations.services.served import in_force
from obligations.services.stated_mark import is_stated
from obligations.services.submitting.standing_again import stand_again


@dataclass(frozen=True)
class Undoable:
    """An act that may be taken back now. ``act`` names it; ``kind``: recorded, accepted, returned, exempted, extended, agreed, stated."""

    act: str
    kind: str
    about: str
    """What tells it from others of its kind: a receipt's number, a document, a day; may be empty."""


@dataclass(frozen=True)
class UndoneRow:
    """One act that was taken back."""

    kind: str
    reason: str
    undone_by: str
    undone_at: datetime


@dataclass(frozen=True)
class _Act:
    shown: Undoable
    facts: dict[str, Any]
    told: str
    """Step under which the agency was told; empty when it was not."""
    undo: Callable[[Context, Assignment], None]


def undoable(ctx: Context, assignment: Assignment) -> list[Undoable]:
    """What may be taken back of a duty whose period is open, the newest report first."""
    return [act.shown for act in _acts(ctx, assignment)]


def undone(ctx: Context, assignment: Assignment) -> list[UndoneRow]:
    """What was taken back, newest first."""
    query = select(UndoneAct).where(UndoneAct.assignment_id == assignment.id).order_by(col(UndoneAct.id).desc())
    return [
        UndoneRow(row.act.split(":", 1)[0], row.reason, row.undone_by, row.undone_at)
        for row in ctx.session.exec(query).all()
    ]


def undo(ctx: Context, assignment_public_id: str, act: str, reason: str) -> str:
    """Take one act back; returns its kind. Twice is once. Refused when it no longer stands as it was shown."""
    if not reason.strip():
        raise WrongValue("reason", "Đề nghị ghi lý do hoàn tác.")
    assignment = locked_assignment(ctx, assignment_public_id)
    done = select(UndoneAct).where(UndoneAct.assignment_id == assignment.id, UndoneAct.act == act)
    if ctx.session.exec(done).first() is not None:
        return act.split(":", 1)[0]
    found = next((one for one in _acts(ctx, assignment) if one.shown.act == act), None)
    if found is None:
        raise Refused("Việc này đã thay đổi hoặc không còn hoàn tác được; đề nghị tải lại trang.")
    found.undo(ctx, assignment)
    if found.told:
        retract_event(ctx, assignment.id or 0, found.told, reason)
    row = UndoneAct(
        assignment_id=assignment.id or 0,
        act=act,
        facts=found.facts,
        reason=reason.strip(),
        undone_by=ctx.actor,
        undone_at=ctx.as_of,
    )
    ctx.session.add(row)
    audit.record(
        ctx, "assignment.undone", assignment.public_id, act=found.shown.kind, about=found.shown.about, reason=row.reason
    )
    return found.shown.kind


def _acts(ctx: Context, assignment: Assignment) -> list[_Act]:
    """Each under a name that no act of the duty had before: rows are numbered anew once one of them is gone."""
    query = select(func.count()).where(UndoneAct.assignment_id == assignment.id)
    before = ctx.session.exec(query).one()
    return [replace(one, shown=replace(one.shown, act=f"{one.shown.act}.{before}")) for one in _found(ctx, assignment)]


def _found(ctx: Context, assignment: Assignment) -> list[_Act]:
    if ctx.session.get_one(Period, assignment.period_id).state != PeriodState.open:
        return []
    if assignment.state == AssignmentState.exempt:
        return [_exemption(assignment)]
    if assignment.state == AssignmentState.ended:
        return []
    return [*_of_report(ctx, assignment), *_extension(ctx, assignment), *_agreement(ctx, assignment)]


def _of_report(ctx: Context, assignment: Assignment) -> Iterator[_Act]:
    """Of the newest report in force: first what was concluded about it, then that it was recorded in the agency's place."""
    query = (
        select(Submission, SubmissionAssignment)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(SubmissionAssignment.assignment_id == assignment.id, *in_force())
        .order_by(col(Submission.version).desc(), col(Submission.id).desc())
    )
    newest = ctx.session.exec(query.limit(1)).first()
    if newest is None:
        return
    submission, link = newest
    number = submission.receipt_number
    facts: dict[str, Any] = {"receipt": number}
    if link.state in (SubmissionState.accepted, SubmissionState.returned) and link.reviewed_at is not None:
        kind, at = link.state.value, int(link.reviewed_at.timestamp())
        told = returned_step(number, link) if link.state == SubmissionState.returned else ""
        facts |= {"by": link.reviewed_by, "at": link.reviewed_at.isoformat(), "remarks": link.remarks}
        yield _Act(
            Undoable(f"{kind}:{submission.public_id}:{at}", kind, number), facts, told, _unreview(submission, link)
        )
    elif submission.channel != SubmissionChannel.portal:
        facts |= {"document": submission.document_number or "", "arrived_on": _iso(submission.arrived_on)}
        if is_stated(submission):
            act = Undoable(f"stated:{submission.public_id}", "stated", submission.document_number or number)
            yield _Act(act, facts, "", _not_arrived(submission))
            return
        act = Undoable(f"recorded:{submission.public_id}", "recorded", number)
        yield _Act(act, facts, f"by_hand:{number}"[:40], _unrecord(submission))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def returned_step(receipt: str, link: SubmissionAssignment) -> str:
    """The step under which an agency is told what is missing, one for each time it is returned."""
    said = f"{link.reviewed_at.astimezone(UTC) if link.reviewed_at else ''} {link.remarks}"
    return f"returned:{receipt}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"[:40]


def _unreview(submission: Submission, link: SubmissionAssignment) -> Callable[[Context, Assignment], None]:
    def act(ctx: Context, assignment: Assignment) -> None:
        link.state, link.reviewed_by, link.reviewed_at, link.remarks = SubmissionState.submitted, None, None, ""
        link.again_by = None
        submission.state = SubmissionState.submitted
        ctx.session.flush()
        stand_again(ctx, assignment)

    return act


def _unrecord(submission: Submission) -> Callable[[Context, Assignment], None]:
    def act(ctx: Context, _assignment: Assignment) -> None:
        query = (
            select(SubmissionAssignment, Assignment)
            .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
            .where(SubmissionAssignment.submission_id == submission.id)
        )
        pairs = ctx.session.exec(query.with_for_update()).all()
        submission.state = SubmissionState.recalled
        for link, _ in pairs:
            link.state = SubmissionState.recalled
        ctx.session.flush()
        for _, served in pairs:
            stand_again(ctx, served)
            uncover(ctx, served)

    return act


def _not_arrived(submission: Submission) -> Callable[[Context, Assignment], None]:
    """Chưa nhận được what the agency said it had sent: owed again, and the agency is told once."""
    take_out = _unrecord(submission)

    def act(ctx: Context, assignment: Assignment) -> None:
        take_out(ctx, assignment)
        if assignment.state not in CHASED:
            return
        facts = {
            "document": submission.document_number or "",
            "document_on": submission.document_on.isoformat() if submission.document_on else "",
            "arrived_on": _iso(submission.arrived_on),
            "way": way_text(submission.channel),
        }
        write_notice(ctx, [assignment], "not_arrived", submission.receipt_number, facts)

    return act


def _exemption(assignment: Assignment) -> _Act:
    def act(ctx: Context, row: Assignment) -> None:
        row.exempt_reason = None
        stand_again(ctx, row)

    at = int(assignment.state_changed_at.timestamp())
    shown = Undoable(f"exempted:{at}", "exempted", "")
    return _Act(shown, {"reason": assignment.exempt_reason or ""}, "", act)


def _extension(ctx: Context, assignment: Assignment) -> Iterator[_Act]:
    """The newest one, as long as its day is the one in force."""
    query = select(Extension).where(Extension.assignment_id == assignment.id).order_by(col(Extension.id).desc())
    newest = ctx.session.exec(query.limit(1)).first()
    if newest is None or newest.due_on != assignment.due_on:
        return

    def act(ctx: Context, row: Assignment) -> None:
        dates = extended_dates(ctx, ctx.session.get_one(Period, row.period_id), newest.due_on_before)
        row.due_on, row.due_at = dates.due_on, dates.due_at
        row.overdue_at, row.practical_due_on = dates.overdue_at, dates.practical_due_on
        row.revision += 1
        row.state_changed_at = ctx.as_of
        row.snoozed_until = max(ctx.today, row.snoozed_until or ctx.today)
        ctx.session.delete(newest)  # what it had set is kept with the undone act
        ctx.session.flush()

    facts = newest.model_dump(mode="json", exclude={"id", "assignment_id"})
    shown = Undoable(f"extended:{newest.id}", "extended", f"{newest.document_number}, {newest.due_on:%d/%m/%Y}")
    yield _Act(shown, facts, _extension_told(ctx, newest), act)


def _extension_told(ctx: Context, given: Extension) -> str:
    query = (
        select(MessageItem)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(
            MessageItem.assignment_id == given.assignment_id,
            Message.kind == "extended",
            Message.created_at >= given.granted_at,
        )
        .order_by(col(MessageItem.id))
    )
    steps = [i.step for i in ctx.session.exec(query).all() if i.extra.get("document") == given.document_number]
    return steps[0] if steps else ""


def _agreement(ctx: Context, assignment: Assignment) -> Iterator[_Act]:
    query = select(AgreedLateness).where(AgreedLateness.assignment_id == assignment.id)
    newest = ctx.session.exec(query.order_by(col(AgreedLateness.id).desc()).limit(1)).first()
    if newest is None:
        return

    def act(ctx: Context, row: Assignment) -> None:
        ctx.session.delete(newest)  # what it had set is kept with the undone act
        row.revision += 1
        row.state_changed_at = ctx.as_of
        row.snoozed_until = max(ctx.today, row.snoozed_until or ctx.today)
        ctx.session.flush()

    facts = newest.model_dump(mode="json", exclude={"id", "assignment_id"})
    shown = Undoable(f"agreed:{newest.id}", "agreed", f"{newest.until_on:%d/%m/%Y}")
    yield _Act(shown, facts, f"agreed_late:a{newest.id}"[:40], act)
