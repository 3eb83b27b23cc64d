"""Databases as they stood once something was prepared in them: the next test of the process copies one instead of preparing again."""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psycopg
from sqlmodel import func, select

from models.engine import IN_MEMORY
from models.tables import Account, Agency, AuditEntry, ImportedDay
from obligations.services.context import App

OWN = {"home", "database_url"}
"""Settings in which tests differ though what they prepare is the same."""


class Prepared:
    """What this test process has kept so far, by the database's kind, the settings and a name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, str] = {}
        self._asked: set[str] = set()

    def once(self, app: App, name: str, prepare: Callable[[], None]) -> None:
        """Bring an empty database to what ``prepare`` makes of it. One that is not empty is prepared as it is."""
        if app.database.engine.url.database in IN_MEMORY or not _is_empty(app):
            prepare()
            return
        key = f"{app.database.engine.dialect.name} {name} {app.settings.model_dump(exclude=OWN)}"
        if key in self._kept:
            _put(app, self._kept[key])
        else:
            prepare()
            self._kept[key] = self._take(app)

    def from_the_second_on(self, app: App, name: str, prepare: Callable[[], None]) -> None:
        """The same for what is often asked for by a single test: only what was asked for before is kept."""
        if name in self._asked:
            self.once(app, name, prepare)
            return
        self._asked.add(name)
        prepare()

    def _take(self, app: App) -> str:
        app.database.engine.dispose()
        if app.database.is_sqlite:
            kept = str(self._folder / f"{uuid.uuid4().hex}.db")
            with app.database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("VACUUM INTO ?", (kept,))
            app.database.engine.dispose()
            return kept
        kept = f"p{uuid.uuid4().hex}"
        administer(app.settings.database, f"CREATE DATABASE {kept} TEMPLATE {_name(app)} STRATEGY file_copy")
        return kept


@cache
def of_this_process() -> Prepared:
    """What helpers ask that no fixture is handed to."""
    folder = Path(tempfile.mkdtemp(prefix="prepared-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Prepared(folder)


_HELD: dict[str, psycopg.Connection] = {}
"""A connection to each server, for as long as it runs: databases are made and dropped for every test."""


def administer(address: str, statement: str) -> None:
    """Run one statement on the server of this address, outside any of its databases that tests use."""
    server = named(address, "postgres")
    if server not in _HELD:
        _HELD[server] = psycopg.connect(server, autocommit=True)
    _HELD[server].execute(statement.encode())


def leave(address: str) -> None:
    """Give the connection to this server back."""
    if held := _HELD.pop(named(address, "postgres"), None):
        held.close()


def named(address: str, name: str) -> str:
    """The address of another database of the same server."""
    head, _, query = address.partition("?")
    return head.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")


def _is_empty(app: App) -> bool:
    counts = [select(func.count()).select_from(table) for table in (AuditEntry, Agency, Account, ImportedDay)]
    with app.database.read() as session:
        return not any(session.exec(query).one() for query in counts)


def _put(app: App, kept: str) -> None:
    app.database.engine.dispose()
    if app.database.is_sqlite:
        path = Path(app.settings.database.removeprefix("sqlite:///"))
        for part in ("-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        shutil.copy(kept, path)
        return
    administer(app.settings.database, f"DROP DATABASE {_name(app)} WITH (FORCE)")
    administer(app.settings.database, f"CREATE DATABASE {_name(app)} TEMPLATE {kept} STRATEGY file_copy")


def _name(app: App) -> str:
    return app.settings.database.partition("?")[0].rsplit("/", 1)[1]
