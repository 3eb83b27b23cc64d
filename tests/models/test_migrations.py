"""The schema comes only from migrations, and they agree with the models."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from models.engine import Database, open_database
from models.migrate import current, downgrade, drift, heads, upgrade
from obligations.services import audit
from obligations.services.context import App
from tests.obligations.conftest import hanoi


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


def test_two_at_once_migrate_one_after_the_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    errors: list[BaseException] = []

    def run() -> None:
        try:
            upgrade(open_database(url))
        except BaseException as error:  # noqa: BLE001 - the test reports whatever went wrong
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert current(open_database(url)) == heads()[0]


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_the_audit_trail(app: App, statement: str) -> None:
    with app.write(hanoi(2026, 1, 5, 8), "test") as ctx:
        audit.record(ctx, "test.act", "subject", detail="x")
    with pytest.raises(DBAPIError, match="append-only"), app.database.write() as session:
        session.execute(text(statement))
    with app.database.read() as session:
        assert audit.verify(session) == []
