"""When a period is closed: not while somebody was given a later day, on both databases (S5)."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import AssignmentState, PeriodState
from models.tables import Message, MessageItem, PeriodStep
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import agree_lateness, cite_plan, extend
from obligations.services.running.tick import run_tick
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

DECEMBER, CLOSING = hanoi(2026, 12, 1, 9), hanoi(2026, 12, 30, 8)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    settle(app, tmp_path, small_plan())
    at = hanoi(2026, 10, 1, 9)
    with app.write(at, "test") as ctx:
        open_due_periods(ctx)
        cite_plan(ctx, find_period(ctx, PLAN, DUTY, "2026").obligation_id)
    run_tick(app, DECEMBER)
    return app


def state(app: App, at: datetime) -> PeriodState:
    run_tick(app, at)
    with app.read(at) as ctx:
        return find_period(ctx, PLAN, DUTY, "2026").state


def test_who_was_given_a_later_day_is_reminded_and_chased_before_the_period_is_closed(office: App) -> None:
    with office.write(DECEMBER, "lan") as ctx:
        extend(ctx, owed(ctx, "so-b").public_id, date(2027, 1, 15), "88/UBND", date(2026, 11, 30))
    assert state(office, CLOSING) == PeriodState.open
    days = [hanoi(2027, 1, day, 14, 30) for day in (6, 13, 14, 15, 18, 19, 26, 27)]
    assert {state(office, at) for at in days} == {PeriodState.open}
    with office.read(days[-1]) as ctx:
        steps = ctx.session.exec(
            select(MessageItem.step).join(Message).where(MessageItem.assignment_id == owed(ctx, "so-b").id)
        ).all()
        assert {"T-7", "T-1", "T0", "T+1", "T+7"} <= set(steps)
        moment = ctx.session.exec(select(PeriodStep.planned_at).where(PeriodStep.code == "close")).first()
    assert moment == hanoi(2027, 1, 29, 8)
    assert state(office, moment) == PeriodState.closed


def test_an_agreed_day_is_waited_for_and_one_who_has_sent_is_not(office: App) -> None:
    with office.write(DECEMBER, "lan") as ctx:
        agree_lateness(ctx, owed(ctx, "so-a").public_id, date(2027, 1, 10), "chờ số liệu")
    assert state(office, CLOSING) == PeriodState.open
    with office.write(CLOSING, "lan") as ctx:
        owed(ctx, "so-a").state = AssignmentState.submitted
    assert state(office, hanoi(2027, 1, 22, 8)) == PeriodState.closed


def test_without_a_later_day_it_is_closed_when_it_was_said(office: App) -> None:
    assert state(office, CLOSING) == PeriodState.closed
