"""The trail from its beginning once a day, and whenever the doctor is asked for; in between only what came since."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from models.tables import AuditEntry, SystemValue
from obligations.services import audit
from obligations.services.care.finding import Finding
from obligations.services.context import App
from obligations.settings import Settings

CHECKED = "trail_checked"
MOST_NEW = 5_000
"""Entries that one look at the page reads."""
LATEST = timedelta(days=2)
"""A daily check that is older has not run."""
WHOLE = "ok"


@dataclass(frozen=True)
class Checked:
    """What the last whole check found. It saves reading and proves nothing: a whole check asks no mark.

    ``at``: when, ISO; ``seq`` and ``hash``: the newest entry then; ``breaks``: how many, ``first``: at which entry; ``file``: what
    SQLite said of its file, empty elsewhere.
    """

    at: str
    seq: int
    hash: str
    breaks: int
    first: int
    file: str


def check_daily(app: App, as_of: datetime, actor: str) -> None:
    """Read everything once a day and keep what was found; the doctor's page tells of it."""
    with app.read(as_of, actor) as ctx:
        last = recall_check(ctx.session)
        if last is not None and datetime.fromisoformat(last.at).astimezone(ctx.settings.zone).date() == ctx.today:
            return
        found = _whole(ctx.session, as_of, is_sqlite=app.database.is_sqlite)
    with app.write(as_of, actor) as ctx:
        ctx.session.merge(SystemValue(name=CHECKED, value=json.dumps(asdict(found))))


def recall_check(session: Session) -> Checked | None:
    """What the last whole check found; None when there was none yet."""
    kept = session.get(SystemValue, CHECKED)
    return Checked(**json.loads(kept.value)) if kept else None


def check_file(session: Session) -> str:
    """What SQLite says of its file, read from end to end; ``WHOLE`` when nothing is broken."""
    return str(session.execute(text("PRAGMA quick_check")).scalar())[:200]


def whole_trail(session: Session) -> Finding:
    """Every entry, from the beginning."""
    problems = audit.verify(session)
    return _finding("liên tục, không bị sửa", _entry(problems[0]) if problems else 0, len(problems))


def new_in_trail(session: Session, settings: Settings, as_of: datetime) -> Finding:
    """What the last whole check found, and the chain from there on: as many rows as came since, ``MOST_NEW`` at most."""
    last = recall_check(session)
    seq, hash_ = (last.seq, last.hash) if last else (0, audit.GENESIS)
    if last and last.breaks:
        return _finding("", last.first, last.breaks)
    if seq and session.exec(select(AuditEntry.hash).where(AuditEntry.seq == seq)).first() != hash_:
        return _finding("", seq, 1)
    rows = list(audit.entries_after(session, seq, MOST_NEW + 1))
    problems = audit.breaks(rows[:MOST_NEW], hash_)
    if problems:
        return _finding("", _entry(problems[0]), len(problems))
    if last is None:
        said, old = f"{len(rows[:MOST_NEW])} mục đầu liên tục, không bị sửa; chưa kiểm tra toàn bộ lần nào", False
    else:
        at = datetime.fromisoformat(last.at)
        old = as_of - at > LATEST
        said = (
            f"liên tục, không bị sửa; kiểm tra toàn bộ lúc {at.astimezone(settings.zone):%H:%M %d/%m/%Y} (đến mục số {seq}), "
            f"từ đó thêm {len(rows[:MOST_NEW])} mục"
        )
    if old or len(rows) > MOST_NEW:
        return _finding(said, 0, 0, warns="kiểm tra toàn bộ: dondoc audit verify; xem lượt chạy hằng giờ có chạy không")
    return _finding(said, 0, 0)


def _whole(session: Session, as_of: datetime, *, is_sqlite: bool) -> Checked:
    number, _, hash_ = audit.head(session).partition(":")
    problems = audit.verify(session)
    file = check_file(session) if is_sqlite else ""
    first = _entry(problems[0]) if problems else 0
    return Checked(as_of.isoformat(), int(number), hash_, len(problems), first, file)


def _entry(problem: str) -> int:
    return int(problem.partition(":")[0].removeprefix("entry "))


def _finding(whole: str, first: int, breaks: int, *, warns: str = "") -> Finding:
    return Finding.seen(
        "audit trail",
        "Chuỗi mã kiểm tra của nhật ký thao tác",
        f"{breaks} chỗ không khớp, đầu tiên ở mục số {first}" if breaks else whole,
        well=not breaks and not warns,
        warns=bool(warns),
        reason="unchecked" if warns else "broken",
        advice=warns
        or "giữ nguyên hiện trạng, báo người phụ trách an toàn thông tin, đối chiếu với bản sao lưu (dondoc audit verify)",
    )
