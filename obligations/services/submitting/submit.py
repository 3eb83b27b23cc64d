"""Recording what an agency sent: a new version, a receipt, and at once another course for the chasing (S1, S2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import AssignmentState, SubmissionForm
from models.tables import Agency, Assignment, Obligation, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.figures import figure_problems
from obligations.rules.lateness import FINAL
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sending.outbox import CHASES, cancel_unsent
from obligations.services.sensible import check_signed
from obligations.services.storage import StoredFile
from obligations.services.submitting.course import advance, settle_stated
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.store import store
from obligations.services.submitting.tell_receipt import tell_receipt

_BY_KEY = select(Submission).where(Submission.idempotency_key == bindparam("key"))
_OWN = (
    select(Assignment, Period, Obligation, Agency.name)
    .join(Period, col(Assignment.period_id) == col(Period.id))
    .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Agency, col(Assignment.agency_id) == col(Agency.id))
    .where(
        col(Assignment.id).in_(bindparam("assignments", expanding=True)), Assignment.agency_id == bindparam("agency")
    )
    .order_by(col(Assignment.id))
    .with_for_update(of=Assignment)  # a merger that moves the duty at this moment comes before or after, never between
)


def submit_report(
    ctx: Context, draft: SubmissionDraft, files: Sequence[StoredFile] = (), *, tell_agency: bool = True
) -> Submitted:
    """Record one submission. A later version replaces the one in force; both are kept."""
    known = ctx.session.exec(_BY_KEY, params={"key": draft.idempotency_key}).first()
    if known is not None:
        if known.agency_id != draft.agency_id:
            raise NotFound("no such submission")
        return Submitted(known.receipt_number, known.public_id, known.version, known.arrived_at, replayed=True)
    _check_classified(draft, files)
    _check_figures(draft.content)
    owed = _owed(ctx, draft)
    for _, period, obligation, _ in owed:
        check_signed(ctx, draft.document_on, period, obligation)
    assignments, agency_name = [assignment for assignment, *_ in owed], owed[0][-1]
    submission = store(ctx, draft, agency_name, assignments, files)
    for assignment, period, obligation, _ in owed:
        advance(ctx, assignment, submission, period, obligation)
    settle_stated(ctx, assignments, submission)
    cancel_unsent(ctx, [a.id or 0 for a in assignments if a.state != AssignmentState.open], "Đã nhận báo cáo", CHASES)
    if tell_agency:
        tell_receipt(ctx, assignments, submission)
    audit.record(
        ctx,
        "submission.recorded",
        submission.public_id,
        receipt=submission.receipt_number,
        form=submission.form,
        channel=submission.channel,
        version=submission.version,
        files=[f.sha256 for f in files],
    )
    return Submitted(submission.receipt_number, submission.public_id, submission.version, submission.arrived_at)


def serve_also(ctx: Context, submission: Submission, assignment: Assignment, part: Mapping[str, Any]) -> None:
    """A submission on record is one more duty's too, with a part of its own. Refused when that duty is over."""
    if assignment.state in FINAL:
        raise Refused("Đầu việc này không còn thực hiện.")
    _check_figures(part)
    link = SubmissionAssignment(submission_id=submission.id or 0, assignment_id=assignment.id or 0, part=dict(part))
    ctx.session.add(link)
    ctx.session.flush()
    period = ctx.session.get_one(Period, assignment.period_id)
    advance(ctx, assignment, submission, period, ctx.session.get_one(Obligation, period.obligation_id))
    if assignment.state != AssignmentState.open:
        cancel_unsent(ctx, [assignment.id or 0], "Đã nhận báo cáo", CHASES)
    tell_receipt(ctx, [assignment], submission)


def _check_classified(draft: SubmissionDraft, files: Sequence[StoredFile]) -> None:
    """Of what came by the rules for secrets the day is kept, and nothing else (S13)."""
    if draft.form != SubmissionForm.classified:
        return
    kept = (draft.document_number, draft.document_on, draft.incoming_number, draft.note, files)
    if any((*kept, draft.content.get("entries"), draft.content.get("figures"))):
        raise WrongValue(
            "form",
            "Báo cáo gửi theo chế độ riêng chỉ ghi ngày đến: không ghi số, ký hiệu, ngày văn bản, số đến, nội dung, ghi chú, "
            "không kèm tệp.",
        )


def _check_figures(said: Mapping[str, Any]) -> None:
    """Figures of a known kind; last period's number is put right only with a reason."""
    if problems := figure_problems(said.get("figures", [])):
        raise WrongValue("figures", " ".join(problems))


def _owed(ctx: Context, draft: SubmissionDraft) -> list[tuple[Assignment, Period, Obligation, str]]:
    """What it is sent for, with the agency's name. Held on to by the caller, or the session lets go of them and reads them anew."""
    wanted = {"assignments": draft.assignment_ids, "agency": draft.agency_id}
    rows = list(ctx.session.execute(_OWN, wanted).tuples().all())
    if not rows or len(rows) != len(set(draft.assignment_ids)):
        raise NotFound("no such assignment of this agency")
    if draft.arrived_on is not None and draft.arrived_on > ctx.today:
        raise WrongValue("arrived_on", "Ngày đến không thể sau ngày hôm nay.")
    if any(assignment.state == AssignmentState.ended for assignment, *_ in rows):
        raise Refused("Đầu việc này không còn thực hiện.")
    return rows
