"""One message a contact a day: the next waits for the following working day, is merged with what is then due, never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.services.chasing.batch_views import list_batches
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.notices import write_notice
from obligations.services.sending.send_gate import put_off
from tests.obligations.notice_world import AFTERNOON, OPENED, OVERDUE, Days, days_until, plan_of
from tests.obligations.small_world import owed, small_plan
from tests.plan197 import HANOI, hanoi
from tests.prepared import Prepared

TOGETHER = ("so-a", "so-b")
"""Two departments that ask for one report each, of the same bodies by the same days."""


def test_two_askers_take_two_days(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of(*TOGETHER))
    days.until(OPENED, hanoi(2026, 10, 22, 14))
    assert days.went(OPENED, "so-c") == [
        ("01/10 08:00", "so-c", "open"),
        ("02/10 08:00", "so-c", "open"),
        ("21/10 08:00", "so-c", "before"),
        ("22/10 08:00", "so-c", "before"),
    ]


def test_the_last_day_in_time_goes_before_what_is_overdue(app: App, tmp_path: Path) -> None:
    late = {"deadline": {"freq": "once", "op": "by", "on": "2026-11-02", "basis": "plan", "phrase": "hết ngày 02/11"}}
    days = Days(app, tmp_path, plan_of(*TOGETHER, kind="one_off", opens={"on": "2026-10-05"}, **late))
    days.until(OPENED, hanoi(2026, 11, 4, 14))
    assert days.went(OVERDUE, "so-c") == [
        ("02/11 08:00", "so-c", "today"),
        ("03/11 14:00", "so-c", "overdue"),
        ("04/11 14:00", "so-c", "overdue"),
    ]


def test_what_waits_joins_what_is_due_then(app: App, tmp_path: Path) -> None:
    """Three reports of two askers: the second asker's first waits a day and then goes with its second."""
    first = small_plan().model_dump(mode="json", by_alias=True)["obligations"][0]
    late = {"freq": "once", "op": "by", "on": "2026-11-02", "basis": "plan", "phrase": "hết ngày 02/11/2026"}
    plan = plan_of(*TOGETHER).model_dump(mode="json", by_alias=True)
    third = {**first, "code": "viec-ba", "clauses": ["V.b8"], "kind": "one_off", "deadline": late}
    plan["obligations"].append({**third, "receiver": "so-b", "opens": {"on": "2026-10-05"}})
    days = Days(app, tmp_path, type(small_plan()).model_validate(plan))
    days.until(OPENED, hanoi(2026, 10, 20, 14))
    days.until(hanoi(2026, 10, 21, 8), hanoi(2026, 10, 23, 14))
    assert days.went(hanoi(2026, 10, 21, 8), "so-c") == [
        ("21/10 08:00", "so-c", "before"),
        ("22/10 08:00", "so-c", "before"),
    ]
    sent = [m for m in days.messages(state=MessageState.sent, kind="before") if "so-c@" in m.address]
    assert ["02 " in m.subject for m in sent] == [False, True], "both of its reports in one digest"


