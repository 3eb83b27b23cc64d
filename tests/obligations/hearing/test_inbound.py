"""What comes from outside: proved, stored once, understood once, in any order."""

import hashlib
import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from benchmarks.world import APPLIED, HANOI, OPENING, add_agencies, yearly_plan
from models.enums import AddressState, EventKind, MessageState
from models.tables import Contact, InboundEvent, Message, MessageEvent
from notifications.zalo_oauth import ZaloApp
from obligations.services.context import App
from obligations.services.hearing.bounce_mailbox import MailboxError, read_bounces
from obligations.services.hearing.bounces import read_bounce
from obligations.services.hearing.inbound import inbound_list, process_inbound, store_event
from obligations.services.hearing.zalo_events import event_key, is_signed, is_timely
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from tests.obligations.imap_server import ImapServer

APP = ZaloApp("oa1", "4321", "app secret", "oa secret")
NOW = datetime(2026, 10, 2, 9, tzinfo=HANOI)
MS = int(NOW.timestamp() * 1000)
CORPUS = Path(__file__).parent / "bounces"


@pytest.fixture
def world(app: App) -> App:
    """Three agencies that were told of their period by three channels."""
    with app.write(APPLIED, "test") as ctx:
        add_agencies(ctx, 3)
        apply_plan(ctx, yearly_plan())
    with app.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
        for number, message in enumerate(ctx.session.exec(select(Message)).all()):
            contact = ctx.session.get_one(Contact, message.contact_id)
            message.channel = contact.channel = ("email", "zalooa", "zns")[number]
            contact.address = ("vanthu@xa.example", "user1", "84912345678")[number]
            message.address, message.state, message.finished_at = contact.address, MessageState.sent, OPENING
            message.provider_id = f"p{number}"
            message.message_id = f"m{number}@stc.example"
    return app


def message(app: App, number: int) -> Message:
    with app.read(NOW) as ctx:
        return ctx.session.exec(select(Message).where(Message.provider_id == f"p{number}")).one()


def contact(app: App, number: int) -> Contact:
    with app.read(NOW) as ctx:
        return ctx.session.get_one(Contact, message(app, number).contact_id)


def events(app: App) -> list[tuple[str, EventKind]]:
    with app.read(NOW) as ctx:
        query = select(Message.provider_id, MessageEvent.kind).join(MessageEvent)
        return sorted((str(p), k) for p, k in ctx.session.exec(query).all())


def signed(content: dict[str, Any]) -> tuple[bytes, str]:
    raw = json.dumps(content, ensure_ascii=False).encode()
    body = APP.app_id.encode() + raw + str(content.get("timestamp", "")).encode() + APP.oa_secret.encode()
    return raw, "mac=" + hashlib.sha256(body).hexdigest()


def take(app: App, *contents: dict[str, Any]) -> None:
    for content in contents:
        raw = json.dumps(content).encode()
        with app.write(NOW, "test") as ctx:
            store_event(ctx, "zalo:oa1", event_key(raw), raw)
    process_inbound(app, lambda: NOW)


DELIVERED = {"event_name": "user_received_message", "message": {"msg_id": "p1"}, "timestamp": str(MS)}
SEEN = {"event_name": "user_seen_message", "message": {"msg_ids": ["p1", "zz"]}, "timestamp": str(MS + 1)}
FLAT = {"event_name": "user_received_message", "msg_id": "p2", "tracking_id": "unknown", "timestamp": str(MS)}
WROTE = {"event_name": "user_send_text", "sender": {"id": "user1"}, "message": {"text": "đã gửi"}, "timestamp": str(MS)}
GONE = {"event_name": "unfollow", "follower": {"id": "user1"}, "timestamp": str(MS + 2)}
ODD = {"event_name": "something_new", "timestamp": str(MS)}
ALL = [DELIVERED, SEEN, FLAT, WROTE, ODD]


