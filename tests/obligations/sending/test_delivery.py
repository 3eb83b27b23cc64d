"""The sender's promises: rests, pace, cap, doubts, dead letters, what a dead sender leaves behind."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from models.enums import AddressState, BreakerState, MessageState, OutcomeKind
from models.tables import ChannelState, Contact, Delivery, Message, Pause
from notifications.message import Mail, Outcome
from obligations.errors import Refused
from obligations.rules.retries import UNKNOWN_RETRY_AFTER
from obligations.services.context import App, Context
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending import deliver_prepare, sending_journal
from obligations.services.sending.daily_count import handed_over_today, take_today
from obligations.services.sending.dead_letters import dead_letters, send_again
from obligations.services.sending.deliver import Delivered, deliver_due
from obligations.services.sending.deliver_claim import LEASE, LaneFacts, claim
from obligations.services.sending.deliver_prepare import prepare
from obligations.services.sending.deliver_recover import recover
from obligations.services.sending.outbox import cancel_unsent
from obligations.services.sending.sending_journal import SendingJournal

COUNT = 12
ACCEPTED = Outcome("accepted", "250", provider_id="q1", phase="accepted")
DOWN = Outcome("temporary", "ConnectionRefusedError", "nobody listens", phase="connect")
LOST = Outcome("unknown", "SMTPServerDisconnected", "no answer", phase="after-dot")
GONE = Outcome("permanent", "550", "5.1.1 no such user", phase="rcpt", recipient="blocked")
GREY = Outcome("temporary", "451", "4.7.1 greylisted", phase="rcpt")
EMAIL = LaneFacts("email", timedelta(milliseconds=1), capped=True, resends="once")


class Provider:
    """Answers as scripted, else takes everything."""

    name = "email"
    width = 1

    def __init__(self, answer: Callable[[Mail], Outcome] = lambda _: ACCEPTED) -> None:
        self.answer = answer
        self.mails: list[Mail] = []
        self.lock = threading.Lock()

    def send(self, mail: Mail) -> Outcome:
        with self.lock:
            self.mails.append(mail)
        return self.answer(mail)

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def due(app: App) -> App:
    """Twelve opening notices that are due."""
    fast = replace(app, settings=app.settings.model_copy(update={"mail_per_minute": 1_000_000}))
    with fast.write(APPLIED, "test") as ctx:
        add_agencies(ctx, COUNT)
        plan = yearly_plan()
        apply_plan(ctx, plan)
    with fast.write(OPENING, "test") as ctx:
        open_due_periods(ctx)
        for message in ctx.session.exec(select(Message)).all():
            message.state, message.reason = MessageState.planned, ""
    return fast


def go(app: App, provider: Provider, at: datetime = OPENING, limit: int | None = None) -> Delivered:
    return deliver_due(app, lambda: at, channel_for=lambda _: provider, limit=limit)


def messages(app: App) -> list[Message]:
    with app.read(OPENING) as ctx:
        return list(ctx.session.exec(select(Message).order_by(col(Message.id))).all())


def breaker(app: App) -> ChannelState | None:
    with app.read(OPENING) as ctx:
        return ctx.session.get(ChannelState, "email")


def test_five_failures_rest_the_channel_and_the_queue_waits_untouched(due: App) -> None:
    down = Provider(lambda _: DOWN)
    done = go(due, down)
    assert len(down.mails) == 5, "the sixth did not even try"
    assert (done.accepted, done.failed) == (0, 0)
    state = breaker(due)
    assert state is not None
    assert (state.breaker, state.open_seconds) == (BreakerState.open, 60)
    go(due, down, OPENING + timedelta(seconds=59))
    assert len(down.mails) == 5
    assert {m.state for m in messages(due)} == {MessageState.retry}
    assert all(m.attempts <= 1 for m in messages(due))


def test_one_probe_closes_or_lengthens_the_rest(due: App) -> None:
    provider = Provider(lambda _: DOWN)
    go(due, provider)
    go(due, provider, OPENING + timedelta(seconds=61))
    assert len(provider.mails) == 6, "one probe"
    state = breaker(due)
    assert state is not None
    assert state.open_seconds == 120
    provider.answer = lambda _: ACCEPTED
    done = go(due, provider, OPENING + timedelta(minutes=4))
    closed = breaker(due)
    assert closed is not None
    assert (closed.breaker, closed.failures) == (BreakerState.closed, 0)
    assert done.accepted == COUNT
    assert Counter(m.message_id for m in provider.mails[6:]).most_common(1)[0][1] == 1


def test_a_rest_that_ends_tomorrow_is_a_clock_that_went_back(due: App) -> None:
    provider = Provider(lambda _: DOWN)
    go(due, provider, OPENING + timedelta(days=1))
    provider.answer = lambda _: ACCEPTED
    with due.write(OPENING, "test") as ctx:
        for message in ctx.session.exec(select(Message)).all():
            message.next_at = OPENING
    assert go(due, provider).accepted == COUNT


def test_greylisting_rests_nobody(due: App) -> None:
    provider = Provider(lambda _: GREY)
    assert go(due, provider).retry == COUNT
    assert breaker(due) is None or breaker(due).breaker == BreakerState.closed  # type: ignore[union-attr]


def test_a_doubt_is_ended_by_one_resend_with_the_same_identity_then_by_a_person(due: App) -> None:
    provider = Provider(lambda _: LOST)
    assert go(due, provider, limit=1).unknown == 1
    later = OPENING + UNKNOWN_RETRY_AFTER + timedelta(minutes=1)
    first = provider.mails[0].message_id
    provider.answer = lambda mail: LOST if mail.message_id == first else ACCEPTED
    go(due, provider, later)
    go(due, provider, later + timedelta(hours=1))
    go(due, provider, later + timedelta(hours=2))
    assert [m.message_id for m in provider.mails].count(first) == 2
    failed = next(m for m in messages(due) if m.message_id == first)
    assert failed.state == MessageState.failed
    assert "Cần người xử lý" in failed.reason


def test_a_channel_that_cannot_fold_repeats_is_never_asked_twice(due: App) -> None:
    """Zalo's texts have no identity: sent again, they would be read twice."""
    never = replace(EMAIL, resends="never")
    claimed = claim(due, EMAIL, "dead:1:x", 3, OPENING, OPENING)
    assert len(prepare(due, EMAIL, claimed.claims, OPENING).ready) == 3
    after = OPENING + LEASE + timedelta(seconds=1)
    go(due, Provider(), after, limit=COUNT)
    later = after + UNKNOWN_RETRY_AFTER
    again = claim(due, never, "me:1:x", 10, later, later)
    assert len(again.claims) == 3
    assert prepare(due, never, again.claims, later).failed == 3


