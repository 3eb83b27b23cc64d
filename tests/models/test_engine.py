"""Concurrency rules of the embedded default and of PostgreSQL."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.engine import Database, open_database, sqlite_is_safe
from models.tables import SystemValue
from tests.plan197 import hanoi
from tests.processes import clean_processes


def test_the_shipped_sqlite_carries_the_wal_fix() -> None:
    assert sqlite_is_safe()


def test_every_pooled_connection_is_set_for_safety(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    connections = [database.engine.connect().execution_options(dondoc_read_only=True) for _ in range(5)]
    for connection in connections:
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "trusted_schema": 0}
        assert {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in wanted} == wanted
        connection.close()


def _count_up(url: str, times: int) -> None:
    database = open_database(url)
    for _ in range(times):
        with database.write() as session:
            row = session.get(SystemValue, "counter", with_for_update=True)
            assert row is not None
            row.value = str(int(row.value) + 1)


def test_no_update_of_four_processes_is_lost(database: Database, database_url: str) -> None:
    with database.write() as session:
        session.add(SystemValue(name="counter", value="0"))
    context = clean_processes()
    workers = [context.Process(target=_count_up, args=(database_url, 50)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0, 0, 0]
    with database.read() as session:
        assert session.get_one(SystemValue, "counter").value == "200"


def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    with database.write() as session:
        session.add(SystemValue(name="a", value="1"))
        session.flush()
        with database.read() as other:
            assert other.get(SystemValue, "a") is None


def test_a_reader_sees_one_state_however_long_it_reads(database: Database) -> None:
    count = text("SELECT count(*) FROM system_value")
    with database.read() as session:
        assert session.execute(count).scalar() == 0
        with database.write() as writer:
            writer.add(SystemValue(name="a", value="1"))
        assert session.execute(count).scalar() == 0
    with database.read() as session:
        assert session.execute(count).scalar() == 1


def test_a_reader_cannot_write_and_the_next_writer_can(database: Database) -> None:
    for _ in range(2):
        with database.read() as session:
            session.add(SystemValue(name="a", value="1"))
            with pytest.raises(DBAPIError, match=r"read-?only"):
                session.flush()
        with database.write() as session:
            session.merge(SystemValue(name="a", value="2"))


def test_what_is_committed_is_seen_by_another_connection(database: Database, database_url: str) -> None:
    with database.write() as session:
        session.add(SystemValue(name="a", value="1"))
    other = open_database(database_url)
    with other.read() as session:
        assert session.get_one(SystemValue, "a").value == "1"
    other.dispose()


def test_an_error_rolls_everything_back(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:  # noqa: PT012 - the error must rise inside
        session.add(SystemValue(name="a", value="1"))
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM system_value")).scalar() == 0


def test_a_naive_moment_is_refused(database: Database) -> None:
    from models.tables import Pause

    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(Exception, match="naive"), database.write() as session:
        session.add(Pause(paused_by="x", paused_at=naive))


def test_moments_come_back_aware_and_equal(database: Database) -> None:
    from models.tables import Pause

    moment = hanoi(2026, 10, 30, 17, 5)
    with database.write() as session:
        session.add(Pause(paused_by="x", paused_at=moment))
    with database.read() as session:
        stored = session.execute(text("SELECT id FROM pause")).scalar_one()
        assert session.get_one(Pause, stored).paused_at == moment
        assert session.get_one(Pause, stored).paused_at.utcoffset() is not None
