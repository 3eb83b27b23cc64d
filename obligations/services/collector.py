"""Python's collector of reference cycles during work that reads very many rows: it finds nothing there, at a fifth of the cost."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (50_000, 20, 100)
"""Thresholds of the three generations (``gc.set_threshold``); Python's own begin at some 700 objects."""
_lock = threading.Lock()
_inside = 0
_before = gc.get_threshold()


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Collect rarely within the block; the process's own thresholds come back when the last such block ends."""
    global _inside, _before  # noqa: PLW0603 - the collector is one for the process
    with _lock:
        if not _inside:
            _before = gc.get_threshold()
            gc.set_threshold(*RARELY)
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                gc.set_threshold(*_before)
