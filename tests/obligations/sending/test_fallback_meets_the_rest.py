"""Fallbacks, stops, corrections, pauses and evidence when they meet: nothing lost, nothing said that was taken back."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import AddressState, Audience, EventKind, MessageState
from models.tables import Agency, Contact, Message
from notifications.message import Mail, Outcome
from obligations.rules.contact_rows import COLUMNS
from obligations.services.agencies.contacts import NewContact, add_contact, remove_contact, replace_contact
from obligations.services.agencies.contacts_import import import_contacts
from obligations.services.chasing.batch_acts import release_batch, stop_batch
from obligations.services.chasing.batch_views import list_batches
from obligations.services.chasing.pauses import pause, resume
from obligations.services.chasing.retract import retract_batch
from obligations.services.chasing.snooze import snooze
from obligations.services.context import App
from obligations.services.running.tick import run_tick
from obligations.services.sending import deliver_send
from obligations.services.sending.dead_letters import send_again
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.receipts import evidence
from obligations.services.sending.sending_journal import SendingJournal
from tests.obligations.notice_world import AFTERNOON, OPENED, OVERDUE, Days
from tests.obligations.sending.test_fallback import ACCEPTED, GONE, URLS
from tests.obligations.small_world import owed, small_plan, submit
from tests.plan197 import hanoi

TEMP = Outcome("temporary", "451", "later", phase="rcpt")
Answer = Outcome | Callable[[Mail], Outcome]
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What is decided here is the same on both databases; locks have tests of their own."""
    path = tmp_path / "home" / "dondoc.db"
    path.parent.mkdir(exist_ok=True)
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


class Provider:
    """One channel that answers as told."""

    width = 1

    def __init__(self, name: str, answers: dict[str, Answer], sent: list[Mail]) -> None:
        self.name, self.answers, self.sent = name, answers, sent

    def send(self, mail: Mail) -> Outcome:
        self.sent.append(mail)
        answer = self.answers.get(self.name, ACCEPTED)
        return answer if isinstance(answer, Outcome) else answer(mail)

    def close(self) -> None:
        """Nothing to close."""


class World:
    """Three departments with mail and Zalo, moved from moment to moment."""

    def __init__(self, app: App, folder: Path, channels: tuple[str, ...] = ("zns",), **plan: Any) -> None:
        ready = replace(app, settings=app.settings.model_copy(update={**URLS, "mail_per_minute": 1_000_000}))
        self.days = Days(ready, folder, small_plan(**plan))
        self.app = replace(self.days.app, settings=ready.settings)
        self.sent: list[Mail] = []
        with self.app.write(OPENED - timedelta(days=1), "test") as ctx:
            for n, owner in enumerate(ctx.session.exec(select(Agency).order_by(col(Agency.id))).all()):
                for k, channel in enumerate(channels):
                    given = {"agency_id": owner.id, "audience": Audience.clerk, "created_at": OPENED}
                    ctx.session.add(Contact(channel=channel, address=f"091{k}0000{n}0", **given))

    def tick(self, *moments: datetime, **answers: Answer) -> list[tuple[str, str]]:
        before = len(self.sent)
        for at in moments:
            run_tick(self.app, at, channel_for=lambda name: Provider(name, answers, self.sent))
        return [(m.channel, m.subject or m.short) for m in self.sent[before:]]

    def deliver(self, at: datetime, **answers: Answer) -> list[tuple[str, str]]:
        before = len(self.sent)
        deliver_due(self.app, lambda: at, channel_for=lambda name: Provider(name, answers, self.sent))
        return [(m.channel, m.target) for m in self.sent[before:]]

    def batch(self) -> str:
        with self.app.read(AFTERNOON) as ctx:
            return str(list_batches(ctx)[0].id)

    def of_first(self) -> list[Message]:
        return self.days.messages(agency_id=1)


def first(bad: Outcome, then: Outcome = ACCEPTED) -> Callable[[Mail], Outcome]:
    """The first message is answered so, every later one otherwise."""
    seen: list[Mail] = []

    def answer(mail: Mail) -> Outcome:
        seen.append(mail)
        return bad if len(seen) == 1 else then

    return answer


@pytest.fixture
def world(app: App, tmp_path: Path) -> World:
    return World(app, tmp_path)


