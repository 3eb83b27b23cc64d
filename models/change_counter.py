"""Whether anything was committed since a moment: what lets an answer be kept and still never be stale.

SQLite counts for itself (``PRAGMA data_version``, sqlite.org/pragma.html: differs once another connection has committed);
PostgreSQL's snapshot names every transaction that is over (``pg_current_snapshot``), so its text differs after each commit
of a transaction that wrote.
"""

import threading
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

_QUESTION = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}


class ChangeCounter:
    """Asks on a connection of its own, which never writes and holds no transaction open.

    ``is_quick``: the answer takes microseconds and no network, so that an event loop may wait for it.
    """

    def __init__(self, engine: Engine) -> None:
        self.is_quick = engine.dialect.name == "sqlite"
        self._engine = engine
        self._question = _QUESTION[engine.dialect.name]
        self._lock = threading.Lock()
        self._connection: Any = None
        self._cursor: Any = None

    def read(self) -> str | None:
        """The mark of the present state; None when the database cannot say, and then nothing may be called unchanged."""
        if isinstance(self._engine.pool, StaticPool):  # in memory: one connection, which does not count its own commits
            return None
        with self._lock:
            try:
                return str(self._ask())
            except (SQLAlchemyError, self._engine.dialect.loaded_dbapi.Error):
                self._forget()
                return None

    def close(self) -> None:
        """Give the connection back; the next question opens another."""
        with self._lock:
            self._forget()

    def _ask(self) -> Any:
        if self._cursor is None:
            pooled = self._engine.raw_connection()
            self._connection = pooled.driver_connection
            pooled.detach()  # our own from now on: the pool neither resets nor lends it
            if not self.is_quick:
                self._connection.autocommit = True
            self._cursor = self._connection.cursor()
        return self._cursor.execute(self._question).fetchone()[0]

    def _forget(self) -> None:
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            connection.close()
