"""The trail is read from its beginning once a day; a look at the page reads what came since. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models.migrate import heads
from obligations.services import audit
from obligations.services.care import trail_check
from obligations.services.care.database import check_database
from obligations.services.care.doctor import examine
from obligations.services.care.finding import Finding
from obligations.services.care.trail_check import check_daily, new_in_trail, recall_check, whole_trail
from obligations.services.context import App
from tests.plan197 import hanoi
from tests.statements import statements

NOW = hanoi(2026, 11, 19, 9)
LATER = NOW + timedelta(hours=3)


def write(app: App, count: int) -> None:
    with app.write(NOW, "lan") as ctx:
        for number in range(count):
            audit.record(ctx, "call.recorded", f"việc {number}")


def tamper(app: App, seq: int) -> None:
    """As somebody who has the database: the triggers are taken off for it."""
    with app.database.engine.begin() as connection:
        if app.database.is_sqlite:
            (name, body) = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='audit_entry' AND sql LIKE '%UPDATE%'"
            ).one()
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        connection.execute(text("UPDATE audit_entry SET actor = 'ai đó' WHERE seq = :seq"), {"seq": seq})
        if app.database.is_sqlite:
            connection.exec_driver_sql(body)
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def page(app: App) -> Finding:
    with app.read(LATER) as ctx:
        return new_in_trail(ctx.session, app.settings, LATER)


def test_a_look_reads_what_came_since_and_not_the_trail(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    write(app, 300)
    check_daily(app, NOW, "tick")
    write(app, 7)
    rows: list[int] = []
    one = audit.digest
    monkeypatch.setattr(audit, "digest", lambda entry: rows.append(entry.seq or 0) or one(entry))
    with statements(app.database, begins="SELECT") as asked:
        found = page(app)
    assert found.state == "ok"
    assert "từ đó thêm 7 mục" in found.detail
    assert len(rows) == 7
    trail = [said for said, _ in asked if "audit_entry" in said]
    assert len(trail) == 2
    assert all("WHERE" in said for said in trail)
    rows.clear()
    check_database(app.settings, app.database, heads()[0], LATER, deploy=False, whole=False)
    assert len(rows) == 7
    check_database(app.settings, app.database, heads()[0], LATER, deploy=False, whole=True)
    assert len(rows) == 7 + 307


def test_a_changed_old_entry_is_found_by_every_whole_check_and_stays_on_the_page(app: App) -> None:
    write(app, 20)
    check_daily(app, NOW, "tick")
    write(app, 3)
    tamper(app, 5)
    assert page(app).state == "ok"
    with app.database.read() as session:
        assert audit.verify(session) == ["entry 5: its content was changed"]
        assert whole_trail(session).state == "problem"
    assert not next(f for f in examine(app.settings, LATER) if f.what == "audit trail").ok
    check_daily(app, LATER, "tick")
    assert page(app).state == "ok", "once a day"
    check_daily(app, LATER + timedelta(days=1), "tick")
    found = page(app)
    assert (found.state, "đầu tiên ở mục số 5" in found.detail) == ("problem", True)


def test_what_was_changed_since_the_whole_check_is_found_at_once(app: App) -> None:
    write(app, 20)
    check_daily(app, NOW, "tick")
    write(app, 3)
    tamper(app, 22)
    assert "đầu tiên ở mục số 22" in page(app).detail


def test_a_trail_that_lost_the_checked_entry_is_no_whole_one(app: App) -> None:
    write(app, 2)
    check_daily(app, NOW, "tick")
    with app.database.write() as session:
        kept = recall_check(session)
        assert kept is not None
        _forge(session, kept.seq)
    assert page(app).state == "problem"


def _forge(session: Session, seq: int) -> None:
    session.execute(
        text("UPDATE system_value SET value = replace(value, :old, :new) WHERE name = :name"),
        {"old": f'"seq": {seq}', "new": f'"seq": {seq + 5}', "name": trail_check.CHECKED},
    )


def test_what_nobody_checked_for_days_or_grew_too_long_is_warned_of(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    write(app, 10)
    assert "chưa kiểm tra toàn bộ" in page(app).detail
    check_daily(app, NOW, "tick")
    with app.read(NOW) as ctx:
        old = new_in_trail(ctx.session, app.settings, NOW + timedelta(days=3))
    assert (old.state, "dondoc audit verify" in old.advice) == ("warning", True)
    write(app, 6)
    monkeypatch.setattr(trail_check, "MOST_NEW", 5)
    assert page(app).state == "warning"
