"""A report that was sent back with a day, and a period that was closed without a report; on both databases."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import PeriodState
from models.tables import Message, MessageItem, Period
from obligations.errors import Refused
from obligations.services.accounts.access import Actor
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import return_for_changes
from obligations.services.views.agency import agency_page, duty_page
from obligations.services.views_shared import versions_of
from tests.obligations.small_world import owed, settle, small_plan, submit
from tests.plan197 import hanoi

OPENED, SENT = hanoi(2026, 10, 1, 9), hanoi(2026, 10, 26, 9)
SATURDAY = date(2026, 10, 31)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Sở A has reported and is asked to complete it by Saturday 31/10."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    with app.write(SENT, "agency:so-a") as ctx:
        submit(ctx, "so-a")
    with app.write(SENT, "lan") as ctx:
        row = owed(ctx, "so-a")
        return_for_changes(ctx, versions_of(ctx, row.id or 0)[0].public_id, row.public_id, "Thiếu số liệu.", SATURDAY)
    return app


def clerk(ctx: Context) -> Actor:
    return Actor("agency:so-a", "Sở A", csrf="", agency_id=agency_by_code(ctx, "so-a").id)


def reminded(ctx: Context) -> list[str]:
    query = (
        select(MessageItem.step)
        .join(Message)
        .where(MessageItem.assignment_id == owed(ctx, "so-a").id, col(MessageItem.step).startswith("returned:again"))
    )
    return list(ctx.session.exec(query).all())


def test_the_day_is_shown_and_told_once_on_the_next_working_day(office: App) -> None:
    with office.read(SENT) as ctx:
        assert agency_page(ctx, clerk(ctx)).open[0].standing.again_by == SATURDAY
        assert duty_page(ctx, clerk(ctx), owed(ctx, "so-a").public_id).duty.standing.again_by == SATURDAY
    for moment, count in ((hanoi(2026, 10, 30, 9), 0), (hanoi(2026, 11, 2, 9), 1), (hanoi(2026, 11, 3, 9), 1)):
        with office.write(moment, "tick") as ctx:
            plan_reminders(ctx)
            assert len(reminded(ctx)) == count, moment


def test_what_was_sent_again_is_not_reminded_of(office: App) -> None:
    with office.write(hanoi(2026, 10, 29, 9), "agency:so-a") as ctx:
        submit(ctx, "so-a")
    with office.write(hanoi(2026, 11, 2, 9), "tick") as ctx:
        plan_reminders(ctx)
        assert reminded(ctx) == []
        assert agency_page(ctx, clerk(ctx)).done[0].standing.again_by is None


def test_a_day_that_is_over_is_refused(office: App) -> None:
    with office.write(hanoi(2026, 11, 2, 9), "lan") as ctx:
        row = owed(ctx, "so-a")
        sent = versions_of(ctx, row.id or 0)[0].public_id
        with pytest.raises(Refused, match="đã qua"):
            return_for_changes(ctx, sent, row.public_id, "Thiếu.", SATURDAY)


def test_what_a_closed_period_still_lacks_is_not_open(office: App) -> None:
    with office.write(hanoi(2027, 9, 1, 9), "test") as ctx:
        ctx.session.get_one(Period, owed(ctx, "so-a").period_id).state = PeriodState.closed
        ctx.session.flush()
        shown = agency_page(ctx, clerk(ctx))
        assert (shown.open, len(shown.closed)) == ([], 1)
        page = duty_page(ctx, clerk(ctx), owed(ctx, "so-a").public_id)
        assert (page.duty.standing.closed, page.issued) == (True, False)
