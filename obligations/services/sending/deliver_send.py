"""Threads that hand messages over, as many as the channel's answer time and the wanted rate ask for."""

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Sequence

from models.enums import BreakerState
from notifications.channel import Channel
from notifications.message import Outcome
from obligations.clock import utc_now
from obligations.rules.breaker import Breaker, after
from obligations.services.sending.deliver_prepare import Ready
from obligations.services.sending.deliver_settle import Result
from obligations.services.sending.sending_journal import SendingJournal

DEFAULT_WIDTH = 4
MOST_RESULTS = 100
TEXT_TAKES = 0.0006
"""Seconds it takes at least to make one message ready: no pace asks for more senders than that keeps busy."""
FRESH = 1.0
"""Seconds for which what was checked needs no second look."""
log = logging.getLogger(__name__)


class Sender:
    """Sends what it is given and keeps the results until they are fetched. One for each channel of a pass."""

    def __init__(
        self,
        channel: Channel,
        journal: SendingJournal,
        interval: float,
        still_goes: Callable[[Ready], bool] | None = None,
    ) -> None:
        self._channel, self._journal, self._interval = channel, journal, interval
        self._still_goes = still_goes
        self._width = int(getattr(channel, "width", DEFAULT_WIDTH))
        self._todo: queue.SimpleQueue[Ready] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._breaker = Breaker()
        self._takes = 0.0
        self._stopped = self._broken = False
        self.inflight = 0
        """Given and not yet fetched."""

    def give(self, ready: Sequence[Ready]) -> None:
        """Take messages on; returns at once."""
        self.inflight += len(ready)
        for one in ready:
            self._todo.put(one)
        with self._lock:
            for _ in range(max(min(self._workers(), len(ready)) - len(self._threads), 0)):
                thread = threading.Thread(target=self._work, name="dondoc-sender", daemon=True)
                self._threads.add(thread)
                thread.start()

    def fetch(self, seconds: float) -> list[Result]:
        """Results as they come for so long, or until there are many: each fetch is one transaction."""
        found: list[Result] = []
        until = time.monotonic() + seconds
        while len(found) < min(MOST_RESULTS, self.inflight):
            try:
                found.append(self._results.get(timeout=max(until - time.monotonic(), 0)))
            except queue.Empty:
                break
        self.inflight -= len(found)
        return found

    @property
    def failing(self) -> bool:
        """Whether so many have failed in a row, or this machine itself fails, that the rest is better left for later."""
        return self._broken or self._breaker.state == BreakerState.open

    def stop(self) -> None:
        """Begin nothing more; what has begun is finished and can be fetched."""
        self._stopped = True

    def _workers(self) -> int:
        """Enough to keep the rate at the shortest answer seen: more would only wait for each other, or for a text."""
        if not self._interval:
            return 1
        wanted = math.ceil(1.3 * self._takes / max(self._interval, TEXT_TAKES))
        return min(max(wanted, 1), self._width)

    def _work(self) -> None:
        while True:
            try:
                ready = self._todo.get_nowait()
            except queue.Empty:
                with self._lock:
                    if self._todo.empty():
                        self._threads.discard(threading.current_thread())
                        return
                continue
            self._results.put(self._one(ready))

    def _one(self, ready: Ready) -> Result:
        claim = ready.claim
        _wait_until(claim.not_before)
        too_late = time.monotonic() > claim.begin_by
        goes = not (self._stopped or too_late or self.failing) and self._still(ready)
        outcome = self._send(ready) if goes else None
        return Result(claim.message_id, claim.token, ready.attempt, claim.counted, outcome)

    def _send(self, ready: Ready) -> Outcome | None:
        """Hand one over; None when it never began. Whatever fails here, the message gets its word."""
        try:
            self._journal.begins(ready.claim.message_id, ready.attempt)
        except OSError:
            log.exception("the journal cannot be written; nothing more is begun")
            self._broken = True
            return None
        began = time.monotonic()
        try:
            outcome = self._channel.send(ready.mail)
        except Exception as error:
            log.exception("channel %s failed", self._channel.name)
            outcome = Outcome("unknown", type(error).__name__, "the channel failed in an unforeseen way", phase="send")
        try:
            self._journal.ended(ready.claim.message_id, ready.attempt, outcome)
        except OSError:
            log.exception("the journal cannot be written; nothing more is begun")
            self._broken = True
        self._learn(outcome, time.monotonic() - began)
        return outcome

    def _still(self, ready: Ready) -> bool:
        """Whether it still goes: what has waited for its place is asked about again."""
        if self._still_goes is None or time.monotonic() - ready.made_at < FRESH:
            return True
        try:
            return self._still_goes(ready)
        except Exception:
            log.exception("message %s could not be checked again; nothing more is begun", ready.claim.message_id)
            self._broken = True
            return False

    def _learn(self, outcome: Outcome, took: float) -> None:
        with self._lock:
            self._takes = took if not self._takes else min(took, self._takes * 1.05)
            self._breaker = after(self._breaker, outcome.kind, outcome.phase, utc_now())


def _wait_until(moment: float) -> None:
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)
