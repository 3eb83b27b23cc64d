"""Calendar feeds over HTTP (ical-feed.md section 5): strong tags, 304, gzip only when asked, 410 once revoked."""

import gzip
import logging
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.services.feed_access import FeedBody, agency_feed, note_use, plan_feed
from portal.asking import Portal, portal_of

router = APIRouter(include_in_schema=False)
log = logging.getLogger("dondoc.portal")
CALENDAR = "text/calendar; charset=utf-8"
PUBLIC = {"cache-control": "public, max-age=300", "x-robots-tag": "all", "cross-origin-resource-policy": "cross-origin"}
PRIVATE = {"cache-control": "private, no-cache"}
GZIPPED = "-gzip"
USE_NOTED_EVERY = 3600.0


@router.api_route("/f/p/{slug}/{name}.ics", methods=["GET", "HEAD"])
def public_feed(request: Request, slug: str, name: str) -> Response:
    """A plan's deadlines, for anyone."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        feed = plan_feed(ctx, slug, _known_tags(request))
        return _answer(request, feed, name, PUBLIC, lambda: plan_feed(ctx, slug))


@router.api_route("/f/a/{token}/{name}.ics", methods=["GET", "HEAD"])
def private_feed(request: Request, token: str, name: str) -> Response:
    """One agency's deadlines with their states, for who holds the address."""
    portal = portal_of(request)
    with portal.app.read(portal.clock()) as ctx:
        feed = agency_feed(ctx, token, _known_tags(request))
        response = _answer(request, feed, name, PRIVATE, lambda: agency_feed(ctx, token))
    _note_use(request, portal, token)
    return response


def _answer(request: Request, feed: FeedBody, name: str, policy: dict[str, str], again: Any) -> Response:
    zipped = _wants_gzip(request)
    headers = {
        **policy,
        "etag": f'{feed.etag[:-1]}{GZIPPED}"' if zipped else feed.etag,
        "last-modified": format_datetime(feed.changed_at.astimezone(UTC).replace(microsecond=0), usegmt=True),
        "vary": "Accept-Encoding",
    }
    if _holds(request, feed):
        return Response(status_code=304, headers=headers)
    body: bytes = feed.body if feed.body is not None else again().body
    if zipped:
        body, headers["content-encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
    ascii_name = "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_")) or "lich"
    headers["content-disposition"] = f'inline; filename="{ascii_name}.ics"'
    return Response(body, headers=headers, media_type=CALENDAR)


def _holds(request: Request, feed: FeedBody) -> bool:
    """If-None-Match first, and alone when it is given; otherwise If-Modified-Since (RFC 9110 13.2.2)."""
    if "if-none-match" in request.headers:
        known = _known_tags(request)
        return "*" in known or feed.etag in known
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return feed.changed_at.replace(microsecond=0) <= aware


def _known_tags(request: Request) -> frozenset[str]:
    """Tags of a list, weak ones too (weak comparison), as the tag of the plain body; ``*`` as itself."""
    tags = set()
    for part in request.headers.get("if-none-match", "").split(","):
        tag = part.strip().removeprefix("W/")
        tags.add(tag.replace(f'{GZIPPED}"', '"') if tag.endswith(f'{GZIPPED}"') else tag)
    return frozenset(tags - {""})


def _wants_gzip(request: Request) -> bool:
    """Only when asked for, and not refused by ``q=0``."""
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, options = part.strip().partition(";")
        if coding.strip() == "gzip":
            return options.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _note_use(request: Request, portal: Portal, token: str) -> None:
    """When and by which client, at most once an hour of this process, so that reading stays reading."""
    noted: dict[str, datetime] = request.app.state.__dict__.setdefault("feed_uses", {})
    now, key = portal.clock(), sha256(token.encode()).hexdigest()
    if key in noted and (now - noted[key]).total_seconds() < USE_NOTED_EVERY:
        return
    noted[key] = now
    with portal.app.write(now, "feed") as ctx:
        note_use(ctx, token, request.headers.get("user-agent", ""))
