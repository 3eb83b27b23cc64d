"""What an agency's own dates rest on: the document that extended them, or what was agreed about sending late (S4, S5)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import Basis
from models.tables import AgreedLateness, Assignment, Extension, Period
from obligations.clock import local_date
from obligations.services.actor_names import actor_names
from obligations.services.context import Context

_AGREED = (
    select(AgreedLateness)
    .where(col(AgreedLateness.assignment_id).in_(bindparam("assignments", expanding=True)))
    .order_by(col(AgreedLateness.id))
)
INTERNAL = "Ấn định nội bộ, không phải hạn trong văn bản"


def extension_notes(ctx: Context, assignment_ids: Iterable[int]) -> dict[int, str]:
    """By assignment, the document of its latest extension: number and day. No statement when there are none."""
    ids = list(assignment_ids)
    if not ids:
        return {}
    query = select(Extension).where(col(Extension.assignment_id).in_(ids))
    rows = ctx.session.exec(query.order_by(col(Extension.id))).all()
    return {row.assignment_id: extension_note(row) for row in rows}


def extension_note(extension: Extension) -> str:
    """``Gia hạn theo văn bản số 88/UBND-TH ngày 25/10/2026``."""
    return f"Gia hạn theo văn bản số {extension.document_number} ngày {extension.document_on:%d/%m/%Y}"


def agreed_notes(ctx: Context, assignment_ids: Iterable[int], *, named: bool = False) -> dict[int, str]:
    """By assignment, the latest agreement about its sending later: until when, since when and why.

    ``named``: also by whom, for the coordinator; an agency is told what the department agreed, never by which person.
    """
    return {number: said for number, (_, said) in agreements(ctx, assignment_ids, named=named).items()}


def agreements(ctx: Context, assignment_ids: Iterable[int], *, named: bool = False) -> dict[int, tuple[date, str]]:
    """The same with the agreed day, in one statement."""
    rows = ctx.session.exec(_AGREED, params={"assignments": list(assignment_ids)}).all()
    names = actor_names(ctx, {row.agreed_by for row in rows}) if named and rows else {}
    return {
        row.assignment_id: (row.until_on, _agreed(ctx, row, names.get(row.agreed_by, row.agreed_by) if named else ""))
        for row in rows
    }


def _agreed(ctx: Context, row: AgreedLateness, person: str) -> str:
    on = local_date(row.agreed_at, ctx.settings.timezone)
    by = f" ({person})" if person else ""
    why = f", lý do: {row.reason}" if row.reason else ""
    return f"Thống nhất nội bộ đến hết ngày {row.until_on:%d/%m/%Y}; ghi ngày {on:%d/%m/%Y}{by}{why}"


def due_basis(assignment: Assignment, period: Period, extended: str | None) -> tuple[str, str]:
    """Kind and sentence of what the date in force rests on: the agency's own extension goes before the period's."""
    if extended is not None and assignment.due_on != period.due_on:
        return Basis.letter.value, extended
    return period.basis.value, period.basis_note
