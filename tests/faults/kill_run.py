"""Many kills over many reminders, and what came of it: used by a short test and by the long proof."""

import multiprocessing
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from models.enums import MessageState
from models.tables import Message
from obligations.services import audit
from obligations.services.context import App
from tests.faults.mail_sink import MailSink
from tests.faults.senders import MORNING, POINTS, Installation, send_once

STEP = timedelta(seconds=20)
EVERY_POINT = [f"{when} {name}" for name in POINTS for when in ("before", "after")]


@dataclass(frozen=True)
class KillResult:
    """What a run came to; ``repeats`` leaves out what the server had taken without saying so."""

    kills: int
    reminders: int
    lost: int
    unsettled: int
    repeats: int
    foreign: int
    """Messages taken that no row knows."""
    audit_breaks: int

    @property
    def repeats_a_kill(self) -> float:
        """The figure that is promised to be at most 0.1."""
        return self.repeats / max(self.kills, 1)


def run_kills(app: App, installation: Installation, sink: MailSink, kills: int, *, seed: int = 197) -> KillResult:
    """Kill a sender so often, every second time at a named point, then let the rest go in peace."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.faults.senders"])
    dice, now, killed = random.Random(seed), MORNING, 0
    while killed < kills:
        point = EVERY_POINT[killed // 2 % len(EVERY_POINT)] if killed % 2 else ""
        arguments = (installation, now.isoformat(), point, dice.randint(1, 12) if "send" in point else 1)
        sender = processes.Process(target=send_once, args=arguments)
        sender.start()
        sender.join(dice.uniform(0.05, 0.3) if not point else 1.0)
        sender.kill()
        sender.join()
        killed += 1
        now += STEP
    finish(installation, now)
    return _judged(app, sink, killed, now)


def finish(installation: Installation, now: datetime) -> None:
    """Passes until retries and doubts have run out."""
    fast = Installation(installation.home, installation.port, installation.database_url, 100_000)
    for _ in range(8):
        now += timedelta(minutes=35)
        send_once(fast, now.isoformat())
        time.sleep(0)


def _judged(app: App, sink: MailSink, kills: int, now: datetime) -> KillResult:
    with app.read(now) as ctx:
        wanted = Message.kind == "tomorrow"
        rows = ctx.session.exec(select(Message.message_id, Message.state).where(wanted)).all()
        open_states = col(Message.state).not_in((MessageState.sent, MessageState.cancelled))
        unsettled = ctx.session.exec(select(func.count()).select_from(Message).where(wanted, open_states)).one()
        breaks = len(audit.verify(ctx.session))
        known = {f"<{name}>" for name in ctx.session.exec(select(Message.message_id)).all()}
    lost = sum(not sink.taken[f"<{name}>"] for name, _ in rows)
    foreign = len(set(sink.taken) - known)
    return KillResult(kills, len(rows), lost, unsettled, sink.repeats, foreign, breaks)
