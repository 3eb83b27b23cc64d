"""Feed requests of the portal against a bare server that answers the same bytes."""

import asyncio
import multiprocessing
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn

from benchmarks.reminders import prepared
from obligations.services.publish_feed import refresh_feeds
from portal.application import create_app
from tests.ports import free_port

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PATH = "/f/p/197-kh-ubnd/lich.ics"
SECONDS, CONNECTIONS = 4.0, 8


def measure() -> dict[str, float]:
    """Requests per second, full and 304, of both, and the ratios."""
    with tempfile.TemporaryDirectory() as home:
        app = prepared(Path(home), 9)
        with app.write(datetime(2026, 11, 19, 10, tzinfo=HANOI), "bench") as ctx:
            refresh_feeds(ctx)
        app.close()
        with _served(_portal, app.settings) as base:
            with urllib.request.urlopen(base + PATH, timeout=10) as answer:
                body, etag = answer.read(), str(answer.headers["ETag"])
            full, unchanged = _rate(base, {}), _rate(base, {"If-None-Match": etag})
        with _served(_bare, body) as base:
            bare = _rate(base, {})
    return {
        "feed, requests/s": full,
        "feed 304, requests/s": unchanged,
        "bare server with the same bytes, requests/s": bare,
        "ratio full": full / bare,
        "ratio 304": unchanged / bare,
    }


def _portal(settings: Any, port: int) -> None:
    from obligations.services.context import open_app  # noqa: PLC0415 - in the child

    uvicorn.run(create_app(open_app(settings)), host="127.0.0.1", port=port, log_level="critical")


def _bare(body: bytes, port: int) -> None:
    head = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/calendar; charset=utf-8")],
    }

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(head)
            await send({"type": "http.response.body", "body": body})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")


@contextmanager
def _served(run: Callable[..., None], argument: Any) -> Iterator[str]:
    port = free_port()
    process = multiprocessing.get_context("fork").Process(target=run, args=(argument, port), daemon=True)
    process.start()
    base = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(base + PATH, timeout=2).close()
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield base
    finally:
        process.terminate()
        process.join()


def _rate(base: str, headers: dict[str, str]) -> float:
    return asyncio.run(_hammer(int(base.rsplit(":", 1)[1]), headers))


async def _hammer(port: int, headers: dict[str, str]) -> float:
    """Requests per second of several kept connections, by raw sockets so that the client costs little."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode()
    ends = time.perf_counter() + SECONDS
    counts = await asyncio.gather(*(_client(port, request, ends) for _ in range(CONNECTIONS)))
    return sum(counts) / SECONDS


async def _client(port: int, request: bytes, ends: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.perf_counter() < ends:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await _skip_body(reader, head.lower())
        count += 1
    writer.close()
    return count


async def _skip_body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length:" in head:
        await reader.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
    elif b"chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
