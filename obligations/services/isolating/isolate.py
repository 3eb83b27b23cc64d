"""A report that must not be read (S13): set apart at once, by whoever finds it out; nobody reads it from then on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, delete, select

from models.enums import IsolationState
from models.tables import (
    Assignment,
    Attachment,
    Consolidation,
    Isolation,
    Period,
    ReportDraft,
    Submission,
    SubmissionAssignment,
)
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.accounts.access import Actor, sent_scope
from obligations.services.context import App, Context
from obligations.services.isolating.kept_answers import forget_answers
from obligations.services.isolating.sealed_store import Sealed, facts_of, files_of, seal_files, shut
from obligations.services.isolating.shared_reports import holding, one_at_a_time
from obligations.services.storage import discard

ATTEMPTS = 5
BUSY = "Báo cáo này đang được xử lý ở nơi khác; đề nghị thử lại ngay."


@dataclass(frozen=True)
class SetApart:
    """``created`` False: it had been set apart before. ``assignments``: public ids of the duties it serves."""

    public_id: str
    assignments: list[str]
    created: bool


def isolate(app: App, actor: Actor, submission: str, as_of: datetime) -> SetApart:
    """Seal everything a report said, and every consolidated report that may have taken it in. NotFound outside the actor's scope.

    The duty stays received: nobody is chased. Files are sealed first, then one transaction takes the readable ones out of every
    row; killed in between, the report is still open and stray sealed files are swept. Twice is once.
    """
    for _ in range(ATTEMPTS):
        with app.read(as_of, actor.name) as ctx:
            names = _file_names(ctx, _found(ctx, actor, submission))
        sealed = seal_files(app.settings, sorted(names))
        try:
            with app.write(as_of, actor.name) as ctx:
                made = _write(ctx, actor, submission, sealed, names)
        except BaseException:
            sealed.drop(app.settings)
            raise
        if made is not None and made.created:
            discard(app.settings, names)
            app.database.forget()
            return made
        sealed.drop(app.settings)
        if made is not None:
            return made
    raise Refused(BUSY)


def standing(ctx: Context, submission_id: int) -> Isolation | None:
    """The isolation of a report that is not released."""
    query = select(Isolation).where(
        Isolation.submission_id == submission_id, Isolation.state != IsolationState.released
    )
    return ctx.session.exec(query).first()


def marks_of(ctx: Context, period_id: int) -> list[int]:
    """Isolations that touch a period or those before it: a report made while this changes may hold what must not be read."""
    here = ctx.session.get_one(Period, period_id)
    query = (
        select(Isolation.id)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == col(Isolation.submission_id))
        .join(Assignment, col(SubmissionAssignment.assignment_id) == col(Assignment.id))
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .where(Period.obligation_id == here.obligation_id, Period.due_on <= here.due_on)
        .distinct()
        .order_by(col(Isolation.id))
    )
    return [number or 0 for number in ctx.session.exec(query).all()]


def _found(ctx: Context, actor: Actor, public_id: str, *, locked: bool = False) -> Submission:
    query = select(Submission).where(Submission.public_id == public_id, sent_scope(actor))
    found = ctx.session.exec(query.with_for_update() if locked else query).first()
    if found is None:
        raise NotFound("no such submission")
    return found


def _write(ctx: Context, actor: Actor, public_id: str, sealed: Sealed, names: set[str]) -> SetApart | None:
    """None when a file came meanwhile that has no sealed twin."""
    one_at_a_time(ctx)
    submission = _found(ctx, actor, public_id, locked=True)
    number = submission.id or 0
    links = list(ctx.session.exec(_links(number)).all())
    duties = [ctx.session.get_one(Assignment, link.assignment_id) for link in links]
    known = standing(ctx, number)
    if known is not None:
        return SetApart(known.public_id, [duty.public_id for duty in duties], created=False)
    if _file_names(ctx, submission) != names:
        return None
    attachments = list(ctx.session.exec(select(Attachment).where(Attachment.submission_id == number)).all())
    reports = _reports(ctx, submission)
    row = Isolation(
        submission_id=number,
        files=list(sealed.files.values()),
        isolated_by=ctx.actor,
        isolated_at=ctx.as_of,
        content_sha256="",
    )
    shut(ctx.settings, row, sealed, _said(submission, links, attachments, reports, sealed))
    ctx.session.add(row)
    _blank(ctx, submission, links, attachments, reports)
    forget_answers(ctx, [public_id, *(duty.public_id for duty in duties)])
    ctx.session.execute(delete(ReportDraft).where(col(ReportDraft.assignment_id).in_([duty.id for duty in duties])))
    audit.record(
        ctx,
        "submission.isolated",
        submission.public_id,
        receipt=submission.receipt_number,
        files=[file["sha256"] for file in row.files],
        sha256=row.content_sha256,
    )
    ctx.session.flush()
    return SetApart(row.public_id, [duty.public_id for duty in duties], created=True)


def _said(
    submission: Submission,
    links: list[SubmissionAssignment],
    attachments: list[Attachment],
    reports: list[Consolidation],
    sealed: Sealed,
) -> dict[str, Any]:
    """All that is taken out of the rows, so that it can be put back as it was."""
    return {
        "content": submission.content,
        "note": submission.note,
        "parts": {str(link.assignment_id): link.part for link in links if link.part is not None},
        "attachments": [facts_of(row) for row in attachments],
        "reports": [files_of(row) for row in reports],
        "sealed_as": {name: file["sealed_as"] for name, file in sealed.files.items()},
    }


def _blank(
    ctx: Context,
    submission: Submission,
    links: list[SubmissionAssignment],
    attachments: list[Attachment],
    reports: list[Consolidation],
) -> None:
    covered = submission.content.get("covered_by")
    submission.content = {"covered_by": covered} if covered else {}
    submission.note = ""
    for link in links:
        link.part = {} if link.part is not None else None
    for attachment in attachments:
        ctx.session.delete(attachment)
    for report in reports:
        report.files = {}


def _reports(ctx: Context, submission: Submission) -> list[Consolidation]:
    """Any of them may have taken it in."""
    return [row for row in holding(ctx, submission) if row.files]


def _file_names(ctx: Context, submission: Submission) -> set[str]:
    """Names in the store of every file that may show what it says."""
    number = submission.id or 0
    own = select(Attachment.stored_as).where(Attachment.submission_id == number)
    made = [str(file["stored_as"]) for row in _reports(ctx, submission) for file in row.files.values()]
    return {*ctx.session.exec(own).all(), *made}


def _links(submission_id: int) -> Any:
    return (
        select(SubmissionAssignment)
        .where(SubmissionAssignment.submission_id == submission_id)
        .order_by(col(SubmissionAssignment.assignment_id))
    )
