"""What becomes of a report that was set apart: put back, or destroyed by two people, leaving digests (S13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from models.enums import IsolationState
from models.tables import Assignment, Attachment, Consolidation, Isolation, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.rights import own_name
from obligations.services import audit
from obligations.services.context import App, Context
from obligations.services.isolating.sealed_store import open_file, opened
from obligations.services.isolating.shared_reports import check_alone, one_at_a_time, still_sealed, take_from_others
from obligations.services.storage import StoredFile, discard


@dataclass(frozen=True)
class Waiting:
    """A report that is set apart and waits for a person."""

    assignment: str
    agency: str
    receipt_number: str
    isolated_at: datetime
    asked: bool


_WAITING = (
    select(Isolation, Submission, Assignment.public_id)
    .join(Submission, col(Isolation.submission_id) == Submission.id)
    .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
    .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
    .where(Isolation.state == IsolationState.isolated)
    .order_by(col(Isolation.id), col(Assignment.id).desc())
)
"""Built once: every first page asks."""


def waiting_rows(ctx: Context) -> list[Waiting]:
    """What waits to be released or destroyed, oldest first."""
    found = {
        row.id: Waiting(
            assignment, submission.agency_name, submission.receipt_number, row.isolated_at, row.asked_by is not None
        )
        for row, submission, assignment in ctx.session.exec(_WAITING).all()
    }
    return list(found.values())


def ask_destruction(ctx: Context, public_id: str, decision: str) -> list[str]:
    """The first of two: names the decision (số, ngày) it rests on. Public ids of the duties. Asking again replaces one's asking."""
    row = _locked(ctx, public_id)
    if not decision.strip():
        raise WrongValue("decision", "Cần ghi số, ngày văn bản quyết định tiêu hủy.")
    row.asked_by, row.asked_at, row.decision = ctx.actor, ctx.as_of, decision.strip()
    audit.record(ctx, "submission.destruction_asked", _name(ctx, row), decision=row.decision)
    return _duties(ctx, row)


def destroy(app: App, public_id: str, as_of: datetime, actor: str) -> list[str]:
    """The second of two, never the first: only digests are left, in the row and in the trail. It cannot be undone.

    Rows first, then files, then the pages of the database that held them; killed in between, the next sweep removes the
    files, and ``dondoc purge-backups`` goes over backups and frees the pages again.
    """
    with app.write(as_of, actor) as ctx:
        one_at_a_time(ctx)
        row = _locked(ctx, public_id)
        if row.asked_by is None:
            raise Refused("Cần một người đề nghị tiêu hủy trước, một người khác xác nhận sau.")
        if own_name(row.asked_by) == own_name(actor):
            raise Refused("Người xác nhận tiêu hủy phải khác người đã đề nghị.")
        names = [file["sealed_as"] for file in row.files if file["sealed_as"]]
        names += take_from_others(ctx, row)
        row.state, row.ended_by, row.ended_at = IsolationState.destroyed, actor, as_of
        row.data_key, row.sealed = "", ""
        row.files = [{**file, "sealed_as": ""} for file in row.files]
        audit.record(
            ctx,
            "submission.destroyed",
            _name(ctx, row),
            decision=row.decision,
            asked_by=row.asked_by,
            files=[file["sha256"] for file in row.files],
        )
        duties = _duties(ctx, row)
    discard(app.settings, names)
    app.database.forget()
    return duties


def release(app: App, public_id: str, as_of: datetime, actor: str, reason: str) -> list[str]:
    """It was no secret: everything is put back as it was, under the same addresses. Refused without a reason.

    Refused, too, while a consolidated report that would come back holds another report that is set apart; one that was
    destroyed with another stays away.
    """
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    with app.read(as_of, actor) as ctx:
        row = _locked(ctx, public_id, lock=False)
        said = opened(app.settings, row)
        check_alone(ctx, row, said, lock=False)
        back = _open_files(app, row, said)
    try:
        with app.write(as_of, actor) as ctx:
            one_at_a_time(ctx)
            row = _locked(ctx, public_id)
            check_alone(ctx, row, said)
            names = [file["sealed_as"] for file in row.files if file["sealed_as"]]
            unused = _put_back(ctx, row, said, back)
            row.state, row.ended_by, row.ended_at = IsolationState.released, actor, as_of
            row.reason, row.data_key, row.sealed = reason.strip(), "", ""
            row.files = [{**file, "sealed_as": ""} for file in row.files]
            audit.record(ctx, "submission.released", _name(ctx, row), reason=row.reason)
            duties = _duties(ctx, row)
    except BaseException:
        discard(app.settings, [file.stored_as for file in back.values()])
        raise
    discard(app.settings, [*names, *unused])
    return duties


def _open_files(app: App, row: Isolation, said: dict[str, Any]) -> dict[str, StoredFile]:
    """Every sealed file in the clear again, by the name it had in the store."""
    named = {a["stored_as"]: (a["file_name"], a["media_type"]) for a in said["attachments"]}
    for report in said["reports"]:
        named |= {f["stored_as"]: (f["file_name"], f["media_type"]) for f in report["files"].values()}
    there = {file["sealed_as"] for file in row.files}
    return {
        name: open_file(app.settings, row, sealed_as, *named[name])
        for name, sealed_as in said["sealed_as"].items()
        if sealed_as in there
    }


def _put_back(ctx: Context, row: Isolation, said: dict[str, Any], back: dict[str, StoredFile]) -> list[str]:
    """Names in the store of what was opened and is not put back."""
    submission = ctx.session.get_one(Submission, row.submission_id)
    submission.content, submission.note = said["content"], said["note"]
    for link in ctx.session.exec(
        select(SubmissionAssignment).where(SubmissionAssignment.submission_id == row.submission_id)
    ).all():
        link.part = said["parts"].get(str(link.assignment_id), link.part)
    for facts in said["attachments"]:
        kept = back.get(facts["stored_as"])
        stored_as = kept.stored_as if kept else facts["stored_as"]
        ctx.session.add(Attachment(submission_id=row.submission_id, **{**facts, "stored_as": stored_as}))
    unused = []
    for report in said["reports"]:
        if not still_sealed(row, said, report):
            unused += [back[f["stored_as"]].stored_as for f in report["files"].values() if f["stored_as"] in back]
            continue
        found = ctx.session.get_one(Consolidation, report["id"])
        found.files = {kind: _again(file, back) for kind, file in report["files"].items()}
    ctx.session.flush()
    return unused


def _again(file: dict[str, Any], back: dict[str, StoredFile]) -> dict[str, Any]:
    kept = back.get(file["stored_as"])
    return {**file, "stored_as": kept.stored_as} if kept else file


def _locked(ctx: Context, public_id: str, *, lock: bool = True) -> Isolation:
    query = select(Isolation).where(Isolation.public_id == public_id)
    row = ctx.session.exec(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound("no such isolated report")
    if row.state != IsolationState.isolated:
        raise Refused("Báo cáo này đã được xử lý.")
    return row


def _duties(ctx: Context, row: Isolation) -> list[str]:
    query = (
        select(Assignment.public_id)
        .join(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(SubmissionAssignment.submission_id == row.submission_id)
        .order_by(col(Assignment.id))
    )
    return list(ctx.session.exec(query).all())


def _name(ctx: Context, row: Isolation) -> str:
    """Public id of the report."""
    return ctx.session.get_one(Submission, row.submission_id).public_id
