"""How often one token may call before it has to wait. In memory, for it is asked at every call: each process counts for itself.

What guards against guessing is counted for all processes together (``obligations/services/accounts/attempts.py``).
"""

import threading
from collections import deque
from datetime import datetime, timedelta

MOST_TOKENS = 10_000


class Calls:
    """Calls by token within a sliding window."""

    def __init__(self, most: int, window: timedelta) -> None:
        self._most = most
        self._window = window
        self._made: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def take(self, token: str, now: datetime) -> bool:
        """Count one call, unless there were too many; whether there were not."""
        with self._lock:
            made = self._recent(token, now)
            if len(made) >= self._most:
                return False
            if len(self._made) >= MOST_TOKENS:
                self._made = {name: times for name in self._made if (times := self._recent(name, now))}
            self._made.setdefault(token, deque()).append(now)
            return True

    def _recent(self, token: str, now: datetime) -> deque[datetime]:
        times = self._made.get(token, deque())
        while times and times[0] <= now - self._window:
            times.popleft()
        return times
