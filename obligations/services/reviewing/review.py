"""What a coordinator decides about one assignment or one message. Every act is audited under its name."""

from datetime import date

from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionState
from models.tables import (
    AgreedLateness,
    Assignment,
    Extension,
    Message,
    Obligation,
    Period,
    Submission,
    SubmissionAssignment,
)
from obligations.errors import NotFound, Refused, WrongValue
from obligations.services import audit
from obligations.services.agencies.settle_successions import succeed
from obligations.services.chasing.approval import check_may_release, release
from obligations.services.context import Context
from obligations.services.lookup import locked_assignment
from obligations.services.planning.move_period import extended_dates
from obligations.services.reviewing.covered import check_covered
from obligations.services.reviewing.seen import check_seen
from obligations.services.reviewing.undo import returned_step
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.notices import office_moment, write_notice
from obligations.services.sending.outbox import cancel_unsent, held_openings, withdraw_unsent
from obligations.services.sensible import check_again_by, check_extension, check_letter, check_rest
from obligations.services.served import is_out
from obligations.services.views_shared import agreed_until

WAITING = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.draft, MessageState.unknown)


def accept(ctx: Context, submission_public_id: str, assignment_public_id: str, *, seen: str | None = None) -> None:
    """Đủ điều kiện tổng hợp. ``seen``, here and below: ``seen.check_seen``."""
    submission, assignment, link = _reviewed(ctx, submission_public_id, assignment_public_id)
    if link.state == SubmissionState.accepted:
        return
    check_seen(assignment, seen)
    check_covered(ctx, assignment, submission)
    link.state, link.reviewed_by, link.reviewed_at = SubmissionState.accepted, ctx.actor, ctx.as_of
    submission.state = SubmissionState.accepted
    _move(ctx, assignment, AssignmentState.accepted)
    audit.record(ctx, "submission.accepted", submission.public_id, assignment=assignment.public_id)


def return_for_changes(
    ctx: Context,
    submission_public_id: str,
    assignment_public_id: str,
    remarks: str,
    again_by: date | None = None,
    *,
    seen: str | None = None,
) -> None:
    """Đề nghị bổ sung, hoàn thiện: the first date of arrival stands; the agency is told what is missing."""
    if not remarks.strip():
        raise WrongValue("remarks", "Cần ghi nội dung đề nghị bổ sung, hoàn thiện.")
    check_again_by(ctx, again_by)
    submission, assignment, link = _reviewed(ctx, submission_public_id, assignment_public_id)
    if (link.state, link.remarks, link.again_by) == (SubmissionState.returned, remarks.strip(), again_by):
        return
    check_seen(assignment, seen)
    link.state, link.remarks, link.again_by = SubmissionState.returned, remarks.strip(), again_by
    link.reviewed_by, link.reviewed_at = ctx.actor, ctx.as_of
    submission.state = SubmissionState.returned
    _move(ctx, assignment, AssignmentState.returned)
    assignment = succeed(ctx, assignment)  # an agency that is gone completes nothing; its successor does
    facts = {
        "remarks": remarks.strip(),
        "again_by": again_by.isoformat() if again_by else None,
        "receipt_number": submission.receipt_number,
    }
    mark = returned_step(submission.receipt_number, link).partition(":")[2]
    write_notice(ctx, [assignment], "returned", mark, facts)
    audit.record(ctx, "submission.returned", submission.public_id, assignment=assignment.public_id)


def _reviewed(
    ctx: Context, submission_public_id: str, assignment_public_id: str
) -> tuple[Submission, Assignment, SubmissionAssignment]:
    assignment = locked_assignment(ctx, assignment_public_id)
    submission = ctx.session.exec(select(Submission).where(Submission.public_id == submission_public_id)).first()
    link = ctx.session.get(SubmissionAssignment, (submission.id, assignment.id)) if submission else None
    if submission is None or link is None:
        raise NotFound("no such submission for this assignment")
    if is_out(submission, link):
        raise Refused("Báo cáo này đã được thay thế hoặc thu hồi; đề nghị tải lại trang để xem lần gửi mới nhất.")
    return submission, assignment, link


