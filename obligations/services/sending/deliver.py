"""Delivering the outbox: lease, check again, mark the start, send, mark the end. Never a network call in a transaction.

At least once: only a message whose sender died between the provider's acceptance and its own next line in the journal
can go twice, with the same Message-ID (docs/decisions/0004-outbox.md).
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from notifications.channel import BrokenChannel, Channel, ChannelError
from notifications.kit import ChannelKit
from notifications.registry import open_channel, resends
from obligations.services.channels.channel_kit import kit_of
from obligations.services.channels.channel_state import forgo_probe
from obligations.services.collector import collecting_rarely
from obligations.services.context import App
from obligations.services.sending.deliver_claim import BATCH, Claimed, LaneFacts, Only, claim, due_channels
from obligations.services.sending.deliver_prepare import prepare, still_goes
from obligations.services.sending.deliver_recover import recover
from obligations.services.sending.deliver_send import Sender
from obligations.services.sending.deliver_settle import settle
from obligations.services.sending.fallback import overdue_retries
from obligations.services.sending.sending_journal import SendingJournal

OpenChannel = Callable[[str], Channel]
_PATIENCE = 0.1
"""Seconds in which results are gathered before they are written down."""


@dataclass(frozen=True)
class Delivered:
    """Counts of one pass over the outbox."""

    accepted: int = 0
    recorded: int = 0
    retry: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


class _Budget:
    """How many messages this pass may still take on, and how many it has, over all channels."""

    def __init__(self, limit: int | None, progress: Callable[[int], None] | None) -> None:
        self._left, self._progress = limit, progress
        self._done = 0
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        """Take up to so many."""
        with self._lock:
            granted = wanted if self._left is None else min(wanted, self._left)
            self._left = None if self._left is None else self._left - granted
            return granted

    def give_back(self, count: int) -> None:
        """Some were not there to be taken."""
        with self._lock:
            self._left = None if self._left is None else self._left + count

    def done(self, count: int) -> None:
        """So many are over."""
        with self._lock:
            for _ in range(count):
                self._done += 1
                if self._progress is not None:
                    self._progress(self._done)


@dataclass(frozen=True)
class _Pass:
    """What the channels of one pass share."""

    app: App
    clock: Callable[[], datetime]
    journal: SendingJournal
    budget: _Budget
    only: Only
    began: float
    first_now: datetime

    def moving_now(self) -> datetime:
        """The clock, or the time this pass has taken if that is more: a clock that stands still paces nobody."""
        return max(self.clock(), self.first_now + timedelta(seconds=time.monotonic() - self.began))


def deliver_due(
    app: App,
    clock: Callable[[], datetime],
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
    channel_for: OpenChannel | None = None,
    only: Only = Only.everything,
) -> Delivered:
    """Hand over every message whose time has come. ``clock`` gives the moment each decision is judged by.

    What a person waits for (``Only.asked``) stands in no line: it goes past the pace and the daily cap, as sign-in links do.
    """
    now = clock()
    recover(app, now, lambda name: _real(app, name, faked=channel_for is not None))
    with app.write(now, "deliver") as ctx:
        overdue_retries(ctx)
    total, seen = Delivered(), set[str]()
    budget = _Budget(limit, progress)
    while names := [n for n in _due_channels(app, clock(), only) if n not in seen]:
        seen.update(names)  # a message that falls back may bring a channel that had nothing to do before
        with (
            SendingJournal(app.settings.journal) as journal,
            _channels(app, clock, names, channel_for) as opened,
            collecting_rarely(),
        ):
            shared = _Pass(app, clock, journal, budget, only, time.monotonic(), now)
            total += _run_lanes(shared, opened, faked=channel_for is not None)
    return total


def _due_channels(app: App, now: datetime, only: Only) -> list[str]:
    with app.read(now, "deliver") as ctx:
        return due_channels(ctx, only)


@contextmanager
def _channels(
    app: App, clock: Callable[[], datetime], names: Sequence[str], channel_for: OpenChannel | None
) -> Iterator[dict[str, Channel]]:
    """Open the channels of a pass, and close them all."""
    opened: dict[str, Channel] = {}
    kit = kit_of(app, clock)
    try:
        for name in names:
            url = app.settings.channel_urls.get(name, "record://")
            opened[name] = channel_for(name) if channel_for else _open(name, url, kit)
        yield opened
    finally:
        for channel in opened.values():
            channel.close()


def _open(name: str, url: str, kit: ChannelKit) -> Channel:
    """A channel that cannot be opened is a matter of configuration: its messages wait, nothing is lost."""
    try:
        return open_channel(url, kit)
    except ChannelError as error:
        return BrokenChannel(name, str(error))


def _run_lanes(shared: _Pass, opened: dict[str, Channel], *, faked: bool) -> Delivered:
    """Every channel at its own pace; one alone needs no thread of its own."""
    lanes = [(_facts(shared, name, faked=faked), channel) for name, channel in opened.items()]
    if len(lanes) == 1:
        return _run_lane(shared, *lanes[0])
    with ThreadPoolExecutor(len(lanes)) as threads:
        return sum(threads.map(lambda lane: _run_lane(shared, *lane), lanes), Delivered())


def _facts(shared: _Pass, name: str, *, faked: bool) -> LaneFacts:
    app = shared.app
    url = app.settings.channel_urls.get(name, "record://")
    real = _real(app, name, faked=faked) and shared.only != Only.asked
    per_minute = app.settings.per_minute(name)
    return LaneFacts(
        name, timedelta(minutes=1) / per_minute if real else timedelta(0), real, "once" if faked else resends(url)
    )


def _real(app: App, name: str, *, faked: bool) -> bool:
    """Whether what goes over a channel may reach somebody: it is paced, and counts under the daily cap."""
    return faked or not app.settings.channel_urls.get(name, "record://").startswith("record:")


def _run_lane(shared: _Pass, lane: LaneFacts, channel: Channel) -> Delivered:
    sender = Sender(
        channel,
        shared.journal,
        lane.interval.total_seconds(),
        lambda ready: still_goes(shared.app, lane, ready, shared.clock()),
    )
    total = Delivered()
    more, most = True, BATCH
    try:
        while more or sender.inflight:
            if more and sender.inflight <= most:  # the next is made ready while this one is under way
                took, more, probing = _take_on(shared, lane, sender)
                total += took
                most = 0 if probing else BATCH  # a probe's word is waited for
            total += _write_down(shared, lane, sender, _PATIENCE if sender.inflight else 0)
            more = more and not sender.failing
    finally:
        sender.stop()
        while sender.inflight:
            total += _write_down(shared, lane, sender, 1.0)
    return total


def _take_on(shared: _Pass, lane: LaneFacts, sender: Sender) -> tuple[Delivered, bool, bool]:
    """Lease and prepare the next batch; whether there may be more, and whether it is a probe."""
    granted = shared.budget.take(BATCH)
    claimed = Claimed(())
    if granted:
        now, owner = shared.clock(), shared.journal.owner
        moving = shared.moving_now()
        claimed = claim(shared.app, lane, owner, granted, now, moving, shared.only)
        shared.budget.give_back(granted - len(claimed.claims))
    if not claimed.claims:
        if claimed.wait is not None and not sender.inflight:
            time.sleep(min(max(claimed.wait, 0.0), 1.0))
        return Delivered(), claimed.wait is not None, False
    prepared = prepare(shared.app, lane, claimed.claims, shared.clock())
    if claimed.probe and not prepared.ready:
        with shared.app.write(shared.clock(), "deliver") as ctx:
            forgo_probe(ctx, lane.channel)
    sender.give(prepared.ready)
    shared.budget.done(len(claimed.claims) - len(prepared.ready))
    return Delivered(cancelled=prepared.cancelled, failed=prepared.failed), True, claimed.probe


def _write_down(shared: _Pass, lane: LaneFacts, sender: Sender, seconds: float) -> Delivered:
    results = sender.fetch(seconds)
    if not results:
        return Delivered()
    words = settle(shared.app, lane.channel, results, shared.clock())
    shared.budget.done(len(results))
    total = Delivered()
    for word in words:
        total += Delivered(**{word: 1})
    return total
