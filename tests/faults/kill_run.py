"""Many kills over many reminders, and what came of it: used by a short test and by the long proof."""

import random
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from models.tables import Message
from obligations.services.context import App
from obligations.services.sending.deliver_claim import WAITING
from tests.faults.kill_judge import WANTED, KillResult, judged
from tests.faults.mail_sink import MailSink
from tests.faults.senders import MORNING, POINTS, TOKEN_POINTS, Installation, send_once
from tests.faults.zalo_run import TokenCare
from tests.processes import clean_processes
from tests.zalo.accounts import connect
from tests.zalo.server import LoopbackZalo

STEP = timedelta(seconds=20)
OVERALL = timedelta(hours=2)
"""What the steps of a run take together at most: it must end within office hours."""
EVERY_POINT = [f"{when} {name}" for name in POINTS for when in ("before", "after")]
EVERY_TOKEN_POINT = [f"{when} {name}" for name in TOKEN_POINTS for when in ("before", "after")]
TOKENS_EVERY = 10
"""With Zalo, one kill of so many is at a point of a refresh."""


def run_kills(
    app: App,
    installation: Installation,
    sink: MailSink,
    kills: int,
    *,
    seed: int = 197,
    zalo: LoopbackZalo | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> KillResult:
    """Kill a sender so often, every second time at a named point, then let the rest go in peace.

    Only those count that the signal ended; a sender that was done before it is followed by the next.
    """
    run = _Run(app, installation, kills, seed, zalo)
    for _ in range(2 * kills):
        if run.killed >= kills:
            break
        run.kill_one()
        progress(run.killed)
    with app.read(run.now) as ctx:
        waits = (Message.kind == WANTED, col(Message.state).in_(WAITING))
        left = ctx.session.exec(select(func.count()).select_from(Message).where(*waits)).one()
    finish(installation, run.now, run.care)
    care = {"consents": run.care.consents, "unnoticed": run.care.unnoticed} if run.care else {}
    world = zalo.world if zalo else None
    return judged(app, sink, world, run.now, kills=run.killed, at_points=run.at_points, left=left, **care)


class _Run:
    """The state of one run between two kills."""

    def __init__(self, app: App, installation: Installation, kills: int, seed: int, zalo: LoopbackZalo | None) -> None:
        self._installation, self._dice = installation, random.Random(seed)
        self._processes = clean_processes()
        self._step = min(STEP, OVERALL / kills)
        self.now, self.started, self.killed, self.at_points = MORNING, 0, 0, 0
        self.care = TokenCare(app, zalo.world) if zalo else None
        if self.care:
            connect(app, self.care.world, self.now)

    def kill_one(self) -> None:
        """Start a sender and end it."""
        number, self.started = self.started, self.started + 1
        if self.care and number % TOKENS_EVERY == 0:
            point = EVERY_TOKEN_POINT[number // TOKENS_EVERY % len(EVERY_TOKEN_POINT)]
            self._one(point, 1, tokens=True)
            self.now = self.care.after_a_kill(self.now)
            return
        if self.care and number % TOKENS_EVERY == TOKENS_EVERY // 2:
            self.care.revoke()
        point = EVERY_POINT[number // 2 % len(EVERY_POINT)] if number % 2 else ""
        self._one(point, self._dice.randint(1, 12) if "send" in point else 1)
        self.now += self._step
        if self.care:
            self.care.world.now = self.now

    def _one(self, point: str, number: int, *, tokens: bool = False) -> None:
        arguments = (self._installation, self.now.isoformat(), point, number)
        sender = self._processes.Process(target=send_once, args=arguments, kwargs={"tokens": tokens})
        sender.start()
        sender.join(self._dice.uniform(0.03, 0.3) if not point else 5.0)
        self.at_points += sender.exitcode == -signal.SIGKILL
        sender.kill()
        sender.join()
        self.killed += sender.exitcode == -signal.SIGKILL


def finish(installation: Installation, now: datetime, care: TokenCare | None = None) -> None:
    """Passes until retries and doubts have run out."""
    fast = replace(installation, per_minute=100_000)
    for _ in range(8):
        now += timedelta(minutes=35)
        if care:
            now = care.after_a_kill(now)
        send_once(fast, now.isoformat())
