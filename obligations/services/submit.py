"""Recording what an agency sent: a new version, a receipt, and at once another course for the chasing (S1, S2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from models.engine import serialise
from models.enums import AssignmentState, CompletesOn, SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Agency, Assignment, Attachment, Obligation, Period, Receipt, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.arrivals import DAYLESS, Came, is_after
from obligations.rules.figures import figure_problems
from obligations.rules.wording import form_text, way_text
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.drafting.kept import kept_words
from obligations.services.reviewing.standing_again import arrived_first
from obligations.services.sending.notices import write_notice
from obligations.services.sending.outbox import CHASES, cancel_unsent
from obligations.services.sensible import check_signed
from obligations.services.served import is_out
from obligations.services.spec import spec_in
from obligations.services.stated_mark import is_stated
from obligations.services.storage import BORROWS, StoredFile

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
_SENT = (
    select(Submission, SubmissionAssignment)
    .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(col(SubmissionAssignment.assignment_id).in_(bindparam("assignments", expanding=True)))
)
_NEWEST_NUMBER = select(func.max(Submission.receipt_number)).where(
    col(Submission.receipt_number).startswith(bindparam("prefix"))
)
SOFT = (SubmissionForm.soft,)
NOT_SENT = (AssignmentState.ended, AssignmentState.exempt)
_RECEIPT_LOCK = 197_042


@dataclass(frozen=True)
class SubmissionDraft:
    """What came: by whom, for which assignments, in what form, by which way. Dates are in the plan's time zone."""

    agency_id: int
    assignment_ids: list[int]
    form: SubmissionForm
    channel: SubmissionChannel
    content: dict[str, Any]
    idempotency_key: str
    document_number: str | None = None
    document_on: date | None = None
    incoming_number: str | None = None
    arrived_on: date | None = None
    """None: today, or of the forms of ``DAYLESS`` that the day is not known."""
    note: str = ""


@dataclass(frozen=True)
class Submitted:
    """The receipt. ``replayed``: the same key had been recorded before; nothing was written again."""

    receipt_number: str
    public_id: str
    version: int
    arrived_at: datetime
    replayed: bool = False


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
    submission = _store(ctx, draft, agency_name, assignments, files)
    for assignment, period, obligation, _ in owed:
        _advance(ctx, assignment, submission, period, obligation)
    _settle_stated(ctx, assignments, submission)
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
    if assignment.state in NOT_SENT:
        raise Refused("Đầu việc này không còn thực hiện.")
    _check_figures(part)
    link = SubmissionAssignment(submission_id=submission.id or 0, assignment_id=assignment.id or 0, part=dict(part))
    ctx.session.add(link)
    ctx.session.flush()
    period = ctx.session.get_one(Period, assignment.period_id)
    _advance(ctx, assignment, submission, period, ctx.session.get_one(Obligation, period.obligation_id))
    if assignment.state != AssignmentState.open:
        cancel_unsent(ctx, [assignment.id or 0], "Đã nhận báo cáo", CHASES)
    tell_receipt(ctx, [assignment], submission)


