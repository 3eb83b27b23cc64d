"""A consolidated report that was worked on in Word, held against its annex before it is submitted and issued."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import select

from models.tables import Consolidation, Period
from obligations.errors import NotFound, WrongValue
from obligations.services.context import Context
from obligations.services.reviewing.annex_sums import sums_apart
from obligations.services.storage import open_stored
from reports.docx_reading import UnreadableDocx, open_docx
from reports.number_check import CHANGED, SUM, Difference, differences

LARGEST = 30 << 20
"""Bytes of the file."""


@dataclass(frozen=True)
class NumberApart:
    """One number that does not agree. ``kind``: ``differs``, ``unbound``, ``no_annex``, ``sum`` (an annex that its own rows do not come to) or ``changed``."""

    kind: str
    label: str
    body: str
    annex: str
    made: str
    said: str


@dataclass(frozen=True)
class EditedReport:
    """What was found. ``wrong``: body and annex are not one; ``changed``: the annex says other than was consolidated."""

    period: str
    version: int
    wrong: Sequence[NumberApart]
    changed: Sequence[NumberApart]


def check_edited(ctx: Context, public_id: str, content: bytes) -> EditedReport:
    """Nothing is kept or changed. NotFound for another report; Refused for a file that cannot be read or held against this one."""
    row = ctx.session.exec(select(Consolidation).where(Consolidation.public_id == public_id)).first()
    if row is None or "docx" not in row.files:
        raise NotFound("no such report")
    if len(content) > LARGEST:
        raise WrongValue("file", f"Tệp lớn hơn {LARGEST >> 20} MB.")
    with open_stored(ctx.settings, str(row.files["docx"]["stored_as"])) as file:
        made = file.read()
    try:
        sums = [Difference(SUM, label, annex=said, made=rows) for label, said, rows in sums_apart(open_docx(content))]
        found = [_apart(d) for d in (*differences(content, made), *sums)]
    except UnreadableDocx as error:
        raise WrongValue(
            "file",
            "Không đọc được tệp .docx này, hoặc tệp quá lớn; đề nghị mở bằng Word, bỏ bớt hình ảnh, lưu lại rồi tải lên.",
        ) from error
    period = ctx.session.get_one(Period, row.period_id).public_id
    wrong, changed = [d for d in found if d.kind != CHANGED], [d for d in found if d.kind == CHANGED]
    return EditedReport(period, row.version, wrong, changed)


def _apart(found: Difference) -> NumberApart:
    return NumberApart(found.kind, found.label, found.body, found.annex, found.made, found.said)
