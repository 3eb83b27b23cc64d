"""Uses of calendars, sessions and tokens, written down together: who reads need not wait for who writes.

Programs fetch a calendar once an hour or less, so nearly every reading is to be noted; a session is noted once a minute. One
transaction a second does it for all of them; a process that is killed forgets the last second's, and the next use tells again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool

from obligations.services.context import App, Context

WRITTEN_EVERY = 1.0
"""Seconds."""

K = TypeVar("K")
V = TypeVar("V")
Writer = Callable[[Context, Mapping[Any, Any]], None]
"""Writes down the uses of one kind, by what was used."""

log = logging.getLogger(__name__)


@dataclass
class Uses:
    """What this process has to note, by kind; used by threads and by the event loop."""

    app: App
    clock: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._waiting: dict[Writer, dict[Any, Any]] = {}

    def note(self, writer: Callable[[Context, Mapping[K, V]], None], used: K, use: V) -> None:
        """To be written with the next ones; the latest use counts."""
        with self._lock:
            self._waiting.setdefault(writer, {})[used] = use

    def write(self) -> None:
        """Write what waits; when it returns, all that was noted before is written. In a busy database it goes on waiting."""
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, {}
            if taken and not self._written(taken):
                with self._lock:
                    self._waiting = {w: taken.get(w, {}) | self._waiting.get(w, {}) for w in taken | self._waiting}

    def _written(self, taken: Mapping[Writer, Mapping[Any, Any]]) -> bool:
        try:
            with self.app.write(self.clock(), "uses") as ctx:
                for writer, uses in taken.items():
                    writer(ctx, uses)
        except OperationalError:
            log.warning("uses could not be written down; they will be with the next ones")
            return False
        return True

    async def keep_writing(self) -> None:
        """Until cancelled; beside the event loop."""
        while True:
            await asyncio.sleep(WRITTEN_EVERY)
            if self._waiting:
                await run_in_threadpool(self.write)
