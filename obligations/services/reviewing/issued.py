"""Phát hành: the number of a consolidated report that went out; and what comes after it (*gửi sau phát hành*).

An issued version never changes. A report that comes later stands in its own period; a person says whether a corrected version
takes it in or the next period's report mentions it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from models.enums import ConsolidationState
from models.tables import Assignment, Consolidation, LateNote, Period, Submission, SubmissionAssignment
from obligations.clock import local_date
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.reviewing.goes_out import said_of, what_goes_out
from obligations.services.reviewing.issue_approval import check_approved, check_newest, locked_report
from obligations.services.served import in_force
from obligations.services.stated_mark import is_stated

LONGEST_NUMBER = 100
CHOICES = ("correction", "next")
"""In a corrected version, or as a note in the next period's report."""


@dataclass(frozen=True)
class AfterIssue:
    """A report that came after its consolidated report was issued. ``choice`` None: nobody has said what becomes of it."""

    submission: str
    assignment: str
    agency: str
    receipt_number: str
    arrived_on: date | None
    stated: bool
    """``arrived_on`` is the day on which the agency says it sent it."""
    choice: str | None
    note: str


@dataclass(frozen=True)
class FromBefore:
    """What the report of this period should mention of the one before."""

    period_text: str
    agency: str
    receipt_number: str
    arrived_on: date | None
    note: str


# Built once: every page of a period asks.
_ISSUED_AT = select(func.max(Consolidation.issued_at)).where(
    col(Consolidation.period_id) == bindparam("period"), Consolidation.state == ConsolidationState.issued
)
_BEFORE = (
    select(Period.id, Period.label)
    .where(col(Period.obligation_id) == bindparam("obligation"), col(Period.due_on) < bindparam("due_on"))
    .order_by(col(Period.due_on).desc())
    .limit(1)
)


def issue(ctx: Context, consolidation_public_id: str, number: str, on: date, *, as_made: bool | None = False) -> str:
    """Record the number and day under which the newest version went out; returns its period. The same again changes nothing.

    Where there is a *lãnh đạo duyệt* it has been approved before (S6), and what was submitted goes out; elsewhere ``as_made`` says that
    nobody worked on it in Word.
    """
    row = locked_report(ctx, consolidation_public_id)
    period = ctx.session.get_one(Period, row.period_id).public_id
    named = _named(number, on)
    if row.issued_number == named:
        return period
    if row.state == ConsolidationState.issued:
        raise Refused(
            f"Bản này đã phát hành: {row.issued_number}. Ghi nhầm số, ngày thì sửa số, ngày phát hành, kèm lý do; "
            "cần sửa nội dung thì lập bản đính chính."
        )
    _check_named(ctx, row, number, on)
    check_newest(ctx, row)
    check_approved(ctx, row)
    what = said_of(row) if row.submitted_by else what_goes_out(row, as_made=as_made)
    row.state, row.issued_at, row.issued_number = ConsolidationState.issued, ctx.as_of, named
    audit.record(ctx, "consolidation.issued", row.public_id, version=row.version, document=named, **what)
    return period


def correct_issue(ctx: Context, consolidation_public_id: str, number: str, on: date, reason: str) -> str:
    """Put a wrong number or day right; returns the period. What stood before is kept in the trail, the version stays as it is.

    What came after issue is still reckoned from when it was first recorded.
    """
    row = locked_report(ctx, consolidation_public_id)
    period = ctx.session.get_one(Period, row.period_id).public_id
    if row.state != ConsolidationState.issued:
        raise Refused("Bản này chưa ghi phát hành, chưa có số, ngày để sửa.")
    if not reason.strip():
        raise WrongValue("reason", "Đề nghị ghi lý do sửa số, ngày phát hành.")
    _check_named(ctx, row, number, on)
    before, named = row.issued_number, _named(number, on)
    if before == named:
        return period
    row.issued_number = named
    audit.record(
        ctx, "consolidation.issue_corrected", row.public_id,
        version=row.version, document_before=before, document=named, reason=reason.strip(),
    )  # fmt: skip
    return period


