"""The form of a report as a file: given away with what is typed so far, and read back into the page."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.handler import ContentHandler

from defusedxml import sax
from sqlmodel import col, select

from models.tables import Assignment, Obligation, Period
from obligations.rules.figures import KINDS, kind_text
from obligations.rules.wording import clauses_text, duty_name
from obligations.services.context import Context
from obligations.services.drafting.form_cells import Unreadable
from obligations.services.drafting.form_docx import docx_cells
from obligations.services.drafting.form_rows import FormLimits, FormRead, judge_form
from obligations.services.drafting.form_xlsx import xlsx_cells
from obligations.services.spec import is_request
from obligations.services.views.agency import DutyPage
from reports.report_form import FIGURE, FormFigure, FormTask, ReportFormFile
from reports.report_form_docx import render_form_docx
from reports.report_form_xlsx import render_form_xlsx

LARGEST, UNPACKED = 5 << 20, 30 << 20
"""Bytes of a form file, packed and unpacked: the longest of a hundred tasks fits."""
MAKE = {"docx": render_form_docx, "xlsx": render_form_xlsx}
READ = {"docx": docx_cells, "xlsx": xlsx_cells}
UNKNOWN = "Tệp này không phải mẫu tải từ trang này: đề nghị kiểm tra đúng nội dung, đúng kỳ báo cáo."
FOREIGN = (
    "Tệp này là mẫu của cơ quan, đơn vị khác (theo “Mã tệp” trong tệp) nên không đọc. Đề nghị tải tệp mẫu từ trang này, nhập rồi "
    "chọn lại."
)
OTHER_DUTY = (
    "Tệp này là mẫu của nội dung hoặc kỳ báo cáo khác: {name} (theo “Mã tệp” trong tệp). Nội dung đã đọc vào biểu mẫu, chưa lưu; "
    "đề nghị kiểm tra, sửa theo kỳ này trước khi gửi."
)
_BROKEN = "Không đọc được tệp. Đề nghị mở tệp, lưu lại rồi chọn lại."


class Whose(NamedTuple):
    """Why a file is not taken, or what to look at before sending; neither for the duty's own."""

    refusal: str = ""
    warning: str = ""


def make_form_file(
    ctx: Context, page: DutyPage, kind: str, entries: Mapping[str, Mapping[str, Any]], figures: Sequence[Any]
) -> bytes:
    """``kind``: docx or xlsx. ``entries`` by task and ``figures`` as typed so far."""
    tasks = tuple(
        FormTask(row.id, clauses_text(row.clauses[:1]), row.title, **dict(entries.get(row.id, {})))
        for row in page.outline
    )
    return MAKE[kind](
        ReportFormFile(
            code=page.duty.public_id,
            agency=page.agency,
            title=f"{page.duty.title}, {page.duty.period_text}",
            receiver=page.duty.receiver,
            tasks=tasks,
            figures=tuple(_figure(f) for f in figures),
            as_of=ctx.as_of.astimezone(ctx.settings.zone),
            kinds=tuple(KINDS.values()),
        )
    )


def _figure(typed: Mapping[str, str]) -> FormFigure:
    return FormFigure(**{**{name: str(typed.get(name) or "") for name in FIGURE}, "kind": kind_text(typed)})


def read_form_file(
    content: bytes, kind: str, page: DutyPage, limits: FormLimits, whose: Callable[[str], Whose] | None = None
) -> FormRead:
    """What a filled-in file says; nothing is stored. ``content`` has passed the checks of every upload.

    ``whose``: what the code in it says of whose file it is (``whose_file``); without it any code but the duty's is warned of.
    """
    try:
        _check_parts(content)
        cells = READ[kind](content)
    except Unreadable as problem:
        return FormRead(problems=[str(problem)])
    except Exception:  # noqa: BLE001 - both libraries raise whatever a broken part makes them raise
        return FormRead(problems=[_BROKEN])
    return judge_form(cells, [row.id for row in page.outline], limits, *_judged(cells.code, page, whose))


def _judged(code: str, page: DutyPage, whose: Callable[[str], Whose] | None) -> Whose:
    if code == page.duty.public_id:
        return Whose()
    return whose(code) if whose is not None else Whose(warning=UNKNOWN)


def whose_file(ctx: Context, code: str, page: DutyPage) -> Whose:
    """By the code of a file that is not this duty's.

    A code of nobody's is told like a missing one, and another agency is not named: the file alone says whose it was.
    """
    found = ctx.session.exec(
        select(Assignment, Obligation, Period.label)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(Assignment.public_id == code)
    ).first()
    if found is None:
        return Whose(warning=UNKNOWN)
    if found[0].agency_id != page.agency_id:
        return Whose(refusal=FOREIGN)
    name = duty_name(found[1].title, found[2], request=is_request(found[1]))
    return Whose(warning=OTHER_DUTY.format(name=name))


def _check_parts(content: bytes) -> None:
    """Sizes, and no part that declares entities: they could make a small file grow without end."""
    too_large = Unreadable(f"Tệp mẫu lớn hơn {LARGEST >> 20} MB hoặc có quá nhiều nội dung.")
    if len(content) > LARGEST:
        raise too_large
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if sum(entry.file_size for entry in package.infolist()) > UNPACKED:
            raise too_large
        for entry in package.infolist():
            if entry.filename.lower().endswith((".xml", ".rels")):
                with package.open(entry) as part:
                    sax.parse(part, ContentHandler(), forbid_dtd=True)
