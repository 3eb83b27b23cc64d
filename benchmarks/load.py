"""The portal under load, SQLite with full syncs, the client on the same two cores: requests are sent at their appointed
moments whether or not earlier ones were answered, and are timed from that moment.
"""

import asyncio
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import uvicorn
from sqlmodel import col, select

from benchmarks.databases import fresh_app
from benchmarks.hammer import Served, served
from benchmarks.scan import scanned_pdf
from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from deploy.environment import FEW_ARENAS
from models.tables import AccessLink, Agency, Assignment, Attachment, Message, Period, PortalSession
from obligations.services.accounts.access import (
    ensure_sample_account,
    open_agency_session,
    open_staff_session,
    sign_in_link,
)
from obligations.services.context import App, Context, open_app
from obligations.services.feeds.access import issue_token
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.links import personal_token, token_sha256
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.storage import stored_path
from obligations.settings import Settings
from portal.application import create_app
from portal.serve import listen, settle
from tests.ports import free_port

AGENCIES = 500
RATE, SECONDS, WRITES = 100, 30, 0.2
COORDINATING = 0.1
"""Share of the reading that is a coordinator's: ten pages a second with tables of all agencies."""
UPLOAD_SECONDS, UPLOAD_BYTES = 50, 2 << 20
NOW = OPENING + timedelta(hours=2)
PDF = scanned_pdf(UPLOAD_BYTES)


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser: its cookie, its CSRF token, the paths it opens."""

    cookie: str
    csrf: str
    pages: tuple[str, ...]
    duty: str = ""


@dataclass(frozen=True)
class Call:
    """One request to make."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass
class Answers:
    """Seconds by request, from its appointed moment, and what went wrong."""

    spent: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def share(self, part: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        ordered = sorted(self.spent)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1e3


def measure() -> dict[str, float]:
    """Percentiles of mixed traffic; then everybody uploads at once."""
    os.environ.update({name: os.environ.get(name, value) for name, value in FEW_ARENAS.items()})
    with fresh_app("sqlite") as app:
        agencies, staff = _fill(app)
        with served(
            _portal, free_port(), app.settings, processes=app.settings.portal_processes, start="spawn"
        ) as portal:
            mixed = _run(portal, _mixed(agencies, staff), RATE)
            uploads = _run(portal, [_upload(each) for each in agencies], AGENCIES / UPLOAD_SECONDS)
            peak = portal.peak_mb
        stored, settings = _stored(app), app.settings
    for answers in (mixed, uploads):
        if answers.errors:
            raise RuntimeError(f"{len(answers.errors)} failed, the first: {answers.errors[0]}")
    return {
        "mixed, requests/s": RATE,
        "mixed, share of writes": WRITES,
        "mixed, p50 ms": mixed.share(0.5),
        "mixed, p99 ms": mixed.share(0.99),
        "mixed, slowest ms": mixed.share(1),
        "uploads of 2 MB": AGENCIES,
        "uploads within, s": UPLOAD_SECONDS,
        "uploads stored whole": stored,
        "uploads, p50 ms": uploads.share(0.5),
        "uploads, p99 ms": uploads.share(0.99),
        "portal's processes": settings.portal_processes,
        "their peak memory together, MB": peak,
    }


def _portal(port: int, settings: Settings) -> None:
    began = time.monotonic()

    def clock() -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - began)

    site = create_app(open_app(settings), clock)
    server = uvicorn.Server(uvicorn.Config(site, log_level="critical"))
    settle(site)
    server.run(sockets=[listen(port)])


def _fill(app: App) -> tuple[list[Visitor], Visitor]:
    with app.write(APPLIED, "bench") as ctx:
        add_agencies(ctx, AGENCIES)
        apply_plan(ctx, yearly_plan())
    with app.write(OPENING, "bench") as ctx:
        open_due_periods(ctx)
        refresh_feeds(ctx)
    with app.write(NOW, "bench") as ctx:
        rows = ctx.session.exec(
            select(Agency.code, Assignment.public_id, Message.public_id)
            .join(Assignment, col(Assignment.agency_id) == col(Agency.id))
            .join(AccessLink, col(AccessLink.agency_id) == col(Agency.id))
            .join(Message, col(AccessLink.message_id) == col(Message.id))
            .order_by(col(Agency.id))
        ).all()
        return [_agency(ctx, *row) for row in rows], _coordinator(ctx)


def _agency(ctx: Context, code: str, assignment: str, message: str) -> Visitor:
    sid = open_agency_session(ctx, personal_token(ctx.settings, message)).sid
    feed = f"/f/a/{issue_token(ctx, code)}/lich.ics"
    duty = f"/a/{assignment}"
    return Visitor(f"dondoc-agency={sid}", _csrf(ctx, sid), ("/a", duty, duty, feed, feed), duty)


