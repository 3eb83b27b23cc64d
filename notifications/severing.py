"""A deadline over a whole HTTP request: httpx's timeouts are per read, and a dripping server can stretch them for ever."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Trace = Callable[[str, dict[str, Any]], None]


@contextmanager
def severed_after(seconds: float) -> Iterator[Trace]:
    """Give the ``trace`` extension of one request; its connection is cut when the time is up."""
    streams: list[Any] = []
    expired = threading.Event()

    def sever() -> None:
        expired.set()
        for stream in streams[-1:]:
            with suppress(OSError):
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def trace(event: str, info: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            streams.append(info["return_value"])
            if expired.is_set():
                sever()

    timer = threading.Timer(seconds, sever)
    timer.daemon = True
    timer.start()
    try:
        yield trace
    finally:
        timer.cancel()
