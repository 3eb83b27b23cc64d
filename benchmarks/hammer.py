"""Requests as fast as a server answers, by raw sockets so that the client costs little; and a server for one benchmark."""

import asyncio
import contextlib
import multiprocessing
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


@dataclass(frozen=True)
class Served:
    """A running server: its address and its process."""

    base: str
    pid: int

    @property
    def peak_mb(self) -> float:
        """The most memory it has held, in megabytes (Linux: VmHWM)."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


@contextmanager
def served(run: Callable[..., None], port: int, *arguments: Any) -> Iterator[Served]:
    """``run(port, *arguments)`` in a child that answers, until the block ends."""
    process = multiprocessing.get_context("fork").Process(target=run, args=(port, *arguments), daemon=True)
    process.start()
    base = f"http://127.0.0.1:{port}"
    try:
        await_answer(base)
        yield Served(base, process.pid or 0)
    finally:
        process.terminate()
        process.join()


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
