"""Calendar feeds: kept ones against a bare server with the same bytes and against Radicale with the same events; and what the
first reading after one change costs as feeds grow.
"""

import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from icalendar import Calendar
from sqlmodel import select

from benchmarks.databases import fresh_app
from benchmarks.growth import exponent
from benchmarks.hammer import await_answer, rate, served
from benchmarks.world import APPLIED, add_agencies, busy_plan
from models.enums import AssignmentState
from models.tables import Assignment
from obligations.services.context import App, open_app
from obligations.services.feeds.access import agency_feed, issue_token
from obligations.services.feeds.body import FeedBody
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.planning.apply_plan import apply_plan
from obligations.settings import Settings
from portal.application import create_app
from tests.ports import free_port

PATH = "/f/p/do-tai/lich.ics"
EVENTS, CHANGES = 300, 20
SIZES = (100, 400, 1600)


def measure() -> dict[str, float]:
    """Requests per second and their ratios; milliseconds of the first reading after one change."""
    with fresh_app("sqlite") as app:
        _fill(app, EVENTS)
        with served(_portal, free_port(), app.settings) as portal:
            address = portal.base + PATH
            with urllib.request.urlopen(address, timeout=10) as answer:
                body, etag = answer.read(), str(answer.headers["ETag"])
            full, unchanged = rate(address), rate(address, {"If-None-Match": etag}, 304)
    with served(_bare, free_port(), body) as server:
        bare = rate(server.base + PATH)
    rival = _radicale(body)
    return {
        "events in the feed": float(body.count(b"BEGIN:VEVENT")),
        "feed, requests/s": full,
        "feed 304, requests/s": unchanged,
        "bare server with the same bytes, requests/s": bare,
        "Radicale with the same events, requests/s": rival,
        "ratio full/bare": full / bare,
        "ratio 304/bare": unchanged / bare,
        "times Radicale": full / rival,
        **_after_one_change(),
    }


def _fill(app: App, events: int) -> str:
    """A plan of so many deadlines for one agency; the token of its feed."""
    with app.write(APPLIED, "bench") as ctx:
        add_agencies(ctx, 1)
        apply_plan(ctx, busy_plan(events))
        token = issue_token(ctx, "cq-0")
        refresh_feeds(ctx)
        return token


def _after_one_change() -> dict[str, float]:
    """Milliseconds from a changed assignment to the bytes of its agency's feed, writing and reading, by size of the feed."""
    spent = {size: _one_change(size) for size in SIZES}
    first, last = SIZES[0], SIZES[-1]
    return {
        f"first reading after one change, {first} events, ms": spent[first] * 1e3,
        f"first reading after one change, {last} events, ms": spent[last] * 1e3,
        "growth exponent in events": exponent(spent),
    }


def _one_change(size: int) -> float:
    with fresh_app("sqlite") as app:
        token = _fill(app, size)
        held: FeedBody | None = None
        times = []
        for n in range(CHANGES):
            now = APPLIED + timedelta(minutes=n + 1)
            began = time.perf_counter()
            with app.write(now, "bench") as ctx:
                row = ctx.session.exec(select(Assignment).where(Assignment.id == n + 1)).one()
                row.state = AssignmentState.submitted
                refresh_feeds(ctx, agency_id=row.agency_id, assignment_id=row.id)
            with app.read(now) as ctx:
                found = agency_feed(ctx, token, held)
            times.append(time.perf_counter() - began)
            if held is not None and found.etag == held.etag:
                raise RuntimeError("the change does not show")
            held = found
    return sorted(times)[len(times) // 2]


def _portal(port: int, settings: Settings) -> None:
    uvicorn.run(create_app(open_app(settings)), host="127.0.0.1", port=port, log_level="critical")


def _bare(port: int, body: bytes) -> None:
    head = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/calendar; charset=utf-8"), (b"content-length", str(len(body)).encode())],
    }

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send(head)
            await send({"type": "http.response.body", "body": body})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")


def _radicale(body: bytes) -> float:
    """The same events as a collection of Radicale, each an item of its own as it wants them, without sign-in or log."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "collection-root" / "bench" / "lich"
        folder.mkdir(parents=True)
        (folder / ".Radicale.props").write_text('{"tag": "VCALENDAR"}', encoding="utf-8")
        calendar = Calendar.from_ical(body)
        for n, event in enumerate(calendar.walk("VEVENT")):
            one = Calendar({"VERSION": "2.0", "PRODID": "-//dondoc//bench//EN"})
            one.add_component(event)
            (folder / f"{n}.ics").write_bytes(one.to_ical())
        port = free_port()
        options = {
            "--server-hosts": f"127.0.0.1:{port}",
            "--auth-type": "none",
            "--rights-type": "owner_write",
            "--storage-filesystem-folder": home,
            "--logging-level": "critical",
        }
        command = [sys.executable, "-m", "radicale", "--config", "", *(f"{k}={v}" for k, v in options.items())]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            base = f"http://127.0.0.1:{port}"
            await_answer(base)
            with urllib.request.urlopen(f"{base}/bench/lich/", timeout=60) as answer:
                if answer.read().count(b"BEGIN:VEVENT") != body.count(b"BEGIN:VEVENT"):
                    raise RuntimeError("Radicale does not serve the same events")
            return rate(f"{base}/bench/lich/")
        finally:
            process.terminate()
            process.wait()