@pytest.fixture
def overdue(world: World) -> World:
    """A batch of three that goes at 14:00."""
    world.tick(OPENED)
    world.tick(OVERDUE)
    world.sent.clear()
    return world


def test_a_retraction_stops_what_was_tried_and_reaches_what_went_another_way(overdue: World) -> None:
    overdue.deliver(AFTERNOON, email=first(TEMP))
    with overdue.app.write(AFTERNOON + SECOND, "lan") as ctx:
        done = retract_batch(ctx, overdue.batch(), "Sai danh sách")
    assert (done.corrected, done.stopped) == (2, 1)
    overdue.sent.clear()
    overdue.deliver(AFTERNOON + 5 * MINUTE)
    assert {m.subject.split(" ")[0] for m in overdue.sent} == {"Đính"}


def test_a_retraction_corrects_what_went_by_the_next_channel(overdue: World) -> None:
    overdue.deliver(AFTERNOON, email=first(GONE))
    assert ("zns", "0910000000") in [(m.channel, m.target) for m in overdue.sent]
    with overdue.app.write(AFTERNOON + MINUTE, "lan") as ctx:
        assert retract_batch(ctx, overdue.batch(), "Sai danh sách").corrected == 3


def test_a_stopped_batch_sends_neither_its_fallbacks_nor_what_was_under_way(overdue: World) -> None:
    count = [0]

    def stop_meanwhile(_: Mail) -> Outcome:
        count[0] += 1
        if count[0] == 2:
            with overdue.app.write(AFTERNOON, "lan") as ctx:
                stop_batch(ctx, overdue.batch(), "đã nhận bản giấy")
        return GONE if count[0] == 1 else TEMP

    with overdue.app.write(OVERDUE, "lan") as ctx:
        pause(ctx, "x", agency="so-c")  # one that surely waits
    overdue.deliver(AFTERNOON, email=stop_meanwhile, zns=TEMP)
    assert overdue.deliver(AFTERNOON + 10 * MINUTE) == []
    assert overdue.deliver(AFTERNOON + timedelta(hours=20)) == []


def test_an_address_that_comes_back_under_its_number_kills_no_pass(world: World) -> None:
    world.tick(OPENED, email=TEMP)
    world.deliver(OPENED + timedelta(hours=4, minutes=1), email=TEMP, zns=TEMP)
    at = OPENED + timedelta(hours=4, minutes=2)
    with world.app.write(at, "lan") as ctx:
        zns = ctx.session.exec(select(Contact).where(Contact.agency_id == 1, Contact.channel == "zns")).one()
        remove_contact(ctx, zns.id or 0, "nhầm")
    with world.app.write(at, "lan") as ctx:
        add_contact(ctx, "so-a", NewContact(Audience.clerk, "zns", zns.address, "", "x", "y"))
    for hours in (5, 30, 54):
        world.deliver(OPENED + timedelta(hours=hours), email=TEMP, zns=TEMP)


def test_a_journal_that_cannot_be_written_ends_the_pass_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.tick(OPENED, email=TEMP)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(SendingJournal, "begins", full)
        passing = threading.Thread(target=lambda: world.deliver(OPENED + 5 * MINUTE), daemon=True)
        passing.start()
        passing.join(10)
        assert not passing.is_alive()
    assert len(world.deliver(OPENED + 10 * MINUTE)) == 3


def test_what_waits_for_its_place_asks_again(overdue: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver_send, "FRESH", 0.0)
    done = []

    def meanwhile(_: Mail) -> Outcome:
        if not done:
            done.append(True)
            with overdue.app.write(AFTERNOON, "lan") as ctx:
                pause(ctx, "dừng", agency="so-c")
            with overdue.app.write(AFTERNOON, "so-b") as ctx:
                submit(ctx, "so-b")
        return ACCEPTED

    assert len(overdue.deliver(AFTERNOON, email=meanwhile)) == 1


def test_resuming_one_agency_holds_back_nobody_else(overdue: World) -> None:
    with overdue.app.write(OVERDUE, "lan") as ctx:
        pause(ctx, "x", agency="so-c")
    with overdue.app.write(OVERDUE + 30 * MINUTE, "lan") as ctx:
        release_batch(ctx, overdue.batch())
    at = OVERDUE + 31 * MINUTE
    with overdue.app.write(at, "lan") as ctx:
        resume(ctx, "y", agency="so-c")
    assert len(overdue.deliver(at)) == 2
    assert len(overdue.deliver(AFTERNOON)) == 1


