"""Schedulers and senders that work at once on one database, by a clock that one of them moves on."""

import ctypes
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.sharedctypes import Synchronized, SynchronizedArray
from pathlib import Path

from sqlalchemy.exc import OperationalError

from benchmarks.prove.stub import StubChannel
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, open_app
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.sending.deliver import Delivered, deliver_due
from obligations.settings import Settings

REST = 0.03
"""Seconds a sender waits after a pass that found nothing."""
TICK = 0.2
"""Seconds between two passes of a scheduler."""
STUCK = 600.0
"""Seconds without any progress after which the run is given up."""


@dataclass(frozen=True)
class Shared:
    """What all processes see. ``quiet[n]`` is the round in whose course process n last found nothing to do."""

    settings: Settings
    folder: Path
    now: "Synchronized[float]"
    round: "Synchronized[int]"
    quiet: "SynchronizedArray[int]"
    sent: "Synchronized[int]"
    planned: "Synchronized[int]"
    refused: "Synchronized[int]"
    """Passes that met a database locked for longer than a writer waits; the next pass does their work."""

    def moment(self) -> datetime:
        """The clock of the run; ``round`` goes below 0 when it is over."""
        return datetime.fromtimestamp(self.now.value, UTC)


def work(shared: Shared, place: int, one_pass: Callable[[App, Shared], bool], rest: float) -> None:
    """Pass after pass until the run is over."""
    app = open_app(shared.settings)
    while (number := shared.round.value) >= 0:
        try:
            found = one_pass(app, shared)
        except OperationalError:
            found = True
            with shared.refused.get_lock():
                shared.refused.value += 1
        if not found:
            shared.quiet[place] = number
            time.sleep(rest)
    app.close()


def schedule(app: App, shared: Shared) -> bool:
    """Open, close and chase; whether there was anything."""
    moment = shared.moment()
    with app.write(moment, "scheduler") as ctx:
        opened = open_due_periods(ctx)
        closed = close_due_periods(ctx)
    with app.write(moment, "scheduler") as ctx:
        planned = plan_reminders(ctx).planned
    with shared.planned.get_lock():
        shared.planned.value += planned + sum(o.assigned for o in opened)
    return bool(opened or closed or planned)


def send(app: App, shared: Shared) -> bool:
    """Deliver; whether there was anything."""
    moment = shared.moment()
    done = deliver_due(app, lambda: moment, channel_for=lambda name: StubChannel(name, shared.folder))
    with shared.sent.get_lock():
        shared.sent.value += done.accepted
    return done != Delivered()


class Crew:
    """The processes of one run, and the clock they go by."""

    def __init__(self, app: App, folder: Path, start: datetime, schedulers: int, senders: int) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.prove.crew"])
        folder.mkdir()
        self.shared = Shared(
            app.settings,
            folder,
            context.Value(ctypes.c_double, start.timestamp()),
            context.Value(ctypes.c_long, 0),
            context.Array(ctypes.c_long, [-1] * (schedulers + senders)),
            context.Value(ctypes.c_long, 0),
            context.Value(ctypes.c_long, 0),
            context.Value(ctypes.c_long, 0),
        )
        works = [(schedule, TICK)] * schedulers + [(send, REST)] * senders
        self._processes = [context.Process(target=work, args=(self.shared, n, *how)) for n, how in enumerate(works)]

    def settle(self) -> Iterator[int]:
        """Wait until nobody finds anything to do at this moment; gives the number sent, about once a second."""
        for _ in range(2):  # what a scheduler wrote in the first round is seen by every sender in the second
            with self.shared.round.get_lock():
                self.shared.round.value += 1
            progress, since = -1, time.monotonic()
            while any(number < self.shared.round.value for number in self.shared.quiet):
                time.sleep(REST)
                if dead := [p.exitcode for p in self._processes if p.exitcode is not None]:
                    raise RuntimeError(f"a process of the run died: exit codes {dead}")
                if time.monotonic() - since > 1.0:
                    since = time.monotonic()
                    yield self.shared.sent.value
                    progress = self._watch(progress)

    def _watch(self, progress: int) -> int:
        found = self.shared.sent.value + self.shared.planned.value
        if found != progress:
            self._moved = time.monotonic()
        elif time.monotonic() - self._moved > STUCK:
            raise RuntimeError("nothing has happened for ten minutes")
        return found

    def go_to(self, moment: datetime) -> None:
        """Let the clock of the run say this."""
        self.shared.now.value = moment.timestamp()

    @contextmanager
    def at_work(self) -> Iterator["Crew"]:
        """Start all; end all."""
        for process in self._processes:
            process.start()
        try:
            yield self
        finally:
            self.shared.round.value = -1
            for process in self._processes:
                process.join(60)
                if process.exitcode is None:
                    process.kill()
                    process.join()
