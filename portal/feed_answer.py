"""What a calendar client is answered (ical-feed.md section 5): strong tags, 304, gzip only when asked."""

import gzip
from collections.abc import Mapping
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime

from fastapi.responses import Response

from obligations.services.feeds.body import FeedBody

CALENDAR = "text/calendar; charset=utf-8"
PUBLIC = {"cache-control": "public, max-age=300", "x-robots-tag": "all", "cross-origin-resource-policy": "cross-origin"}
PRIVATE = {"cache-control": "private, no-cache"}
GZIPPED = "-gzip"


class FeedAnswer:
    """One version of one feed under one name, ready to be handed out; its packed form is made once, when first asked for."""

    def __init__(self, feed: FeedBody, name: str, policy: Mapping[str, str]) -> None:
        self.feed = feed
        self._changed_at = feed.changed_at.astimezone(UTC).replace(microsecond=0)
        self._zipped: bytes | None = None
        self._headers = {
            **policy,
            "last-modified": format_datetime(self._changed_at, usegmt=True),
            "vary": "Accept-Encoding",
        }
        self._file = f'inline; filename="{_ascii(name)}.ics"'

    def to(self, headers: Mapping[str, str]) -> Response:
        """The answer to a request with these headers (names in lower case)."""
        zipped = wants_gzip(headers)
        answer = {**self._headers, "etag": f'{self.feed.etag[:-1]}{GZIPPED}"' if zipped else self.feed.etag}
        if self._is_held(headers):
            return Response(status_code=304, headers=answer)
        answer["content-disposition"] = self._file
        if not zipped:
            return Response(self.feed.body, headers=answer, media_type=CALENDAR)
        if self._zipped is None:
            self._zipped = gzip.compress(self.feed.body, 6, mtime=0)
        return Response(self._zipped, headers={**answer, "content-encoding": "gzip"}, media_type=CALENDAR)

    def _is_held(self, headers: Mapping[str, str]) -> bool:
        """If-None-Match first, and alone when it is given; otherwise If-Modified-Since (RFC 9110 13.2.2)."""
        if "if-none-match" in headers:
            known = known_tags(headers)
            return "*" in known or self.feed.etag in known
        since = headers.get("if-modified-since")
        if since is None:
            return False
        try:
            moment = parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
        return self._changed_at <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def known_tags(headers: Mapping[str, str]) -> frozenset[str]:
    """Tags of a list, weak ones too (weak comparison), as the tag of the plain body; ``*`` as itself."""
    tags = set()
    for part in headers.get("if-none-match", "").split(","):
        tag = part.strip().removeprefix("W/")
        tags.add(tag.replace(f'{GZIPPED}"', '"') if tag.endswith(f'{GZIPPED}"') else tag)
    return frozenset(tags - {""})


def wants_gzip(headers: Mapping[str, str]) -> bool:
    """Only when asked for, and not refused by ``q=0``."""
    for part in headers.get("accept-encoding", "").lower().split(","):
        coding, _, options = part.strip().partition(";")
        if coding.strip() == "gzip":
            return options.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _ascii(name: str) -> str:
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in "-_")) or "lich"
