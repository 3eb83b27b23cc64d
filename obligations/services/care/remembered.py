"""When the last backup was made and the last restore drill succeeded; what the doctor says of their age."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from models.tables import SystemValue
from obligations.services import audit
from obligations.services.care.backup import BackupResult
from obligations.services.care.finding import Finding
from obligations.services.context import App, Context
from obligations.services.views.health import problem_of
from obligations.settings import Settings

BACKUP, DRILL = "last_backup", "last_drill"


@dataclass(frozen=True)
class Remembered:
    """``at``: when, ISO with its offset; ``archive``: its path; ``folder``: where the next one is looked for."""

    at: str
    archive: str
    folder: str


def remember(ctx: Context, name: str, archive: str, folder: str) -> None:
    """Keep what was done last, in the caller's transaction."""
    ctx.session.merge(
        SystemValue(name=name, value=json.dumps(asdict(Remembered(ctx.as_of.isoformat(), archive, folder))))
    )


def note_backup(app: App, made: BackupResult, as_of: datetime, actor: str) -> None:
    """Put a backup on record; a database that waits for its migration is left alone."""
    if problem_of(app) is not None:
        return
    archive = Path(made.archive).resolve()
    with app.write(as_of, actor) as ctx:
        audit.record(ctx, "backup.made", archive.name, files=made.files, size=made.size, sha256=made.sha256)
        remember(ctx, BACKUP, str(archive), str(archive.parent))


def recall(session: Session, name: str) -> Remembered | None:
    """What was done last; None when never."""
    kept = session.get(SystemValue, name)
    return Remembered(**json.loads(kept.value)) if kept else None


def check_backups(session: Session, settings: Settings, as_of: datetime) -> list[Finding]:
    """Warnings only: a new installation has neither yet."""
    return [
        _age(
            "backup",
            "Sao lưu",
            recall(session, BACKUP),
            settings.backup_days,
            settings,
            as_of,
            "chạy dondoc backup THƯ-MỤC, đặt lịch chạy hằng ngày và cất một bản ở máy khác",
        ),
        _age(
            "restore drill",
            "Diễn tập khôi phục",
            recall(session, DRILL),
            settings.drill_days,
            settings,
            as_of,
            "chạy dondoc restore --drill: khôi phục thử vào thư mục tạm, không đụng đến hệ thống đang chạy",
        ),
    ]


def _age(
    what: str, title: str, last: Remembered | None, most: int, settings: Settings, as_of: datetime, advice: str
) -> Finding:
    if last is None:
        return Finding.seen(
            what, title, "chưa thực hiện lần nào", well=False, warns=True, reason="never", advice=advice
        )
    at = datetime.fromisoformat(last.at)
    days = (as_of - at).days
    return Finding.seen(
        what,
        title,
        f"lần gần nhất thành công {at.astimezone(settings.zone):%H:%M %d/%m/%Y}, cách đây {days} ngày; yêu cầu: {most} ngày",
        well=days <= most,
        warns=True,
        reason="old",
        advice=advice,
    )
