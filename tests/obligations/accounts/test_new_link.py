"""A new personal link for who holds a dead one, on both databases. The page: tests/portal/test_sign_in.py."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.tables import Contact, Message, MessageItem
from obligations.services import audit
from obligations.services.accounts.access import open_agency_session
from obligations.services.accounts.new_link import ask_new_link
from obligations.services.channels.channel_state import admit, take_places
from obligations.services.context import App
from obligations.services.links import personal_token
from obligations.services.sending.daily_count import take_today
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.deliver_claim import LaneFacts, Only
from tests.obligations.notice_world import Days, days_until
from tests.plan197 import hanoi
from tests.prepared import Prepared

NOW = hanoi(2026, 11, 7, 23)
"""A Saturday night."""


@pytest.fixture
def days(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    return days_until(hanoi(2026, 10, 30, 14), app, tmp_path, prepared)


def old_message(days: Days, audience: Audience = Audience.clerk) -> Message:
    with days.app.read(NOW) as ctx:
        query = select(Message).where(Message.audience == audience, col(Message.finished_at).is_not(None))
        found = ctx.session.exec(query.order_by(col(Message.id))).first()
    assert found is not None
    return found


def asked(days: Days, token: str, minutes: int = 0) -> int:
    with days.app.write(NOW + timedelta(minutes=minutes), "link") as ctx:
        return ask_new_link(ctx, token)


def test_it_goes_at_night_to_the_same_address_and_is_audited(days: Days) -> None:
    old = old_message(days)
    token = personal_token(days.app.settings, old.public_id)
    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(lambda _: asked(days, token), range(3))) == 1
    deliver_due(days.app, lambda: NOW)
    (new,) = days.messages(kind="new_link")
    assert (new.address, new.agency_id, new.planned_at) == (old.address, old.agency_id, NOW)
    assert new.state in (MessageState.sent, MessageState.recorded)
    with days.app.read(NOW) as ctx:
        told = set(ctx.session.exec(select(MessageItem.assignment_id).where(MessageItem.message_id == old.id)).all())
        again = set(ctx.session.exec(select(MessageItem.assignment_id).where(MessageItem.message_id == new.id)).all())
        acts = [e for e in audit.entries(ctx.session) if e.action == "link.asked_anew"]
        assert audit.verify(ctx.session) == []
    assert told <= again
    assert [(e.actor, e.detail["messages"]) for e in acts] == [("link", 1)]
    with days.app.write(NOW, "link") as ctx:
        assert open_agency_session(ctx, personal_token(ctx.settings, new.public_id)).sid


def test_it_stands_in_no_line_behind_others(days: Days) -> None:
    """A batch has taken the places of the next minutes, and the day's cap is used up: whoever asked waits at the screen all the same."""
    token = personal_token(days.app.settings, old_message(days).public_id)
    assert asked(days, token) == 1
    slow = days.app.settings.model_copy(update={"mail_per_minute": 1, "mail_daily_cap": 1})
    app = replace(days.app, settings=slow)
    with app.write(NOW, "deliver") as ctx:
        lane = LaneFacts("email", timedelta(minutes=1), capped=True, resends="once")
        take_places(ctx, "email", admit(ctx, "email", 5, lane.interval, NOW), 5, lane.interval)
        take_today(ctx, 1)
        waiting = ctx.session.exec(select(Message).where(Message.kind != "new_link")).first()
        assert waiting is not None
        waiting.state, waiting.next_at, kept = MessageState.planned, NOW, waiting.id
    began = time.monotonic()
    done = deliver_due(app, lambda: NOW, channel_for=lambda _: days.provider, only=Only.asked)
    assert (done.accepted, time.monotonic() - began < 30) == (1, True)
    assert {m.id for m in days.messages(state=MessageState.planned)} == {kept}, "only what was asked for"


def test_a_few_an_hour(days: Days) -> None:
    token = personal_token(days.app.settings, old_message(days).public_id)
    assert [asked(days, token, minutes) for minutes in (0, 1, 3, 6, 9, 59, 65)] == [1, 0, 1, 1, 0, 0, 1]


def test_nobody_else_learns_or_gets_anything(days: Days) -> None:
    old = old_message(days)
    token = personal_token(days.app.settings, old.public_id)
    assert asked(days, "x" * 43) == 0
    assert asked(days, "") == 0
    with days.app.write(NOW, "test") as ctx:
        ctx.session.get_one(Contact, old.contact_id).removed_at = NOW
    assert asked(days, token) == 0
    assert days.messages(kind="new_link") == []