def _named(number: str, on: date) -> str:
    return f"{number.strip()} ngày {on:%d/%m/%Y}"


def _check_named(ctx: Context, row: Consolidation, number: str, on: date) -> None:
    if not number.strip():
        raise WrongValue("number", "Cần ghi số, ký hiệu báo cáo tổng hợp.")
    if len(number.strip()) > LONGEST_NUMBER:
        raise WrongValue("number", f"Số, ký hiệu dài quá {LONGEST_NUMBER} ký tự.")
    if on > ctx.today:
        raise WrongValue("on", "Ngày phát hành không thể sau hôm nay.")
    made_on = local_date(row.made_at, ctx.settings.timezone)
    if on < made_on:
        raise WrongValue(
            "on", f"Ngày phát hành không thể trước ngày lập bản này ({made_on:%d/%m/%Y}); đề nghị xem lại ngày."
        )


def after_issue(ctx: Context, period_id: int) -> list[AfterIssue]:
    """What came after the newest issued version, in order of arrival; nothing while none is issued."""
    issued_at = _issued_at(ctx, period_id)
    if issued_at is None:
        return []
    query = (
        select(Submission, Assignment.public_id, LateNote)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .outerjoin(LateNote, col(LateNote.submission_id) == Submission.id)
        .where(
            Assignment.period_id == period_id,
            Submission.recorded_at > issued_at,
            *in_force(),
        )
        .order_by(col(Submission.recorded_at), col(Submission.id))
    )
    return [
        AfterIssue(
            s.public_id, assignment, s.agency_name, s.receipt_number, s.arrived_on, is_stated(s),
            late.choice if late else None, late.note if late else "",
        )
        for s, assignment, late in ctx.session.exec(query).all()
    ]  # fmt: skip


def came_after_issue(ctx: Context, period_id: int) -> dict[str, AfterIssue]:
    """The newest of them for each assignment, by its public id."""
    return {row.assignment: row for row in after_issue(ctx, period_id)}


def decide_late(ctx: Context, period_public_id: str, submission_public_id: str, choice: str, note: str = "") -> None:
    """Say what becomes of one; saying it anew takes the place of what was said. NotFound unless it came after issue."""
    period = period_by_public_id(ctx, period_public_id)
    known = {row.submission for row in after_issue(ctx, period.id or 0)}
    if submission_public_id not in known:
        raise NotFound("no such report after issue")
    submission = ctx.session.exec(select(Submission).where(Submission.public_id == submission_public_id)).one()
    query = select(LateNote).where(LateNote.submission_id == submission.id).with_for_update()
    row = ctx.session.exec(query).first()
    if row is not None and (row.choice, row.note) == (choice, note.strip()):
        return
    if row is None:
        row = LateNote(submission_id=submission.id or 0, choice=choice, decided_by=ctx.actor, decided_at=ctx.as_of)
        ctx.session.add(row)
    row.choice, row.note, row.decided_by, row.decided_at = choice, note.strip(), ctx.actor, ctx.as_of
    ctx.session.flush()
    audit.record(ctx, "submission.after_issue", submission_public_id, choice=choice, text=note.strip())


def from_before(ctx: Context, period: Period) -> list[FromBefore]:
    """What was put off to this period: of the period before it of the same duty."""
    asked = {"obligation": period.obligation_id, "due_on": period.due_on}
    earlier = ctx.session.exec(_BEFORE, params=asked).first()
    if earlier is None:
        return []
    number, label = earlier
    said = period_text(label)
    rows = after_issue(ctx, number or 0)
    return [FromBefore(said, r.agency, r.receipt_number, r.arrived_on, r.note) for r in rows if r.choice == "next"]


def is_issued(ctx: Context, period_id: int) -> bool:
    """Whether a consolidated report of the period has gone out."""
    return _issued_at(ctx, period_id) is not None


def _issued_at(ctx: Context, period_id: int) -> datetime | None:
    return ctx.session.exec(_ISSUED_AT, params={"period": period_id}).one()
