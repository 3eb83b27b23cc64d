"""Báo cáo lồng ghép: one document for several plans. One receipt; each duty has its own part and its own review.

The document is sent once, on the page of one duty; on the page of each other one the agency says so and types that one's part. So
each consolidated report takes its own part exactly once, and a later version for one duty leaves the others as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.enums import PeriodState, SubmissionForm, SubmissionState
from models.tables import Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.wording import duty_name
from obligations.services import audit
from obligations.services.accounts.access import Actor, sent_scope
from obligations.services.asks.own_duty import own_duty
from obligations.services.context import Context
from obligations.services.served import in_force
from obligations.services.spec import is_request
from obligations.services.submitting.draft import Submitted
from obligations.services.submitting.submit import serve_also

JOINT_FORMS = (SubmissionForm.signed, SubmissionForm.soft, SubmissionForm.paper)
STANDS = (SubmissionState.submitted, SubmissionState.accepted)


@dataclass(frozen=True)
class JointRow:
    """A report that may be this duty's too: its public id, receipt and document, when it came, what it was sent for."""

    submission: str
    receipt_number: str
    document_number: str | None
    arrived_on: date | None
    duties: str


def joint_rows(ctx: Context, actor: Actor, assignment: Assignment) -> list[JointRow]:
    """What the duty's agency has sent for other duties of open periods, newest first; nothing once it was itself sent for.

    Only what the actor's link opens. What came before this duty's period opened answers something else and is not among them.
    """
    if _sent_for(ctx, assignment):
        return []
    own = ctx.session.get_one(Period, assignment.period_id)
    rows = ctx.session.exec(
        select(Submission, Obligation, Period.label)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(
            Assignment.agency_id == assignment.agency_id,
            Submission.agency_id == assignment.agency_id,
            sent_scope(actor),
            Period.state == PeriodState.open,
            Period.obligation_id != own.obligation_id,
            col(Submission.form).in_(JOINT_FORMS),
            col(Submission.state).in_(STANDS),
            *in_force(),
        )
        .order_by(col(Submission.id).desc(), col(Assignment.id))
    ).all()
    served: dict[int, tuple[Submission, list[str]]] = {}
    for submission, obligation, label in rows:
        name = duty_name(obligation.title, label, request=is_request(obligation))
        served.setdefault(submission.id or 0, (submission, []))[1].append(name)
    return [
        JointRow(s.public_id, s.receipt_number, s.document_number, s.arrived_on, "; ".join(duties))
        for s, duties in served.values()
        if not _came_before(ctx, s, own)
    ]


def join_report(
    ctx: Context,
    actor: Actor,
    assignment_public_id: str,
    submission_public_id: str,
    part: Mapping[str, Any],
    *,
    in_document: bool = False,
) -> Submitted:
    """Say that a report already sent is this duty's too; ``part``: what it says about this one, as ``content`` of a submission.

    ``in_document``: the agency says that the document itself holds this duty's content, so that no part need be typed.
    NotFound unless both are the actor's own and opened by its link; Refused when that report cannot be this duty's. Twice is once.
    """
    assignment = own_duty(ctx, actor, assignment_public_id, owing=False)
    query = select(Submission).where(
        Submission.public_id == submission_public_id, Submission.agency_id == assignment.agency_id, sent_scope(actor)
    )
    submission = ctx.session.exec(query.with_for_update()).first()
    if submission is None:
        raise NotFound("no such submission of this agency")
    if ctx.session.get(SubmissionAssignment, (submission.id, assignment.id)) is not None:
        return _receipt(submission, replayed=True)
    _check_its_own(ctx, submission, assignment, said=in_document or _says(part))
    if not any(row.submission == submission_public_id for row in joint_rows(ctx, actor, assignment)):
        raise Refused(
            "Không ghi nhận lồng ghép được: báo cáo đã chọn không còn hiệu lực, đang được đề nghị bổ sung, thuộc cùng đầu việc, "
            "hoặc đầu việc này đã có lần gửi. Đề nghị gửi báo cáo ở biểu mẫu của đầu việc này."
        )
    serve_also(ctx, submission, assignment, part)
    audit.record(
        ctx,
        "submission.joined",
        submission.public_id,
        receipt=submission.receipt_number,
        assignment=assignment.public_id,
        in_document=in_document,
    )
    return _receipt(submission)


def _check_its_own(ctx: Context, submission: Submission, assignment: Assignment, *, said: bool) -> None:
    """A document closes a duty only when it can have been written for it and something in it is the duty's."""
    period = ctx.session.get_one(Period, assignment.period_id)
    if _came_before(ctx, submission, period):
        raise Refused(
            f"Văn bản đã chọn gửi trước khi đầu việc này được giao, mở kỳ (ngày {period.opens_on:%d/%m/%Y}) nên không dùng chung "
            "được. Đề nghị chọn báo cáo gửi sau ngày này hoặc gửi báo cáo ở biểu mẫu của đầu việc này."
        )
    if not said:
        raise WrongValue(
            "entries",
            "Chưa có phần riêng của đầu việc này: đề nghị nhập nội dung, số liệu của đầu việc ở biểu mẫu, hoặc đánh dấu "
            "“Văn bản đã gửi có nội dung của nhiệm vụ này”.",
        )


def _says(part: Mapping[str, Any]) -> bool:
    return bool(part.get("entries") or part.get("figures"))


def _came_before(ctx: Context, submission: Submission, period: Period) -> bool:
    """A request counts by the minute, and by the day of the document: what was written before it was made does not answer it."""
    if submission.arrived_on is not None and submission.arrived_on < period.opens_on:
        return True
    if not is_request(ctx.session.get_one(Obligation, period.obligation_id)):
        return False
    return submission.arrived_at < period.opened_at or (submission.document_on or period.opens_on) < period.opens_on


def _sent_for(ctx: Context, assignment: Assignment) -> Sequence[int]:
    """Submissions that serve or served the duty: their numbers of version leave no room for another's."""
    query = select(SubmissionAssignment.submission_id).where(SubmissionAssignment.assignment_id == assignment.id)
    return ctx.session.exec(query.limit(1)).all()


def _receipt(submission: Submission, *, replayed: bool = False) -> Submitted:
    return Submitted(
        submission.receipt_number, submission.public_id, submission.version, submission.arrived_at, replayed=replayed
    )
