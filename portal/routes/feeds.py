"""Calendar feeds over HTTP: public ones for anyone, private ones for who holds the address, 410 once revoked."""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from obligations.errors import NotFound
from obligations.services.context import Context
from obligations.services.feeds.access import NOTED_EVERY, FeedUse, agency_feed, note_uses, plan_feed
from obligations.services.feeds.body import FeedBody
from portal.asking import portal_of, uses_of
from portal.feed_answer import PRIVATE, PUBLIC, FeedAnswer
from portal.feed_cache import FeedCache, Kept

router = APIRouter(include_in_schema=False)
Read = Callable[[Context, FeedBody | None], FeedBody]


@router.api_route("/f/p/{slug}/{name}.ics", methods=["GET", "HEAD"])
def public_feed(request: Request, slug: str, name: str) -> Response:
    """A plan's deadlines, for anyone."""
    kept = _read(request, lambda ctx, held: plan_feed(ctx, slug, held), name, PUBLIC)
    return kept.answer.to(request.headers)


@router.api_route("/f/a/{token}/{name}.ics", methods=["GET", "HEAD"])
def private_feed(request: Request, token: str, name: str) -> Response:
    """One agency's deadlines with their states, for who holds the address, from where they may be read."""
    if not request.app.state.private_feeds.may_read(request.scope):
        raise NotFound(
            "private calendars are not read from there"
        )  # 404: a client goes on asking, and reads again once inside
    kept = _read(request, lambda ctx, held: agency_feed(ctx, token, held), name, PRIVATE)
    kept.noted_at = _note_use(request, token, kept.noted_at)
    return kept.answer.to(request.headers)


def _read(request: Request, read: Read, name: str, policy: Mapping[str, str]) -> Kept:
    """The feed as it stands; what is kept of it is brought up to date by what changed since."""
    cache: FeedCache = request.app.state.feeds
    portal, path = portal_of(request), request.url.path
    before = cache.find(path)
    mark = cache.changes.read()  # before the reading: what is committed meanwhile gives another mark
    with portal.app.read(portal.clock()) as ctx:
        try:
            feed = read(ctx, before.answer.feed if before else None)
        except NotFound:
            cache.drop(path)
            raise
    if before is not None and feed is before.answer.feed:
        before.mark = mark
        return before
    kept = Kept(FeedAnswer(feed, name, policy), mark, before.noted_at if before else None)
    cache.keep(path, kept)
    return kept


def _note_use(request: Request, token: str, noted_at: datetime | None) -> datetime:
    """When and by which client, at most once an hour, so that reading stays reading."""
    now = portal_of(request).clock()
    if noted_at is not None and now - noted_at < NOTED_EVERY:
        return noted_at
    uses_of(request).note(note_uses, token, FeedUse(now, request.headers.get("user-agent", "")))
    return now
