"""Thu hồi báo cáo: the agency takes back what it sent, as long as nobody has built on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionState
from models.tables import Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.lateness import OWING
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.accounts.access import Actor, sent_scope
from obligations.services.asks.own_duty import check_open
from obligations.services.context import Context
from obligations.services.reviewing.covered import uncover
from obligations.services.sending.notices import write_notice
from obligations.services.sending.outbox import cancel_unsent
from obligations.services.served import in_force
from obligations.services.stated_mark import is_stated
from obligations.services.submitting.standing_again import stand_again

SHOWN_FOR = timedelta(days=14)
RECALLABLE = (SubmissionState.submitted, SubmissionState.returned)
WHY = "Cơ quan đã thu hồi báo cáo"
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
    that the coordinator sees it first. The agency gets a receipt that says what it owes now. Recalling twice is once.
    """
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do thu hồi.")
    query = select(Submission).where(
        Submission.public_id == submission_public_id, Submission.agency_id == actor.agency_id, sent_scope(actor)
    )
    submission = ctx.session.exec(query.with_for_update()).first()
    if submission is None:
        raise NotFound("no such submission of this agency")
    pairs = _served(ctx, submission)
    for _, assignment in pairs:
        check_open(actor, assignment)
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
    _tell(ctx, submission, [assignment for _, assignment in pairs], reason.strip())
    audit.record(
        ctx,
        "submission.recalled",
        submission.public_id,
        receipt=submission.receipt_number,
        reason=reason.strip(),
        assignments=[assignment.public_id for _, assignment in pairs],
    )
    return [assignment.public_id for _, assignment in pairs]


def _tell(ctx: Context, submission: Submission, assignments: Sequence[Assignment], reason: str) -> None:
    """One receipt for all of it, in place of a receipt for the report that has not gone."""
    ids = [assignment.id or 0 for assignment in assignments]
    cancel_unsent(ctx, ids, WHY, ("received",))
    query = (
        select(SubmissionAssignment.assignment_id, Submission.receipt_number)
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(col(SubmissionAssignment.assignment_id).in_(ids), *in_force())
        .order_by(col(Submission.version), col(Submission.id))
    )
    standing = dict(ctx.session.exec(query).all())
    own = {
        assignment.id or 0: {
            "stands_again": standing.get(assignment.id or 0),
            "unsigned": assignment.state == AssignmentState.soft_received,
            "owed": assignment.state in OWING,
            "while": assignment.state.value,
        }
        for assignment in assignments
    }
    facts = {"receipt_number": submission.receipt_number, "received_at": ctx.as_of.isoformat(), "remarks": reason}
    write_notice(ctx, assignments, "recalled", submission.receipt_number, facts, own)


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
