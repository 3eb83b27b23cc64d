"""The next message is read from an index in the order of leaving, however many wait and however many have gone."""

from datetime import datetime

from sqlalchemy import event

from obligations.services.context import App
from obligations.services.deliver_claim import LaneFacts, claim
from tests.builders import HANOI

NOW = datetime(2026, 10, 29, 8, tzinfo=HANOI)


def test_a_lease_sorts_nothing_that_waits(app: App) -> None:
    if not app.database.is_sqlite:
        return  # PostgreSQL chooses by statistics; the same index serves it
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("SELECT message.id, message.lease_token"):
            asked.append((statement, parameters))

    event.listen(app.database.engine, "before_cursor_execute", note)
    lane = LaneFacts("email", interval=NOW - NOW, capped=False, resends="once")
    claim(app, lane, "me", 200, NOW, NOW, urgent_only=False)
    event.remove(app.database.engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    with app.database.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]  # type: ignore[arg-type]
    assert any("ix_message_waiting (channel=? AND priority=? AND next_at<?)" in step for step in plan), plan
    assert not any("ORDER BY" in step for step in plan), plan
