"""Thu hồi báo cáo: the agency takes back what it sent, as long as nobody has built on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionState
from models.tables import Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.access import Actor
from obligations.services.context import Context
from obligations.services.reviewing.covered import uncover
from obligations.services.reviewing.standing_again import stand_again
from obligations.services.stated_mark import is_stated

SHOWN_FOR = timedelta(days=14)
RECALLABLE = (SubmissionState.submitted, SubmissionState.returned)
WAITS = (AssignmentState.submitted, AssignmentState.soft_received, AssignmentState.returned)


@dataclass(frozen=True)
class RecalledRow:
    """A report that was taken back and has not been sent again."""

    assignment: str
    agency: str
    title: str
    period_text: str
    at: datetime


_RECALLED = (
    select(Assignment, Obligation.title, Period.label, Submission.agency_name)
    .join(Period, col(Assignment.period_id) == Period.id)
    .join(Obligation, col(Period.obligation_id) == Obligation.id)
    .join(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
    .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(
        Assignment.state == AssignmentState.open,
        Submission.state == SubmissionState.recalled,
        Period.state == PeriodState.open,
        col(Assignment.state_changed_at) > bindparam("after"),
    )
    .order_by(col(Assignment.state_changed_at).desc(), col(Submission.id))
)
"""Built once: every first page asks."""


def recalled_rows(ctx: Context) -> list[RecalledRow]:
    """What was taken back of late and is still owed, newest first."""
    found = {
        a.id: RecalledRow(a.public_id, agency, title, period_text(label), a.state_changed_at)
        for a, title, label, agency in ctx.session.exec(_RECALLED, params={"after": ctx.as_of - SHOWN_FOR}).all()
    }
    return list(found.values())


def recall(ctx: Context, actor: Actor, submission_public_id: str, reason: str) -> list[str]:
    """Returns the public ids of the duties it served. What was taken back no longer counts as having arrived.

    A report it had replaced stands again; with none left the duty is owed. Chasing begins again on the next working day, so
    that the coordinator sees it first. Recalling twice is once.
    """
    if not reason.strip():
        raise Refused("Cần ghi lý do thu hồi.")
    query = select(Submission).where(
        Submission.public_id == submission_public_id, Submission.agency_id == actor.agency_id
    )
    submission = ctx.session.exec(query.with_for_update()).first()
    if submission is None:
        raise NotFound("no such submission of this agency")
    pairs = _served(ctx, submission)
    if submission.state == SubmissionState.recalled:
        return [assignment.public_id for _, assignment in pairs]
    problem = _refusal(ctx, submission, pairs)
    if problem:
        raise Refused(problem)
    submission.state = SubmissionState.recalled
    for link, _ in pairs:
        link.state = SubmissionState.recalled
    ctx.session.flush()
    for _, assignment in pairs:
        stand_again(ctx, assignment)
        uncover(ctx, assignment)
    audit.record(
        ctx,
        "submission.recalled",
        submission.public_id,
        receipt=submission.receipt_number,
        reason=reason.strip(),
        assignments=[assignment.public_id for _, assignment in pairs],
    )
    return [assignment.public_id for _, assignment in pairs]


def _served(ctx: Context, submission: Submission) -> list[tuple[SubmissionAssignment, Assignment]]:
    query = (
        select(SubmissionAssignment, Assignment)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(SubmissionAssignment.submission_id == submission.id, col(SubmissionAssignment.replaced_at).is_(None))
        .order_by(col(Assignment.id))
    )
    return list(ctx.session.exec(query.with_for_update()).all())


def _refusal(ctx: Context, submission: Submission, pairs: list[tuple[SubmissionAssignment, Assignment]]) -> str | None:
    if submission.state not in RECALLABLE or any(link.state not in RECALLABLE for link, _ in pairs):
        return (
            "Báo cáo này đã được thay thế, thu hồi hoặc đã đủ điều kiện tổng hợp; đề nghị liên hệ chuyên viên theo dõi."
        )
    if submission.channel != SubmissionChannel.portal and not is_stated(submission):
        return "Báo cáo này do chuyên viên ghi nhận; đề nghị liên hệ chuyên viên theo dõi để sửa."
    if any(assignment.state not in WAITS for _, assignment in pairs):
        return "Báo cáo này không còn ở trạng thái thu hồi được."
    if any(ctx.session.get_one(Period, a.period_id).state != PeriodState.open for _, a in pairs):
        return "Kỳ báo cáo đã chốt; đề nghị liên hệ chuyên viên theo dõi."
    return None