def exempt(ctx: Context, assignment_public_id: str, reason: str, *, seen: str | None = None) -> None:
    """Không phải báo cáo kỳ này."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    assignment = locked_assignment(ctx, assignment_public_id)
    if (assignment.state, assignment.exempt_reason) == (AssignmentState.exempt, reason.strip()):
        return
    check_seen(assignment, seen)
    assignment.exempt_reason = reason.strip()
    _move(ctx, assignment, AssignmentState.exempt)
    cancel_unsent(ctx, [assignment.id or 0], "Không phải báo cáo kỳ này")
    audit.record(ctx, "assignment.exempted", assignment.public_id, reason=reason.strip())


def extend(
    ctx: Context,
    assignment_public_id: str,
    due_on: date,
    document_number: str,
    document_on: date,
    *,
    seen: str | None = None,
) -> None:
    """Gia hạn by the issuer's document: moves this agency's due moment, never the plan's date (S5). Twice the same is once."""
    assignment = locked_assignment(ctx, assignment_public_id)
    if not document_number.strip():
        raise WrongValue("document_number", "Gia hạn cần số, ngày văn bản của cơ quan ban hành.")
    if _is_extended(ctx, assignment, due_on, document_number.strip(), document_on):
        return
    check_seen(assignment, seen)
    _check_owes(assignment)
    if due_on <= assignment.due_on:
        raise WrongValue("due_on", f"Thời hạn mới phải sau ngày {assignment.due_on:%d/%m/%Y}.")
    check_extension(ctx, due_on, document_on)
    ctx.session.add(
        Extension(
            assignment_id=assignment.id or 0,
            due_on_before=assignment.due_on,
            due_on=due_on,
            document_number=document_number.strip(),
            document_on=document_on,
            granted_by=ctx.actor,
            granted_at=ctx.as_of,
        )
    )
    period = ctx.session.get_one(Period, assignment.period_id)
    dates = extended_dates(ctx, period, due_on)
    assignment.due_on, assignment.due_at = dates.due_on, dates.due_at
    assignment.overdue_at, assignment.practical_due_on = dates.overdue_at, dates.practical_due_on
    assignment.revision += 1
    assignment.state_changed_at = ctx.as_of
    cancel_unsent(ctx, [assignment.id or 0], "Đã gia hạn")
    facts = {"document": document_number.strip(), "document_on": document_on.isoformat()}
    write_notice(ctx, [assignment], "extended", f"r{assignment.revision}", facts)
    audit.record(ctx, "assignment.extended", assignment.public_id, due_on=due_on, document=document_number.strip())


def _is_extended(ctx: Context, assignment: Assignment, due_on: date, number: str, document_on: date) -> bool:
    """Whether this very extension is the one in force."""
    query = select(Extension).where(Extension.assignment_id == assignment.id).order_by(col(Extension.id).desc())
    last = ctx.session.exec(query).first()
    given = (due_on, number, document_on)
    return (
        assignment.due_on == due_on
        and last is not None
        and (last.due_on, last.document_number, last.document_on) == given
    )


def _check_owes(assignment: Assignment) -> None:
    if assignment.state == AssignmentState.exempt:
        raise Refused("Cơ quan không phải báo cáo kỳ này; đề nghị hoàn tác việc đó trước khi thay đổi thời hạn.")


