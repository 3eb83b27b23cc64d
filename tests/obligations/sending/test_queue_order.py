"""Who waits is read from an index, in the order of leaving, however many wait and however many have gone."""

from collections.abc import Callable
from datetime import datetime

from obligations.services.context import App
from obligations.services.sending.daily_queue import busy_contacts, reached_today
from obligations.services.sending.deliver_claim import LaneFacts, claim
from tests.builders import HANOI
from tests.statements import statements

NOW = datetime(2026, 10, 29, 8, tzinfo=HANOI)


def steps(app: App, begins: str, ask: Callable[[], object]) -> list[str]:
    """How SQLite answers the last query that begins so."""
    with statements(app.database, begins=begins) as asked:
        ask()
    statement, parameters = asked[-1]
    with app.database.engine.connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def test_a_lease_sorts_nothing_that_waits(app: App) -> None:
    if not app.database.is_sqlite:
        return  # PostgreSQL chooses by statistics; the same index serves it
    lane = LaneFacts("email", interval=NOW - NOW, capped=False, resends="once")
    plan = steps(
        app,
        "SELECT message.id, message.lease_token",
        lambda: claim(app, lane, "me", 200, NOW, NOW),
    )
    assert any("ix_message_waiting (channel=? AND priority=? AND next_at<?)" in step for step in plan), plan
    assert not any("ORDER BY" in step for step in plan), plan


def test_the_daily_cap_looks_at_what_waits_and_at_its_contacts(app: App) -> None:
    if not app.database.is_sqlite:
        return
    with app.read(NOW) as ctx:
        waiting = steps(app, "SELECT message.contact_id", lambda: list(busy_contacts(ctx)))
        reached = steps(app, "SELECT message.contact_id", lambda: reached_today(ctx, [1, 2]))
    assert any("message USING INDEX ix_message_queue (state=?" in step for step in waiting), waiting
    assert any("ix_message_contact_day (contact_id=?" in step for step in reached), reached
