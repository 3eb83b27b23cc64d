"""Facts of plan 197 that message tests share."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from notifications.rendering import NoticeContext, NoticeItem

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

ITEM = NoticeItem(
    title="Báo cáo hằng năm tình hình thực hiện Kế hoạch",
    clause_text="gạch đầu dòng thứ 4, mục V",
    period_label="năm 2026",
    due_on=date(2026, 10, 31),
    practical_due_on=date(2026, 10, 30),
    grace_until=date(2026, 11, 2),
    grace_applies=False,
    due_text="trước ngày 01/11 hàng năm",
    days_left=7,
    remarks="Thiếu số liệu mục III.2; chưa nêu khó khăn, vướng mắc",
    receipt_number="TN-2026-000123",
    received_at=datetime(2026, 10, 29, 9, 5, tzinfo=HANOI),
    data_window="từ 01/11/2025 đến 31/10/2026",
    document="12/UBND-KT ngày 20/10/2026",
)
SECOND = replace(
    ITEM,
    title="Tổng hợp, báo cáo UBND tỉnh tình hình thực hiện Kế hoạch hằng năm",
    due_on=date(2026, 11, 15),
    practical_due_on=date(2026, 11, 13),
    due_text="hết ngày 15/11/2026",
    internal=True,
)
CLERK = NoticeContext(
    agency_name="Sở Công Thương",
    addressee="clerk",
    agency_kind="government",
    plan_number="197/KH-UBND",
    plan_citation="Kế hoạch số 197/KH-UBND ngày 28/12/2023 của UBND tỉnh Hưng Yên",
    consolidator="Sở Tài chính",
    reader="UBND tỉnh",
    unit_line="Thông báo tự động – Phòng Doanh nghiệp, Sở Tài chính",
    landline="0221 3 863 000",
    basis_document=None,
    items=[ITEM],
    link="https://dondoc.hungyen.example/s/AbC",
    portal_host="dondoc.hungyen.example",
    as_of=datetime(2026, 10, 21, 8, tzinfo=HANOI),
)
PARTY = replace(CLERK, agency_name="Đảng ủy xã Tiên Lữ", agency_kind="party", items=[replace(ITEM, requested=True)])
ASSOCIATION = replace(CLERK, agency_name="Hiệp hội Doanh nghiệp tỉnh", agency_kind="association", items=[replace(ITEM, requested=True)])
LEADER = replace(CLERK, addressee="leader", items=[replace(ITEM, days_late=10, first_notice_on=date(2026, 11, 2))])
DIGEST = replace(CLERK, items=[ITEM, SECOND])
