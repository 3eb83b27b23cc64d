"""Plan 197's notices as the golden page shows them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifications.notice import RequestFacts
from notifications.operational import OperationalNote
from notifications.rendering import NoticeContext, NoticeItem

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
REPORT = NoticeItem(
    title="Báo cáo hằng năm tình hình thực hiện Kế hoạch",
    clause_text="gạch đầu dòng thứ 4, mục V",
    period_label="năm 2026",
    due_on=date(2026, 10, 31),
    practical_due_on=date(2026, 10, 30),
    grace_until=date(2026, 11, 2),
    grace_applies=False,
    due_text="trước ngày 01/11 hàng năm",
    data_window="từ 01/11/2025 đến 31/10/2026 (ấn định nội bộ)",
    basis_note="Theo văn bản giao: Kế hoạch số 197/KH-UBND ngày 28/12/2023 của UBND tỉnh Hưng Yên",
    receiver="Sở Tài chính",
)
SECOND = NoticeItem(
    title="Rà soát, đề xuất mô hình kinh doanh mới",
    clause_text="gạch đầu dòng thứ 2, điểm 1, mục III",
    period_label="năm 2026",
    due_on=date(2026, 11, 6),
    practical_due_on=date(2026, 11, 6),
    grace_until=date(2026, 11, 6),
    grace_applies=False,
    due_text="hết ngày 06/11/2026",
    basis="internal",
    basis_note=(
        "Ấn định nội bộ, không phải hạn trong văn bản: Chuyên viên theo dõi, tổng hợp ấn định ngày 15/01/2024. "
        "Lý do: văn bản không nêu thời hạn"
    ),
    receiver="Sở Tài chính",
)
BASE = NoticeContext(
    agency_name="Sở Công Thương",
    addressee="clerk",
    agency_kind="government",
    plan_number="197/KH-UBND",
    plan_citation="Kế hoạch số 197/KH-UBND ngày 28/12/2023 của UBND tỉnh Hưng Yên",
    consolidator="Sở Tài chính",
    reader="UBND tỉnh",
    unit_line="Thông báo tự động – Phòng Doanh nghiệp, Sở Tài chính",
    landline="0221 3 863 000",
    basis_document="Công văn số 1234/STC-DN ngày 01/10/2026",
    items=[REPORT],
    link="https://baocao.hungyen.example/s/Zm9vYmFyYmF6cXV4",
    portal_host="baocao.hungyen.example",
    network_note="mở được ngoài mạng TSLCD",
    code="K7MF-2QXR",
    as_of=datetime(2026, 10, 21, 8, 0, tzinfo=ZONE),
)
ADDRESSEES: dict[str, dict[str, Any]] = {
    "clerk government": {},
    "party requested": {"agency_name": "Đảng ủy xã Tiên Lữ", "agency_kind": "party"},
    "association": {"agency_name": "Hiệp hội doanh nghiệp tỉnh Hưng Yên", "agency_kind": "association"},
    "leader": {"agency_name": "Ủy ban nhân dân xã Tiên Lữ", "addressee": "leader"},
    "the asking department itself": {"agency_name": "Sở Tài chính", "own": True},
    "report to another body": {"receiver": "Ủy ban nhân dân tỉnh Hưng Yên"},
    "leader of a party body, requested": {
        "agency_name": "Đảng ủy xã Tiên Lữ",
        "agency_kind": "party",
        "addressee": "leader",
    },
}
# kind -> the morning it is sent, and what the caller counted: working days left, days late
DAYS: dict[str, tuple[date, int | None, int | None]] = {
    "open": (date(2026, 10, 1), 21, None),
    "before": (date(2026, 10, 21), 7, None),
    "tomorrow": (date(2026, 10, 29), 1, None),
    "today": (date(2026, 10, 30), 0, None),
    "overdue": (date(2026, 11, 2), None, 2),
    "ask_again": (date(2026, 11, 2), None, 2),
    "inform": (date(2026, 10, 1), 21, None),
    "leader": (date(2026, 11, 10), None, 10),
    "letter": (date(2026, 11, 10), None, 10),
    "official_copy": (date(2026, 11, 4), None, None),
    "received": (date(2026, 10, 30), 0, None),
    "returned": (date(2026, 11, 5), None, None),
    "extended": (date(2026, 10, 28), 12, None),
    "agreed_late": (date(2026, 10, 30), 0, None),
    "more_time_refused": (date(2026, 10, 29), 1, None),
    "correction": (date(2026, 10, 22), 16, None),
    "ended": (date(2026, 10, 22), 6, None),
    "new_link": (date(2026, 10, 22), 6, None),
    "agency_link": (date(2026, 10, 22), 6, None),
    "request": (date(2026, 10, 29), None, None),
    "request_reminder": (date(2026, 10, 30), None, None),
    "request_overdue": (date(2026, 10, 31), None, 1),
    "request_cancelled": (date(2026, 10, 30), None, None),
    "transferred": (date(2026, 10, 15), 11, None),
    "assigned": (date(2026, 10, 22), 6, None),
    "released": (date(2026, 10, 22), 6, None),
    "by_hand": (date(2026, 11, 2), None, None),
    "issued": (date(2026, 12, 1), None, None),
    "contact_changed": (date(2026, 10, 22), 6, None),
    "contact_told": (date(2026, 10, 22), 6, None),
    "sent_claim": (date(2026, 11, 2), None, 2),
    "not_arrived": (date(2026, 11, 2), None, 2),
    "retracted": (date(2026, 11, 3), None, None),
    "dispute_received": (date(2026, 10, 22), 6, None),
    "recalled": (date(2026, 10, 30), 0, None),
}
CONTENT = "Báo cáo nhanh số doanh nghiệp bị ảnh hưởng do mưa lũ trên địa bàn, kèm đề xuất hỗ trợ.\nGửi bản mềm trước, văn bản ký số gửi sau."


def request(minutes_left: int, urgency: str = "Hỏa tốc") -> dict[str, Any]:
    """What is asked for at 10:00 of Friday 30/10/2026."""
    due_at = datetime(2026, 10, 30, 10, tzinfo=ZONE)
    facts = RequestFacts(due_at=due_at, urgency=urgency, content=CONTENT, minutes_left=minutes_left, by_document=True)
    return {"due_on": due_at.date(), "practical_due_on": due_at.date(), "request": facts}


EXTRA: dict[str, dict[str, Any]] = {
    "leader": {"first_notice_on": date(2026, 11, 2)},
    "letter": {"first_notice_on": date(2026, 11, 2)},
    "official_copy": {"receipt_number": "2026-000123", "received_at": datetime(2026, 10, 30, 9, 15, tzinfo=ZONE)},
    "received": {
        "receipt_number": "2026-000123",
        "received_at": datetime(2026, 10, 30, 9, 15, tzinfo=ZONE),
        "form": "văn bản ký số",
        "document": "45/BC-SCT",
        "document_on": date(2026, 10, 29),
        "kept": "đã gửi trong hạn",
    },
    "returned": {
        "receipt_number": "2026-000123",
        "received_at": datetime(2026, 10, 30, 9, 15, tzinfo=ZONE),
        "remarks": "Thống nhất số doanh nghiệp thành lập mới giữa nội dung và phụ lục\nBổ sung kết quả tháng 10",
        "until_on": date(2026, 11, 12),
    },
    "extended": {
        "extended_to": date(2026, 11, 15),
        "practical_due_on": date(2026, 11, 13),
        "due_on": date(2026, 11, 15),
        "document": "88/UBND-TH",
        "document_on": date(2026, 10, 27),
        "basis": "letter",
        "basis_note": "Gia hạn theo văn bản số 88/UBND-TH ngày 27/10/2026",
    },
    "agreed_late": {
        "until_on": date(2026, 11, 12),
        "agreed": "Thống nhất nội bộ đến hết ngày 12/11/2026; ghi ngày 30/10/2026, lý do: chờ số liệu",
    },
    "more_time_refused": {
        "until_on": date(2026, 11, 20),
        "remarks": "Sở Tài chính phải báo cáo UBND tỉnh trước ngày 15/11/2026",
    },
    "transferred": {
        "remarks": "Sở Du lịch sáp nhập vào Sở Công Thương từ ngày 15/10/2026 theo Quyết định số 88/QĐ-UBND ngày 12/10/2026",
        "document": "Quyết định số 88/QĐ-UBND ngày 12/10/2026",
    },
    "assigned": {"document": "Quyết định số 95/QĐ-UBND ngày 21/10/2026"},
    "released": {"document": "Quyết định số 95/QĐ-UBND ngày 21/10/2026"},
    "correction": {
        "due_text": "trước ngày 15/11 hàng năm",
        "due_on": date(2026, 11, 14),
        "practical_due_on": date(2026, 11, 13),
        "told_due_on": date(2026, 10, 31),
        "document": "Quyết định số 12/QĐ-UBND ngày 12/10/2026",
        "remarks": "Đề cương báo cáo bổ sung 02 nội dung, xem tại trang riêng",
    },
    "retracted": {
        "remarks": "Báo cáo của đơn vị đã nhận ngày 29/10/2026 qua trục liên thông văn bản, chưa kịp ghi nhận",
        "wrong_at": datetime(2026, 11, 2, 14, 0, tzinfo=ZONE),
        "wrong_subject": "Đề nghị gửi báo cáo năm 2026 (Kế hoạch số 197/KH-UBND)",
    },
    "contact_told": {"remarks": "v…@tienlu.hungyen.gov.vn được thay bằng p…@tienlu.hungyen.gov.vn"},
    "ended": {"document": "Quyết định số 15/QĐ-UBND ngày 20/10/2026"},
    "by_hand": {
        "receipt_number": "2026-000123",
        "document": "45/BC-SCT",
        "document_on": date(2026, 10, 29),
        "arrived_on": date(2026, 10, 30),
        "way": "qua trục liên thông văn bản",
    },
    "not_arrived": {
        "document": "45/BC-SCT",
        "document_on": date(2026, 10, 29),
        "arrived_on": date(2026, 10, 30),
        "way": "qua trục liên thông văn bản",
    },
    "dispute_received": {
        "received_at": datetime(2026, 10, 21, 16, 40, tzinfo=ZONE),
        "remarks": "Nội dung thuộc chức năng, nhiệm vụ của Sở Nội vụ từ ngày 01/10/2026",
        "document": "Quyết định số 77/QĐ-UBND ngày 25/9/2026",
    },
    "recalled": {
        "receipt_number": "2026-000123",
        "received_at": datetime(2026, 10, 30, 10, 5, tzinfo=ZONE),
        "remarks": "Gửi nhầm bản chưa ký",
    },
    "issued": {"document": "310/BC-STC", "document_on": date(2026, 11, 30), "until_on": date(2026, 12, 7)},
    "request": request(26 * 60),
    "request_reminder": request(2 * 60, "Khẩn"),
    "request_overdue": request(-22 * 60),
    "request_cancelled": {**request(2 * 60), "remarks": "Đã có số liệu từ báo cáo tuần"},
}


def notice(kind: str, addressee: str = "clerk government", *, digest: bool = False, **changes: Any) -> NoticeContext:
    """The context of one golden entry."""
    day, left, late = DAYS[kind]
    requested = "requested" in addressee or addressee == "association" or kind == "ask_again"
    items = [replace(REPORT, days_left=left, days_late=None if requested else late, requested=requested)]
    if digest:
        gap = (SECOND.practical_due_on - day).days
        second_left = sum((day + timedelta(n + 1)).weekday() < 5 for n in range(gap)) if gap >= 0 else None
        items.append(replace(SECOND, days_left=second_left, requested=requested))
    items = [replace(item, **EXTRA.get(kind, {})) for item in items]
    who = ADDRESSEES[addressee]
    if addressee == "clerk government" and kind == "open":
        who = {**who, "basis_document": None}
    return replace(
        BASE, items=items, as_of=datetime(day.year, day.month, day.day, 8, tzinfo=ZONE), **{**who, **changes}
    )


_OPS: dict[str, Any] = {
    "unit": "Phòng Doanh nghiệp, Sở Tài chính",
    "as_of": datetime(2026, 10, 1, 8, tzinfo=ZONE),
    "page": "https://baocao.hungyen.example/messages?state=failed",
}
NOTE_SAMPLES = (
    OperationalNote(
        "unreachable",
        count=3,
        about="kỳ báo cáo năm 2026",
        names=("Sở Công Thương", "UBND xã Tiên Lữ", "Đảng ủy xã Tiên Lữ"),
        **_OPS,
    ),
    OperationalNote(
        "delivery_failing",
        count=104,
        channel="thư điện tử",
        since=datetime(2026, 10, 1, 7, 12, tzinfo=ZONE),
        detail="421 máy chủ bận",
        **_OPS,
    ),
    OperationalNote("consent_needed", count=12, channel="Zalo", detail="chạy lệnh: dondoc zalo connect", **_OPS),
    OperationalNote("doubtful", count=2, channel="Zalo", since=datetime(2026, 10, 1, 9, 30, tzinfo=ZONE), **_OPS),
    OperationalNote("set_apart", count=1, since=datetime(2026, 10, 1, 9, 30, tzinfo=ZONE), **_OPS),
    OperationalNote(
        "sign_in",
        unit="Phạm Thị Lan",
        as_of=datetime(2026, 10, 1, 9, 30, tzinfo=ZONE),
        since=datetime(2026, 10, 1, 9, 30, tzinfo=ZONE),
        about="lan.pt",
        count=15,
        page="https://baocao.hungyen.example/login/6ohq-Wl2",
    ),
)
