"""Through Tết 2026 and 2027 with the services themselves: what goes before it, and what only on the second day after."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.reviewing.review import cite_plan
from obligations.services.running.tick import run_tick
from obligations.services.sending.deliver import deliver_due
from obligations.services.simulating.simulate import simulate_messages
from plans.reading import read_registry
from tests.plan197 import FILES, HANOI, hanoi
from tests.plans.builders import plan_with, yearly

Adopted = Callable[[datetime], App]


@pytest.fixture
def adopted(app: App) -> Adopted:
    """A report due "trước ngày 18/2" every year, inside Tết 2026 (14/02 to 22/02)."""

    def _adopted(as_of: datetime) -> App:
        spec: dict[str, Any] = {"deadline": yearly(2, 18), "assigned_to": ["so-ban-nganh"]}
        with app.write(as_of, "test") as ctx:
            apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
            add_sample_contacts(ctx)
            apply_plan(ctx, plan_with(**spec), date(2026, 1, 1))
            cite_plan(ctx, 1)
        return app

    return _adopted


def gone(app: App) -> dict[str, set[date]]:
    """Days on which messages of each kind went."""
    found: dict[str, set[date]] = {}
    with app.read(hanoi(2026, 12, 1, 9)) as ctx:
        for message in ctx.session.exec(select(Message).where(Message.state == MessageState.recorded)).all():
            assert message.finished_at is not None
            found.setdefault(message.kind, set()).add(message.finished_at.astimezone(HANOI).date())
    return found


def test_simulating_over_tet_2026(adopted: Adopted) -> None:
    app = adopted(hanoi(2026, 1, 5, 9))
    days: dict[str, set[date]] = {}
    for message in simulate_messages(app, date(2026, 1, 6), date(2026, 3, 31), []):
        days.setdefault(message.kind, set()).add(message.at.date())
    assert days["before"] == {date(2026, 2, 4), date(2026, 2, 10)}, "T-7 and the T-3 that the break adds"
    assert days["tomorrow"] == {date(2026, 2, 12)}
    assert days["today"] == {date(2026, 2, 13)}
    assert days["overdue"] == {date(2026, 2, 24)}, "23/02 is the first working day after nine days off"


def test_missed_days_before_tet_are_not_made_up_for_on_the_first_day_after(adopted: Adopted) -> None:
    app = adopted(hanoi(2026, 1, 5, 9))
    run_tick(app, hanoi(2026, 1, 20, 9))
    for moment in (hanoi(2026, 2, 23, 8), hanoi(2026, 2, 23, 16), hanoi(2026, 2, 24, 8), hanoi(2026, 2, 24, 14)):
        run_tick(app, moment)
    assert gone(app)["overdue"] == {date(2026, 2, 24)}


def test_a_message_written_on_the_eve_becomes_overdue_in_the_break_and_waits_for_the_second_day(
    adopted: Adopted,
) -> None:
    app = adopted(hanoi(2026, 1, 5, 9))
    run_tick(app, hanoi(2026, 1, 20, 9))
    with app.write(hanoi(2026, 2, 13, 18), "test") as ctx:  # the office has closed: it would go after the break
        assert plan_reminders(ctx).planned > 10
    first = hanoi(2026, 2, 23, 9)
    assert deliver_due(app, lambda: first).recorded == 0
    with app.read(first) as ctx:
        waiting = ctx.session.exec(select(Message).where(Message.state == MessageState.retry)).all()
        assert {m.next_at.astimezone(HANOI) for m in waiting} == {hanoi(2026, 2, 24, 8)}
    second = hanoi(2026, 2, 24, 9)
    assert deliver_due(app, lambda: second).recorded == 0, "what calls something overdue is shown first (S3)"
    assert deliver_due(app, lambda: second.replace(hour=14)).recorded > 10


def test_a_confirmation_on_the_eve_catches_up_on_the_second_day_after(adopted: Adopted) -> None:
    app = adopted(hanoi(2026, 2, 12, 9))  # the period should have opened on 18/01: it awaits its review
    with app.write(hanoi(2026, 2, 13, 15), "test") as ctx:
        confirm_period(ctx, find_period(ctx, "mau", "viec", "2026").id or 0)
        planned = ctx.session.exec(select(Message.planned_at).where(col(Message.kind) != "open")).all()
        assert {at.astimezone(HANOI) for at in planned} == {hanoi(2026, 2, 24, 8)}
    for day in (23, 24):
        for hour in (9, 14):
            run_tick(app, hanoi(2026, 2, day, hour))
    assert gone(app)["overdue"] == {date(2026, 2, 24)}


def test_tet_2027_as_the_package_estimates_it(adopted: Adopted) -> None:
    app = adopted(hanoi(2026, 12, 1, 9))
    messages = simulate_messages(app, date(2027, 1, 4), date(2027, 3, 31), [])
    days = {(m.kind, m.at.date()) for m in messages}
    assert {kind for kind, _ in days} >= {"before", "tomorrow", "today", "overdue"}
    assert ("today", date(2027, 2, 17)) in days, "due on a Wednesday after the estimated break of 04/02 to 10/02"
    assert not [day for _, day in days if date(2027, 2, 4) <= day <= date(2027, 2, 10)]