def test_opening_notices_of_one_asker_go_as_one(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-a"))
    days.until(OPENED, hanoi(2026, 10, 2, 14))
    assert days.went(OPENED) == [("01/10 08:00", code, "open") for code in ("so-a", "so-b", "so-c")]
    assert {m.state for m in days.messages(kind="open")} == {MessageState.sent, MessageState.cancelled}


def test_it_changes_nothing_the_second_time(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of(*TOGETHER))
    days.tick(OPENED)
    before = {m.id: (m.state, m.next_at) for m in days.messages()}
    for _ in range(2):
        with days.app.write(OPENED + timedelta(minutes=1), "test") as ctx:
            assert keep_to_cap(ctx) == 0
    assert {m.id: (m.state, m.next_at) for m in days.messages()} == before


def test_a_higher_cap_sends_both(app: App, tmp_path: Path) -> None:
    roomy = App(app.settings.model_copy(update={"daily_per_contact": 2}), app.database, app.source)
    days = Days(roomy, tmp_path, plan_of(*TOGETHER))
    days.tick(OPENED)
    assert len(days.went(OPENED, "so-c")) == 2


def test_answers_to_a_persons_act_are_outside(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    days.tick(OPENED)
    with days.app.write(OPENED + timedelta(hours=1), "test") as ctx:
        write_notice(ctx, [owed(ctx, "so-c")], "returned", "r1", {"remarks": "Thiếu số liệu"})
    days.tick(OPENED + timedelta(hours=1))
    assert [kind for _, _, kind in days.went(OPENED, "so-c")] == ["open", "returned"]


@pytest.fixture
def chased(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    return days_until(hanoi(2026, 10, 29, 14), app, tmp_path, prepared)


def test_a_sender_is_told_who_had_enough_today(chased: Days) -> None:
    with chased.app.write(hanoi(2026, 10, 29, 15), "test") as ctx:
        (sent, *_), at = chased.messages(kind="tomorrow"), hanoi(2026, 10, 30, 8)
        late = ctx.session.get_one(Message, sent.id)
        copy = Message(**{**late.model_dump(exclude={"id", "public_id"}), "key": "again", "state": MessageState.leased})
        ctx.session.add(copy)
        ctx.session.flush()
        assert put_off(ctx, [(copy, "tomorrow")]) == {copy.id: at}
        copy.contact_id = None
        assert put_off(ctx, [(copy, "tomorrow")]) == {}


def test_a_reminder_that_comes_to_call_something_overdue_is_shown_first(chased: Days) -> None:
    with chased.app.write(hanoi(2026, 10, 30, 8), "test") as ctx:
        plan_reminders(ctx)
    waiting = chased.messages(kind="today")
    with chased.app.write(hanoi(2026, 11, 2, 9), "test") as ctx:  # mail was down for a day
        rows = [ctx.session.get_one(Message, m.id) for m in waiting]
        for row in rows:
            row.state = MessageState.leased
        waits = put_off(ctx, [(row, "overdue") for row in rows])
        assert {at.astimezone(HANOI) for at in waits.values()} == {AFTERNOON}
        assert len(waits) == len(rows) == 3
        assert {row.kind for row in rows} == {"overdue"}
        assert len({row.batch_id for row in rows}) == 1


def test_what_nobody_placed_still_asks_before_it_leaves(chased: Days) -> None:
    """A second reminder of the day, written by whatever way: the sender itself puts it off."""
    at = hanoi(2026, 10, 29, 15)
    first = next(m for m in chased.messages(kind="tomorrow") if "so-c@" in m.address)
    with chased.app.write(at, "test") as ctx:
        row = ctx.session.get_one(Message, first.id)
        named = {"public_id": "again", "key": "again", "message_id": "again@x.example", "attempts": 0}
        fresh = {**row.model_dump(exclude={"id"}), **named, "state": MessageState.planned, "finished_at": None}
        ctx.session.add(copy := Message(**{**fresh, "next_at": at}))
        ctx.session.flush()
        for item in ctx.session.exec(select(MessageItem).where(MessageItem.message_id == row.id)).all():
            item.message_id = copy.id or 0
    before = len(chased.provider.mails)
    deliver_due(chased.app, lambda: at, channel_for=lambda _: chased.provider)
    (waits,) = [m for m in chased.messages(kind="tomorrow") if m.public_id == "again"]
    assert (waits.state, waits.attempts) == (MessageState.retry, 0)
    assert waits.next_at == hanoi(2026, 10, 30, 8)
    assert len(chased.provider.mails) == before


def test_mails_about_one_duty_answer_the_first_one(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    days.until(OPENED, hanoi(2026, 10, 29, 14))
    mine = [mail for mail in days.provider.mails if "so-c@" in mail.target]
    assert [mail.in_reply_to for mail in mine] == [None, *[mine[0].message_id] * (len(mine) - 1)]
    assert len(mine) == 3


def test_two_schedulers_at_once_give_the_outbox_of_one(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of(*TOGETHER))
    days.until(OPENED, hanoi(2026, 10, 30, 14))
    together = Barrier(2)

    def chase(_: int) -> None:
        together.wait()
        with days.app.write(OVERDUE, "test") as ctx:
            plan_reminders(ctx)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(chase, range(2)))
    rows = days.messages(state=MessageState.planned, kind="overdue")
    assert len({(m.contact_id, m.next_at.date()) for m in rows}) == len(rows) == 6
    with days.app.read(OVERDUE) as ctx:
        assert [r.waiting for r in list_batches(ctx)] == [3, 3]
