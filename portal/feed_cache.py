"""Feeds that were read before, handed out again without a query.

They are never stale: the database itself says whether anything was committed since (``models/change_counter.py``).
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from models.change_counter import ChangeCounter
from obligations.services.feeds.access import NOTED_EVERY
from portal.asking import Portal
from portal.feed_answer import FeedAnswer
from portal.private_feeds import PREFIX, PrivateFeeds

MOST_BYTES, SHARE = 96 << 20, 3


@dataclass
class Kept:
    """An answer, the database's mark before it was read, and when its last use was noted (None: no use is noted)."""

    answer: FeedAnswer
    mark: str | None
    noted_at: datetime | None


class FeedCache:
    """Answers by path, the least recently asked for dropped first; used by the event loop and by threads.

    ``most_bytes`` counts a body three times: for itself, its entries one by one, and its packed form.
    """

    def __init__(self, changes: ChangeCounter, most_bytes: int = MOST_BYTES) -> None:
        self.changes = changes
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes, self._most = 0, most_bytes
        self._lock = threading.Lock()

    def find(self, path: str) -> Kept | None:
        """What is kept for a path, fresh or not."""
        with self._lock:
            kept = self._kept.get(path)
            if kept is not None:
                self._kept.move_to_end(path)
            return kept

    def keep(self, path: str, kept: Kept) -> None:
        """Hold an answer in place of the one before."""
        with self._lock:
            self._drop(path)
            self._kept[path] = kept
            self._bytes += SHARE * len(kept.answer.feed.body)
            while self._bytes > self._most:
                self._drop(next(iter(self._kept)))

    def drop(self, path: str) -> None:
        """Hold nothing for a path."""
        with self._lock:
            self._drop(path)

    def _drop(self, path: str) -> None:
        gone = self._kept.pop(path, None)
        if gone is not None:
            self._bytes -= SHARE * len(gone.answer.feed.body)


class FeedShortcut:
    """ASGI middleware in front of the routes: answers what is kept and certainly unchanged, passes on everything else."""

    def __init__(self, app: ASGIApp, *, portal: Portal, cache: FeedCache, private: PrivateFeeds) -> None:
        self.app, self.portal, self.cache, self.private = app, portal, cache, private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"].startswith("/f/") and scope["method"] in ("GET", "HEAD"):
            hidden = scope["path"].startswith(PREFIX) and not self.private.may_read(scope)
            answer = await self._unchanged(scope["path"]) if not hidden else None
            if answer is not None:
                await answer.to(Headers(scope=scope))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    async def _unchanged(self, path: str) -> FeedAnswer | None:
        kept = self.cache.find(path)
        if kept is None or kept.mark is None:
            return None
        if kept.noted_at is not None and self.portal.clock() - kept.noted_at >= NOTED_EVERY:
            return None
        changes = self.cache.changes
        mark = changes.read() if changes.is_quick else await run_in_threadpool(changes.read)
        return kept.answer if mark == kept.mark else None