def agree_lateness(
    ctx: Context, assignment_public_id: str, until_on: date, reason: str, *, seen: str | None = None
) -> None:
    """Thống nhất thời gian gửi chậm: pauses chasing; the report still counts as late, agreed (S5). Refused without a reason."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do thống nhất thời gian gửi chậm.")
    assignment = locked_assignment(ctx, assignment_public_id)
    if until_on <= ctx.today:
        raise WrongValue("until_on", "Ngày thống nhất phải sau ngày hôm nay.")
    check_rest(ctx, until_on)
    if agreed_until(ctx, [assignment.id or 0]).get(assignment.id or 0) == until_on:
        return
    check_seen(assignment, seen)
    _check_owes(assignment)
    row = AgreedLateness(
        assignment_id=assignment.id or 0,
        until_on=until_on,
        reason=reason.strip(),
        agreed_by=ctx.actor,
        agreed_at=ctx.as_of,
    )
    ctx.session.add(row)
    ctx.session.flush()
    withdraw_unsent(ctx, [assignment.id or 0], "Đã thống nhất thời gian gửi chậm")
    write_notice(ctx, [assignment], "agreed_late", f"a{row.id}", {"until_on": until_on.isoformat()})
    audit.record(ctx, "assignment.agreed_late", assignment.public_id, until_on=until_on, reason=reason.strip())


def release_message(ctx: Context, message_public_id: str) -> None:
    """Let a draft or a held message go, at the next office moment."""
    message = _message(ctx, message_public_id)
    if message.state not in (MessageState.draft, MessageState.held):
        raise Refused("Thông báo này không ở trạng thái chờ.")
    check_may_release(ctx, message)
    release(ctx, message)
    audit.record(ctx, "message.released", message.public_id, kind=message.kind)


def cancel_message(ctx: Context, message_public_id: str, reason: str) -> None:
    """Stop one message that has not gone."""
    message = _message(ctx, message_public_id)
    if message.state not in WAITING:
        raise Refused("Thông báo này đã gửi hoặc đã dừng.")
    message.state, message.reason, message.finished_at = (
        MessageState.cancelled,
        reason.strip() or "Dừng theo yêu cầu",
        ctx.as_of,
    )
    audit.record(ctx, "message.cancelled", message.public_id, reason=message.reason)


def cite_plan(ctx: Context, obligation_id: int) -> int:
    """Choose "căn cứ trực tiếp Kế hoạch" as the basis of opening notices; returns how many held ones go (S4)."""
    obligation = ctx.session.get_one(Obligation, obligation_id)
    obligation.cites_plan, obligation.opening_document = True, None
    audit.record(ctx, "obligation.cites_plan", obligation.code)
    return _release_held(ctx, obligation)


def record_opening_letter(ctx: Context, obligation_id: int, number: str, on: date) -> int:
    """Record the công văn that opening notices cite; returns how many held ones go (S4)."""
    if not number.strip():
        raise WrongValue("number", "Cần ghi số, ký hiệu công văn.")
    obligation = ctx.session.get_one(Obligation, obligation_id)
    check_letter(ctx, obligation, on)
    obligation.opening_document = f"Công văn số {number.strip()} ngày {on:%d/%m/%Y}"
    obligation.cites_plan = False
    audit.record(ctx, "obligation.letter_recorded", obligation.code, number=number.strip(), on=on)
    return _release_held(ctx, obligation)


def _release_held(ctx: Context, obligation: Obligation) -> int:
    moment = office_moment(ctx, ctx.as_of)
    held = held_openings(ctx, obligation.id or 0)
    for message in held:
        message.state, message.reason, message.released_by = MessageState.planned, "", ctx.actor
        message.planned_at = message.next_at = max(moment, message.planned_at)
    keep_to_cap(ctx)
    return len(held)


def _message(ctx: Context, public_id: str) -> Message:
    message = ctx.session.exec(select(Message).where(Message.public_id == public_id).with_for_update()).first()
    if message is None:
        raise NotFound("no such message")
    return message


def _move(ctx: Context, assignment: Assignment, state: AssignmentState) -> None:
    assignment.state, assignment.state_changed_at = state, ctx.as_of
    ctx.session.flush()
