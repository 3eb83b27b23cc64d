"""The rows of one submission: a version of its own, its receipt and its files; what it replaces is kept."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from models.engine import serialise
from models.enums import SubmissionState
from models.tables import Assignment, Attachment, Receipt, Submission, SubmissionAssignment
from obligations.rules.arrivals import DAYLESS
from obligations.services.context import Context
from obligations.services.served import is_out
from obligations.services.storage import BORROWS, StoredFile
from obligations.services.submitting.draft import SubmissionDraft

_SENT = (
    select(Submission, SubmissionAssignment)
    .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(col(SubmissionAssignment.assignment_id).in_(bindparam("assignments", expanding=True)))
)
_NEWEST_NUMBER = select(func.max(Submission.receipt_number)).where(
    col(Submission.receipt_number).startswith(bindparam("prefix"))
)
_RECEIPT_LOCK = 197_042


def store(
    ctx: Context,
    draft: SubmissionDraft,
    agency_name: str,
    assignments: Sequence[Assignment],
    files: Sequence[StoredFile],
) -> Submission:
    """Write it down as the newest of everything sent for these; what was in force for them is replaced."""
    sent = sent_for(ctx, [a.id or 0 for a in assignments])
    submission = Submission(
        receipt_number=_next_receipt_number(ctx),
        agency_id=draft.agency_id,
        agency_name=agency_name,
        version=1 + max((s.version for s, _ in sent), default=0),
        form=draft.form,
        channel=draft.channel,
        document_number=draft.document_number,
        document_on=draft.document_on,
        incoming_number=draft.incoming_number,
        arrived_on=draft.arrived_on or (None if draft.form in DAYLESS else ctx.today),
        arrived_at=ctx.as_of,
        recorded_by=ctx.actor,
        recorded_at=ctx.as_of,
        content={**draft.content, **_borrowing(files)},
        note=draft.note,
        idempotency_key=draft.idempotency_key,
    )
    ctx.session.add(submission)
    ctx.session.flush()
    _replace(ctx, [(s, link) for s, link in sent if not is_out(s, link)])
    _attach(ctx, draft, submission, assignments, files)
    return submission


def _borrowing(files: Sequence[StoredFile]) -> dict[str, list[str]]:
    """Which files show something of another one, by their digests: said to whoever reads the report."""
    found = [f.sha256 for f in files if f.borrows]
    return {BORROWS: found} if found else {}


def _attach(
    ctx: Context,
    draft: SubmissionDraft,
    submission: Submission,
    assignments: Sequence[Assignment],
    files: Sequence[StoredFile],
) -> None:
    number = submission.id or 0
    ctx.session.add_all(SubmissionAssignment(submission_id=number, assignment_id=a.id or 0) for a in assignments)
    ctx.session.add(
        Receipt(
            submission_id=number,
            channel=draft.channel,
            form=draft.form,
            incoming_number=draft.incoming_number,
            arrived_on=submission.arrived_on,
            recorded_by=ctx.actor,
            recorded_at=ctx.as_of,
        )
    )
    ctx.session.add_all(
        Attachment(
            submission_id=number,
            file_name=f.file_name,
            media_type=f.media_type,
            size=f.size,
            sha256=f.sha256,
            stored_as=f.stored_as,
        )
        for f in files
    )


def sent_for(ctx: Context, assignment_ids: Sequence[int]) -> list[tuple[Submission, SubmissionAssignment]]:
    """Everything ever sent for these, taken back or not: a number of version never means two reports."""
    return list(ctx.session.exec(_SENT, params={"assignments": list(assignment_ids)}).all())


def _replace(ctx: Context, earlier: Sequence[tuple[Submission, SubmissionAssignment]]) -> None:
    """A report that still serves another duty stays in force for that one."""
    if not earlier:
        return
    for _, link in earlier:
        link.replaced_at = ctx.as_of
    ctx.session.flush()
    others = select(SubmissionAssignment.submission_id).where(
        col(SubmissionAssignment.submission_id).in_([s.id or 0 for s, _ in earlier]),
        col(SubmissionAssignment.replaced_at).is_(None),
    )
    serving = set(ctx.session.exec(others).all())
    for submission, _ in earlier:
        if submission.id not in serving:
            submission.state = SubmissionState.replaced


def _next_receipt_number(ctx: Context) -> str:
    """``TN-2026-000123``: counted a year, unique by constraint."""
    serialise(ctx.session, _RECEIPT_LOCK)
    prefix = f"TN-{ctx.today.year}-"
    newest = ctx.session.exec(_NEWEST_NUMBER, params={"prefix": prefix}).one()
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:06d}"