def test_one_message_that_cannot_be_made_holds_up_no_other(due: App, monkeypatch: pytest.MonkeyPatch) -> None:
    poison = messages(due)[3].id
    real = deliver_prepare.build_mail

    def broken(ctx: Context, message: Message, *args: Any) -> Mail:
        if message.id == poison:
            raise ZeroDivisionError
        return real(ctx, message, *args)

    monkeypatch.setattr(deliver_prepare, "build_mail", broken)
    done = go(due, Provider())
    assert (done.accepted, done.failed) == (COUNT - 1, 1)
    (failed,) = [m for m in messages(due) if m.state == MessageState.failed]
    assert (failed.id, failed.attempts) == (poison, 0)
    assert "không lập được nội dung" in failed.reason
    assert go(due, Provider()) == Delivered()


def test_a_database_that_breaks_is_no_fault_of_a_message(due: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Mail:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(deliver_prepare, "build_mail", broken)
    with pytest.raises(OperationalError):
        go(due, Provider())
    monkeypatch.undo()
    assert go(due, Provider(), OPENING + LEASE + timedelta(seconds=1)).accepted == COUNT


def test_a_dead_letter_has_a_way_back(due: App) -> None:
    provider = Provider(lambda _: GONE)
    assert go(due, provider, limit=1).failed == 1
    with due.read(OPENING) as ctx:
        letter = dead_letters(ctx)[0]
        contact = ctx.session.exec(select(Contact).where(Contact.state == AddressState.blocked)).one()
    assert (letter.code, letter.attempts) == ("550", 1)
    assert contact.state_reason == "550 5.1.1 no such user"
    with due.write(OPENING, "person") as ctx:
        ctx.session.get_one(Contact, contact.id).state = AddressState.active
        assert send_again(ctx, letter.id) == OPENING
    provider.answer = lambda _: ACCEPTED
    assert go(due, provider).accepted == COUNT
    assert len({m.message_id for m in provider.mails}) == COUNT
    with due.write(OPENING, "person") as ctx, pytest.raises(Refused):
        send_again(ctx, letter.id)


def test_doubts_are_forgotten_when_a_person_asks_again(due: App) -> None:
    provider = Provider()
    provider.answer = lambda mail: LOST if mail.message_id == provider.mails[0].message_id else ACCEPTED
    for hours in range(3):
        go(due, provider, OPENING + timedelta(hours=hours))
    with due.read(OPENING) as ctx:
        letter = dead_letters(ctx)[0].id
    provider.answer = lambda _: ACCEPTED
    with due.write(OPENING + timedelta(hours=3), "person") as ctx:
        send_again(ctx, letter)
    go(due, provider, OPENING + timedelta(hours=3))
    assert {m.state for m in messages(due)} == {MessageState.sent}


def test_what_was_taken_from_a_sender_while_it_made_its_texts_does_not_go(due: App) -> None:
    claimed = claim(due, EMAIL, "me:1:x", 4, OPENING, OPENING)
    with due.write(OPENING, "test") as ctx:
        items = messages(due)[0]
        from models.tables import MessageItem

        mine = ctx.session.exec(select(MessageItem.assignment_id).where(MessageItem.message_id == items.id)).all()
        assert cancel_unsent(ctx, mine, "đã nhận báo cáo") == 1
    with due.write(OPENING, "test") as ctx:
        agency = messages(due)[1].agency_id
        ctx.session.add(Pause(agency_id=agency, paused_by="test", paused_at=OPENING))
    ready = prepare(due, EMAIL, claimed.claims, OPENING).ready
    assert len(ready) == 2
    states = Counter(m.state for m in messages(due))
    assert states[MessageState.cancelled] == 1
    assert states[MessageState.retry] == 1, "the paused one waits"


def test_a_cap_is_one_cap_for_four_senders(due: App) -> None:
    capped = replace(due, settings=due.settings.model_copy(update={"mail_daily_cap": 5}))
    provider = Provider()
    threads = [threading.Thread(target=go, args=(capped, provider)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({m.message_id for m in provider.mails}) == len(provider.mails) == 5
    with capped.read(OPENING) as ctx:
        assert handed_over_today(ctx) == 5
    assert go(capped, provider, OPENING + timedelta(days=1)).accepted == 5


def test_pace_is_shared_and_a_window_is_all_a_dead_sender_takes(due: App) -> None:
    slow = replace(EMAIL, interval=timedelta(seconds=3))
    first = claim(due, slow, "me:1:x", 100, OPENING, OPENING)
    second = claim(due, slow, "you:1:x", 100, OPENING, OPENING)
    assert len(first.claims) == 3, "ten seconds at one in three"
    assert second.claims in ((), []) or len(second.claims) == 1
    third = claim(due, slow, "they:1:x", 100, OPENING, OPENING)
    assert not third.claims
    assert third.wait is not None
    assert 0 < third.wait <= 12
    assert claim(due, slow, "they:1:x", 100, OPENING, OPENING + timedelta(seconds=12)).claims


@pytest.fixture
def dying(due: App) -> Callable[[Callable[[SendingJournal, int], None]], int]:
    """A sender that got as far as marking one message, wrote what it is told to, and died; returns the message."""

    def die(writes: Callable[[SendingJournal, int], None]) -> int:
        journal = SendingJournal(due.settings.journal)
        claimed = claim(due, EMAIL, journal.owner, 1, OPENING, OPENING)
        number = claimed.claims[0].message_id
        assert len(prepare(due, EMAIL, claimed.claims, OPENING).ready) == 1
        writes(journal, number)
        journal._used = True
        journal.close()
        return number

    return die


def state_of(app: App, number: int) -> Message:
    with app.read(OPENING) as ctx:
        return ctx.session.get_one(Message, number)


Dying = Callable[[Callable[[SendingJournal, int], None]], int]


def test_what_never_began_goes_at_once(due: App, dying: Dying) -> None:
    number = dying(lambda *_: None)
    provider = Provider()
    assert go(due, provider).accepted == COUNT
    assert state_of(due, number).attempts == 2
    assert len(provider.mails) == COUNT


def test_senders_that_die_over_and_over_leave_the_cap_to_the_living(due: App) -> None:
    """Killed as soon as they hold messages, at both stages, they used up the day's cap and nothing was sent."""
    capped = replace(due, settings=due.settings.model_copy(update={"mail_daily_cap": COUNT}))
    for marked in (False, True, False, True):
        journal = SendingJournal(due.settings.journal)
        claimed = claim(capped, EMAIL, journal.owner, COUNT, OPENING, OPENING)
        assert len(claimed.claims) == COUNT
        if marked:
            prepare(capped, EMAIL, claimed.claims, OPENING)
        journal._used = True
        journal.close()
        recover(capped, OPENING, lambda _: True)
        with capped.read(OPENING) as ctx:
            assert handed_over_today(ctx) == 0
    assert go(capped, Provider()).accepted == COUNT


def test_what_may_have_left_keeps_its_place_under_the_cap(due: App, dying: Dying) -> None:
    dying(lambda journal, number: journal.begins(number, 1))
    assert recover(due, OPENING, lambda _: True) == 1
    with due.read(OPENING) as ctx:
        assert handed_over_today(ctx) == 1
    tomorrow = OPENING + timedelta(days=1)
    with due.read(tomorrow) as ctx:
        assert handed_over_today(ctx) == 0


def test_places_of_yesterday_are_not_given_back_today(due: App, dying: Dying) -> None:
    dying(lambda *_: None)
    tomorrow = OPENING + timedelta(days=1)
    with due.write(tomorrow, "test") as ctx:
        assert take_today(ctx, 3) == 3
    assert recover(due, tomorrow, lambda _: True) == 1
    with due.read(tomorrow) as ctx:
        assert handed_over_today(ctx) == 3


def test_what_was_taken_is_not_sent_again(due: App, dying: Dying) -> None:
    def wrote(journal: SendingJournal, number: int) -> None:
        journal.begins(number, 1)
        journal.ended(number, 1, ACCEPTED)

    number = dying(wrote)
    provider = Provider()
    assert go(due, provider).accepted == COUNT - 1
    kept = state_of(due, number)
    assert (kept.state, kept.provider_id) == (MessageState.sent, "q1")
    with due.read(OPENING) as ctx:
        delivery = ctx.session.exec(select(Delivery).where(Delivery.message_id == number)).one()
    assert delivery.outcome == OutcomeKind.accepted


def test_what_began_and_has_no_end_is_in_doubt(due: App, dying: Dying) -> None:
    number = dying(lambda journal, number: journal.begins(number, 1))
    go(due, Provider())
    kept = state_of(due, number)
    assert kept.state == MessageState.unknown
    assert kept.next_at == OPENING + UNKNOWN_RETRY_AFTER


def test_after_the_machine_went_down_nothing_is_sure_but_an_acceptance(
    due: App, dying: Dying, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = dying(lambda *_: None)
    monkeypatch.setattr(sending_journal, "boot_id", lambda: "another boot")
    go(due, Provider())
    assert state_of(due, number).state == MessageState.unknown


def test_without_a_journal_only_the_end_of_the_lease_frees(due: App, dying: Dying) -> None:
    number = dying(lambda *_: None)
    for path in due.settings.journal.glob("*.log"):
        path.unlink()
    go(due, Provider())
    assert state_of(due, number).state == MessageState.sending
    go(due, Provider(), OPENING + LEASE + timedelta(seconds=1))
    assert state_of(due, number).state == MessageState.unknown


def test_a_living_sender_keeps_what_it_holds(due: App) -> None:
    with SendingJournal(due.settings.journal) as journal:
        claimed = claim(due, EMAIL, journal.owner, 1, OPENING, OPENING)
        prepare(due, EMAIL, claimed.claims, OPENING)
        assert go(due, Provider()).accepted == COUNT - 1
        assert state_of(due, claimed.claims[0].message_id).state == MessageState.sending


def test_old_journals_are_swept_and_torn_lines_are_no_lines(tmp_path: Path) -> None:
    journal = SendingJournal(tmp_path)
    journal.begins(7, 1)
    journal.ended(8, 2, replace(ACCEPTED, provider_id="a\tb\nc"))
    assert sending_journal.remains_of(tmp_path, journal.owner) is None, "it lives"
    journal.close()
    path = next(tmp_path.glob("*.log"))
    with path.open("a", encoding="utf-8") as file:
        file.write("E\t7\t1\taccep")
    remains = sending_journal.remains_of(tmp_path, journal.owner)
    assert remains is not None
    assert remains.traces[7, 1].outcome is None
    assert remains.traces[8, 2].outcome is not None
    assert sending_journal.accepted_in(tmp_path).keys() == {(8, 2)}
    now = path.stat().st_mtime
    assert sending_journal.sweep_journals(tmp_path, now + 86_400) == 0
    assert sending_journal.sweep_journals(tmp_path, now + 30 * 86_400) == 1
