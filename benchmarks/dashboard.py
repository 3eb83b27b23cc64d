"""The coordinator's pages over 100 plans, 150 agencies and 3 years, against a bare server with the same bytes."""

import http.client
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import uvicorn
from sqlalchemy import insert, text
from sqlmodel import Session, col, select

from benchmarks.databases import KINDS, fresh_app
from benchmarks.hammer import served
from benchmarks.world import HANOI, add_agencies
from models.enums import AssignmentState, Audience, Basis, Duty, MessageState, PeriodState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period
from obligations.services.accounts.access import ensure_sample_account, open_staff_session, sign_in_link
from obligations.services.context import App
from portal.application import create_app
from portal.serve import settle
from tests import builders
from tests.ports import free_port

PLANS, AGENCIES, YEARS = 100, 150, (2024, 2025, 2026)
NOW = datetime(2026, 11, 10, 9, tzinfo=HANOI)
REQUESTS = 100
LIMIT = 300.0
"""Milliseconds within which 95 of a hundred answers are to come."""


def measure() -> dict[str, float]:
    """The 95th percentile of each page in milliseconds, of a bare page of the same bytes, and the ratio."""
    figures: dict[str, float] = {}
    for kind in KINDS:
        with fresh_app(kind) as app:
            period, cookie = fill(app)
            pages = {"first page": "/", "one period": f"/periods/{period}", "search": "/search?q=co+quan+so+14"}
            for name, path in pages.items():
                with served(_portal, free_port(), app) as portal:
                    middle, ours, body = _times(portal.base, path, {"Cookie": cookie})
                with served(_bare, free_port(), body) as server:
                    _, bare, _ = _times(server.base, path, {})
                figures[f"{kind}: {name}, p95 ms (limit {LIMIT:.0f})"] = 1000 * ours
                figures[f"{kind}: {name}, median ms"] = 1000 * middle
                figures[f"{kind}: {name}, KiB"] = len(body) / 1024
                figures[f"{kind}: {name}, bare page, p95 ms"] = 1000 * bare
                figures[f"{kind}: {name}, times the bare page"] = ours / bare
    return figures


def fill(app: App, plans: int = PLANS, agencies: int = AGENCIES) -> tuple[str, str]:
    """Rows of every plan, year and agency. The public id of an open period, and a signed-in coordinator's cookie."""
    with app.write(NOW, "bench") as ctx:
        add_agencies(ctx, agencies)
        ids = [number or 0 for number in ctx.session.exec(select(Agency.id).order_by(col(Agency.id))).all()]
        for number in range(plans):
            plan = builders.add_plan(ctx.session, f"ke-hoach-{number}", number=f"{number}/KH-UBND")
            duty = builders.add_obligation(ctx.session, plan)
            for year in YEARS:
                _fill_period(ctx.session, _period(ctx.session, duty, year, number), ids)
        token = sign_in_link(ctx, ensure_sample_account(ctx)).removeprefix("/login/")
        opened = open_staff_session(ctx, token)
        shown = select(Period.public_id).where(Period.state == PeriodState.open).order_by(col(Period.due_on))
        period = ctx.session.exec(shown).first() or ""
    with app.write(NOW, "bench") as ctx:
        ctx.session.execute(text("ANALYZE"))
    return period, f"dondoc-staff={opened.sid}"


def _period(session: Session, duty: Obligation, year: int, number: int) -> Period:
    due_on = date(year, 1, 15) + timedelta(days=number * 34 // 10)
    state = PeriodState.open if year == YEARS[-1] else PeriodState.closed
    opens_on = due_on - timedelta(days=30)
    return builders.add_period(session, duty, str(year), due_on, state=state, opens_on=opens_on, basis=Basis.plan)


def _fill_period(session: Session, period: Period, agency_ids: list[int]) -> None:
    rows = [_assignment(period, number, place) for place, number in enumerate(agency_ids)]
    session.execute(insert(Assignment), rows)
    if period.state != PeriodState.open:
        return
    query = select(Assignment.id, Assignment.agency_id).where(Assignment.period_id == period.id)
    made = session.exec(query.order_by(col(Assignment.id))).all()
    for step in ("open", "T-7"):
        _messages(session, period, step, [(a or 0, agency) for a, agency in made])


def _assignment(period: Period, agency_id: int, place: int) -> dict[str, Any]:
    """Most have sent, some late; of those due ahead nobody has."""
    due = period.due_at < NOW.astimezone(UTC)
    sent = due and (period.state == PeriodState.closed or place % 6 != 0)
    late = timedelta(days=3 if place % 10 == 0 else -(place % 20))
    state = AssignmentState.accepted if period.state == PeriodState.closed else AssignmentState.submitted
    return {
        "period_id": period.id,
        "agency_id": agency_id,
        "duty": Duty.requested if place % 15 == 1 else Duty.required,
        "why": "",
        "state": state if sent else AssignmentState.open,
        "due_on": period.due_on,
        "due_at": period.due_at,
        "overdue_at": period.overdue_at,
        "practical_due_on": period.practical_due_on,
        "revision": 1,
        "first_received_on": period.due_on + late if sent else None,
        "state_changed_at": period.opened_at,
        "next_at": None,
    }


def _messages(session: Session, period: Period, step: str, made: list[tuple[int, int]]) -> None:
    at = period.due_at - timedelta(days=10)
    common = {"audience": Audience.clerk, "channel": "email", "state": MessageState.sent, "context": {}}
    moments = {"planned_at": at, "next_at": at, "expires_at": at, "created_at": at, "finished_at": at}
    rows = [
        {
            "public_id": f"{period.id}-{step}-{agency}",
            "key": f"{period.id}:{step}:{agency}",
            "kind": "open" if step == "open" else "before",
            "agency_id": agency,
            "address": f"vanthu.{agency}@bench.example",
            "subject": "Nhắc gửi báo cáo",
            "reason": "",
            **common,
            **moments,
        }
        for _, agency in made
    ]
    session.execute(insert(Message), rows)
    query = select(Message.id).where(col(Message.key).startswith(f"{period.id}:{step}:")).order_by(col(Message.id))
    items = [
        {"message_id": message, "assignment_id": assignment, "step": step, "contact_key": "clerk", "extra": {}}
        for message, (assignment, _) in zip(session.exec(query).all(), made, strict=True)
    ]
    session.execute(insert(MessageItem), items)


def _portal(port: int, app: App) -> None:
    app.database.engine.dispose(close=False)  # connections of the parent are not for its child
    here = app.settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}"})
    site = create_app(App(here, app.database, app.source), lambda: NOW)
    settle(site)
    uvicorn.run(site, host="127.0.0.1", port=port, log_level="critical")


def _bare(port: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")


def _times(base: str, path: str, headers: dict[str, str]) -> tuple[float, float, bytes]:
    """Median and 95th percentile of the answers one after another over a kept connection, and the last body."""
    connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=30)
    spent, body = [], b""
    for number in range(REQUESTS + 1):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if number:  # the first one compiles the templates
            spent.append(time.perf_counter() - began)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1], body
