"""The papers of one period, as plain values: what came, what was typed, what was made of it. Read in one snapshot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.enums import IsolationState
from models.tables import (
    Agency,
    Assignment,
    Attachment,
    Consolidation,
    Obligation,
    Period,
    Plan,
    Submission,
    SubmissionAssignment,
)
from obligations.rules.figures import adjusted_text, kind_text
from obligations.rules.wording import arrival_text, form_text, way_text
from obligations.services.apart import Apart, apart_of
from obligations.services.context import Context
from obligations.services.reviewing.goes_out import EDITED
from obligations.services.served import entered_by_staff, is_out, part_of
from obligations.services.spec import plan_file_of
from obligations.services.stated_mark import is_stated


@dataclass(frozen=True)
class Stored:
    """A file of the store: its name for people, where it lies, and the SHA-256 it had when it came."""

    file_name: str
    stored_as: str
    sha256: str


@dataclass(frozen=True)
class Paper:
    """One version of one agency's report. ``typed``: (task, what, text) in the order of the outline."""

    agency_code: str
    agency: str
    version: int
    receipt_number: str
    document: str
    document_on: str
    arrived_on: str
    form: str
    way: str
    counts: bool
    """Whether it is the version in force."""
    apart: str
    """What became of it when nobody may read it (S13)."""
    typed: tuple[tuple[str, str, str], ...]
    files: tuple[Stored, ...]


@dataclass(frozen=True)
class Papers:
    """Everything of one period that belongs into its file. ``consolidated``: (version, number it went out under, file)."""

    received: tuple[Paper, ...]
    consolidated: tuple[tuple[int, str, Stored], ...]


def papers_of(ctx: Context, period: Period) -> Papers:
    """In official order of the agencies, then by version; a number of queries that does not grow."""
    rows = ctx.session.exec(
        select(Submission, SubmissionAssignment, Agency.code)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Agency.position), col(Agency.id), col(Submission.version), col(Submission.id))
    ).all()
    numbers = [submission.id or 0 for submission, _, _ in rows]
    files, apart, tasks = _files(ctx, numbers), apart_of(ctx, numbers), _tasks(ctx, period)
    received = [_paper(code, submission, link, tasks, files, apart) for submission, link, code in rows]
    return Papers(tuple(received), tuple(_consolidated(ctx, period)))


def _paper(
    code: str,
    submission: Submission,
    link: SubmissionAssignment,
    tasks: Mapping[str, str],
    files: Mapping[int, list[Stored]],
    apart: Mapping[int, Apart],
) -> Paper:
    return Paper(
        agency_code=code,
        agency=submission.agency_name,
        version=submission.version,
        receipt_number=submission.receipt_number,
        document=submission.document_number or "",
        document_on=f"{submission.document_on:%d/%m/%Y}" if submission.document_on else "",
        arrived_on=arrival_text(submission.arrived_on, submission.form, stated=is_stated(submission)),
        form=form_text(submission.form),
        way=way_text(submission.channel) or "qua hệ thống",
        counts=not is_out(submission, link),
        apart=_tombstone(apart.get(submission.id or 0)),
        typed=tuple(_typed(part_of(submission, link), submission.note, tasks)),
        files=tuple(files.get(submission.id or 0, ())),
    )


def _tombstone(apart: Apart | None) -> str:
    if apart is None:
        return ""
    if apart.state == IsolationState.isolated:
        return "đang cô lập, không có trong hồ sơ"
    digests = ", ".join(digest for digest, _ in apart.files)
    return f"đã tiêu hủy theo {apart.decision}; mã kiểm tra: {digests or apart.content_sha256}"


def _typed(content: Mapping[str, Any], note: str, tasks: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    names = {"result": "Kết quả", "difficulty": "Khó khăn, vướng mắc", "proposal": "Đề xuất, kiến nghị"}
    for entry in content.get("entries", []):
        task = tasks.get(str(entry.get("clause") or ""), "Nội dung khác")
        if entry.get("nil"):
            yield task, "Kết quả", "Không phát sinh."
        for key, name in names.items():
            if text := str(entry.get(key) or "").strip():
                yield task, name, text
    for figure in content.get("figures", []):
        task = tasks.get(str(figure.get("clause") or ""), "Chung")
        value = " ".join(str(figure.get(key) or "") for key in ("value", "unit")).strip()
        texts = (value, kind_text(figure), adjusted_text(figure), figure.get("note"))
        yield task, f"Số liệu: {figure.get('name', '')}", "; ".join(t for t in texts if t)
    if entered_by_staff(content):
        yield "Chung", "Người nhập", "Kết quả, số liệu do cán bộ theo dõi nhập."
    if note.strip():
        yield "Chung", "Ghi chú", note.strip()


def _tasks(ctx: Context, period: Period) -> dict[str, str]:
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    return {item.id: item.title for item in plan_file_of(ctx, plan, period.plan_version).outline}


def _files(ctx: Context, submission_ids: list[int]) -> dict[int, list[Stored]]:
    found: dict[int, list[Stored]] = {}
    query = select(Attachment).where(col(Attachment.submission_id).in_(submission_ids)).order_by(col(Attachment.id))
    for row in ctx.session.exec(query).all():
        found.setdefault(row.submission_id, []).append(Stored(row.file_name, row.stored_as, row.sha256))
    return found


def _consolidated(ctx: Context, period: Period) -> Iterable[tuple[int, str, Stored]]:
    query = select(Consolidation).where(Consolidation.period_id == period.id).order_by(col(Consolidation.version))
    for row in ctx.session.exec(query).all():
        for kind, file in row.files.items():
            name = f"ban-da-sua-{file['file_name']}" if kind == EDITED else file["file_name"]
            yield row.version, row.issued_number or "", Stored(name, file["stored_as"], file["sha256"])
