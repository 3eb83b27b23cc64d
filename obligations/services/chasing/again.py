"""Đề nghị gửi lại chậm nhất …: the day of a report that was sent back, shown and reminded of once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import AssignmentState, SubmissionState
from models.tables import Assignment, Submission, SubmissionAssignment
from obligations.rules.due import at_opening
from obligations.services.context import Context
from obligations.services.sending.notices import write_notice
from obligations.services.served import in_force

STEP = "returned:again"


@dataclass(frozen=True)
class Again:
    """What was asked for: the day, the remarks and the receipt of the report that was sent back."""

    by: date
    remarks: str
    receipt_number: str


def asked_again(ctx: Context, assignment_ids: Collection[int]) -> dict[int, Again]:
    """By assignment: what waits to be sent again by a day. No statement for none."""
    if not assignment_ids:
        return {}
    query = (
        select(SubmissionAssignment, Submission.receipt_number)
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            col(SubmissionAssignment.assignment_id).in_(assignment_ids),
            SubmissionAssignment.state == SubmissionState.returned,
            col(SubmissionAssignment.again_by).is_not(None),
            *in_force(),
        )
        .order_by(col(Submission.version), col(Submission.id))
    )
    return {
        link.assignment_id: Again(link.again_by, link.remarks, receipt)
        for link, receipt in ctx.session.exec(query).all()
        if link.again_by is not None
    }


def remind_again(
    ctx: Context, assignment: Assignment, asked: Mapping[int, Again], told: Collection[str]
) -> datetime | None:
    """One reminder on the day, or on the next working day; the moment to look again, None when nothing is left to say."""
    again = asked.get(assignment.id or 0)
    if assignment.state != AssignmentState.returned or again is None:
        return None
    mark = f"again:{again.receipt_number}:{again.by:%Y%m%d}"
    moment = at_opening(ctx.calendar.first_on_or_after(again.by), ctx.settings.zone)
    if f"returned:{mark}"[:40] in told:
        return None
    if moment > ctx.as_of:
        return moment
    facts = {
        "remarks": again.remarks,
        "again_by": again.by.isoformat(),
        "receipt_number": again.receipt_number,
        "while": AssignmentState.returned.value,
    }
    write_notice(ctx, [assignment], "returned", mark, facts)
    return None
