"""What a sender asks for each batch costs what the batch holds, not what was ever sent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.tables import Message
from obligations.services.context import App, Context
from obligations.services.sending.daily_queue import reached_today
from obligations.services.sending.threads import thread_of
from tests.obligations.notice_world import OPENED, Days
from tests.obligations.small_world import small_plan
from tests.plan197 import hanoi
from tests.statements import statements

AT = hanoi(2026, 10, 29, 15)


def plans(app: App, asked: Callable[[Context], object]) -> list[str]:
    """How SQLite finds the rows of each statement about messages that went."""
    with app.read(AT) as ctx:
        with statements(app.database, begins="SELECT") as selects:
            asked(ctx)
        connection = ctx.session.connection()
        found = []
        for statement, parameters in selects:
            if "leased" not in parameters:  # the few in hand are found by their state
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                found += [row[3] for row in rows]
        assert connection.execute(text("SELECT count(*) FROM message WHERE state = 'sent'")).scalar()
        return found


@pytest.fixture
def served(app: App, tmp_path: Path) -> App:
    days = Days(app, tmp_path, small_plan())
    days.until(OPENED, hanoi(2026, 10, 29, 14))
    return days.app


def test_neither_cap_nor_thread_reads_all_that_was_sent(served: App) -> None:
    with served.read(AT) as ctx:
        rows = ctx.session.exec(select(Message)).all()
        contacts, ids = {m.contact_id or 0 for m in rows}, [m.id or 0 for m in rows]
        assert set(reached_today(ctx, contacts).values()) == {1}
        assert thread_of(ctx, ids)
    if not served.database.is_sqlite:
        return  # PostgreSQL chooses by its statistics
    for asked in (lambda ctx: reached_today(ctx, contacts), lambda ctx: thread_of(ctx, ids)):
        found = plans(served, asked)
        assert found
        assert not [way for way in found if "ix_message_queue" in way or way.startswith("SCAN message")], found
