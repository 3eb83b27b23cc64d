"""The mark that tells whether anything was committed; on both databases."""

from sqlalchemy import text

from models.change_counter import ChangeCounter
from models.engine import Database, open_database
from obligations.services.context import App
from tests import builders as build


def write(database: Database, slug: str) -> None:
    with database.write() as session:
        build.add_plan(session, slug)


def test_the_mark_stays_until_something_is_committed(app: App) -> None:
    counter = app.database.changes
    first = counter.read()
    assert first is not None
    with app.database.read() as session:
        session.execute(text("SELECT count(*) FROM plan"))
    assert counter.read() == first, "reading changes nothing"
    with app.database.write() as session:
        build.add_plan(session, "mau")
        session.flush()
        inside = counter.read()
    committed = counter.read()
    assert committed not in (first, inside)
    assert counter.read() == committed


def test_two_transactions_at_once_both_show(app: App) -> None:
    if app.database.is_sqlite:
        other = open_database(str(app.database.engine.url))
    else:
        other = open_database(app.database.engine.url.render_as_string(hide_password=False))
    try:
        marks = [app.database.changes.read()]
        for number in range(3):
            write(other if number % 2 else app.database, f"mau-{number}")
            marks.append(app.database.changes.read())
        assert len(set(marks)) == 4
        if not app.database.is_sqlite:
            with app.database.write() as early:
                build.add_plan(early, "som")
                early.flush()
                write(other, "muon")
                between = app.database.changes.read()
            assert app.database.changes.read() != between, "the older transaction ends after the younger one"
    finally:
        other.dispose()


def test_a_lost_connection_says_nothing_and_then_comes_back(app: App) -> None:
    counter = app.database.changes
    assert counter.read() is not None
    counter._connection.close()
    assert counter.read() is None
    assert counter.read() is not None


def test_a_database_in_memory_cannot_say() -> None:
    database = open_database("sqlite://")
    try:
        assert ChangeCounter(database.engine).read() is None
    finally:
        database.dispose()
