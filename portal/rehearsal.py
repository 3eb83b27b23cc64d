"""The pages that most people open, opened once before a process answers: statements are compiled, libraries are loaded.

Who comes first would wait for it, a tenth of a second at some pages, and at nine o'clock everybody comes at once.
Nothing is written and no session is made: the asker is put into the request where the gate looks first.
"""

import asyncio
import logging

from fastapi import FastAPI
from sqlmodel import col, select
from starlette.status import HTTP_200_OK
from starlette.types import Scope

from models.enums import PeriodState
from models.tables import Agency, Assignment, Feed, Period
from obligations.rules.rights import OBSERVER
from obligations.services.accounts.access import Actor
from obligations.services.context import Context
from portal.asking import AGENCY, STAFF, Portal, ask_as
from portal.inside import open_inside

log = logging.getLogger("dondoc.portal")
NAME = "rehearsal"
FIRST = ("/", "/messages", "/api/v1/status")


def rehearse(site: FastAPI) -> None:
    """Open them. A page that fails says so in the log and keeps nobody out."""
    portal: Portal = site.state.portal
    try:
        with portal.app.read(portal.clock(), NAME) as ctx:
            pages = _pages(ctx)
        asyncio.run(_open(site, pages))
    except Exception:
        log.exception("pages could not be opened before the first came")


def _pages(ctx: Context) -> list[tuple[str, Actor | None]]:
    """Paths and who opens each; only the first ones where nothing is open yet."""
    reader = Actor(NAME, NAME, "", roles=frozenset({OBSERVER}))
    pages: list[tuple[str, Actor | None]] = [(path, reader) for path in FIRST]
    scope = ctx.session.exec(select(Feed.scope).where(col(Feed.plan_id).is_not(None)).limit(1)).first()
    if scope:
        pages.append((f"/f/p/{scope.removeprefix('plan:')}/lich.ics", None))
    found = ctx.session.exec(
        select(Period.public_id, Assignment.public_id, Agency.id, Agency.name)
        .join(Assignment, col(Assignment.period_id) == col(Period.id))
        .join(Agency, col(Assignment.agency_id) == col(Agency.id))
        .where(Period.state == PeriodState.open)
        .order_by(col(Assignment.id).desc())
        .limit(1)
    ).first()
    if found:
        period, assignment, agency_id, name = found
        member = Actor(NAME, name, "", agency_id=agency_id)
        pages += [(f"/periods/{period}", reader), ("/a", member), (f"/a/{assignment}", member)]
    return pages


async def _open(site: FastAPI, pages: list[tuple[str, Actor | None]]) -> None:
    for path, who in pages:
        status = await _get(site, path, who)
        if status != HTTP_200_OK:
            log.warning("%s answered %d before the first came", path, status)


async def _get(site: FastAPI, path: str, who: Actor | None) -> int:
    portal: Portal = site.state.portal
    host = portal.app.settings.base_url.partition("://")[2].partition("/")[0]
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https" if portal.is_https else "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }
    ask_as(scope, AGENCY, who if who and who.agency_id else None)
    ask_as(scope, STAFF, who if who and not who.agency_id else None)
    status, _, _ = await open_inside(site, scope)
    return status
