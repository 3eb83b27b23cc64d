"""The whole site as one ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from obligations.clock import utc_now
from obligations.services.context import App
from portal.asking import CALLS_WITHIN, MOST_CALLS, Portal
from portal.calls import Calls
from portal.errors import add_error_answers, error_answer
from portal.feed_cache import FeedCache, FeedShortcut
from portal.gate import gate, in_turn
from portal.openapi import describe
from portal.pages import STATIC, make_environment
from portal.private_feeds import PrivateFeeds
from portal.routes import (
    accounts,
    agency,
    agency_link,
    asks,
    batches,
    codes,
    contacts,
    downloads,
    edited_report,
    feed_tokens,
    feeds,
    health,
    holidays,
    hooks,
    isolations,
    ledger,
    me,
    member,
    messages,
    overview,
    pauses,
    period_acts,
    plan_preview,
    programs,
    reconcile,
    registers,
    remind,
    reorganise,
    report,
    report_templates,
    requests,
    review,
    sign_in,
    staff,
    system,
    v1,
)
from portal.shell import Shell
from portal.uses import Uses

THREADS = 3
"""Requests worked on at once by one process. More only wait for each other: a page of 7 ms is mostly Python, and forty threads
gave two thirds of the requests a second that a few give (``make bench``, ``load``)."""

WRITERS = 2
"""Of these, how many at most for requests that may write."""


@asynccontextmanager
async def _running(site: FastAPI) -> AsyncIterator[None]:
    """Few threads; beside the requests, uses of calendars, sessions and tokens are written down."""
    current_default_thread_limiter().total_tokens = THREADS
    uses: Uses = site.state.uses
    writing = asyncio.create_task(uses.keep_writing())
    yield
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing
    await run_in_threadpool(uses.write)


def create_app(app: App, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The site of one installation. ``clock`` gives the present as an aware instant."""
    site = FastAPI(
        title="dondoc",
        version="1",
        description="Deadlines, periods and messages of one installation. Dates are ISO; unknown is null.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(gate), Depends(in_turn, scope="function")],
        redirect_slashes=False,
        lifespan=_running,
    )
    portal = site.state.portal = Portal(app, clock, make_environment(app.settings.zone), asyncio.Semaphore(WRITERS))
    feed_cache = site.state.feeds = FeedCache(app.database.changes)
    site.state.uses = Uses(app, clock)
    private = site.state.private_feeds = PrivateFeeds(app.settings, is_local=portal.is_loopback)
    site.state.calls = Calls(MOST_CALLS, CALLS_WITHIN)
    for module in (
        health,
        feeds,
        sign_in,
        me,
        accounts,
        codes,
        agency_link,
        asks,
        member,
        isolations,
        agency,
        report,
        staff,
        system,
        period_acts,
        report_templates,
        edited_report,
        requests,
        review,
        ledger,
        messages,
        downloads,
        hooks,
        batches,
        pauses,
        contacts,
        registers,
        reconcile,
        remind,
        plan_preview,
        reorganise,
        holidays,
        feed_tokens,
        programs,
        overview,
    ):
        site.include_router(module.router)
    for module in v1.FAMILIES:
        site.include_router(module.router)
    describe(site)
    site.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_error_answers(site)
    site.add_middleware(FeedShortcut, portal=portal, cache=feed_cache, private=private)
    site.add_middleware(
        Shell,
        base_url=app.settings.base_url,
        upload_limit_mb=app.settings.upload_limit_mb,
        error_page=error_answer,
    )
    return site
