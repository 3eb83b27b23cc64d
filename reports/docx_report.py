"""The consolidated report as .docx: by clause and agency, ready for the head of the department to sign."""

from collections.abc import Callable, Sequence

from docx.document import Document as DocumentObject

from reports.blocks import BLANK_DAY, annex, figures_grid, letterhead, name_block, signature
from reports.cleaning import line
from reports.document import AgencyEntry, ConsolidatedReport, MissingRow
from reports.layout import body, finish, grid, heading, new_document, said
from reports.wording import (
    COMPARED,
    FORMS,
    NONE_RAISED,
    NOTHING,
    annexes_text,
    arrival_text,
    compared_row,
    compared_title,
    day_text,
    late_lines,
    nil_line,
    note_text,
    received_text,
    sending_text,
    told,
)  # fmt: skip


def render_docx(report: ConsolidatedReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    document = new_document(report.title, report.issuer, report.as_of)
    letterhead(document, report.issuer_parent, report.issuer, report.issuer_code, report.place)
    name_block(document, report.title, report.reader)
    _introduction(document, report)
    _results(document, report)
    _gathered(document, report, "III. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN", lambda e: e.difficulty)
    _gathered(document, report, "IV. ĐỀ XUẤT, KIẾN NGHỊ", lambda e: e.proposal)
    _sending(document, report)
    body(
        document,
        f"Trên đây là báo cáo của {line(report.issuer)}, kính báo cáo {line(report.reader)} xem xét, chỉ đạo./.",
    )
    signature(document, report.recipients)
    _annexes(document, report)
    return finish(document, report.as_of)


def _introduction(document: DocumentObject, report: ConsolidatedReport) -> None:
    body(
        document,
        f"Thực hiện {line(report.plan_citation)}, {line(report.issuer)} tổng hợp tình hình thực hiện {line(report.period_label)} như sau:",
    )
    heading(document, "I. TÌNH HÌNH CHUNG")
    body(document, received_text(report))


def _results(document: DocumentObject, report: ConsolidatedReport) -> None:
    heading(document, "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ")
    for number, section in enumerate(report.sections, 1):
        heading(document, f"{number}. {section.title} ({section.clause})", 1)
        entries, nil = told(section.entries), nil_line(section.entries)
        for entry in entries:
            said(document, entry.agency, entry.result)
        body(document, nil if entries or nil else NOTHING)
    if not report.sections:
        body(document, NOTHING)


def _gathered(
    document: DocumentObject, report: ConsolidatedReport, title: str, pick: Callable[[AgencyEntry], str]
) -> None:
    heading(document, title)
    found = [(section.clause, e) for section in report.sections for e in section.entries if pick(e).strip()]
    for clause, entry in found:
        said(document, f"{entry.agency} ({clause})", pick(entry))
    if not found:
        body(document, NONE_RAISED)


def _sending(document: DocumentObject, report: ConsolidatedReport) -> None:
    heading(document, "V. TÌNH HÌNH GỬI BÁO CÁO")
    body(document, sending_text(report))
    for text in late_lines(report.received):
        body(document, text)
    body(document, annexes_text(report))


def _annexes(document: DocumentObject, report: ConsolidatedReport) -> None:
    source = f"/BC-{line(report.issuer_code)} {BLANK_DAY.strip()}          của {line(report.issuer)}"
    annex(document, 1, "Tình hình gửi báo cáo", source)
    _received(document, report)
    _unsent(document, "2. Cơ quan, đơn vị chưa gửi báo cáo", report.missing)
    if report.exempt:
        _unsent(document, "3. Cơ quan, đơn vị không phải báo cáo kỳ này", report.exempt)
    if report.figures:
        annex(document, 2, "Số liệu", source)
        figures_grid(document, report.figures)
    if report.compared:
        annex(document, 3 if report.figures else 2, compared_title(report.compared), source)
        body(document, report.compared.scope)
        rows = [compared_row(figure) for figure in report.compared.figures]
        grid(document, COMPARED, rows, (2.8, 3.0, 2.0, 1.8, 1.9, 2.4, 2.6))


def _received(document: DocumentObject, report: ConsolidatedReport) -> None:
    heading(document, "1. Cơ quan, đơn vị đã gửi báo cáo")
    if not report.received:
        body(document, "Chưa có.")
        return
    head = ("TT", "Cơ quan, đơn vị", "Hình thức", "Số, ký hiệu", "Ngày văn bản", "Ngày đến", "Ghi chú")
    rows = [
        (
            str(n),
            line(r.agency),
            FORMS.get(r.form, r.form),
            r.document_number or "",
            day_text(r.document_on),
            arrival_text(r),
            note_text(r),
        )
        for n, r in enumerate(report.received, 1)
    ]
    grid(document, head, rows, (1.0, 4.0, 2.0, 2.5, 2.5, 2.5, 2.0))


def _unsent(document: DocumentObject, title: str, rows: Sequence[MissingRow]) -> None:
    heading(document, title)
    if not rows:
        body(document, "Không có.")
        return
    lines = [(str(n), line(m.agency), line(m.state), day_text(m.due_on)) for n, m in enumerate(rows, 1)]
    grid(document, ("TT", "Cơ quan, đơn vị", "Tình trạng", "Thời hạn"), lines, (1.0, 8.0, 5.0, 2.5))
