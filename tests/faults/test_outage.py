"""A day without the mail server: nothing is lost, nobody is flooded afterwards, and what goes says the truth of its day."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from benchmarks.world import HANOI
from models.enums import BreakerState, MessageState
from models.tables import ChannelState, Contact, Message
from obligations.services.context import App, open_app
from obligations.services.tick import run_tick
from tests.faults.mail_sink import mail_sink
from tests.faults.senders import MORNING, Installation, prepared
from tests.ports import free_port

COUNT = 40
WIDTH = 4
"""Most connections of one pass."""


@pytest.mark.timeout(120)
def test_after_a_day_of_outage_each_address_gets_one_honest_message(tmp_path: Path) -> None:
    """Down from 08:00 on 29/10 (one day before the last working day) to 08:00 on 30/10, a tick every 20 minutes."""
    port = free_port()
    app = prepared(Installation(str(tmp_path), port, per_minute=100_000), COUNT)
    now: datetime = MORNING
    passes = 0
    while now < MORNING + timedelta(days=1):
        done = run_tick(app, now).delivered
        assert (done.accepted, done.failed) == (0, 0)
        passes += 1
        now += timedelta(minutes=20)
    app.close()

    with mail_sink() as sink:
        back = prepared_again(tmp_path, sink.port)
        for _ in range(4):
            run_tick(back, now)
            now += timedelta(minutes=20)
        with back.read(now) as ctx:
            sent = ctx.session.exec(select(Message).where(Message.state == MessageState.sent)).all()
            state = ctx.session.get_one(ChannelState, "email")
            addresses = {c.address for c in ctx.session.exec(select(Contact)).all()}
        back.close()
    assert state.breaker == BreakerState.closed
    assert Counter(m.address for m in sent) == Counter(addresses), "one message an address, no storm"
    assert set(sink.taken.values()) == {1}
    assert {m.kind for m in sent} == {"today"}
    assert all("hôm nay" in m.subject.lower() for m in sent), {m.subject for m in sent}
    assert sink.connections <= 4 * WIDTH, "each of the four passes keeps its few connections"
    attempts = sum(m.attempts for m in sent)
    assert attempts <= 8 * COUNT, "a channel that rests is tried by probes, not by the whole queue"
    assert now.astimezone(HANOI).date() == datetime(2026, 10, 30, tzinfo=HANOI).date()


def prepared_again(home: Path, port: int) -> App:
    """The same installation with a mail server that answers."""
    return open_app(Installation(str(home), port, per_minute=100_000).settings())
