"""An agency's own report as .docx, from what was typed once: ready to be signed, number left blank."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from docx.document import Document as DocumentObject

from reports.blocks import BLANK_DAY, annex, letterhead, name_block, signature
from reports.cleaning import line
from reports.document import Figure
from reports.layout import body, finish, grid, heading, new_document

_NIL = "Trong kỳ báo cáo, không phát sinh nội dung này."
_NAME = "báo cáo "
_RHYTHMS = ("hằng năm ", "hàng năm ", "hằng quý ", "hàng quý ", "hằng tháng ", "hàng tháng ", "định kỳ ")
"""They say how often, and the period stands behind: "Hằng năm tình hình thực hiện ..." is no name of a document."""
_OPEN = "…"
"""A place left for the agency: only the agency itself may say "không phát sinh"."""


@dataclass(frozen=True)
class AgencyReportSection:
    """What the agency wrote for one clause; ``nil`` prints as "không phát sinh", no result as a place to fill."""

    clause: str
    title: str
    result: str = ""
    difficulty: str = ""
    proposal: str = ""
    nil: bool = False


@dataclass(frozen=True)
class AgencyReport:
    """The draft of one agency for one period. ``as_of`` aware; number, day and signer are never filled in.

    ``agency_code`` stands in the blank number (``UBND`` in "Số:   /BC-UBND"); ``addressee`` is the
    consolidating agency; ``party`` gives the letterhead of a Party body.
    """

    agency_parent: str
    agency: str
    agency_code: str
    place: str
    plan_citation: str
    period_label: str
    title: str
    addressee: str
    as_of: datetime
    data_window: str | None = None
    general: str = ""
    sections: tuple[AgencyReportSection, ...] = ()
    figures: tuple[Figure, ...] = ()
    recipients: tuple[str, ...] = ()
    party: bool = False


def render_agency_docx(report: AgencyReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    document = new_document(report.title, report.agency, report.as_of)
    letterhead(document, report.agency_parent, report.agency, report.agency_code, report.place, party=report.party)
    name_block(document, _about(report.title), report.addressee)
    body(
        document,
        f"Thực hiện {line(report.plan_citation)}, {line(report.agency)} báo cáo tình hình thực hiện {line(report.period_label)} như sau:",
    )
    heading(document, "I. TÌNH HÌNH CHUNG")
    body(document, report.general)
    window = f"Số liệu tính {line(report.data_window)}." if report.data_window else ""
    body(document, window or ("" if report.general.strip() else _OPEN))
    _results(document, report)
    _gathered(document, report, "III. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN", lambda s: s.difficulty)
    _gathered(document, report, "IV. ĐỀ XUẤT, KIẾN NGHỊ", lambda s: s.proposal)
    body(document, f"Trên đây là báo cáo của {line(report.agency)}, kính gửi {line(report.addressee)} tổng hợp./.")
    signature(document, report.recipients or (report.addressee,))
    _figures(document, report)
    return finish(document, report.as_of)


def _about(title: str) -> str:
    """What stands below BÁO CÁO: a title that begins with the word would say it twice."""
    whole = line(title)
    rest = whole[len(_NAME) :].lstrip() if whole.casefold().startswith(_NAME) else whole
    rest = next((rest[len(said) :] for said in _RHYTHMS if rest.casefold().startswith(said)), rest)
    return rest[:1].upper() + rest[1:]


def _results(document: DocumentObject, report: AgencyReport) -> None:
    heading(document, "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ")
    for number, section in enumerate(report.sections, 1):
        heading(document, f"{number}. {section.title} ({section.clause})", 1)
        body(document, section.result.strip() or (_NIL if section.nil else _OPEN))


def _gathered(
    document: DocumentObject, report: AgencyReport, title: str, pick: Callable[[AgencyReportSection], str]
) -> None:
    heading(document, title)
    found = [pick(s) for s in report.sections if pick(s).strip()]
    for text in found or [_OPEN]:  # only the agency itself may say that there is none
        body(document, text)


def _figures(document: DocumentObject, report: AgencyReport) -> None:
    if not report.figures:
        return
    mark = f"-BC/{line(report.agency_code)}" if report.party else f"/BC-{line(report.agency_code)}"
    annex(document, 1, "Số liệu", f"{mark} {BLANK_DAY.strip()}          của {line(report.agency)}")
    rows = [(f.clause, f.name, f.value, f.unit, f.kind, f.note) for f in report.figures]
    head = ("Mục", "Chỉ tiêu", "Giá trị", "Đơn vị tính", "Loại số liệu", "Ghi chú")
    grid(document, head, rows, (2.9, 4.6, 2.4, 2.0, 2.2, 2.4))
