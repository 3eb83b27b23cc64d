"""What the doctor says of the database: schema, integrity, the trail, channels that rest, contacts, backups."""

import json
from datetime import datetime

from sqlmodel import Session, select

from models.engine import Database, open_database
from models.enums import BreakerState
from models.migrate import current, heads
from models.tables import ChannelState, SystemValue
from obligations.rules.ledger_wording import channel_text
from obligations.services.agencies.contact_health import WATCH
from obligations.services.care.accounts import check_accounts
from obligations.services.care.finding import Finding
from obligations.services.care.postgresql import check_tools
from obligations.services.care.remembered import check_backups
from obligations.services.care.trail_check import WHOLE, check_file, new_in_trail, recall_check, whole_trail
from obligations.settings import Settings


def opened_database(settings: Settings) -> tuple[Database | None, str | None, list[Finding]]:
    """The database with its revision; None, and why, when it cannot be opened. The caller disposes of it."""
    try:
        database = open_database(settings.database)
        return database, current(database), []
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database is the finding
        finding = Finding.seen(
            "database",
            "Cơ sở dữ liệu",
            f"không mở được ({type(error).__name__})",
            well=False,
            reason="unreachable",
            advice="kiểm tra DONDOC_DATABASE_URL, máy chủ cơ sở dữ liệu và quyền của tệp",
        )
        return None, None, [finding]


def check_database(
    settings: Settings, database: Database, revision: str | None, as_of: datetime, *, deploy: bool, whole: bool
) -> list[Finding]:
    """Everything that stands in it; of one that was never set up only its schema.

    ``whole`` reads file and trail from the beginning; without it what the daily check found, and what came since.
    """
    newest = heads()[0]
    findings = [
        Finding.seen(
            "schema",
            "Lược đồ cơ sở dữ liệu",
            f"bản {revision or 'trống'}; chương trình cần bản {newest}",
            well=revision in heads(),
            reason="other",
            advice="chạy dondoc up: lược đồ được nâng lên khi khởi động",
        )
    ]
    if revision is None:
        return findings
    with database.read() as session:
        if database.is_sqlite:
            findings.append(_integrity(session, whole=whole))
        trail = whole_trail(session) if whole else new_in_trail(session, settings, as_of)
        findings += [*_resting(session), *_watched(session), trail]
        findings += [*check_backups(session, settings, as_of), *check_tools(settings)]
        if deploy and revision in heads():
            findings += check_accounts(session)
    return findings


def _integrity(session: Session, *, whole: bool) -> Finding:
    last = None if whole else recall_check(session)
    said = last.file if last else check_file(session)
    return Finding.seen(
        "integrity",
        "Tính toàn vẹn của tệp cơ sở dữ liệu",
        "nguyên vẹn" if said == WHOLE else said,
        well=said == WHOLE,
        reason="broken",
        advice="dừng dịch vụ, giữ nguyên tệp hỏng và khôi phục từ bản sao lưu gần nhất (dondoc restore)",
    )


def _resting(session: Session) -> list[Finding]:
    """Channels that fail; none is no finding."""
    rows = session.exec(select(ChannelState).where(ChannelState.breaker != BreakerState.closed)).all()
    return [
        Finding.seen(
            f"channel {row.name}",
            f"Kênh {channel_text(row.name)}",
            f"tạm nghỉ sau {row.failures} lần lỗi liên tiếp{f', mã lỗi {row.last_code}' if row.last_code else ''}",
            well=False,
            reason="resting",
            advice="kiểm tra máy chủ, địa chỉ và mật khẩu của kênh; thông báo đang chờ sẽ gửi tiếp khi kênh hoạt động lại",
        )
        for row in rows
    ]


def _watched(session: Session) -> list[Finding]:
    """Agencies that a notice would not reach, as the daily watch last saw them."""
    kept = session.get(SystemValue, WATCH)
    missing = json.loads(kept.value)["missing"] if kept else []
    if not missing:
        return []
    return [
        Finding.seen(
            "contacts",
            "Đầu mối liên hệ",
            f"{len(missing)} cơ quan, đơn vị chưa có địa chỉ nhận thông báo dùng được",
            well=False,
            reason="unreachable",
            advice="đề nghị chuyên viên theo dõi bổ sung tại Danh mục › Đầu mối liên hệ (dondoc contacts health)",
        )
    ]
