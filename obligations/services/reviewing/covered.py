"""Đã tổng hợp trong báo cáo của …: a duty that another agency's report of the same period has discharged.

It is kept as a report of its own kind, without content and without a day of arrival, so that nothing is consolidated twice and
nothing is made up: it counts as received, is neither exempt nor late, is reviewed, undone and recalled like any other, and stands only as long as the report it points to.

What an agency says of itself waits for confirmation (chờ xác nhận) whether or not the other body's report is there: the answer and
the page are the same, so that naming bodies tells nobody who is late. A coordinator accepts it once that report is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import AssignmentState, PeriodState, SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Agency, Assignment, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused
from obligations.rules.lateness import COMPLETE
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import locked_assignment
from obligations.services.served import in_force
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.standing_again import stand_again
from obligations.services.submitting.submit import submit_report


@dataclass(frozen=True)
class Coverer:
    """An agency of the same period whose report may have covered another's."""

    code: str
    name: str


def coverers(ctx: Context, assignment_id: int, *, reported: bool) -> list[Coverer]:
    """The other agencies of the period in official order; ``reported``: those alone whose report is in force."""
    period_id = ctx.session.get_one(Assignment, assignment_id).period_id
    query = (
        select(Agency.code, Agency.name)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period_id, Assignment.id != assignment_id)
        .order_by(col(Agency.position), col(Agency.id))
    )
    if reported:
        query = query.where(col(Assignment.state).in_((*COMPLETE, AssignmentState.soft_received)))
    return [Coverer(code, name) for code, name in ctx.session.exec(query).all()]


def cover(ctx: Context, assignment_public_id: str, by: str, *, by_agency: bool) -> Submitted:
    """Record that the report of the agency ``by`` (its code) covers this duty; twice is once.

    Refused to a coordinator when that agency has sent nothing that is in force, or itself only points to another; an agency is
    answered alike in any case, and nothing but the other body's name is kept where it can read it.
    """
    assignment = locked_assignment(ctx, assignment_public_id)
    if ctx.session.get_one(Period, assignment.period_id).state != PeriodState.open:
        raise Refused("Kỳ báo cáo đã chốt.")
    covering, name = _named(ctx, assignment, by)
    mark = covering.public_id if by_agency else _report_of(ctx, covering, name).public_id
    channel = SubmissionChannel.portal if by_agency else SubmissionChannel.other
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=SubmissionForm.covered,
        channel=channel,
        content={"entries": [], "figures": [], "covered_by": covering.public_id, "covered_name": name},
        idempotency_key=f"covered:{assignment.public_id}:{mark}:{assignment.revision}:{channel.value}",
        note=f"Đã tổng hợp trong báo cáo của {name}.",
    )
    return submit_report(ctx, draft)


def uncover(ctx: Context, covering: Assignment) -> int:
    """Duties that point to a report which no longer stands are owed again; returns how many."""
    if covering.state in (*COMPLETE, AssignmentState.soft_received, AssignmentState.returned):
        return 0
    query = (
        select(Submission, SubmissionAssignment, Assignment)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(
            Assignment.period_id == covering.period_id,
            Submission.form == SubmissionForm.covered,
            *in_force(),
        )
        .with_for_update()
    )
    rows = [row for row in ctx.session.exec(query).all() if row[0].content.get("covered_by") == covering.public_id]
    for submission, link, assignment in rows:
        submission.state = link.state = SubmissionState.recalled
        ctx.session.flush()
        stand_again(ctx, assignment)
        audit.record(ctx, "submission.uncovered", submission.public_id, assignment=assignment.public_id)
    return len(rows)


def waits_for(ctx: Context, assignment: Assignment, submission: Submission) -> str:
    """The body whose report a pointing one still waits for; empty when it is there, or nothing is pointed to. For coordinators."""
    if submission.form != SubmissionForm.covered:
        return ""
    pointed = submission.content.get("covered_by")
    found = ctx.session.exec(
        select(Assignment, Agency.name)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.public_id == pointed, Assignment.period_id == assignment.period_id)
    ).first()
    if found is None:
        return ""
    report = _newest(ctx, found[0])
    return "" if report is not None and report.form != SubmissionForm.covered else found[1]


def check_covered(ctx: Context, assignment: Assignment, submission: Submission) -> None:
    """Refused as long as the report that is pointed to is not there: nothing is confirmed by a word alone."""
    name = waits_for(ctx, assignment, submission)
    if name:
        raise Refused(
            f"Chờ xác nhận: chưa có báo cáo của {name} trong kỳ. Đề nghị đợi báo cáo đó, hoặc đề nghị cơ quan bổ sung, hoàn thiện."
        )


def _named(ctx: Context, assignment: Assignment, by: str) -> tuple[Assignment, str]:
    found = ctx.session.exec(
        select(Assignment, Agency.name)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == assignment.period_id, Agency.code == by)
    ).first()
    if found is None or found[0].id == assignment.id:
        raise NotFound("no such agency in this period", f"Kỳ này không có cơ quan “{by}” nào khác.", field="by")
    return found[0], found[1]


def _report_of(ctx: Context, covering: Assignment, name: str) -> Submission:
    report = _newest(ctx, covering)
    if report is None:
        raise Refused(f"Chưa nhận được báo cáo của {name}; khi cơ quan này đã gửi mới ghi nhận được.")
    if report.form == SubmissionForm.covered:
        raise Refused(f"Báo cáo của {name} cũng được tổng hợp ở cơ quan khác; đề nghị chọn cơ quan đã gửi báo cáo.")
    return report


def _newest(ctx: Context, assignment: Assignment) -> Submission | None:
    query: Sequence[Submission] = ctx.session.exec(
        select(Submission)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment.id,
            *in_force(),
            SubmissionAssignment.state != SubmissionState.returned,
        )
        .order_by(col(Submission.version).desc())
        .limit(1)
    ).all()
    return query[0] if query else None
