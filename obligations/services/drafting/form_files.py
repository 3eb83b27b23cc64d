"""The form of a report as a file: given away with what is typed so far, and read back into the page."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.handler import ContentHandler

from defusedxml import sax

from obligations.rules.figures import KINDS, kind_text
from obligations.rules.wording import clauses_text
from obligations.services.context import Context
from obligations.services.drafting.form_cells import Unreadable
from obligations.services.drafting.form_docx import docx_cells
from obligations.services.drafting.form_rows import FormLimits, FormRead, judge_form
from obligations.services.drafting.form_xlsx import xlsx_cells
from obligations.services.views_agency import DutyPage
from reports.report_form import FIGURE, FormFigure, FormTask, ReportFormFile
from reports.report_form_docx import render_form_docx
from reports.report_form_xlsx import render_form_xlsx

LARGEST, UNPACKED = 5 << 20, 30 << 20
"""Bytes of a form file, packed and unpacked: the longest of a hundred tasks fits."""
MAKE = {"docx": render_form_docx, "xlsx": render_form_xlsx}
READ = {"docx": docx_cells, "xlsx": xlsx_cells}
_BROKEN = "Không đọc được tệp. Đề nghị mở tệp, lưu lại rồi chọn lại."


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


def read_form_file(content: bytes, kind: str, page: DutyPage, limits: FormLimits) -> FormRead:
    """What a filled-in file says; nothing is stored. ``content`` has passed the checks of every upload."""
    try:
        _check_parts(content)
        cells = READ[kind](content)
    except Unreadable as problem:
        return FormRead(problems=[str(problem)])
    except Exception:  # noqa: BLE001 - both libraries raise whatever a broken part makes them raise
        return FormRead(problems=[_BROKEN])
    return judge_form(cells, [row.id for row in page.outline], page.duty.public_id, limits)


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
