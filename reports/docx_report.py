"""The consolidated report as .docx: by clause and agency, ready for the head of the department to sign."""

import io
from datetime import date

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH

from reports.document import AgencyEntry, ConsolidatedReport, ReceivedRow
from reports.layout import body, grid, letterhead, new_document, signature, write
from reports.packing import repack

FORMS = {"soft": "bản mềm", "signed": "văn bản ký số", "paper": "bản giấy", "nil": "không phát sinh"}


def render_docx(report: ConsolidatedReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    document = new_document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = report.title, report.issuer, ""
    properties.created = properties.modified = report.as_of.replace(tzinfo=None)
    letterhead(document, report.issuer_parent, report.issuer, report.issuer_code, report.place)
    write(document, "BÁO CÁO", bold=True)
    write(document, report.title, bold=True)
    write(document, "")
    _introduction(document, report)
    _results(document, report)
    _gathered(document, report, "difficulty", "III. KHÓ KHĂN, VƯỚNG MẮC")
    _gathered(document, report, "proposal", "IV. ĐỀ XUẤT, KIẾN NGHỊ")
    _sending(document, report)
    body(document, f"Trên đây là báo cáo của {report.issuer}, kính báo cáo {report.reader} xem xét, chỉ đạo./.")
    signature(document, report.recipients, "Thủ trưởng")
    _annexes(document, report)
    target = io.BytesIO()
    document.save(target)
    return repack(target.getvalue(), report.as_of)


def _introduction(document: DocumentObject, report: ConsolidatedReport) -> None:
    write(document, f"Kính gửi: {report.reader}", align=WD_ALIGN_PARAGRAPH.CENTER)
    body(document, f"Thực hiện {report.plan_citation}, {report.issuer} tổng hợp tình hình thực hiện {report.period_label} như sau:")
    body(document, "I. TÌNH HÌNH CHUNG", bold=True)
    total = len(report.received) + len(report.missing)
    window = f" Số liệu tính {report.data_window}." if report.data_window else ""
    body(document, f"Tính đến {_moment(report)}, {report.issuer} đã nhận báo cáo của {len(report.received)}/{total} cơ quan, đơn vị.{window}")


def _moment(report: ConsolidatedReport) -> str:
    return f"{report.as_of:%H} giờ {report.as_of:%M} ngày {report.as_of:%d/%m/%Y}"


def _results(document: DocumentObject, report: ConsolidatedReport) -> None:
    body(document, "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ", bold=True)
    for number, section in enumerate(report.sections, 1):
        body(document, f"{number}. {section.title} ({section.clause})", bold=True)
        told = [e for e in section.entries if e.result and not e.nil]
        for entry in told:
            _entry(document, entry.agency, entry.result)
        nil = [e.agency for e in section.entries if e.nil]
        if nil:
            body(document, f"Các cơ quan không phát sinh: {', '.join(nil)}.")
        if not told and not nil:
            body(document, "Chưa có cơ quan, đơn vị báo cáo nội dung này.")


def _entry(document: DocumentObject, agency: str, text: str) -> None:
    lines = text.strip().split("\n", 1)
    body(document, f"- {agency}: {lines[0]}")
    if len(lines) > 1:
        body(document, lines[1])


def _gathered(document: DocumentObject, report: ConsolidatedReport, name: str, heading: str) -> None:
    body(document, heading, bold=True)
    entries: list[tuple[str, AgencyEntry]] = [
        (section.clause, e) for section in report.sections for e in section.entries if getattr(e, name)
    ]
    if not entries:
        body(document, "Các cơ quan, đơn vị không nêu nội dung này.")
    for clause, entry in entries:
        _entry(document, f"{entry.agency} ({clause})", getattr(entry, name))


def _sending(document: DocumentObject, report: ConsolidatedReport) -> None:
    body(document, "V. TÌNH HÌNH GỬI BÁO CÁO", bold=True)
    late = [r for r in report.received if r.late]
    body(document, f"Đã nhận: {len(report.received)}; chưa nhận: {len(report.missing)}; không phải báo cáo kỳ này: {len(report.exempt)}.")
    if late:
        body(document, f"Gửi chậm: {', '.join(_late_name(r) for r in late)}.")
    body(document, "Danh sách chi tiết tại Phụ lục.")


def _late_name(row: ReceivedRow) -> str:
    return f"{row.agency} (đã thống nhất)" if row.agreed else row.agency


def _annexes(document: DocumentObject, report: ConsolidatedReport) -> None:
    document.add_page_break()
    write(document, "PHỤ LỤC 1. TÌNH HÌNH GỬI BÁO CÁO", bold=True)
    rows = [
        (str(n), r.agency, FORMS.get(r.form, r.form), r.document_number or "", _day(r.document_on), _day(r.arrived_on), _note(r))
        for n, r in enumerate(report.received, 1)
    ]
    start = len(rows) + 1
    rows += [(str(n), m.agency, "", "", "", "", m.state) for n, m in enumerate((*report.missing, *report.exempt), start)]
    head = ("TT", "Cơ quan, đơn vị", "Hình thức", "Số, ký hiệu", "Ngày văn bản", "Ngày đến", "Ghi chú")
    grid(document, head, rows, (1.0, 4.6, 2.0, 2.6, 2.0, 2.0, 2.0))
    if report.figures:
        write(document, "")
        write(document, "PHỤ LỤC 2. SỐ LIỆU", bold=True)
        figures = [(f.clause, f.name, f.agency, f.value, f.unit, f.note) for f in report.figures]
        grid(document, ("Mục", "Chỉ tiêu", "Cơ quan, đơn vị", "Giá trị", "Đơn vị tính", "Ghi chú"), figures, (1.8, 4.4, 4.4, 2.0, 1.8, 1.8))


def _note(row: ReceivedRow) -> str:
    if row.late:
        return "Gửi chậm, đã thống nhất" if row.agreed else "Gửi chậm"
    return f"Lần gửi thứ {row.version}" if row.version > 1 else ""


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
