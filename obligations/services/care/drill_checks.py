"""What a restored home is examined for: the database, its schema and trail, every file that it names, the keys."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models.migrate import heads
from models.tables import OauthToken, SecondFactor, Webhook, metadata
from obligations.errors import DondocError
from obligations.services import audit
from obligations.services.care.finding import Finding
from obligations.services.sealing import KEY_FILE, unseal
from obligations.services.storage import known_files
from obligations.settings import Settings

ADVICE = "không dùng bản sao lưu này để khôi phục; tìm nguyên nhân và sao lưu lại ngay (dondoc backup)"
NAMED_MOST = 3


@dataclass
class _Files:
    """Files that the database names: how many, and what is wrong with which."""

    count: int = 0
    wrong: list[str] = field(default_factory=list)


def check_restored(live: Settings, inside: Settings, session: Session) -> list[Finding]:
    """``inside``: the settings of the restored home. ``live`` lends its keys, which are in no archive."""
    return [
        _integrity(session),
        _schema(session),
        _trail(session),
        _files(inside, session),
        _links(live, inside),
        *_keys(live, session),
    ]


def _integrity(session: Session) -> Finding:
    if session.get_bind().dialect.name != "sqlite":
        return _read_through(session)
    said = str(session.execute(text("PRAGMA integrity_check")).scalar())
    orphans = len(session.execute(text("PRAGMA foreign_key_check")).fetchall())
    well = said == "ok" and not orphans
    detail = "nguyên vẹn, mọi liên kết đúng" if well else f"{said[:200]}; {orphans} dòng liên kết sai"
    return Finding.seen(
        "integrity", "Tính toàn vẹn của cơ sở dữ liệu", detail, well=well, reason="broken", advice=ADVICE
    )


def _read_through(session: Session) -> Finding:
    """A server builds every index and every link anew from the dump and stops at the first that does not hold; what is left is to read all of it."""
    rows = sum(
        session.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables
    )
    detail = f"khôi phục không lỗi, mọi ràng buộc được lập lại; đọc đủ {len(metadata.sorted_tables)} bảng, {rows} dòng"
    return Finding.seen("integrity", "Tính toàn vẹn của cơ sở dữ liệu", detail)


def _schema(session: Session) -> Finding:
    revision = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return Finding.seen(
        "schema",
        "Lược đồ sau khi nâng",
        f"bản {revision}",
        well=revision in heads(),
        reason="other",
        advice=f"chương trình cần bản {heads()[0]}",
    )


def _trail(session: Session) -> Finding:
    problems = audit.verify(session)
    detail = f"{len(problems)} chỗ không khớp" if problems else "liên tục, không bị sửa"
    return Finding.seen(
        "audit trail",
        "Chuỗi mã kiểm tra của nhật ký thao tác",
        detail,
        well=not problems,
        reason="broken",
        advice=ADVICE,
    )


def _files(inside: Settings, session: Session) -> Finding:
    found = _Files()
    for stored_as, sha256 in known_files(session):
        found.count += 1
        path = inside.files / stored_as
        if not path.is_file():
            found.wrong.append(f"thiếu {stored_as}")
        elif sha256:
            with path.open("rb") as handle:
                if hashlib.file_digest(handle, "sha256").hexdigest() != sha256:
                    found.wrong.append(f"{stored_as} khác mã kiểm tra")
    detail = f"{found.count} tệp có đủ, đúng mã kiểm tra SHA-256"
    if found.wrong:
        more = len(found.wrong) - NAMED_MOST
        detail = f"{len(found.wrong)}/{found.count} tệp sai: {'; '.join(found.wrong[:NAMED_MOST])}{f'; và {more} tệp khác' if more > 0 else ''}"
    return Finding.seen("files", "Tệp đính kèm và báo cáo", detail, well=not found.wrong, reason="lost", advice=ADVICE)


def _links(live: Settings, inside: Settings) -> Finding:
    """Personal links that were sent derive from this key."""
    kept, title = inside.home / "secret.key", "Khóa của đường dẫn riêng"
    if live.secret_key:
        return Finding.seen("link key", title, "đặt trong thiết lập (DONDOC_SECRET_KEY), được cất riêng")
    own = live.home / "secret.key"
    if kept.is_file() and (not own.is_file() or own.read_bytes() == kept.read_bytes()):
        return Finding.seen("link key", title, "có trong bản sao lưu")
    detail = "khác khóa đang dùng" if kept.is_file() else "không có trong bản sao lưu"
    return Finding.seen(
        "link key",
        title,
        detail,
        well=False,
        warns=True,
        reason="other",
        advice="đường dẫn đã gửi sẽ không dùng được sau khi khôi phục",
    )


def _keys(live: Settings, session: Session) -> Iterator[Finding]:
    """Whether what is sealed in the archive would open again."""
    columns = (OauthToken.refresh_enc, SecondFactor.secret_enc, Webhook.secret)
    sealed = [
        found for column in columns if (found := session.exec(select(column).where(col(column) != "").limit(1)).first())
    ]
    if not sealed:
        return
    has_key = bool(live.encryption_keys) or (live.home / KEY_FILE).is_file()
    yield Finding.seen(
        "encryption key",
        "Khóa mã hóa (cất riêng)",
        "mở được nội dung đã mã hóa"
        if (well := has_key and all(_opens(live, each) for each in sealed))
        else "không mở được",
        well=well,
        warns=True,
        reason="unusable",
        advice="tìm lại khóa (DONDOC_ENCRYPTION_KEYS hoặc encryption.key): thiếu khóa phải kết nối lại Zalo, xác thực hai lớp",
    )


def _opens(live: Settings, sealed: str) -> bool:
    try:
        return bool(unseal(live, sealed))
    except DondocError:
        return False
