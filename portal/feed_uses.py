"""Uses of private calendars, written down together: a calendar that is read need not wait for who writes.

Programs ask once an hour or less, so nearly every reading is to be noted. One transaction a second does it for all of them;
a process that is killed forgets the last second's, and the next reading tells again.
"""

import asyncio
import logging
import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from obligations.services.context import App
from obligations.services.feeds.access import FeedUse, note_uses

WRITTEN_EVERY = 1.0
"""Seconds."""

log = logging.getLogger(__name__)


@dataclass
class FeedUses:
    """What this process has to note, by token; used by threads and by the event loop."""

    app: App

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, FeedUse] = {}

    def note(self, token: str, user_agent: str, now: datetime) -> None:
        """To be written with the next ones; the latest use of a token counts."""
        with self._lock:
            self._waiting[token] = FeedUse(now, user_agent)

    def write(self) -> None:
        """Write what waits. In a database that is busy it goes on waiting."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            with self.app.write(max(use.at for use in taken.values()), "feed") as ctx:
                note_uses(ctx, taken)
        except OperationalError:
            log.warning("uses of %d calendars could not be written down; they will be with the next ones", len(taken))
            with self._lock:
                self._waiting = taken | self._waiting

    async def keep_writing(self) -> None:
        """Until cancelled; beside the event loop."""
        while True:
            await asyncio.sleep(WRITTEN_EVERY)
            if self._waiting:
                await run_in_threadpool(self.write)
