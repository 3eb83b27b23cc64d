"""A restore drill: the newest archive into a temporary home, examined, removed. The live home is read, never written."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from models.engine import open_database
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.care.backup import ARCHIVES, RestoreResult, has_database, restore_backup
from obligations.services.care.compare import compare_with_live
from obligations.services.care.drill_checks import check_restored
from obligations.services.care.finding import Finding
from obligations.services.care.postgresql import is_postgresql, process_lives, spare_database
from obligations.services.care.remembered import BACKUP, DRILL, recall, remember
from obligations.services.context import App
from obligations.services.views.health import problem_of
from obligations.settings import Settings

PREFIX = "dondoc-drill-"
ADVICE = "dùng bản sao lưu khác, kiểm tra nơi cất bản sao lưu rồi sao lưu lại ngay (dondoc backup)"


@dataclass(frozen=True)
class Drill:
    """What came of it. ``seconds``: restoring alone, and everything; ``made_at``: of the archive, empty when unreadable."""

    ok: bool
    archive: str
    made_at: str
    restore_seconds: float
    seconds: float
    findings: tuple[Finding, ...]


def find_archive(app: App, given: Path | None, as_of: datetime) -> Path:
    """The archive itself, the newest one of a folder, or of the folder that the last backup went to; Refused when there is none."""
    folder = given
    if folder is None:
        if not has_database(app.settings):
            raise Refused("Chưa có cơ sở dữ liệu nào ở đây. Đề nghị nêu tệp hoặc thư mục sao lưu.")
        with app.read(as_of) as ctx:
            last = recall(ctx.session, BACKUP)
        if last is None:
            raise Refused("Chưa biết nơi cất bản sao lưu. Đề nghị nêu tệp hoặc thư mục, hoặc chạy dondoc backup trước.")
        folder = Path(last.folder)
    if folder.is_file():
        return folder
    found = sorted(folder.glob(ARCHIVES)) if folder.is_dir() else []
    if not found:
        raise Refused(f"Không có bản sao lưu nào tại {folder} (tệp {ARCHIVES}).")
    return found[-1]


def run_drill(
    settings: Settings,
    archive: Path,
    as_of: datetime,
    room: Path | None = None,
    server: str | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Drill:
    """Restore, examine, compare, remove; sends nothing. What fails is a finding, never an exception.

    Writes nothing outside ``room``, by default the system's folder for temporary files, and of PostgreSQL a database of its own on
    the live server, or on ``server`` (an address whose role may create databases). ``clock`` in seconds.
    """
    began = clock()
    with _temporary(room or Path(tempfile.gettempdir())) as folder, _database(settings, folder, server) as address:
        inside = _settings_of(settings, folder, address)
        try:
            done = restore_backup(inside, archive, as_of)
        except (Refused, OSError, SQLAlchemyError, CommandError) as error:
            spent, failed = clock() - began, (_unrestorable(archive, error),)
            return Drill(
                ok=False, archive=str(archive), made_at="", restore_seconds=spent, seconds=spent, findings=failed
            )
        restored = clock()
        findings = (_restored(settings, done, restored - began), *_examined(settings, inside, done))
    well = all(f.ok for f in findings)
    return Drill(well, str(archive), done.made_at, restored - began, clock() - began, findings)


def note_drill(app: App, drill: Drill, as_of: datetime, actor: str) -> None:
    """Put the drill on record where there is a live database; the doctor counts its days from one that succeeded."""
    if not has_database(app.settings) or problem_of(app) is not None:
        return
    archive = Path(drill.archive)
    failed = [f.title for f in drill.findings if not f.ok]
    with app.write(as_of, actor) as ctx:
        audit.record(ctx, "backup.drilled", archive.name, seconds=round(drill.seconds, 1), problems=failed)
        if drill.ok:
            remember(ctx, DRILL, str(archive), str(archive.parent))


def _examined(settings: Settings, inside: Settings, done: RestoreResult) -> list[Finding]:
    database, made_at = open_database(inside.database), datetime.fromisoformat(done.made_at)
    try:
        with database.read() as session:
            return [*check_restored(settings, inside, session), *compare_with_live(settings, session, made_at)]
    except SQLAlchemyError as error:
        detail = f"không đọc được cơ sở dữ liệu đã khôi phục ({type(error).__name__}), bản sao lưu lúc {done.made_at}"
        return [
            Finding.seen(
                "database", "Cơ sở dữ liệu đã khôi phục", detail, well=False, reason="unreadable", advice=ADVICE
            )
        ]
    finally:
        database.dispose()


def _database(settings: Settings, folder: Path, server: str | None) -> AbstractContextManager[str]:
    """Of the kind of the live one; gone afterwards."""
    if is_postgresql(settings.database):
        return spare_database(settings, server)
    return nullcontext(f"sqlite:///{folder / 'home' / 'dondoc.db'}")


def _settings_of(settings: Settings, folder: Path, address: str) -> Settings:
    """Made anew: a copy of settings keeps addresses that were worked out before. No channel is configured."""
    return Settings(
        home=folder / "home",
        database_url=address,
        pg_bin=settings.pg_bin,
        mail_url=None,
        webhook_url=None,
        channels="",
        bounce_url=None,
    )


def _restored(settings: Settings, done: RestoreResult, seconds: float) -> Finding:
    at = datetime.fromisoformat(done.made_at).astimezone(settings.zone)
    detail = (
        f"bản sao lưu lúc {at:%H:%M %d/%m/%Y}, {done.files} tệp, trong {_said(seconds)} giây; "
        f"{done.held} thông báo đang chờ được giữ lại, không gửi"
    )
    return Finding.seen("restore", "Giải nén và khôi phục", detail)


def _unrestorable(archive: Path, error: Exception) -> Finding:
    said = (
        error.said
        if isinstance(error, Refused)
        else f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    )
    advice = "chọn nơi tạm còn chỗ trống (--room THƯ-MỤC)" if isinstance(error, OSError) else ADVICE
    return Finding.seen(
        "restore", "Giải nén và khôi phục", f"{archive.name}: {said}", well=False, reason="failed", advice=advice
    )


def _said(seconds: float) -> str:
    return f"{seconds:.1f}".replace(".", ",")


@contextmanager
def _temporary(room: Path) -> Iterator[Path]:
    """A folder of our own, readable by nobody else, gone afterwards; so are those of drills that were killed."""
    if not (room.is_dir() and os.access(room, os.W_OK)):
        raise Refused(f"{room} không phải là thư mục ghi được; đề nghị chọn nơi tạm khác (--room)")
    for left in room.glob(f"{PREFIX}*"):
        if left.is_dir() and left.stat().st_uid == os.getuid() and not _lives(left.name):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=room, prefix=f"{PREFIX}{os.getpid()}-") as made:
        yield Path(made)


def _lives(name: str) -> bool:
    number = name.removeprefix(PREFIX).partition("-")[0]
    return number.isdecimal() and process_lives(int(number))
