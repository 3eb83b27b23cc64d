"""The receipt of one version as a file, to be kept with the agency's own papers."""

from zoneinfo import ZoneInfo

from models.enums import SubmissionChannel, SubmissionForm
from notifications.vietnamese import long_day, moment
from obligations.rules.wording import STATED_DAY, arrival_text, form_text, way_text
from obligations.services.context import Context
from obligations.services.views.agency import ReceiptPage
from reports.receipt_docx import ReceiptFile, render_receipt_docx

SOFT = "Đây là bản mềm; còn chờ văn bản đã ký để hoàn thành."
LATER = "Lần gửi sau, nếu có, thay thế lần gửi này; cả hai đều được lưu."
STATED = "Ghi theo báo của cơ quan gửi, chưa đối chiếu với sổ văn bản đến; chưa phải là xác nhận đã nhận."
TITLE, STATED_TITLE = "XÁC NHẬN ĐÃ NHẬN BÁO CÁO", "GHI NHẬN CƠ QUAN BÁO ĐÃ GỬI VĂN BẢN"


def receipt_file(ctx: Context, receipt: ReceiptPage) -> bytes:
    """The .docx. What the page of the receipt says and nothing else; no word of the report itself."""
    version = receipt.version
    at = version.arrived_at.astimezone(ctx.settings.zone)
    return render_receipt_docx(
        ReceiptFile(
            unit=ctx.settings.unit,
            number=version.receipt_number,
            title=STATED_TITLE if version.stated else TITLE,
            lead=_lead(receipt, moment(at)),
            facts=(*_facts(receipt, ctx.settings.zone), *_recorded(receipt, moment(at))),
            notes=tuple(_notes(receipt)),
            as_of=at,
        )
    )


def _lead(receipt: ReceiptPage, at: str) -> str:
    """When it came: the minute on the portal, else số đến and ngày đến; the moment of recording is another thing."""
    version = receipt.version
    if version.channel == SubmissionChannel.portal.value:
        return f"Thời điểm nhận: {at}"
    if version.stated:
        return f"{STATED_DAY.capitalize()}: {long_day(version.arrived_on) if version.arrived_on else 'chưa rõ'}"
    number = f"; số đến: {version.incoming_number}" if version.incoming_number else ""
    came = version.arrived_on
    return f"Ngày đến: {long_day(came) if came else arrival_text(came, SubmissionForm(version.form))}{number}"


def _recorded(receipt: ReceiptPage, at: str) -> list[tuple[str, str]]:
    return [] if receipt.version.channel == SubmissionChannel.portal.value else [("Thời điểm ghi nhận", at)]


def _facts(receipt: ReceiptPage, zone: ZoneInfo) -> list[tuple[str, str]]:
    version = receipt.version
    facts = [("Cơ quan gửi", receipt.agency)]
    facts += [("Nơi nhận", name) for name in receipt.receivers]
    facts += [("Căn cứ", plan) for plan in receipt.plans]
    for duty in receipt.each:
        due = moment(duty.due_at.astimezone(zone)) if duty.due_at else long_day(duty.due_on)
        facts.append(("Nội dung", duty.name))
        facts.append(("Thời hạn", f"{due}{'; ' if duty.kept else ''}{duty.kept}"))
    facts.append(("Lần gửi", f"thứ {version.version}"))
    facts += [("Tình trạng", words) for words in receipt.out]
    way = way_text(SubmissionChannel(version.channel)) or "qua trang báo cáo"
    facts.append(("Hình thức", f"{form_text(SubmissionForm(version.form))}, {way}"))
    if version.form == SubmissionForm.covered.value:
        facts.append(("Ghi chú", f"{version.note} Chờ xác nhận." if version.channel == "portal" else version.note))
    if version.document_number:
        on = f" ngày {version.document_on:%d/%m/%Y}" if version.document_on else ""
        facts.append(("Số, ký hiệu", f"{version.document_number}{on}"))
    by = ", cán bộ theo dõi nhập" if version.by_staff else ""
    facts.append(("Nội dung nhập", f"{len(version.entries)} mục, {len(version.figures)} số liệu{by}"))
    facts += [("Tệp", f.file_name) for f in version.files]
    return facts


def _notes(receipt: ReceiptPage) -> list[str]:
    if receipt.out:
        return list(receipt.out)
    if receipt.version.stated:
        return [STATED]
    return [LATER] if receipt.complete else [SOFT, LATER]