def tell_receipt(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> None:
    """A receipt; for what a person recorded in the agency's place it says what was recorded, to be put right if wrong."""
    number = submission.receipt_number
    if submission.channel == SubmissionChannel.portal:
        write_notice(ctx, assignments, "received", number, _received(ctx, assignments, submission))
        return
    facts = {
        "receipt_number": number,
        "document": submission.document_number or "",
        "document_on": submission.document_on.isoformat() if submission.document_on else "",
        "arrived_on": submission.arrived_on.isoformat() if submission.arrived_on else "",
        "way": way_text(submission.channel),
        "unsigned": any(a.state == AssignmentState.soft_received for a in assignments),
    }
    if submission.form == SubmissionForm.covered:
        facts["form"] = _form_words(submission)
    write_notice(ctx, assignments, "by_hand", number, facts)


def _received(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> dict[str, Any]:
    """What the receipt says; ``unsigned``: the signed document is still owed."""
    return {
        "receipt_number": submission.receipt_number,
        "received_at": submission.arrived_at.isoformat(),
        "form": _form_words(submission),
        "document": submission.document_number or "",
        "document_on": submission.document_on.isoformat() if submission.document_on else "",
        "kept": kept_words(ctx, assignments),
        "unsigned": any(a.state == AssignmentState.soft_received for a in assignments),
    }


def _form_words(submission: Submission) -> str:
    """What the receipt calls the form; a report that points to another body's names that body and nothing of its report."""
    name = submission.content.get("covered_name")
    if submission.form != SubmissionForm.covered or not name:
        return form_text(submission.form)
    waits = ", chờ xác nhận" if submission.channel == SubmissionChannel.portal else ""
    return f"đã tổng hợp trong báo cáo của {name}{waits}"


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


def _store(
    ctx: Context,
    draft: SubmissionDraft,
    agency_name: str,
    assignments: Sequence[Assignment],
    files: Sequence[StoredFile],
) -> Submission:
    sent = _sent(ctx, [a.id or 0 for a in assignments])
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


def _sent(ctx: Context, assignment_ids: Sequence[int]) -> list[tuple[Submission, SubmissionAssignment]]:
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


def _advance(
    ctx: Context, assignment: Assignment, submission: Submission, period: Period, obligation: Obligation
) -> None:
    soft_only = submission.form in SOFT and spec_in(obligation, period).completes_on == CompletesOn.signed
    if soft_only and assignment.state in (AssignmentState.submitted, AssignmentState.accepted):
        soft_only = False  # a later soft copy never undoes a signed report
    by_portal = submission.channel == SubmissionChannel.portal
    note_first_arrival(ctx, assignment, submission.arrived_on, submission.arrived_at if by_portal else None)
    assignment.state = AssignmentState.soft_received if soft_only else AssignmentState.submitted
    if soft_only:
        assignment.soft_received_at = assignment.soft_received_at or ctx.as_of
    else:
        assignment.completed_at = ctx.as_of
    assignment.state_changed_at = ctx.as_of
    ctx.session.flush()


def _settle_stated(ctx: Context, assignments: Sequence[Assignment], submission: Submission) -> None:
    """What somebody records as arrived says the day; a day that the agency had only stated counts no more."""
    if submission.channel == SubmissionChannel.portal or is_stated(submission):
        return
    for assignment in assignments:
        if any(is_stated(earlier) for earlier, _ in _sent(ctx, [assignment.id or 0])):
            assignment.first_received_on, assignment.first_received_at = arrived_first(ctx, assignment)
    ctx.session.flush()


def note_first_arrival(
    ctx: Context, assignment: Assignment, arrived_on: date | None, arrived_at: datetime | None = None
) -> None:
    """The first day stands; its minute only when the portal itself took the report in.

    To be called before the state of the duty is set: what follows a report of unknown day is not the first.
    """
    if arrived_on is None:
        return
    came = Came(arrived_on, ctx.as_of, arrived_at)
    if assignment.first_received_on is None and is_after(came, _said_at(ctx, assignment), ctx.settings.zone):
        return
    if assignment.first_received_on is None or assignment.first_received_on > arrived_on:
        assignment.first_received_on, assignment.first_received_at = arrived_on, arrived_at


def _said_at(ctx: Context, assignment: Assignment) -> datetime | None:
    """When a report of unknown day was first said to be there; nothing is asked for a duty that nothing has come for."""
    if assignment.state == AssignmentState.open:
        return None
    query = (
        select(col(Submission.recorded_at))
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            SubmissionAssignment.assignment_id == assignment.id,
            col(Submission.arrived_on).is_(None),
            Submission.state != SubmissionState.recalled,
            SubmissionAssignment.state != SubmissionState.recalled,
        )
        .order_by(col(Submission.recorded_at))
        .limit(1)
    )
    return ctx.session.exec(query).first()


def _next_receipt_number(ctx: Context) -> str:
    """``TN-2026-000123``: counted a year, unique by constraint."""
    serialise(ctx.session, _RECEIPT_LOCK)
    prefix = f"TN-{ctx.today.year}-"
    newest = ctx.session.exec(_NEWEST_NUMBER, params={"prefix": prefix}).one()
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:06d}"