def test_receipts_are_kept_by_either_id_in_either_shape(world: App) -> None:
    take(world, DELIVERED, SEEN, FLAT)
    assert events(world) == [("p1", EventKind.delivered), ("p1", EventKind.seen), ("p2", EventKind.delivered)]
    by_ours = {**FLAT, "msg_id": "other", "tracking_id": message(world, 2).public_id, "timestamp": str(MS + 9)}
    take(world, by_ours)
    assert events(world).count(("p2", EventKind.delivered)) == 1, "the same receipt twice is one"


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_repetition_gives_the_same_end(world: App, seed: int) -> None:
    dice = random.Random(seed)
    shuffled = [*ALL, *dice.choices(ALL, k=4)]
    dice.shuffle(shuffled)
    take(world, *shuffled)
    assert events(world) == [("p1", EventKind.delivered), ("p1", EventKind.seen), ("p2", EventKind.delivered)]
    assert contact(world, 1).last_interaction_at == NOW
    with world.read(NOW) as ctx:
        rows = ctx.session.exec(select(InboundEvent)).all()
        assert len(rows) == len(ALL)
        assert all(row.processed_at for row in rows)
        assert len(inbound_list(ctx)) == len(ALL)


def test_evidence_ends_a_doubt(world: App) -> None:
    with world.write(NOW, "test") as ctx:
        ctx.session.get_one(Message, message(world, 1).id).state = MessageState.unknown
    take(world, DELIVERED)
    assert message(world, 1).state == MessageState.sent


def test_who_unfollows_is_reached_another_way_and_who_writes_is_back(world: App) -> None:
    take(world, GONE)
    assert contact(world, 1).state == AddressState.no_account
    take(world, {**WROTE, "timestamp": str(MS + 5)})
    assert contact(world, 1).state == AddressState.active


def test_an_event_that_breaks_holds_up_no_other(world: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from obligations.services.hearing import inbound

    real = inbound.take_zalo

    def breaking(ctx: Any, oa: str, raw: bytes) -> str:
        if b"something_new" in raw:
            raise RuntimeError("not foreseen")
        return real(ctx, oa, raw)

    monkeypatch.setattr(inbound, "take_zalo", breaking)
    take(world, ODD, DELIVERED)
    for _ in range(8):
        process_inbound(world, lambda: NOW)
    assert events(world) == [("p1", EventKind.delivered)]
    with world.read(NOW) as ctx:
        broken = next(row for row in inbound_list(ctx) if row.processed_at is None)
    assert (broken.attempts, broken.result) == (5, "RuntimeError")


@given(st.data())
def test_one_changed_bit_is_no_signature(data: st.DataObject) -> None:
    raw, mac = signed(DELIVERED)
    assert is_signed(APP, raw, mac, "")
    assert is_signed(APP, raw, mac.removeprefix("mac="), "")
    at = data.draw(st.integers(0, len(raw) * 8 - 1))
    changed = bytearray(raw)
    changed[at // 8] ^= 1 << at % 8
    assert not is_signed(APP, bytes(changed), mac, "")
    cut = data.draw(st.integers(0, len(mac) - 5))
    assert not is_signed(APP, raw, mac[:cut], "")


@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=30))
def test_nonsense_is_refused_and_never_breaks(raw: bytes, signature: str, moment: str) -> None:
    assert not is_signed(APP, raw, signature, moment)
    assert event_key(raw)
    is_timely(raw, NOW)


def test_a_header_may_carry_the_timestamp() -> None:
    raw = b'{"event_name":"follow"}'
    mac = hashlib.sha256(APP.app_id.encode() + raw + b"123" + APP.oa_secret.encode()).hexdigest()
    assert is_signed(APP, raw, mac, "123")
    assert not is_signed(APP, raw, mac, "124")


def test_an_old_event_is_taken_only_as_a_repeat() -> None:
    old = {**DELIVERED, "timestamp": str(MS - 600_000)}
    assert not is_timely(json.dumps(old).encode(), NOW)
    assert is_timely(json.dumps({**old, "num_retry": 2}).encode(), NOW)
    older = {**old, "num_retry": 2, "timestamp": str(MS - 3 * 86_400_000)}
    assert not is_timely(json.dumps(older).encode(), NOW)


def dsn(name: str, number: int = 0) -> bytes:
    return (CORPUS / name).read_bytes().replace(b"@ID@", f"m{number}@stc.example".encode())


