"""The gate every route passes: may this asker read, and does an unsafe request come from our own page (ASVS 3.5.1)."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from obligations.services.accounts.pending import Pending, pending_of
from portal.asking import (
    AGENCY,
    CALENDARS,
    READING,
    SIGNED,
    STAFF,
    actor,
    ask_as,
    may_read,
    portal_of,
    session_secret,
    staff,
    token_of,
)

FIELD = "csrf"
HEADER = "x-csrf-token"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
MOST_FIELDS, MOST_FILES = 2000, 30


async def gate(request: Request) -> AsyncIterator[None]:
    """A dependency of the whole application, so that no route can forget it. Closes uploaded files at the end."""
    try:
        comes_in = await run_in_threadpool(_may_come_in, request)
        proven = request.url.path.startswith(SIGNED) or token_of(request) is not None
        guarded = request.method not in READING and not proven
        if guarded:
            await _check_origin(request)
        if not comes_in:
            if guarded:
                await form_of(request)  # what was typed before the session ended is shown again
            raise HTTPException(403, "role:" if staff(request) else "sign-in")
        if guarded:
            await _check_token(request)
        yield
    finally:
        await request.close()


async def in_turn(request: Request) -> AsyncIterator[None]:
    """A dependency of the whole application, around the route alone: few at a time may write (``Portal.writing``).

    The body is here by then: whoever sends it slowly keeps nobody waiting. What machines post is read by the route itself.
    """
    if request.method in READING or request.url.path.startswith(SIGNED):
        yield
        return
    await form_of(request)
    async with portal_of(request).writing:
        yield


def _may_come_in(request: Request) -> bool:
    """Reads, in one go beside the event loop, everybody the request speaks for; what follows only looks it up.

    A calendar is read by who holds its address, whoever is signed in beside it.
    """
    if request.url.path.startswith(CALENDARS):
        for kind in (AGENCY, STAFF):
            ask_as(request.scope, kind, None)
        return True
    for kind in (AGENCY, STAFF):
        actor(request, kind)
    return may_read(request)


async def form_of(request: Request) -> FormData:
    """The form of an unsafe request, read once; empty for other bodies."""
    if not request.headers.get("content-type", "").startswith(FORM_TYPES):
        return FormData()
    return await request.form(max_fields=MOST_FIELDS, max_files=MOST_FILES)


TypedForm = Annotated[FormData, Depends(form_of)]


def link_csrf(request: Request, path: str = "") -> str:
    """Token of a page that has no session yet: whoever knows the secret in the address may press its button.

    ``path``: where the button leads, when that is not the page itself.
    """
    key = portal_of(request).app.settings.key
    return hmac.new(key, b"csrf:" + (path or request.url.path).encode(), hashlib.sha256).hexdigest()


def waiting_at_second(request: Request) -> Pending | None:
    """Who signed in and has not given the second factor yet."""
    portal = portal_of(request)
    sid = session_secret(request)
    if not sid:
        return None
    with portal.app.read(portal.clock()) as ctx:
        return pending_of(ctx, sid)


async def _check_token(request: Request) -> None:
    expected = await run_in_threadpool(_expected, request)
    given = request.headers.get(HEADER) or (await form_of(request)).get(FIELD)
    if not expected or not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        raise HTTPException(403, "csrf")


def _expected(request: Request) -> str | None:
    path = request.url.path
    if path in ("/s", "/login") or path.startswith(("/s/", "/login/")):
        return link_csrf(request)
    if path == "/second" or (path == "/logout" and staff(request) is None):
        waiting = waiting_at_second(request)
        return waiting.csrf if waiting else None
    found = actor(request, AGENCY if path == "/a" or path.startswith("/a/") else STAFF)
    return found.csrf if found else None


async def _check_origin(request: Request) -> None:
    """Pages send no referrer, so browsers send ``Origin: null`` from them; Sec-Fetch-Site then tells the truth."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if origin and origin != "null":
        base = urlsplit(portal_of(request).app.settings.base_url)
        if urlsplit(origin).netloc not in (base.netloc, request.headers.get("host", "")):
            raise HTTPException(403, "origin")
    elif site is not None and site not in ("same-origin", "none"):
        raise HTTPException(403, "origin")
