"""How often one address may fail at something before it has to wait. In memory: each process counts for itself."""

import threading
from collections import deque
from datetime import datetime, timedelta

from fastapi import Request

MOST_CLIENTS = 10_000


class Attempts:
    """Failures by client within a sliding window; a success is not counted."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._failed: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def may_try(self, client: str, now: datetime) -> bool:
        """Whether this client has failed less often than is allowed."""
        with self._lock:
            return len(self._recent(client, now)) < self._most

    def failed(self, client: str, now: datetime) -> None:
        """Count one failure."""
        with self._lock:
            if len(self._failed) >= MOST_CLIENTS:
                self._failed = {name: times for name in self._failed if (times := self._recent(name, now))}
            self._failed.setdefault(client, deque()).append(now)

    def _recent(self, client: str, now: datetime) -> deque[datetime]:
        times = self._failed.get(client, deque())
        while times and times[0] <= now - self._window:
            times.popleft()
        return times


def attempts_of(request: Request, name: str, most: int, window: timedelta) -> Attempts:
    """The counter of this name of a running site."""
    counters: dict[str, Attempts] = request.app.state.attempts
    return counters.setdefault(name, Attempts(most, window))