SHAPES = {
    "postfix.eml": ("failed", "5.1.1"),
    "exchange.eml": ("failed", "5.1.10"),
    "gmail.eml": ("failed", "5.1.1"),
    "exim.eml": ("failed", "550"),
    "full.eml": ("failed", "5.2.2"),
    "delayed.eml": ("delayed", "4.4.1"),
    "vietnamese.eml": ("failed", "5.1.1"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_bounce_is_read(name: str) -> None:
    bounce = read_bounce(dsn(name))
    assert bounce is not None
    assert (bounce.action, bounce.status) == SHAPES[name]
    assert "<m0@stc.example>" in bounce.message_ids


@pytest.mark.parametrize("name", ["out-of-office.eml", "report.eml"])
def test_a_reply_of_a_person_or_a_machine_is_no_bounce(name: str) -> None:
    assert read_bounce(dsn(name)) is None


def bounced(app: App, name: str) -> Message:
    with app.write(NOW, "test") as ctx:
        store_event(ctx, "mail:bounces", name, dsn(name))
    process_inbound(app, lambda: NOW)
    return message(app, 0)


@pytest.mark.parametrize("name", ["postfix.eml", "exchange.eml", "gmail.eml", "vietnamese.eml"])
def test_a_mailbox_that_does_not_exist_is_marked_and_the_message_has_not_arrived(world: App, name: str) -> None:
    assert bounced(world, name).state == MessageState.failed
    marked = contact(world, 0)
    assert marked.state == AddressState.blocked
    assert "5.1" in marked.state_reason
    assert "@" not in marked.state_reason


def test_a_full_mailbox_may_be_emptied_and_a_delay_is_only_noted(world: App) -> None:
    assert bounced(world, "delayed.eml").state == MessageState.sent
    assert bounced(world, "full.eml").state == MessageState.failed
    assert contact(world, 0).state == AddressState.active
    assert events(world) == [("p0", EventKind.bounced), ("p0", EventKind.delayed)]


def test_a_bounce_of_an_address_that_was_changed_since_marks_nobody(world: App) -> None:
    with world.write(NOW, "test") as ctx:
        ctx.session.get_one(Contact, contact(world, 0).id).address = "vanthu.moi@xa.example"
    bounced(world, "postfix.eml")
    assert contact(world, 0).state == AddressState.active


def test_a_maildir_is_read_once(world: App, tmp_path: Path) -> None:
    box = tmp_path / "Maildir"
    (box / "new").mkdir(parents=True)
    for name in SHAPES:
        (box / "new" / name).write_bytes(dsn(name))
    reading = replace(world, settings=world.settings.model_copy(update={"bounce_url": f"maildir://{box}"}))
    assert read_bounces(reading, lambda: NOW) == len(SHAPES)
    assert read_bounces(reading, lambda: NOW) == 0
    assert not list((box / "new").iterdir())
    process_inbound(reading, lambda: NOW + timedelta(minutes=1))
    assert message(world, 0).state == MessageState.failed
    gone = replace(world, settings=world.settings.model_copy(update={"bounce_url": "maildir:///nowhere"}))
    with pytest.raises(MailboxError):
        read_bounces(gone, lambda: NOW)


def reading_from(world: App, server: ImapServer, password: str = "right") -> App:
    url = f"imap://bounces%40stc.example:{password}@127.0.0.1:{server.port}/INBOX"
    return replace(world, settings=world.settings.model_copy(update={"bounce_url": url}))


def test_an_imap_mailbox_is_read_once_and_marked_after_it_is_stored(world: App) -> None:
    with ImapServer([dsn(name) for name in SHAPES]) as server:
        reading = reading_from(world, server)
        assert read_bounces(reading, lambda: NOW) == len(SHAPES)
        assert server.seen == set(range(len(SHAPES)))
        server.seen.clear()  # as if the flags had been lost
        assert read_bounces(reading, lambda: NOW) == 0, "the same message is one event"
    process_inbound(reading, lambda: NOW + timedelta(minutes=1))
    assert message(world, 0).state == MessageState.failed


def test_a_mailbox_that_breaks_off_loses_nothing(world: App) -> None:
    with ImapServer([dsn(name) for name in SHAPES], break_at="STORE") as server:
        reading = reading_from(world, server)
        with pytest.raises(MailboxError, match="broke off"):
            read_bounces(reading, lambda: NOW)
        server.break_at = ""
        assert read_bounces(reading, lambda: NOW) == len(SHAPES) - 1, "the first was stored before it broke off"


def test_what_cannot_be_opened_says_so_without_its_secret(world: App) -> None:
    with ImapServer([]) as server, pytest.raises(MailboxError) as caught:
        read_bounces(reading_from(world, server, "geheim"), lambda: NOW)
    assert "geheim" not in str(caught.value)
    named = reading_from(world, server)
    walled = replace(named, settings=named.settings.model_copy(update={"allowed_hosts": "mail.stc.example"}))
    with pytest.raises(MailboxError, match=r"127\.0\.0\.1"):
        read_bounces(walled, lambda: NOW)