def test_a_fallback_that_comes_to_call_something_overdue_is_shown_first(app: App, tmp_path: Path) -> None:
    world = World(app, tmp_path, reminders=[{"code": "T0", "days": 0}, {"code": "T+3", "days": 3}])
    world.tick(OPENED)
    for hour in (8, 14):
        world.tick(hanoi(2026, 10, 30, hour), email=TEMP, zns=TEMP)
    assert world.tick(OVERDUE) == []
    with world.app.read(OVERDUE) as ctx:
        assert [row.total for row in list_batches(ctx)] == [3]
    assert len(world.tick(AFTERNOON)) == 3


def test_a_snooze_loses_no_reminder_whose_fallback_waited(overdue: World) -> None:
    overdue.deliver(AFTERNOON, email=GONE, zns=TEMP)
    at = AFTERNOON + 10 * SECOND
    with overdue.app.write(at, "lan") as ctx:
        snooze(ctx, owed(ctx, "so-a").public_id, at.date(), "x")
    overdue.sent.clear()
    overdue.tick(*(hanoi(2026, 11, day, hour) for day in (3, 4, 5) for hour in (8, 14)))
    assert "0910000000" in {m.target for m in overdue.sent}


def test_who_covers_for_another_is_told_each_time(world: World) -> None:
    world.tick(OPENED)
    at = OPENED + timedelta(hours=2)
    number = world.of_first()[0].contact_id or 0
    for address in ("b@x.vn", "a@x.vn", "b@x.vn", "a@x.vn"):
        at += timedelta(days=1)
        with world.app.write(at, "lan") as ctx:
            number = replace_contact(ctx, number, address, "nghỉ phép")
    assert len(world.days.messages(kind="contact_changed")) == 4


def test_a_bounce_that_is_faster_than_the_sender_counts(world: World) -> None:
    def bounced(mail: Mail) -> Outcome:
        with world.app.write(OPENED, "inbound") as ctx:
            message = ctx.session.exec(select(Message).where(Message.public_id == mail.tracking_id)).one()
            evidence(ctx, message, EventKind.bounced, OPENED, "mail", "5.1.1 no such user", f"b{mail.tracking_id}")
        return ACCEPTED

    world.tick(OPENED, email=bounced)
    assert [(m.channel, m.state.value) for m in world.of_first()] == [("email", "failed"), ("zns", "sent")]


def test_asked_again_its_own_channel_has_its_time(app: App, tmp_path: Path) -> None:
    world = World(app, tmp_path, ("zns", "esms"))
    world.tick(OPENED, email=Outcome("permanent", "554", "spam", phase="data"))
    with world.app.write(OPENED + timedelta(days=1, hours=1), "lan") as ctx:
        send_again(ctx, world.of_first()[0].public_id)
    assert world.deliver(OPENED + timedelta(days=1, hours=1)) == [("email", "vanthu.so-a@hungyen.example")]


def test_what_arrived_after_all_is_not_said_again(world: World) -> None:
    world.tick(OPENED, email=GONE, zns=TEMP)
    with world.app.write(OPENED + 5 * SECOND, "inbound") as ctx:
        root = ctx.session.get_one(Message, world.of_first()[0].id)
        evidence(ctx, root, EventKind.delivered, OPENED, "mail", "2.0.0", "d1")
    assert "0910000000" not in {target for _, target in world.deliver(OPENED + 5 * MINUTE)}
    assert [m.state for m in world.of_first()] == [MessageState.sent, MessageState.cancelled]


def test_an_imported_address_that_comes_back_is_used(world: World) -> None:
    with world.app.write(OPENED, "test") as ctx:
        contact = ctx.session.exec(select(Contact).where(Contact.agency_id == 1, Contact.channel == "zns")).one()
        contact.state, contact.state_reason = AddressState.blocked, "-118"
        remove_contact(ctx, contact.id or 0, "x")
        row = f"{','.join(COLUMNS)}\nso-a,clerk,zns,0910000000,VT,p,s\n"
        assert import_contacts(ctx, "a.csv", row.encode()).added == 1
        assert (contact.removed_at, contact.state, contact.state_reason) == (None, AddressState.active, "")
