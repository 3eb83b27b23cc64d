"""How much work one uploaded file may ask for; beyond it the file is refused as one that cannot be checked."""

import time

MOST_BYTES, MOST_SECONDS = 256 << 20, 2.0
"""Bytes that are unpacked or read, and seconds of this thread's own work: a busy machine refuses nobody."""


class Unchecked(Exception):
    """The file asks for more work than a file may, or hides something in a way that cannot be read."""


class Budget:
    """One for a file, shared by everything that reads it, whether the reading succeeds or not."""

    def __init__(self, most_bytes: int = MOST_BYTES, seconds: float = MOST_SECONDS) -> None:
        self.left = most_bytes
        self.borrows = False
        """Whether what was read shows figures or pictures of another file."""
        self._end = time.thread_time() + seconds

    def charge(self, count: int) -> None:
        """Take the bytes of one step; Unchecked when there are not so many, or when the time is over."""
        self.left -= count
        if self.left < 0 or time.thread_time() > self._end:
            raise Unchecked
