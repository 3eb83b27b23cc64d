"""The receipt of one version as a file, to be kept with the agency's own papers."""

from models.enums import SubmissionChannel, SubmissionForm
from notifications.vietnamese import long_day, moment
from obligations.rules.wording import form_text, way_text
from obligations.services.context import Context
from obligations.services.views_agency import ReceiptPage
from reports.receipt_docx import ReceiptFile, render_receipt_docx

SOFT = "Đây là bản mềm; còn chờ văn bản đã ký để hoàn thành."
LATER = "Lần gửi sau, nếu có, thay thế lần gửi này; cả hai đều được lưu."


def receipt_file(ctx: Context, receipt: ReceiptPage) -> bytes:
    """The .docx. What the page of the receipt says and nothing else; no word of the report itself."""
    version, zone = receipt.version, ctx.settings.zone
    facts = [("Cơ quan gửi", receipt.agency)]
    for duty in receipt.each:
        due = moment(duty.due_at.astimezone(zone)) if duty.due_at else long_day(duty.due_on)
        facts.append(("Nội dung", duty.name))
        facts.append(("Thời hạn", f"{due}{'; ' if duty.kept else ''}{duty.kept}"))
    facts.append(("Lần gửi", f"thứ {version.version}"))
    way = way_text(SubmissionChannel(version.channel)) or "qua trang báo cáo"
    facts.append(("Hình thức", f"{form_text(SubmissionForm(version.form))}, {way}"))
    if version.form == SubmissionForm.covered.value:
        facts.append(("Ghi chú", f"{version.note} Chờ xác nhận." if version.channel == "portal" else version.note))
    if version.document_number:
        on = f" ngày {version.document_on:%d/%m/%Y}" if version.document_on else ""
        facts.append(("Số, ký hiệu", f"{version.document_number}{on}"))
    if version.channel != SubmissionChannel.portal.value:
        facts.append(("Ngày đến", long_day(version.arrived_on)))
    facts.append(("Nội dung nhập", f"{len(version.entries)} mục, {len(version.figures)} số liệu"))
    facts += [("Tệp", f.file_name) for f in version.files]
    at = version.arrived_at.astimezone(zone)
    return render_receipt_docx(
        ReceiptFile(
            unit=ctx.settings.unit,
            number=version.receipt_number,
            moment=moment(at),
            facts=tuple(facts),
            notes=(LATER,) if receipt.complete else (SOFT, LATER),
            as_of=at,
        )
    )
