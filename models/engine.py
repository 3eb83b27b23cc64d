"""The engine and the two kinds of session. Concurrency rules: docs/decisions/0003-sqlite-writers.md."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.orm import Session as SaSession
from sqlalchemy.pool import StaticPool
from sqlmodel import Session

from models.alphabet import fold
from models.change_counter import ChangeCounter
from models.folded import SQLITE_NAME
from models.turnstile import Turnstile

IN_MEMORY = (None, "", ":memory:")
KEEPS_TEXTS = (
    "submission", "submission_assignment", "attachment", "isolation", "consolidation", "report_draft", "idempotency_key",
)  # fmt: skip
"""Tables in whose freed pages something that was destroyed could still be read."""
SAFE_SQLITE = (3, 51, 3)
"""First release without the WAL-reset corruption bug (sqlite.org/wal.html#walresetbug)."""


@dataclass(frozen=True)
class Database:
    """An engine with the lock that lines up this process's writers in front of SQLite."""

    engine: Engine
    writers: threading.RLock
    turnstile: Turnstile | None = None
    """The order of writers among processes; None where the server sees to it, or nobody else can reach the database."""

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded default."""
        return self.engine.dialect.name == "sqlite"

    @cached_property
    def changes(self) -> ChangeCounter:
        """Tells whether anything was committed since it was last asked."""
        return ChangeCounter(self.engine)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that may write; commits at the end, rolls back on an error. No network call inside."""
        if not self.is_sqlite:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        turn = self.turnstile.turn() if self.turnstile else nullcontext()
        with self.writers, turn, Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent snapshot; never waits for writers."""
        options: dict[str, Any] = {"dondoc_read_only": True}
        if not self.is_sqlite:  # READ COMMITTED would let two statements of one view see two states
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**options) as connection, Session(connection) as session:
            yield session

    def forget(self) -> None:
        """Write the database anew without the pages of what was deleted, and empty its log: for what must not be found again."""
        if not self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for table in KEEPS_TEXTS:
                    connection.exec_driver_sql(f"VACUUM FULL {table}")
            return
        turn = self.turnstile.turn() if self.turnstile else nullcontext()
        with self.writers, turn, closing(self.engine.raw_connection()) as connection:
            for statement in ("PRAGMA query_only=OFF", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.execute(statement).fetchall()

    def dispose(self) -> None:
        """Close every connection."""
        self.changes.close()
        self.engine.dispose()
        if self.turnstile:
            self.turnstile.close()


def open_database(url: str) -> Database:
    """Open ``sqlite:///path`` or ``postgresql://...``; creates the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine, path = _sqlite_engine(parsed.database), parsed.database
        turnstile = None if path in IN_MEMORY else Turnstile(Path(str(path)))
        return Database(engine, threading.RLock(), turnstile)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=8, max_overflow=8, pool_pre_ping=True)
    return Database(engine, threading.RLock())


def _sqlite_engine(path: str | None) -> Engine:
    in_memory = path in IN_MEMORY
    if not in_memory:
        Path(str(path)).parent.mkdir(parents=True, exist_ok=True)
    extra: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": 16, "max_overflow": 32}
    engine = create_engine(
        f"sqlite:///{path or ':memory:'}",
        module=pysqlite3,
        connect_args={"check_same_thread": False, "timeout": 5.0},
        **extra,
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: Any) -> None:
    """FULL: an accepted submission is a legal receipt and must survive power loss."""
    connection.isolation_level = None
    connection.create_function(SQLITE_NAME, 1, _fold, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "trusted_schema=OFF",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _begin(connection: Any) -> None:
    """IMMEDIATE for everything that may write: a reader that upgrades fails at once or loses updates."""
    read_only = connection.get_execution_options().get("dondoc_read_only", False)
    # As PostgreSQL does: a write in a reading session is an error, not a change that silently rolls back.
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def sqlite_is_safe() -> bool:
    """Whether the SQLite that dondoc uses carries the WAL-reset fix."""
    return tuple(pysqlite3.sqlite_version_info) >= SAFE_SQLITE


def serialise(session: SaSession, key: int) -> None:
    """Line up writers of one counter or chain until the transaction ends; SQLite's writers already are."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
