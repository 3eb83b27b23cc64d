"""What the ledger shows of a message that went: its text of that day, and whether it is so to the letter; both databases."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message
from obligations.services.context import App
from obligations.services.links import personal_link
from obligations.services.overview.views_messages import CODE_HERE, LINK_HERE, MessagePage, message_page
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.running.tick import run_tick
from obligations.services.sending.short_codes import short_code
from tests.obligations.small_world import settle, small_plan, submit
from tests.plan197 import hanoi

OPENED, WEEK_BEFORE, LATER = (hanoi(2026, *at) for at in ((10, 1, 9), (10, 21, 9), (11, 18, 9)))


@pytest.fixture
def told(app: App, tmp_path: Path) -> App:
    """The reminder of seven working days before has gone to all."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    for moment in (OPENED, WEEK_BEFORE):
        run_tick(app, moment)
    return app


def reminder(app: App) -> tuple[MessagePage, str, str]:
    with app.read(LATER) as ctx:
        query = select(Message).where(Message.kind == "before").order_by(col(Message.id))
        row = ctx.session.exec(query).all()[1]
        assert row.state == MessageState.recorded
        link, code = personal_link(ctx.settings, row.public_id), short_code(ctx.settings, row.id or 0)
        return message_page(ctx, row.public_id), link, code


def test_it_is_the_text_of_the_day_it_went(told: App) -> None:
    shown, link, code = reminder(told)
    assert "còn 07 ngày làm việc" in shown.subject
    assert "quá hạn" not in shown.text
    assert shown.as_sent, "the digest that was kept then is that of the text"
    assert LINK_HERE in shown.text
    assert CODE_HERE in shown.text
    assert not any(secret in shown.text + shown.short for secret in (link, code))


def test_a_text_that_no_longer_fits_says_so(told: App) -> None:
    with told.write(LATER, "x") as ctx:
        for code in ("so-a", "so-b", "so-c"):
            submit(ctx, code)
    shown, _, _ = reminder(told)
    assert len(shown.digest or "") == 64
    assert "quá hạn" not in shown.text