def _coordinator(ctx: Context) -> Visitor:
    sid = open_staff_session(ctx, sign_in_link(ctx, ensure_sample_account(ctx)).rsplit("/", 1)[1]).sid
    period = ctx.session.exec(select(Period.public_id)).one()
    pages = ("/", "/", "/messages", "/api/v1/status", f"/periods/{period}")
    return Visitor(f"dondoc-staff={sid}", _csrf(ctx, sid), pages)


def _csrf(ctx: Context, sid: str) -> str:
    return ctx.session.exec(select(PortalSession.csrf).where(PortalSession.sid_sha256 == token_sha256(sid))).one()


def _mixed(agencies: Sequence[Visitor], staff: Visitor) -> list[Call]:
    """Four in five read, mostly agencies; one in five submits a report."""
    chance = random.Random(2026)
    calls = []
    for number in range(RATE * SECONDS):
        if chance.random() < WRITES:
            calls.append(_submit(chance.choice(agencies), number))
        else:
            visitor = staff if chance.random() < COORDINATING else chance.choice(agencies)
            calls.append(Call("GET", chance.choice(visitor.pages), {"cookie": visitor.cookie}))
    return calls


def _submit(visitor: Visitor, number: int) -> Call:
    form = {
        "csrf": visitor.csrf,
        "key": f"bench-{number:08}",
        "form": "soft",
        "figure-name:0": "Số hội nghị",
        "figure-unit:0": "cuộc",
        "figure-value:0": str(number),
        "figure-clause:0": "",
        "note": "Báo cáo tình hình thực hiện nhiệm vụ được giao. " * 20,
    }
    headers = {"cookie": visitor.cookie, "content-type": "application/x-www-form-urlencoded"}
    return Call("POST", visitor.duty, headers, urlencode(form).encode())


def _upload(visitor: Visitor) -> Call:
    edge = "bench-boundary"
    form = {"csrf": visitor.csrf, "key": f"upload-{visitor.duty[-8:]}-{visitor.csrf[:8]}", "form": "soft"}
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()
    ]
    file = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="Báo cáo.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = "".join(parts).encode() + file.encode() + PDF + f"\r\n--{edge}--\r\n".encode()
    headers = {"cookie": visitor.cookie, "content-type": f"multipart/form-data; boundary={edge}"}
    return Call("POST", visitor.duty, headers, body)


def _stored(app: App) -> int:
    """Attachments whose file lies on the disk in full."""
    with app.read(NOW) as ctx:
        rows = ctx.session.exec(select(Attachment.stored_as).where(Attachment.size == len(PDF))).all()
        return sum(stored_path(ctx.settings, name).read_bytes() == PDF for name in rows)


def _run(portal: Served, calls: Sequence[Call], rate: float) -> Answers:
    return asyncio.run(_open_loop(urlsplit(portal.base).port or 0, calls, rate))


async def _open_loop(port: int, calls: Sequence[Call], rate: float) -> Answers:
    answers, pool = Answers(), _Pool(port)
    began = time.perf_counter()
    tasks = []
    for number, call in enumerate(calls):
        moment = began + number / rate
        await asyncio.sleep(max(0.0, moment - time.perf_counter()))
        tasks.append(asyncio.create_task(_timed(pool, call, moment, answers)))
    await asyncio.gather(*tasks)
    pool.close()
    return answers


async def _timed(pool: "_Pool", call: Call, moment: float, answers: Answers) -> None:
    status = await pool.ask(call)
    answers.spent.append(time.perf_counter() - moment)
    if status not in (200, 303, 304):
        answers.errors.append(f"{call.method} {call.path.split('/')[1]}: {status}")


class _Pool:
    """Kept connections, as browsers hold them; a new one whenever all are busy."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, call: Call) -> int:
        """The status of the answer. A kept connection that the server has closed meanwhile is not the server's error."""
        while self.idle:
            reader, writer = self.idle.pop()
            try:
                return await self._on(reader, writer, call)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
        return await self._on(*await asyncio.open_connection("127.0.0.1", self.port), call)

    async def _on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: Call) -> int:
        headers = {"host": "127.0.0.1", "content-length": str(len(call.body)), **call.headers}
        head = f"{call.method} {call.path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        writer.write(head.encode() + b"\r\n" + call.body)
        await writer.drain()
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        if b"content-length:" in answer:
            await reader.readexactly(int(answer.split(b"content-length:")[1].split(b"\r\n")[0]))
        if b"connection: close" in answer:
            writer.close()
        else:
            self.idle.append((reader, writer))
        return int(answer.split(b" ", 2)[1])

    def close(self) -> None:
        for _, writer in self.idle:
            writer.close()
