"""Backup and restore: one archive of database and files, checked after writing; a restore sends nothing by itself."""

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pysqlite3
from alembic.util import CommandError
from sqlmodel import Session, col, select

from models.engine import Database, open_database
from models.enums import MessageState, OutcomeKind
from models.migrate import upgrade
from models.tables import Delivery, Message, SystemValue
from notifications.message import Outcome
from obligations.errors import Refused
from obligations.services.care.postgresql import dump, is_postgresql, load
from obligations.services.sending.sending_journal import accepted_in
from obligations.settings import Settings

CHUNK = 1 << 20
DATABASE, DUMPED = "dondoc.db", "dondoc.pgdump"
"""What the database is called in an archive: the file of SQLite, or the dump of PostgreSQL."""
ARCHIVES = "dondoc-*.tar.gz"
MANIFEST = "manifest.json"
FROM_JOURNAL = "theo nhật ký gửi, sau khi khôi phục"
Taken = Mapping[tuple[int, int], Outcome]
Gone = Mapping[int, tuple[int, Outcome]]
_WAITING = (MessageState.planned, MessageState.leased, MessageState.sending, MessageState.retry, MessageState.unknown)


@dataclass(frozen=True)
class BackupResult:
    """Where the archive lies; ``size`` in bytes."""

    archive: str
    sha256: str
    size: int
    files: int


@dataclass(frozen=True)
class RestoreResult:
    """What was put back; ``held`` messages wait for a person, ``known_sent`` left after the backup was made."""

    home: str
    made_at: str
    files: int
    held: int
    known_sent: int = 0


