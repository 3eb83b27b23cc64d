"""A day without mail and without Zalo, and the first hours after it: used by a test and by the proof."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from models.enums import BreakerState, MessageState
from models.tables import AuditEntry, ChannelState, Contact, Message
from obligations.services.context import App, open_app
from obligations.services.running.tick import run_tick
from tests.faults.kill_judge import reference
from tests.faults.mail_sink import mail_sink
from tests.faults.senders import APP_SECRET, MORNING, Installation, prepared
from tests.faults.zalo_run import add_zalo
from tests.ports import free_port
from tests.zalo.accounts import connect
from tests.zalo.server import LoopbackZalo
from tests.zalo.world import World

TICK = timedelta(minutes=20)
DAY = timedelta(days=1)
PASSES_AFTER = 8
WINDOW = 10.0
"""Seconds over which the rate after the outage is judged."""


@dataclass(frozen=True)
class OutageResult:
    """What arrived in the hours after a day in which nothing could."""

    agencies: int
    told_once: int
    """Agencies that got exactly one message, by whichever channel."""
    arrived: int
    arrived_early: int
    """Accepted while nothing listened."""
    repeats: int
    kinds: frozenset[str]
    of_another_day: int
    """Messages whose subject does not speak of the day on which they went."""
    most_attempts: int
    alarms: Counter[str]
    """How often each channel was reported as resting."""
    resting: Sequence[str]
    """Channels that do not work again at the end."""
    storm: float
    """The busiest ten seconds of a channel after the outage, as a share of what its pace allows."""


def run_outage(home: Path, count: int, per_minute: int) -> OutageResult:
    """Down from 08:00 on 29/10 (one day before the last working day) to 08:00 on 30/10, a tick every 20 minutes."""
    world = World(now=MORNING, app_secret=APP_SECRET)
    mail_port, zalo_port = free_port(), free_port()
    down = Installation(str(home), mail_port, per_minute=per_minute, zalo=f"http://127.0.0.1:{zalo_port}")
    app = prepared(down, count, add=lambda app: add_zalo(app, world))
    with LoopbackZalo(world, zalo_port):
        connect(app, world, MORNING)
    now, early = MORNING, 0
    while now < MORNING + DAY:
        done = run_tick(app, now).delivered
        early += done.accepted
        now += TICK
    app.close()
    with mail_sink() as sink, LoopbackZalo(world, zalo_port):
        app = open_app(replace(down, port=sink.port).settings())
        for _ in range(PASSES_AFTER):
            world.now = now
            run_tick(app, now)
            now += TICK
        taken = sink.taken + world.reached
        busiest = max(_busiest(moments) for moments in (sink.moments, *world.moments.values()))
        try:
            return _judged(app, now, taken, early, busiest / (per_minute * WINDOW / 60))
        finally:
            app.close()


def _judged(app: App, now: datetime, taken: Counter[str], early: int, storm: float) -> OutageResult:
    with app.read(now) as ctx:
        messages = ctx.session.exec(select(Message).order_by(col(Message.id))).all()
        agencies = set(ctx.session.exec(select(Contact.agency_id).where(col(Contact.removed_at).is_(None))).all())
        rested = ctx.session.exec(select(AuditEntry.subject).where(AuditEntry.action == "channel.resting")).all()
        states = ctx.session.exec(select(ChannelState)).all()
    arrived = [message for message in messages if message.state == MessageState.sent]
    names = {reference(message): message.agency_id for message in messages if message.attempts}
    told = Counter(names.get(name, 0) for name in taken.elements())
    return OutageResult(
        agencies=len(agencies),
        told_once=sum(told[number] == 1 for number in agencies),
        arrived=taken.total(),
        arrived_early=early,
        repeats=taken.total() - len(taken),
        kinds=frozenset(message.kind for message in arrived),
        of_another_day=sum("hôm nay" not in m.subject.lower() for m in arrived),
        most_attempts=max((m.attempts for m in messages), default=0),
        alarms=Counter(rested),
        resting=[state.name for state in states if state.breaker != BreakerState.closed],
        storm=storm,
    )


def _busiest(moments: Sequence[float]) -> int:
    """Most in any window."""
    ordered = sorted(moments)
    return max((sum(0 <= later - at < WINDOW for later in ordered) for at in ordered), default=0)
