"""What providers and mail servers post to us: proved over the raw bytes, stored, answered, and understood afterwards."""

import hmac
import logging

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from obligations.errors import DondocError, SettingsError
from obligations.services.hearing.bounces import bounce_key
from obligations.services.hearing.inbound import process_inbound, store_event
from obligations.services.hearing.zalo_events import event_key, is_signed, is_timely
from portal.asking import Portal, portal_of

router = APIRouter(include_in_schema=False, prefix="/hooks")
log = logging.getLogger("dondoc.portal")


@router.post("/zalo/{oa}")
async def zalo(request: Request, oa: str) -> Response:
    """An event of an official account. What is not signed by it is refused and leaves no trace."""
    raw = await request.body()
    signature = request.headers.get("x-zevent-signature", "")
    moment = request.headers.get("x-zevent-timestamp", "")
    portal = portal_of(request)
    if not await run_in_threadpool(_is_genuine, portal, oa, raw, signature, moment):
        raise HTTPException(401, "signature")
    return await _kept(portal, f"zalo:{oa}", event_key(raw), raw)


@router.post("/bounce")
async def bounce(request: Request) -> Response:
    """A notification of a mail server, as it is on the wire; the server knows a secret of the installation's."""
    portal = portal_of(request)
    secret, given = portal.app.settings.bounce_secret, request.headers.get("x-bounce-secret", "")
    if not secret or not hmac.compare_digest(secret.encode(), given.encode("utf-8", "replace")):
        raise HTTPException(401, "secret")
    raw = await request.body()
    return await _kept(portal, "mail:hook", bounce_key(raw), raw)


def _is_genuine(portal: Portal, oa: str, raw: bytes, signature: str, moment: str) -> bool:
    try:
        speaker = portal.app.settings.zalo_app(oa)
    except SettingsError:
        return False
    return is_signed(speaker, raw, signature, moment) and is_timely(raw, portal.clock())


async def _kept(portal: Portal, source: str, key: str, raw: bytes) -> Response:
    await run_in_threadpool(_store, portal, source, key, raw)
    return PlainTextResponse("ok\n", background=BackgroundTask(_understand, portal))


def _store(portal: Portal, source: str, key: str, raw: bytes) -> None:
    with portal.app.write(portal.clock(), "inbound") as ctx:
        store_event(ctx, source, key, raw)


def _understand(portal: Portal) -> None:
    """At once for whoever waits; the hourly pass takes up what is left."""
    try:
        process_inbound(portal.app, portal.clock)
    except DondocError as error:
        log.warning("inbound events wait: %s", error)
