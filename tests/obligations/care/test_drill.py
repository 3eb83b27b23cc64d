"""A drill finds what a restore would miss, leaves nothing behind and does not touch the live home."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pysqlite3
import pytest
from sqlmodel import select

from models.engine import open_database
from models.migrate import downgrade
from models.tables import AuditEntry
from obligations.errors import Refused
from obligations.services.care.backup import make_backup, pack, unpack
from obligations.services.care.doctor import examine
from obligations.services.care.drill import PREFIX, Drill, find_archive, note_drill, run_drill
from obligations.services.care.remembered import note_backup
from obligations.services.context import App, open_app
from obligations.settings import Settings
from tests.obligations.filing.test_isolation import LATER, NOW, office, set_apart
from tests.obligations.filing.test_purge_backups import database_url

__all__ = ["database_url", "office"]


@pytest.fixture
def archive(office: App, tmp_path: Path) -> Path:
    made = make_backup(office.settings, tmp_path / "saved", NOW)
    note_backup(office, made, NOW, "cli:quan-tri")
    return Path(made.archive)


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def failed(drill: Drill) -> set[str]:
    return {f.what for f in drill.findings if not f.ok}


def spoilt(archive: Path, tmp_path: Path, spoil: Callable[[Path], None]) -> Path:
    """An archive that is whole in itself, and holds a home that somebody tampered with before."""
    home = tmp_path / "spoilt"
    manifest = unpack(archive, home)
    spoil(home)
    members = {name: home / name for name in manifest["files"] if (home / name).exists()}
    made = tmp_path / "other" / archive.name
    made.parent.mkdir()
    pack(tmp_path, members, manifest["made_at"], made)
    return made


def query(home: Path, statement: str) -> None:
    with pysqlite3.connect(str(home / "dondoc.db")) as connection:
        for name in [
            n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        ]:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


def digests(home: Path) -> dict[str, str]:
    paths = [p for p in home.rglob("*") if p.is_file() and not p.name.endswith(("-wal", "-shm"))]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}


def test_a_good_archive_passes_and_nothing_is_left_or_touched(office: App, archive: Path, room: Path) -> None:
    before = digests(office.settings.home)
    done = run_drill(office.settings, archive, LATER, room)
    assert (done.ok, failed(done)) == (True, set()), done.findings
    assert digests(office.settings.home) == before
    assert list(room.iterdir()) == []
    assert next(f for f in done.findings if f.what == "files").detail.startswith("4 tệp"), (
        "an attachment, three reports"
    )
    assert 0 < done.restore_seconds <= done.seconds
    note_drill(office, done, LATER, "cli:quan-tri")
    with office.read(LATER) as ctx:
        acts = ctx.session.exec(select(AuditEntry.action).where(AuditEntry.actor == "cli:quan-tri")).all()
    assert acts == ["backup.made", "backup.drilled"]
    states = {f.what: f.state for f in examine(office.settings, LATER)}
    assert (states["backup"], states["restore drill"]) == ("ok", "ok")


def _lose_file(home: Path) -> None:
    next((home / "files").iterdir()).unlink()


def _change_file(home: Path) -> None:
    next((home / "files").iterdir()).write_bytes(b"another")


SPOILS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "a file is lost": (_lose_file, {"files"}),
    "a file is another": (_change_file, {"files"}),
    "the trail was rewritten": (
        lambda home: query(home, "UPDATE audit_entry SET actor = 'x' WHERE seq = 1"),
        {"audit trail"},
    ),
    "the trail was cut and begun anew": (
        lambda home: query(
            home, "UPDATE audit_entry SET hash = 'x' || hash WHERE seq = (SELECT max(seq) FROM audit_entry)"
        ),
        {"audit trail", "continues"},
    ),
    "rows are missing": (lambda home: query(home, "DELETE FROM plan_version"), {"counts"}),
    "a row leads nowhere": (lambda home: query(home, "UPDATE receipt SET submission_id = 999"), {"integrity"}),
    "a newer release": (lambda home: query(home, "UPDATE alembic_version SET version_num = '9999'"), {"restore"}),
    "no database": (lambda home: (home / "dondoc.db").write_bytes(b"nothing"), {"restore"}),
}  # type: ignore[dict-item]


@pytest.mark.parametrize("what", SPOILS)
def test_what_a_restore_would_lack_fails_the_drill(
    what: str, office: App, archive: Path, room: Path, tmp_path: Path
) -> None:
    spoil, wanted = SPOILS[what]
    done = run_drill(office.settings, spoilt(archive, tmp_path, spoil), LATER, room)
    assert (done.ok, failed(done)) == (False, wanted), done.findings
    assert list(room.iterdir()) == []
    note_drill(office, done, LATER, "cli:quan-tri")
    drilled = next(f for f in examine(office.settings, LATER) if f.what == "restore drill")
    assert (drilled.state, drilled.detail) == ("warning", "chưa thực hiện lần nào"), "one that failed does not count"


def test_an_archive_of_an_older_release_is_brought_up_to_date(
    office: App, archive: Path, room: Path, tmp_path: Path
) -> None:
    def older(home: Path) -> None:
        database = open_database(f"sqlite:///{home / 'dondoc.db'}")
        downgrade(database, "0032")
        database.dispose()

    done = run_drill(office.settings, spoilt(archive, tmp_path, older), LATER, room)
    assert (done.ok, failed(done)) == (True, set()), done.findings


def test_a_report_set_apart_since_is_no_loss(office: App, archive: Path, room: Path, tmp_path: Path) -> None:
    set_apart(office)
    assert run_drill(office.settings, archive, LATER, room).ok
    assert run_drill(
        office.settings, Path(make_backup(office.settings, tmp_path / "saved", LATER).archive), LATER, room
    ).ok


def test_the_newest_is_found_by_itself(office: App, archive: Path, tmp_path: Path) -> None:
    newer = archive.with_name("dondoc-20990101T000000Z.tar.gz")
    shutil.copy(archive, newer)
    assert find_archive(office, None, LATER) == newer
    assert find_archive(office, archive.parent, LATER) == newer
    assert find_archive(office, archive, LATER) == archive
    with pytest.raises(Refused, match="Không có bản sao lưu"):
        find_archive(office, tmp_path, LATER)


def test_without_a_live_database_the_archive_alone_is_examined(archive: Path, room: Path, tmp_path: Path) -> None:
    elsewhere = open_app(Settings(home=tmp_path / "elsewhere", database_url=None, secret_key="any"))
    done = run_drill(elsewhere.settings, archive, LATER, room)
    note_drill(elsewhere, done, LATER, "cli:quan-tri")
    assert done.ok
    assert not (tmp_path / "elsewhere" / "dondoc.db").exists()
    with pytest.raises(Refused, match="nêu tệp hoặc thư mục"):
        find_archive(elsewhere, None, LATER)
    elsewhere.close()


def test_what_a_killed_drill_left_is_removed_by_the_next(office: App, archive: Path, room: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for name in (f"{PREFIX}{gone.pid}-left", f"{PREFIX}{os.getpid()}-other"):
        (room / name).mkdir()
    run_drill(office.settings, archive, LATER, room)
    with pytest.raises(Refused, match="nơi tạm khác"):
        run_drill(office.settings, archive, LATER, room / "nowhere")
    assert [path.name for path in room.iterdir()] == [f"{PREFIX}{os.getpid()}-other"], "one that runs is left alone"
