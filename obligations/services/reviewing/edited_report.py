"""A consolidated report that was worked on in Word: held against its annex and against what was collected before it may go out.

It is kept as what goes out only after the check; where numbers differ, only with the reason of whoever lets it go all the same.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import select

from models.enums import ConsolidationState
from models.tables import Consolidation, Period
from obligations.errors import NotFound, Refused, WrongValue
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.reviewing.annex_sums import sums_apart
from obligations.services.reviewing.goes_out import EDITED
from obligations.services.reviewing.issue_approval import check_newest, locked_report
from obligations.services.storage import StoredFile, open_stored
from reports.docx_reading import UnreadableDocx, open_docx
from reports.number_check import CHANGED, Difference, differences

LARGEST = 30 << 20
"""Bytes of the file."""
LONGEST_REASON = 500
MOST_NAMED = 100
"""Numbers that the trail names one by one, and the page of whoever approves."""
LONGEST_NAMED = 300
"""Characters of each of their texts that are kept."""


@dataclass(frozen=True)
class NumberApart:
    """One number of a report worked on in Word that does not agree.

    `kind`: `differs` (body and annex), `unbound` (a place in the body that is no longer a field of the annex), `no_annex` (a cell that
    lost its mark), `sum` (an annex that its own rows do not come to) or `changed` (it says other than was consolidated). `label`: which
    number; `made`: what was consolidated; `annex`, `body`: what the file says in either place; `rows`: what the rows of its annex come
    to; `said`: the same as a sentence. Empty where there is none.
    """

    kind: str
    label: str
    body: str
    annex: str
    made: str
    rows: str
    said: str


@dataclass(frozen=True)
class EditedReport:
    """What was found. ``wrong``: body and annex are not one; ``changed``: the annex says other than was consolidated."""

    report: str
    period: str
    version: int
    wrong: Sequence[NumberApart]
    changed: Sequence[NumberApart]

    @property
    def apart(self) -> list[str]:
        """Every number that differs, in words."""
        return [one.said for one in (*self.wrong, *self.changed)]


class NumbersApart(WrongValue):
    """Numbers of an edited report differ and nobody said why it goes out all the same. ``found``: which they are."""

    def __init__(self, found: EditedReport) -> None:
        said = (
            f"Bản đã sửa có {len(found.apart):02} điểm số liệu khác với phụ lục hoặc số liệu đã tổng hợp. Đề nghị tải lên bản đã sửa đúng, "
            "hoặc xác nhận vẫn phát hành kèm lý do."
        )
        super().__init__("file", said, every=[("file", one) for one in found.apart])
        self.found = found


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
        sums = sums_apart(open_docx(content), open_docx(made))
        found = [_apart(d) for d in (*differences(content, made), *sums)]
    except UnreadableDocx as error:
        raise WrongValue(
            "file",
            "Không đọc được tệp .docx này, hoặc tệp quá lớn; đề nghị mở bằng Word, bỏ bớt hình ảnh, lưu lại rồi tải lên.",
        ) from error
    period = ctx.session.get_one(Period, row.period_id).public_id
    wrong, changed = [d for d in found if d.kind != CHANGED], [d for d in found if d.kind == CHANGED]
    return EditedReport(row.public_id, period, row.version, wrong, changed)


def keep_edited(ctx: Context, found: EditedReport, file: StoredFile, reason: str) -> bool:
    """Keep the file that ``found`` was found in as what goes out; False when it is kept already.

    NumbersApart while numbers differ without a ``reason``; Refused once the version was submitted, issued or followed by a newer.
    """
    row = _open(ctx, found.report)
    why = reason.strip() if found.apart else ""
    if len(why) > LONGEST_REASON:
        raise WrongValue("reason", f"Lý do dài quá {LONGEST_REASON} ký tự.")
    if found.apart and not why:
        raise NumbersApart(found)
    before: dict[str, Any] = row.files.get(EDITED, {})
    if (before.get("sha256"), before.get("reason")) == (file.sha256, why):
        return False
    said = {
        "by": ctx.actor,
        "at": ctx.as_of.isoformat(),
        "apart": len(found.apart),
        "reason": why,
        "numbers": _named(found),
    }
    row.files = {**row.files, EDITED: {**asdict(file), **said}}
    numbers = (
        {"numbers_apart": len(found.apart), "numbers": found.apart[:MOST_NAMED], "reason": why} if found.apart else {}
    )
    audit.record(
        ctx, "consolidation.edited_kept", row.public_id,
        version=row.version, file=file.file_name, sha256=file.sha256, **numbers,
    )  # fmt: skip
    return True


def drop_edited(ctx: Context, public_id: str) -> str:
    """What was made here goes out after all; returns the period. The file goes with the next sweep, its digest stays in the trail."""
    row = _open(ctx, public_id)
    edited = row.files.get(EDITED)
    if edited is not None:
        row.files = {kind: file for kind, file in row.files.items() if kind != EDITED}
        audit.record(ctx, "consolidation.edited_dropped", row.public_id, version=row.version, sha256=edited["sha256"])
    return ctx.session.get_one(Period, row.period_id).public_id


def _open(ctx: Context, public_id: str) -> Consolidation:
    row = locked_report(ctx, public_id)
    if row.state == ConsolidationState.issued:
        raise Refused(f"Bản này đã phát hành: {row.issued_number}; nội dung không thay đổi.")
    check_newest(ctx, row)
    if row.submitted_by is not None:
        raise Refused("Bản này đã trình duyệt ban hành; muốn thay tệp thì lãnh đạo duyệt trả lại báo cáo trước.")
    return row


def _apart(found: Difference) -> NumberApart:
    return NumberApart(found.kind, found.label, found.body, found.annex, found.made, found.rows, found.said)


def _named(found: EditedReport) -> list[dict[str, str]]:
    """The first of them as they are kept beside the file: a person wrote its texts, however long."""
    first = (*found.wrong, *found.changed)[:MOST_NAMED]
    return [{name: text[:LONGEST_NAMED] for name, text in asdict(one).items()} for one in first]
