"""Coordinators are told once a day what about the service needs a person; nobody else is, and never by night."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from models.enums import BreakerState, MessageState
from models.tables import AuditEntry, ChannelState, Contact, Message, OauthToken, ServiceNote
from obligations.services import audit
from obligations.services.accounts.access import create_account
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.running.service_notes import tell_coordinators
from obligations.services.sending.deliver_judge import IN_DOUBT
from tests.notifications.smtp_server import SmtpServer

LATER = OPENING + timedelta(minutes=20)


@pytest.fixture
def world(app: App, smtp: SmtpServer) -> App:
    """Two agencies that owe, one coordinator, one approver, a mail server."""
    ready = replace(app, settings=app.settings.model_copy(update={"mail_url": smtp.url()}))
    ready.settings.__dict__.pop("channel_urls", None)
    with ready.write(APPLIED, "test") as ctx:
        add_agencies(ctx, 2)
        apply_plan(ctx, yearly_plan())
        create_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example")
        create_account(ctx, "hung", "Nguyễn Hùng", "hung@stc.example", "approver")
    with ready.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
    return ready


@pytest.fixture
def smtp():
    with SmtpServer() as server:
        yield server


def rest(app: App) -> None:
    """Zalo has failed since the opening."""
    with app.write(OPENING, "test") as ctx:
        audit.record(ctx, "channel.resting", "zalooa", code="-32", failures=5)
        row = ChannelState(name="zalooa", breaker=BreakerState.open, changed_at=OPENING, last_code="-32")
        ctx.session.add(row)


def test_nothing_wrong_nothing_said(world: App, smtp: SmtpServer) -> None:
    assert tell_coordinators(world, lambda: LATER) == 0
    assert smtp.messages == []


def test_each_thing_is_told_once_a_day_to_coordinators_only(world: App, smtp: SmtpServer) -> None:
    rest(world)
    assert tell_coordinators(world, lambda: OPENING + timedelta(minutes=14)) == 0, "it may work again by itself"
    assert tell_coordinators(world, lambda: LATER) == 1
    assert tell_coordinators(world, lambda: LATER + timedelta(hours=1)) == 0
    (mail,) = smtp.messages
    assert "00 thông báo" not in mail.as_string()
    assert mail["To"] == "lan@stc.example"
    assert mail["Subject"].startswith("Kênh Zalo không gửi được")
    assert "-32" in mail.get_body().get_content()  # type: ignore[union-attr]
    assert tell_coordinators(world, lambda: LATER + timedelta(days=1)) == 1, "it still fails the next day"


def test_not_at_night(world: App, smtp: SmtpServer) -> None:
    rest(world)
    assert tell_coordinators(world, lambda: OPENING.replace(hour=22)) == 0
    assert smtp.messages == []


def test_a_server_that_is_away_gets_the_same_note_later(world: App, smtp: SmtpServer) -> None:
    rest(world)
    smtp.script["MAIL"] = "421 busy"
    assert tell_coordinators(world, lambda: LATER) == 0
    assert tell_coordinators(world, lambda: LATER + timedelta(minutes=5)) == 0, "not asked again at once"
    smtp.script.clear()
    assert tell_coordinators(world, lambda: LATER + timedelta(minutes=16)) == 1
    with world.read(LATER) as ctx:
        (note,) = ctx.session.exec(select(ServiceNote)).all()
    assert (note.attempts, smtp.messages[0]["Message-ID"]) == (2, f"<{note.message_id}>")


def test_consent_doubt_and_missing_addresses_are_told_apart(world: App, smtp: SmtpServer) -> None:
    with world.write(OPENING, "test") as ctx:
        ctx.session.add(OauthToken(oa="oa1", app_id="1", alarm="hết quyền", updated_at=OPENING))
        first, second = ctx.session.exec(select(Message)).all()[:2]
        first.state, first.reason, first.finished_at = MessageState.failed, IN_DOUBT, OPENING
        gone = ctx.session.get_one(Contact, second.contact_id)
        gone.removed_at = OPENING
    assert tell_coordinators(world, lambda: LATER) == 3
    subjects = sorted(mail["Subject"] for mail in smtp.messages)
    assert [s.split(",")[0] for s in subjects] == [
        "01 cơ quan",
        "01 thông báo chưa rõ đã đến hay chưa",
        "Cần cấp lại quyền gửi cho kênh Zalo",
    ]
    every = "".join(mail.get_body().get_content() for mail in smtp.messages)  # type: ignore[union-attr]
    assert "dondoc zalo connect oa1" in every
    assert "vanthu." not in every, "no address of an agency is in a note"


def test_two_passes_at_once_send_it_once(world: App, smtp: SmtpServer) -> None:
    from concurrent.futures import ThreadPoolExecutor

    rest(world)
    with ThreadPoolExecutor(3) as threads:
        sent = list(threads.map(lambda _: tell_coordinators(world, lambda: LATER), range(3)))
    assert sum(sent) == 1 == len(smtp.messages)
    with world.read(LATER) as ctx:
        assert not audit.verify(ctx.session)
        assert ctx.session.exec(select(AuditEntry)).first() is not None
