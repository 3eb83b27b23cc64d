"""A restored database beside the live one: an archive lacks nothing that stood in the live one when it was made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, func, select

from models.engine import open_database
from models.tables import (
    Account,
    Agency,
    Assignment,
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
from obligations.services.care.backup import has_database
from obligations.services.care.finding import Finding
from obligations.settings import Settings

COUNTED: dict[str, tuple[Any, Any]] = {
    "văn bản": (Plan.id, None),
    "bản của văn bản": (PlanVersion.id, PlanVersion.applied_at),
    "nhiệm vụ": (Obligation.id, None),
    "cơ quan, đơn vị": (Agency.id, None),
    "kỳ báo cáo": (Period.id, None),
    "đầu việc": (Assignment.id, None),
    "báo cáo": (Submission.id, Submission.recorded_at),
    "xác nhận đã nhận": (Receipt.id, Receipt.recorded_at),
    "thông báo": (Message.id, Message.created_at),
    "lần gửi": (Delivery.id, Delivery.started_at),
    "báo cáo tổng hợp": (Consolidation.id, Consolidation.made_at),
    "tài khoản": (Account.id, Account.created_at),
    "mục nhật ký": (AuditEntry.seq, AuditEntry.at),
}
"""Number and, where there is one, moment of rows that stay: up to the archive's newest number and its own moment the live
database cannot have more. Attachments of a report that was set apart go and come back; files are held against the archive's list.
"""
UNDER_WAY = timedelta(minutes=5)
"""What was begun so shortly before a backup may have been committed after it."""


def compare_with_live(live: Settings, restored: Session, made_at: datetime) -> Iterator[Finding]:
    """Read-only on both sides. Where there is no live database there is nothing to compare with, which is said."""
    if not has_database(live):
        said = "không có hệ thống nào tại đây, chỉ kiểm tra bản sao lưu"
        yield Finding.seen("live", "Đối chiếu với hệ thống đang chạy", said)
        return
    database = open_database(live.database)
    try:
        with database.read() as session:
            yield _counts(restored, session, made_at - UNDER_WAY)
            yield _continues(restored, session)
    finally:
        database.dispose()


def _counts(restored: Session, live: Session, until: datetime) -> Finding:
    lacking, said = [], []
    for name, (number, moment) in COUNTED.items():
        kept, newest = restored.exec(select(func.count(number), func.max(number))).one()
        there = live.exec(select(func.count(number)).where(number <= (newest or 0))).one()
        if moment is not None:
            there = max(there, live.exec(select(func.count(number)).where(moment <= until)).one())
        said.append(f"{name} {kept}")
        if there > kept:
            lacking.append(f"{name}: bản sao lưu {kept}, hệ thống {there}")
    return Finding.seen(
        "counts",
        "Số dòng so với hệ thống đang chạy, tính đến lúc sao lưu",
        f"thiếu: {'; '.join(lacking)}" if lacking else ", ".join(said),
        well=not lacking,
        reason="lacking",
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
        reason="apart",
        advice="đối chiếu nơi cất bản sao lưu; nếu đúng là của hệ thống này, báo người phụ trách an toàn thông tin",
    )
