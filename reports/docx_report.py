"""The consolidated report as .docx in our own layout, ready for the head of the department to sign."""

from reports.blocks import letterhead, name_block, signature
from reports.document import ConsolidatedReport
from reports.docx_parts import Part, annexes, difficulties, general, proposals, results, sending
from reports.layout import body, finish, heading, new_document
from reports.wording import closing_text, opening_text

PARTS: dict[str, Part] = {
    "I. TÌNH HÌNH CHUNG": general,
    "II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ": results,
    "III. KHÓ KHĂN, VƯỚNG MẮC, NGUYÊN NHÂN": difficulties,
    "IV. ĐỀ XUẤT, KIẾN NGHỊ": proposals,
    "V. TÌNH HÌNH GỬI BÁO CÁO": sending,
}


def render_docx(report: ConsolidatedReport) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    document = new_document(report.title, report.issuer, report.as_of)
    letterhead(document, report.issuer_parent, report.issuer, report.issuer_code, report.place)
    name_block(document, report.title, report.reader)
    body(document, opening_text(report))
    for title, part in PARTS.items():
        heading(document, title)
        part(document, report)
    body(document, closing_text(report))
    signature(document, report.recipients)
    annexes(document, report)
    return finish(document, report.as_of)
