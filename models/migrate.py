"""Migrations, run from code so that no ini file and no second configuration exist."""

from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.engine import Database
from models.tables import metadata

_LOCK = 197_040


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision in one transaction: killed midway, nothing has changed. Safe to run twice at once.

    Where the newest is reached already nothing is locked: every command asks.
    """
    if revision == "head" and (current(database),) == heads():
        return
    with database.writers, database.engine.begin() as connection:
        _line_up(connection)
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to a revision (``base``: empty) in one transaction."""
    with database.writers, database.engine.begin() as connection:
        _line_up(connection)
        command.downgrade(_config(connection), revision)


def current(database: Database) -> str | None:
    """Revision of the database; None when it is empty."""
    with _reader(database) as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def heads() -> tuple[str, ...]:
    """Newest revisions of the code; more than one is a mistake in the tree."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def revisions() -> list[str]:
    """Every revision of the code, oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def drift(database: Database) -> list[Any]:
    """Differences between the migrated schema and the models; empty when they agree."""
    with _reader(database) as connection:
        options = {"compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _reader(database: Database) -> Connection:
    """Looking at the schema never waits for a writer."""
    return database.engine.connect().execution_options(dondoc_read_only=True)


def _line_up(connection: Connection) -> None:
    """Two processes that start at once migrate one after the other; SQLite's BEGIN IMMEDIATE does it by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
