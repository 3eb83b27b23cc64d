"""Whose turn it is to write, among processes: SQLite's own waiting is a lottery in which one may lose for seconds.

Two advisory locks beside the database, as in a turnstile: who holds ``next`` waits for ``turn`` alone, and lets the following one in
once it has it. So a process that writes again and again cannot pass the one that waits. The system frees both when a process ends,
however it ends. They are about order only: what keeps writes apart stays SQLite's own lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_WAIT = 30.0
"""Seconds after which SQLite itself decides: whoever holds the turn so long is stuck."""
LOOKS_EVERY = 0.001


class Turnstile:
    """The two locks of one database file. Used by one thread of a process at a time."""

    def __init__(self, database: Path) -> None:
        self._paths = [database.with_name(f"{database.name}-{part}") for part in ("next", "turn")]
        self._files: list[int] = []
        self._opened_by = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the turn of this process, and keep it until the block ends."""
        following, mine = self._opened()
        until = time.monotonic() + LONGEST_WAIT
        try:
            _take(following, until)
            try:
                _take(mine, until)
            finally:
                fcntl.flock(following, fcntl.LOCK_UN)
            yield
        finally:
            fcntl.flock(mine, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close both files."""
        if self._opened_by == os.getpid():
            for file in self._files:
                os.close(file)
        self._files, self._opened_by = [], 0

    def _opened(self) -> list[int]:
        """Files of this very process: a forked child that shared its parent's would share its turn."""
        if self._opened_by != os.getpid():
            self._files = [os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for path in self._paths]
            self._opened_by = os.getpid()
        return self._files


def _take(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return
            time.sleep(LOOKS_EVERY)
        else:
            return
