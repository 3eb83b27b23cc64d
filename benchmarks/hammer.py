"""Requests as fast as a server answers, by raw sockets so that the client costs little; and a server for one benchmark."""

import asyncio
import contextlib
import multiprocessing
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECONDS, CONNECTIONS = 4.0, 8


def rate(url: str, headers: Mapping[str, str] | None = None, status: int = 200, seconds: float = SECONDS) -> float:
    """Answers a second over several connections, kept where the server keeps them; RuntimeError for another status."""
    return asyncio.run(_hammer(url, headers or {}, status, seconds))


async def _hammer(url: str, headers: Mapping[str, str], status: int, seconds: float) -> float:
    parts = urlsplit(url)
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {parts.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode()
    ends = time.perf_counter() + seconds
    clients = [_client(parts.port or 80, request, f" {status} ".encode(), ends) for _ in range(CONNECTIONS)]
    return sum(await asyncio.gather(*clients)) / seconds


async def _client(port: int, request: bytes, status: bytes, ends: float) -> int:
    count, writer = 0, None
    while time.perf_counter() < ends:
        if writer is None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if status not in head.split(b"\r\n")[0]:
            raise RuntimeError(f"answered {head[:80]!r}")
        closes = await _skip_body(reader, head)
        count += 1
        if closes:
            writer.close()
            writer = None
    if writer is not None:
        writer.close()
    return count


async def _skip_body(reader: asyncio.StreamReader, head: bytes) -> bool:
    """Read one body; whether the server closes the connection after it."""
    closes = b"connection: close" in head or head.startswith(b"http/1.0")
    if b"content-length:" in head:
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    elif b"chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif closes:
        await reader.read()
    return closes


@dataclass
class Served:
    """A running server: its address, its processes, and the most memory that they have held together, in megabytes.

    What processes share is counted once (Linux: Pss), looked at every half second.
    """

    base: str
    pids: tuple[int, ...]
    peak_mb: float = 0.0

    def watch(self, over: threading.Event) -> None:
        """Look until it is over."""
        while not over.wait(0.5):
            self.peak_mb = max(self.peak_mb, sum(_held_kb(pid) for pid in self.pids) / 1024)


@contextmanager
def served(
    run: Callable[..., None], port: int, *arguments: Any, processes: int = 1, start: str = "fork"
) -> Iterator[Served]:
    """``run(port, *arguments)`` in children that share the port and answer, until the block ends.

    ``start``: ``spawn`` for children that share nothing with this process, as a real installation's.
    """
    context = multiprocessing.get_context(start)
    children = [context.Process(target=run, args=(port, *arguments), daemon=True) for _ in range(processes)]
    for child in children:
        child.start()
    base = f"http://127.0.0.1:{port}"
    try:
        while _listening(port) < processes:
            if not all(child.is_alive() for child in children):
                raise RuntimeError("a server did not start")
            time.sleep(0.05)
        for _ in range(2 * processes):  # each has answered once
            await_answer(base)
        found, over = Served(base, tuple(child.pid or 0 for child in children)), threading.Event()
        watcher = threading.Thread(target=found.watch, args=(over,))
        watcher.start()
        try:
            yield found
        finally:
            over.set()
            watcher.join()
    finally:
        for child in children:
            child.terminate()
            child.join()


def _listening(port: int) -> int:
    """How many sockets of this machine listen on a port (Linux: state 0A of /proc/net/tcp)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(row[3] == "0A" and int(row[1].split(":")[1], 16) == port for row in rows)


def _held_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def await_answer(base: str, within: float = 30.0) -> None:
    """Until the server answers anything at all."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(base + "/healthz", timeout=2).close()
            except urllib.error.HTTPError:
                return
            else:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{base} does not answer")
