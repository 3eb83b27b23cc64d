"""The ledger as a document that leaves the system: who was told what, when, and by what it can be checked later."""

from datetime import datetime

from obligations.errors import Refused
from obligations.rules import ledger_wording as words
from obligations.services.ledgers.events import LedgerEvent
from obligations.services.ledgers.ledger import Ledger, LedgerSheet
from reports.register import Register, RegisterPart
from reports.register_csv import render_register_csv
from reports.register_docx import render_register_docx
from reports.register_xlsx import render_register_xlsx

COLUMNS = (("TT", 1.0), ("Thời điểm", 2.4), ("Sự việc", 4.0), ("Kênh, nơi nhận", 4.4), ("Ghi chú", 4.7))
FORMATS = {
    "docx": (render_register_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": (render_register_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (render_register_csv, "text/csv; charset=utf-8"),
}


def render_ledger(ledger: Ledger, form: str, unit: str) -> bytes:
    """``docx``, ``xlsx`` or ``csv``; the same ledger of the same moment gives the same bytes. ``unit``: who keeps it."""
    return render_register(ledger_register(ledger, unit), form)


def render_register(register: Register, form: str) -> bytes:
    """Refused for any other format than ``docx``, ``xlsx`` and ``csv``."""
    if form not in FORMATS:
        raise Refused(f"a register is exported as .docx, .xlsx or .csv, not {form!r}")
    return FORMATS[form][0](register)


def ledger_register(ledger: Ledger, unit: str) -> Register:
    """The ledger as a register, one table an agency."""
    facts = [
        ("Căn cứ", f"{ledger.plan_citation}{'; ' + ledger.basis if ledger.basis else ''}"),
        ("Nội dung", f"{ledger.about}; hạn {ledger.due_on:%d/%m/%Y}"),
    ]
    if len(ledger.agencies) == 1:
        facts.append(("Cơ quan, đơn vị", ledger.agencies[0].name))
    facts.append(("Lập lúc", _moment(ledger.made_at)))
    return Register(
        issuer=unit,
        title=words.TITLE,
        facts=tuple(facts),
        columns=COLUMNS,
        parts=tuple(_part(n, sheet) for n, sheet in enumerate(ledger.agencies, 1)),
        closing=(
            "Địa chỉ nơi nhận được che bớt, trừ khi bản in ghi đủ. Kênh gửi không có xác nhận thì chỉ ghi là đã chuyển.",
            f"Nhật ký thao tác tại thời điểm lập: mục số {ledger.audit_seq}, mã kiểm tra {ledger.audit_hash}.",
            "Mỗi thông báo đã gửi kèm mã kiểm tra SHA-256 của nội dung.",
        ),
        as_of=ledger.made_at,
        sheet=words.TITLE[:31],
    )


def file_name(ledger: Ledger, form: str) -> str:
    """``so-theo-doi-thong-bao-2026.docx``, with the agency's code when it is about one."""
    one = f"-{ledger.agencies[0].agency}" if len(ledger.agencies) == 1 else ""
    return f"so-theo-doi-thong-bao-{ledger.obligation}-{ledger.period}{one}.{form}"


def summary(sheet: LedgerSheet) -> str:
    """``đã chuyển 03, có xác nhận đến 01, ...``; what did not happen is left out."""
    names = {
        "sent": "đã chuyển",
        "delivered": "có xác nhận đến",
        "seen": "có xác nhận đã xem",
        "bounced": "bị trả lại",
        "failed": "không gửi được",
        "recorded": "chỉ ghi nhận, không gửi",
        "call": "gọi điện thoại",
    }
    said = [f"{name} {sheet.counts[kind]:02d}" for kind, name in names.items() if sheet.counts[kind]]
    return ", ".join(said) or "chưa có thông báo nào được chuyển"


def _part(number: int, sheet: LedgerSheet) -> RegisterPart:
    rows = tuple(_row(n, event) for n, event in enumerate(sheet.events, 1))
    return RegisterPart(f"{number}. {sheet.name}", f"Trạng thái: {sheet.state_text}. Tổng hợp: {summary(sheet)}.", rows)


def _row(number: int, event: LedgerEvent) -> tuple[str, ...]:
    where = ", ".join(part for part in (event.channel, event.audience, event.contact, event.address) if part)
    quoted = f"“{event.subject}”" if event.subject and event.kind in ("sent", "recorded") else ""
    digest = f"mã kiểm tra {event.digest}" if event.digest else ""
    by = f"người thực hiện: {event.by}" if event.by else ""
    note = "; ".join(part for part in (quoted, event.detail, by, digest) if part)
    return (str(number), f"{event.at:%H:%M %d/%m/%Y}", event.what, where, note)


def _moment(at: datetime) -> str:
    return f"{at:%H:%M} ngày {at:%d/%m/%Y}"
