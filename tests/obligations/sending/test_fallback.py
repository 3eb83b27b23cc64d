"""What one channel does not deliver the next one says, once, to the same desk, and never a channel that reaches nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from benchmarks.world import APPLIED, HANOI, OPENING, add_agencies, yearly_plan
from models.enums import AddressState, Audience, EventKind, MessageState
from models.tables import Contact, Message, MessageItem
from notifications.message import Mail, Outcome
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.fallback import fall_back, overdue_retries
from obligations.services.sending.outbox import cancel_unsent, primary_contacts
from obligations.services.sending.receipts import evidence

GONE = Outcome("permanent", "550", "5.1.1 no such user", phase="rcpt", recipient="blocked")
NO_ZALO = Outcome("permanent", "-118", "no Zalo account", phase="recipient", recipient="no_account")
BUSY = Outcome("temporary", "451", "later", phase="rcpt")
ACCEPTED = Outcome("accepted", "0", provider_id="x", phase="accepted")
URLS = {
    "mail_url": "vnmail://127.0.0.1:1/",
    "channels": "zalooa=zalooa://oa1/ zns=zns://oa1/?template=1 esms=esms://STC/",
}


class Provider:
    """One channel whose answer a test chooses."""

    width = 1

    def __init__(self, name: str, answers: dict[str, Outcome], sent: list[Mail]) -> None:
        self.name, self.answers, self.sent = name, answers, sent

    def send(self, mail: Mail) -> Outcome:
        self.sent.append(mail)
        return self.answers.get(self.name, ACCEPTED)

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def world(app: App) -> App:
    """One agency with an address on every channel, a second with e-mail alone."""
    ready = replace(app, settings=app.settings.model_copy(update={**URLS, "mail_per_minute": 1_000_000}))
    with ready.write(APPLIED, "test") as ctx:
        add_agencies(ctx, 2)
        apply_plan(ctx, yearly_plan())
        first = ctx.session.exec(select(Contact).order_by(col(Contact.id))).first()
        assert first is not None
        for channel, address in (
            ("esms", "84911111111"),
            ("zns", "84912345678"),
            ("zalooa", "user1"),
            ("phone", "02213"),
        ):
            given = {"agency_id": first.agency_id, "audience": Audience.clerk, "created_at": APPLIED}
            ctx.session.add(Contact(channel=channel, address=address, **given))
        leader = {"agency_id": first.agency_id, "audience": Audience.leader, "created_at": APPLIED}
        ctx.session.add(Contact(channel="zns", address="84999999999", **leader))
    with ready.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
        for message in ctx.session.exec(select(Message)).all():
            message.state, message.reason = MessageState.planned, ""
    return ready


def go(app: App, answers: dict[str, Outcome], at: datetime = OPENING) -> list[tuple[str, str]]:
    sent: list[Mail] = []
    deliver_due(app, lambda: at, channel_for=lambda name: Provider(name, answers, sent))
    return [(mail.channel, mail.target) for mail in sent]


def of_first(app: App) -> list[Message]:
    with app.read(OPENING) as ctx:
        query = select(Message).where(Message.agency_id == 1).order_by(col(Message.id))
        return list(ctx.session.exec(query).all())


def reading(app: App, work: Callable[[Context], object]) -> object:
    with app.write(OPENING, "test") as ctx:
        return work(ctx)


def test_down_the_order_until_one_takes_it(world: App) -> None:
    sent = go(world, {"email": GONE, "zns": NO_ZALO})
    mine = [row for row in sent if row[0] != "email"]
    assert mine == [("zns", "84912345678"), ("esms", "84911111111")]
    states = [(m.channel, m.state.value) for m in of_first(world)]
    assert states == [("email", "failed"), ("zns", "failed"), ("esms", "sent")]
    first, second, third = of_first(world)
    assert second.fallback_of == third.fallback_of == first.id
    assert "đã chuyển sang Zalo" in first.reason
    assert go(world, {}, OPENING + timedelta(hours=2)) == [], "nothing more is said"


def test_within_its_window_the_official_account_comes_before_templates(world: App) -> None:
    def wrote(ctx: Context) -> None:
        contact = ctx.session.exec(select(Contact).where(Contact.channel == "zalooa")).one()
        contact.last_interaction_at = OPENING - timedelta(days=6)

    reading(world, wrote)
    assert ("zalooa", "user1") in go(world, {"email": GONE})


def test_a_bounce_falls_back_and_marks_the_address(world: App) -> None:
    go(world, {})

    def bounce(ctx: Context) -> None:
        first = ctx.session.get_one(Message, of_first(world)[0].id)
        for key in ("b1", "b1", "b2"):
            evidence(ctx, first, EventKind.bounced, OPENING, "mail", "5.1.1 no such user", key)

    reading(world, bounce)
    assert [(m.channel, m.state.value) for m in of_first(world)] == [("email", "failed"), ("zns", "planned")]


def test_hours_of_refusal_fall_back_and_the_first_never_goes_as_well(world: App) -> None:
    go(world, {"email": BUSY})
    later = OPENING + timedelta(hours=3, minutes=59)
    with world.write(later, "test") as ctx:
        assert overdue_retries(ctx) == 0
    with world.write(OPENING + timedelta(hours=4), "test") as ctx:
        assert overdue_retries(ctx) == 1, "the other agency has nothing else and waits on"
        assert overdue_retries(ctx) == 0
    sent = go(world, {}, OPENING + timedelta(hours=5))
    assert ("zns", "84912345678") in sent
    assert ("email", "vanthu.1@bench.example") not in sent
    assert ("email", "vanthu.2@bench.example") in sent


def test_a_pass_itself_moves_what_waited_for_hours(world: App) -> None:
    go(world, {"email": BUSY})
    sent = go(world, {"email": BUSY}, OPENING + timedelta(hours=4, minutes=1))
    assert ("zns", "84912345678") in sent
    assert ("email", "vanthu.1@bench.example") not in sent


def test_a_night_is_no_office_time(world: App) -> None:
    afternoon = OPENING.replace(hour=16)

    def late(ctx: Context) -> None:
        for message in ctx.session.exec(select(Message)).all():
            message.planned_at = message.next_at = afternoon

    reading(world, late)
    go(world, {"email": BUSY}, afternoon)
    for hour, moved in ((8, 0), (10, 0), (11, 1)):
        with world.write(datetime(2026, 10, 2, hour, tzinfo=HANOI), "test") as ctx:
            assert overdue_retries(ctx) == moved, hour


def test_asked_twice_it_is_said_once(world: App) -> None:
    def twice(ctx: Context) -> list[str | None]:
        first = ctx.session.get_one(Message, of_first(world)[0].id)
        return [m.channel if (m := fall_back(ctx, first, "x")) else None for _ in range(4)]

    assert reading(world, twice) == ["zns", "esms", None, None]


def test_nothing_is_sent_to_a_telephone_a_leader_or_a_channel_that_is_not_configured(app: App, world: App) -> None:
    mail_alone = {"mail_url": URLS["mail_url"], "mail_per_minute": 1_000_000}
    bare = replace(app, settings=app.settings.model_copy(update=mail_alone))
    assert world.settings.channel_urls.keys() > bare.settings.channel_urls.keys()
    go(bare, {"email": GONE})
    assert [m.channel for m in of_first(bare)] == ["email"]
    with world.read(OPENING) as ctx:
        chosen = primary_contacts(ctx, [1, 2], Audience.clerk)
    assert 1 not in chosen or chosen[1].channel == "zns", "the mailbox is blocked by now"


def test_a_configured_channel_comes_before_one_that_only_records(app: App, world: App) -> None:
    only_sms = replace(app, settings=app.settings.model_copy(update={"channels": "esms=esms://STC/"}))
    with only_sms.read(OPENING) as ctx:
        chosen = primary_contacts(ctx, [1, 2], Audience.clerk)
    assert [chosen[n].channel for n in (1, 2)] == ["esms", "email"]


def test_a_fallback_is_overtaken_and_cancelled_like_any_reminder(world: App) -> None:
    def fallen(ctx: Context) -> None:
        first = ctx.session.get_one(Message, of_first(world)[0].id)
        first.kind = "before"
        fall_back(ctx, first, "x")

    reading(world, fallen)
    day_before = datetime(2026, 10, 29, 8, tzinfo=HANOI)
    with world.write(day_before, "test") as ctx:
        plan_reminders(ctx)
    sent = go(world, {}, day_before)
    assert [target for channel, target in sent if channel == "zns"] == [], "overtaken by the reminder of today"

    with world.write(day_before, "test") as ctx:
        last = ctx.session.exec(select(Message).where(Message.agency_id == 1).order_by(col(Message.id).desc())).first()
        assert last is not None
        again = fall_back(ctx, last, "y")
        assert again is not None
        ids = ctx.session.exec(select(MessageItem.assignment_id).where(MessageItem.message_id == again.id)).all()
        cancel_unsent(ctx, ids, "Đã nhận báo cáo")
        assert again.state == MessageState.cancelled


def test_a_blocked_address_is_not_chosen(world: App) -> None:
    def block(ctx: Context) -> None:
        for contact in ctx.session.exec(select(Contact).where(Contact.channel == "email")).all():
            contact.state = AddressState.blocked

    reading(world, block)
    with world.read(OPENING) as ctx:
        chosen = primary_contacts(ctx, [1, 2], Audience.clerk)
    assert {n: c.channel for n, c in chosen.items()} == {1: "zns"}