def make_backup(settings: Settings, folder: Path, as_of: datetime) -> BackupResult:
    """Copy the database in one step (never in small ones, never by cp), pack it with the files, verify, rename.

    Of PostgreSQL a dump of one snapshot, by its own tool. A file is stored before its row is: what a row names is there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"dondoc-{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as scratch:
        copy = Path(scratch) / (DUMPED if is_postgresql(settings.database) else DATABASE)
        if is_postgresql(settings.database):
            dump(settings, copy)
        else:
            _copy_database(sqlite_path(settings), copy)
        members = {copy.name: copy, **_files(settings)}
        pack(Path(scratch), members, as_of.isoformat(), target)
    return BackupResult(str(target), _sha256(target), target.stat().st_size, len(members) - 1)


def pack(scratch: Path, members: Mapping[str, Path], made_at: str, target: Path) -> None:
    """Write an archive of these files into ``scratch``, verify it, then give it its name: whole or not at all."""
    manifest = {"made_at": made_at, "files": {name: _sha256(path) for name, path in members.items()}}
    listing = scratch / MANIFEST
    listing.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    packed = scratch / "archive"
    with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
        for name, path in {MANIFEST: listing, **members}.items():
            archive.add(path, name)
    verify_archive(packed)
    with packed.open("rb") as handle:
        os.fsync(handle.fileno())
    packed.chmod(0o600)
    packed.replace(target)


def unpack(archive: Path, folder: Path) -> dict[str, Any]:
    """Every member into a folder, once all of them were found whole; the manifest. Refused names what is damaged."""
    manifest = verify_archive(archive)
    with tarfile.open(archive) as packed:
        for name in manifest["files"]:
            member = packed.extractfile(name)
            if member is None:
                raise Refused(f"{archive.name} does not hold {name}")
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                shutil.copyfileobj(member, target)
            path.chmod(0o600)
    return manifest


def restore_backup(settings: Settings, archive: Path, as_of: datetime, journal: Path | None = None) -> RestoreResult:
    """Unpack into an empty home and bring the schema up to date. What was waiting is held: it may have been sent since.

    ``journal``: the lost home's folder of that name, when it could be saved: what senders say in it to have been
    taken is marked as sent.
    """
    if journal is not None and not journal.is_dir():
        raise Refused(f"{journal} is no folder; give the folder journal of the lost home, or leave it out")
    if not is_postgresql(settings.database) and sqlite_path(settings).exists():
        raise Refused(f"{settings.home} already holds a database; restore into an empty DONDOC_HOME")
    if settings.home.is_dir() and any(settings.home.iterdir()):
        raise Refused(f"{settings.home} is not empty; restore into an empty DONDOC_HOME")
    manifest = unpack(archive, settings.home)
    try:
        _put_database(settings, manifest)
        held, known = _hold_waiting(settings, as_of, accepted_in(journal) if journal else {})
    except Refused:
        _clear(settings)
        raise
    except CommandError as error:
        _clear(settings)
        raise Refused(
            f"{archive.name} was made by a newer dondoc; install that one first",
            f"{archive.name} được tạo bởi phiên bản dondoc mới hơn; đề nghị cài phiên bản đó trước",
        ) from error
    return RestoreResult(str(settings.home), manifest["made_at"], len(manifest["files"]) - 1, held, known)


def _put_database(settings: Settings, manifest: Mapping[str, Any]) -> None:
    """Where this installation keeps it. Refused for an archive of the other kind of database."""
    server = is_postgresql(settings.database)
    if (DUMPED if server else DATABASE) not in manifest["files"]:
        here, other = ("PostgreSQL", "SQLite") if server else ("SQLite", "PostgreSQL")
        raise Refused(
            f"the archive is one of {other}, this installation uses {here}; set DONDOC_DATABASE_URL accordingly",
            f"Bản sao lưu là của {other}, hệ thống này dùng {here}; đề nghị đặt DONDOC_DATABASE_URL cho phù hợp.",
        )
    if server:
        load(settings, settings.home / DUMPED)
        (settings.home / DUMPED).unlink()
        return
    target = sqlite_path(settings)
    if target != settings.home / DATABASE:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(settings.home / DATABASE, target)


def _clear(settings: Settings) -> None:
    """The home was empty before: what was unpacked goes again, so that another archive may be tried."""
    for path in settings.home.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if not is_postgresql(settings.database):
        sqlite_path(settings).unlink(missing_ok=True)


def _hold_waiting(settings: Settings, as_of: datetime, taken: Taken) -> tuple[int, int]:
    """Hold what waited, but for what is known to have gone; how many of each."""
    gone = {number: (attempt, outcome) for (number, attempt), outcome in sorted(taken.items())}
    database = open_database(settings.database)
    try:
        upgrade(database)
        return _hold(database, gone, as_of)
    finally:
        database.dispose()


def _hold(database: Database, gone: Gone, as_of: datetime) -> tuple[int, int]:
    with database.write() as session:
        waiting = session.exec(select(Message).where(col(Message.state).in_(_WAITING))).all()
        for message in waiting:
            if (went := gone.get(message.id or 0)) is not None:
                _mark_sent(session, message, *went, as_of)
                continue
            message.state, message.lease_until = MessageState.held, None
            message.reason = "Khôi phục từ bản sao lưu: có thể đã gửi sau khi sao lưu, cần kiểm tra trước khi gửi"
        epoch = session.get(SystemValue, "restored_at") or SystemValue(name="restored_at", value="")
        epoch.value = as_of.isoformat()
        session.add(epoch)
    known = sum(message.id in gone for message in waiting)
    return len(waiting) - known, known


def _mark_sent(session: Session, message: Message, attempt: int, outcome: Outcome, as_of: datetime) -> None:
    """It left after the backup was made; its attempt is written down as the journal tells it."""
    message.state, message.reason, message.lease_until = MessageState.sent, "", None
    message.finished_at, message.attempts, message.provider_id = as_of, attempt, outcome.provider_id
    query = select(Delivery).where(Delivery.message_id == message.id, Delivery.number == attempt)
    delivery = session.exec(query).first() or Delivery(message_id=message.id or 0, number=attempt, started_at=as_of)
    delivery.ended_at, delivery.outcome, delivery.phase = as_of, OutcomeKind.accepted, outcome.phase
    delivery.code, delivery.text = outcome.code[:80], FROM_JOURNAL
    session.add(delivery)


def _copy_database(source: Path, copy: Path) -> None:
    with pysqlite3.connect(str(source)) as reading, pysqlite3.connect(str(copy)) as writing:
        reading.backup(writing, pages=-1)
    with pysqlite3.connect(str(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise Refused(f"the copy of the database is damaged ({verdict}); nothing was written")


def verify_archive(archive: Path) -> dict[str, Any]:
    """Every member's digest against the manifest; Refused names the first that differs."""
    try:
        with tarfile.open(archive) as packed:
            listing = packed.extractfile(MANIFEST)
            manifest = json.loads(listing.read()) if listing else {}
            for name, digest in manifest["files"].items():
                if name.startswith("/") or ".." in Path(name).parts:
                    raise Refused(
                        f"{archive.name} holds a file outside its folder: {name}",
                        f"{archive.name} có tệp nằm ngoài thư mục của nó: {name}",
                    )
                member = packed.extractfile(name)
                if member is None or _digest(member) != digest:
                    raise Refused(
                        f"{archive.name}: {name} is damaged; use an older archive",
                        f"{archive.name}: {name} đã hỏng; đề nghị dùng bản sao lưu cũ hơn",
                    )
    except (OSError, EOFError, zlib.error, tarfile.TarError, KeyError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]  # tarfile names every method it tried
        raise Refused(
            f"{archive} is not a whole dondoc archive: {reason}",
            f"{archive} không phải là bản sao lưu nguyên vẹn của dondoc ({reason})",
        ) from error
    found: dict[str, Any] = manifest
    return found


def _files(settings: Settings) -> dict[str, Path]:
    found = {
        f"files/{p.name}": p for p in sorted(settings.files.glob("*")) if p.is_file() and not p.name.startswith(".")
    }
    key = settings.home / "secret.key"
    return {**found, **({"secret.key": key} if key.exists() else {})}


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return _digest(handle)


def _digest(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def has_database(settings: Settings) -> bool:
    """Whether there may be a live database: a server is asked elsewhere."""
    return is_postgresql(settings.database) or sqlite_path(settings).is_file()


def sqlite_path(settings: Settings) -> Path:
    """Where the embedded database lies."""
    return Path(settings.database.removeprefix("sqlite:///"))
