"""What the doctor says of the machine, the home and the libraries. ``what_runs`` names their versions for the dossier."""

import os
import platform
import shutil
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import pysqlite3
from sqlalchemy import text

from models.engine import Database, sqlite_is_safe
from obligations.services.care.finding import Finding
from obligations.services.sealing import KEY_FILE
from obligations.settings import Settings

PINS = {"prefect": ("3.8.8",), "sqlalchemy": ("2.0.",), "apprise": ("1.13.",), "fastapi": ("0.139.", "0.14", "0.150.")}
NAMED = (
    "fastapi",
    "uvicorn",
    "sqlalchemy",
    "sqlmodel",
    "prefect",
    "apprise",
    "cryptography",
    "authlib",
    "lxml",
    "openpyxl",
)
"""Libraries named in the dossier; the whole list is the bill of materials (``make sbom``)."""
ROOM_WARNS, ROOM_FAILS = 2 << 30, 200 << 20
"""Free bytes where the home lies."""
OTHERS = 0o077
_FEEDS = {"off": "không cấp", "lan": "chỉ trong mạng nội bộ", "on": "cấp ra ngoài mạng nội bộ"}


def check_machine(settings: Settings, as_of: datetime) -> list[Finding]:
    """Clock, SQLite, home, room, who may read the keys, libraries."""
    return [
        Finding.seen(
            "clock", "Đồng hồ máy chủ", f"{as_of.astimezone(settings.zone):%H:%M:%S %d/%m/%Y} ({settings.timezone})"
        ),
        Finding.seen(
            "SQLite",
            "Thư viện SQLite",
            f"phiên bản {pysqlite3.sqlite_version}",
            well=sqlite_is_safe(),
            reason="unsafe",
            advice="cài đúng thư viện trong tệp khóa phiên bản (make install): cần SQLite từ 3.51.3",
        ),
        *_home(settings),
        *(_pin(name, wanted) for name, wanted in PINS.items()),
    ]


def which_installation(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Its name, its version and what carries it."""
    return (
        ("Đơn vị vận hành", settings.unit),
        ("Địa chỉ cổng", settings.base_url),
        ("Phiên bản dondoc", version("dondoc")),
        ("Hệ điều hành", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ("Python", platform.python_version()),
        ("SQLite", pysqlite3.sqlite_version),
    )


def what_runs(settings: Settings, database: Database | None) -> tuple[tuple[str, str], ...]:
    """The installation, its database and main libraries, and the settings that a dossier asks for. Nothing secret."""
    return (
        *which_installation(settings),
        ("Cơ sở dữ liệu", _server(database) if database else "không mở được"),
        ("Thư viện chính", ", ".join(f"{name} {version(name)}" for name in NAMED)),
        ("Phiên làm việc", f"hết sau {settings.session_hours} giờ, hoặc {settings.idle_minutes} phút không sử dụng"),
        (
            "Tạm khóa tài khoản",
            f"{settings.lockout_minutes} phút sau {settings.lockout_failures} lần nhập sai liên tiếp",
        ),
        ("Nơi được phép kết nối đến", settings.allowed_hosts or "chỉ những nơi mà các kênh đã cấu hình nêu tên"),
        ("Lịch riêng của cơ quan", _FEEDS[settings.private_feeds]),
    )


def _server(database: Database) -> str:
    if database.is_sqlite:
        return "SQLite trên máy chủ này"
    with database.read() as session:
        return f"PostgreSQL {session.execute(text('SHOW server_version')).scalar()}"


def _home(settings: Settings) -> list[Finding]:
    home = settings.home
    usable = home.is_dir() and os.access(home, os.W_OK)
    found = [
        Finding.seen(
            "home",
            "Thư mục dữ liệu",
            f"{home}: {'ghi được' if usable else 'không có hoặc không ghi được'}",
            well=usable,
            reason="unusable",
            advice="chạy dondoc up, hoặc sửa quyền của thư mục cho tài khoản chạy dịch vụ",
        )
    ]
    return [*found, _room(home), _private(settings)] if usable else found


def _room(home: Path) -> Finding:
    free = shutil.disk_usage(home).free
    return Finding.seen(
        "disk",
        "Chỗ trống của ổ đĩa",
        f"còn {free / (1 << 30):.1f} GB".replace(".", ","),
        well=free >= ROOM_WARNS,
        warns=free >= ROOM_FAILS,
        reason="low",
        advice="giải phóng hoặc mở rộng ổ đĩa trước khi hết chỗ: khi đầy, hệ thống không nhận được báo cáo",
    )


def _private(settings: Settings) -> Finding:
    """Keys and database belong to the service's own account alone."""
    paths = [settings.home / name for name in ("secret.key", KEY_FILE, "dondoc.db")]
    wide = [path.name for path in paths if path.is_file() and path.stat().st_mode & OTHERS]
    return Finding.seen(
        "file rights",
        "Quyền đọc tệp khóa và cơ sở dữ liệu",
        f"tài khoản khác đọc được: {', '.join(wide)}" if wide else "chỉ tài khoản chạy dịch vụ",
        well=not wide,
        warns=True,
        reason="readable",
        advice=f"chạy: chmod 600 {' '.join(str(settings.home / name) for name in wide)}",
    )


def _pin(name: str, wanted: tuple[str, ...]) -> Finding:
    found = version(name)
    known = ", ".join(w + "x" if w.endswith(".") else w for w in wanted)
    return Finding.seen(
        name,
        f"Thư viện {name}",
        f"phiên bản {found}",
        well=found.startswith(wanted),
        reason="untested",
        advice=f"cài lại theo tệp khóa phiên bản (make install); phiên bản đã kiểm chứng: {known}",
    )
