"""A restored database beside the live one: an archive lacks nothing that stood in the live one when it was made."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, func, select

from models.engine import open_database
from models.tables import (
    Account,
    Agency,
    Assignment,
    Attachment,
    AuditEntry,
    Consolidation,
    Delivery,
    Message,
    Obligation,
    Period,
    Plan,
    PlanVersion,
    Receipt,
    Submission,
)
from obligations.services import audit
from obligations.services.backup import sqlite_path
from obligations.services.care.finding import Finding
from obligations.settings import Settings

COUNTED: dict[str, Any] = {
    "văn bản": Plan.id,
    "bản của văn bản": PlanVersion.id,
    "nhiệm vụ": Obligation.id,
    "cơ quan, đơn vị": Agency.id,
    "kỳ báo cáo": Period.id,
    "đầu việc": Assignment.id,
    "báo cáo": Submission.id,
    "xác nhận đã nhận": Receipt.id,
    "tệp đính kèm": Attachment.id,
    "thông báo": Message.id,
    "lần gửi": Delivery.id,
    "báo cáo tổng hợp": Consolidation.id,
    "tài khoản": Account.id,
    "mục nhật ký": AuditEntry.seq,
}
"""Rows of these stay, but for what was destroyed by two people: up to the archive's newest number the live database can only have fewer."""


def compare_with_live(live: Settings, restored: Session) -> Iterator[Finding]:
    """Read-only on both sides. Where there is no live database there is nothing to compare with, which is said."""
    if not sqlite_path(live).is_file():
        yield Finding.seen(
            "live", "Đối chiếu với hệ thống đang chạy", "không có hệ thống nào tại đây, chỉ kiểm tra bản sao lưu"
        )
        return
    database = open_database(live.database)
    try:
        with database.read() as session:
            yield _counts(restored, session)
            yield _continues(restored, session)
    finally:
        database.dispose()


def _counts(restored: Session, live: Session) -> Finding:
    lacking, said = [], []
    for name, number in COUNTED.items():
        kept, newest = restored.exec(select(func.count(number), func.max(number))).one()
        there = live.exec(select(func.count(number)).where(number <= (newest or 0))).one()
        said.append(f"{name} {kept}")
        if there > kept:
            lacking.append(f"{name}: bản sao lưu {kept}, hệ thống {there}")
    return Finding.seen(
        "counts",
        "Số dòng so với hệ thống đang chạy, tính đến lúc sao lưu",
        f"thiếu: {'; '.join(lacking)}" if lacking else ", ".join(said),
        well=not lacking,
        advice="bản sao lưu không đủ dữ liệu; tìm nguyên nhân và sao lưu lại ngay (dondoc backup)",
    )


def _continues(restored: Session, live: Session) -> Finding:
    newest = audit.head(restored)
    well = audit.contains(live, newest)
    return Finding.seen(
        "continues",
        "Nhật ký của bản sao lưu nối với nhật ký đang dùng",
        f"khớp ở mục số {newest.partition(':')[0]}"
        if well
        else "không khớp: bản sao lưu của hệ thống khác, hoặc nhật ký đã bị sửa",
        well=well,
        advice="đối chiếu nơi cất bản sao lưu; nếu đúng là của hệ thống này, báo người phụ trách an toàn thông tin",
    )
