"""The schema comes only from migrations, and they agree with the models."""

import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError

from models.engine import Database, open_database
from models.migrate import current, downgrade, drift, heads, revisions, upgrade
from obligations.services import audit
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from tests import builders as build
from tests.plan197 import hanoi
from tests.processes import clean_processes


def test_there_is_one_head() -> None:
    assert len(heads()) == 1


def test_models_and_migrations_agree(database: Database) -> None:
    assert drift(database) == []


def test_down_and_up_again(database: Database) -> None:
    downgrade(database, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database)
    assert current(database) == heads()[0]
    assert drift(database) == []


def test_each_step_down_and_up_leaves_what_is_stored(app: App) -> None:
    with app.write(hanoi(2026, 1, 5, 8), "test") as ctx:
        build.add_plan(ctx.session)
        refresh_feeds(ctx)
    for revision in reversed(revisions()[:-1]):
        downgrade(app.database, revision)
        assert current(app.database) == revision
    upgrade(app.database)
    assert drift(app.database) == []
    with app.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM feed")).scalar() == 1


def test_upgrading_what_is_upgraded_changes_nothing(database: Database) -> None:
    upgrade(database)
    assert current(database) == heads()[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    make: Callable[[], str] = request.getfixturevalue("make_postgresql")
    url = make()
    database = open_database(url)
    downgrade(database, "base")
    database.dispose()
    return url


def _upgrade_at(url: str) -> None:
    database = open_database(url)
    upgrade(database)
    database.dispose()


def test_processes_that_start_at_once_migrate_one_after_the_other(empty_url: str) -> None:
    workers = [clean_processes().Process(target=_upgrade_at, args=(empty_url,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0, 0]
    database = open_database(empty_url)
    assert current(database) == heads()[0]
    assert drift(database) == []
    database.dispose()


def _upgrade_until_killed(url: str, statement: int) -> None:
    database = open_database(url)
    seen = itertools.count(1)

    def kill(*_: object) -> None:
        if next(seen) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "after_cursor_execute", kill)
    upgrade(database)


@pytest.mark.parametrize("statement", [5, 30])
def test_killed_midway_nothing_has_changed_and_it_starts_again(empty_url: str, statement: int) -> None:
    child = clean_processes().Process(target=_upgrade_until_killed, args=(empty_url, statement))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    database = open_database(empty_url)
    assert current(database) is None
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    upgrade(database)
    assert drift(database) == []
    database.dispose()


REPLACEMENT = """
INSERT {or_replace} INTO audit_entry (seq, at, actor, action, subject, detail, previous_hash, hash)
SELECT seq, at, 'x', action, subject, detail, previous_hash, hash FROM audit_entry {on_conflict}
"""
TAMPERING = {
    "sqlite": [REPLACEMENT.format(or_replace="OR REPLACE", on_conflict="")],
    "postgresql": [
        "TRUNCATE audit_entry",
        REPLACEMENT.format(or_replace="", on_conflict="ON CONFLICT (seq) DO UPDATE SET actor = 'x'"),
    ],
}
WRITES = ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"]


@pytest.mark.parametrize("number", range(4))
def test_the_database_refuses_to_change_the_audit_trail(app: App, number: int) -> None:
    statements = [*WRITES, *TAMPERING[app.database.engine.dialect.name]]
    statement = statements[number % len(statements)]
    with app.write(hanoi(2026, 1, 5, 8), "test") as ctx:
        audit.record(ctx, "test.act", "subject", detail="x")
    with pytest.raises(DBAPIError, match="append-only"), app.database.write() as session:
        session.execute(text(statement))
    with app.database.read() as session:
        assert audit.verify(session) == []
