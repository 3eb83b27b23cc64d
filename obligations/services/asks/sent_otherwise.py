"""Đã gửi văn bản bằng đường khác: the agency says by which way its signed document went, and is not chased any more (S1)."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, func, select

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionForm
from models.tables import Assignment, Period, Submission, SubmissionAssignment
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.asks.own_duty import own_duty
from obligations.services.context import Context
from obligations.services.stated_mark import STATED
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.stated import still_stated
from obligations.services.submitting.submit import submit_report

WAYS = (
    SubmissionChannel.document_system,
    SubmissionChannel.post,
    SubmissionChannel.hand,
    SubmissionChannel.email,
)
ON_PAPER = (SubmissionChannel.post, SubmissionChannel.hand)
SAYABLE = (*CHASED, AssignmentState.awaiting_assignment)
LONGEST = 120


@dataclass(frozen=True)
class Said:
    """The document as the agency names it, by which way and on which day it went."""

    number: str
    document_on: date
    way: SubmissionChannel
    sent_on: date


def may_say_sent(assignment: Assignment, period: Period) -> bool:
    """Whether something is still owed that may have gone another way."""
    return assignment.state in SAYABLE and period.state == PeriodState.open


def say_sent(ctx: Context, actor: Actor, assignment_public_id: str, said: Said) -> Submitted:
    """Record a submission on the agency's word; its day is the day stated until the register has the document.

    No receipt goes out: nothing has been received yet. Saying the same twice is once.
    """
    assignment = own_duty(ctx, actor, assignment_public_id, owing=False)
    if (known := _said_before(ctx, assignment, said)) is not None:
        return Submitted(known.receipt_number, known.public_id, known.version, known.arrived_at, replayed=True)
    if not may_say_sent(assignment, ctx.session.get_one(Period, assignment.period_id)):
        raise Refused(
            "Nội dung này đã gửi, không còn thực hiện, hoặc kỳ báo cáo đã chốt. Báo nhầm số, ngày thì thu hồi rồi báo lại."
        )
    _check(ctx, said)
    sent = submit_report(ctx, _draft(ctx, assignment, said), tell_agency=False)
    audit.record(
        ctx,
        "submission.stated",
        sent.public_id,
        receipt=sent.receipt_number,
        number=said.number,
        channel=said.way,
        on=said.sent_on,
    )
    return sent


def _check(ctx: Context, said: Said) -> None:
    if said.way not in WAYS:
        raise WrongValue(
            "way", "Đề nghị chọn đường gửi: trục liên thông văn bản, bưu điện, trực tiếp hoặc thư điện tử."
        )
    if not said.number.strip() or len(said.number) > LONGEST:
        raise WrongValue("document_number", f"Cần ghi số, ký hiệu văn bản, không quá {LONGEST} ký tự.")
    if said.sent_on > ctx.today:
        raise WrongValue("sent_on", "Ngày gửi không thể sau ngày hôm nay; văn bản chưa gửi thì báo khi đã gửi.")
    if said.document_on > said.sent_on:
        raise WrongValue("document_on", "Ngày văn bản không thể sau ngày gửi; đề nghị kiểm tra lại hai ngày.")


def _draft(ctx: Context, assignment: Assignment, said: Said) -> SubmissionDraft:
    """The key counts what was sent before, so that a word taken back may be given again."""
    before = select(func.count()).where(SubmissionAssignment.assignment_id == assignment.id)
    return SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=SubmissionForm.paper if said.way in ON_PAPER else SubmissionForm.signed,
        channel=said.way,
        content={"entries": [], "figures": []},
        idempotency_key=f"{STATED}{assignment.public_id}:{ctx.session.exec(before).one()}",
        document_number=said.number.strip(),
        document_on=said.document_on,
        arrived_on=said.sent_on,
    )


def _said_before(ctx: Context, assignment: Assignment, said: Said) -> Submission | None:
    query = (
        select(Submission)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment.id,
            Submission.document_number == said.number.strip(),
            Submission.document_on == said.document_on,
            Submission.channel == said.way,
            Submission.arrived_on == said.sent_on,
            *still_stated(),
        )
    )
    return ctx.session.exec(query).first()
