"""One deadline as a VEVENT (RFC 5545), rendered once and cached by its owner."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Event

SUMMARY_MAX = 120
BLOCK = timedelta(minutes=30)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class FeedEntry:
    """``starts_on`` for "hết ngày" (all day), or ``due_at`` for a time of day (a block of 30 min ending at it)."""

    uid: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    summary: str
    description: str
    starts_on: date | None = None
    due_at: datetime | None = None
    url: str | None = None
    categories: tuple[str, ...] = ()
    cancelled: bool = False


def clean_text(text: str) -> str:
    """NFC, line ends as LF, other C0 controls dropped (icalendar lets NUL and VT pass)."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def build_event(entry: FeedEntry) -> Event:
    """The component. DTSTAMP is the last visible change, so that equal content is equal bytes."""
    event = Event()
    changed = entry.changed_at.replace(microsecond=0)
    event.add("uid", clean_text(entry.uid))
    event.add("dtstamp", changed)
    event.add("created", entry.created_at.replace(microsecond=0))
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    if entry.due_at is not None:
        event.add("dtstart", entry.due_at - BLOCK)
        event.add("dtend", entry.due_at)
    elif entry.starts_on is not None:
        event.add("dtstart", entry.starts_on)
        event.add("dtend", entry.starts_on + timedelta(days=1))
    else:
        raise ValueError("a feed entry needs starts_on or due_at")
    event.add("summary", _cut(clean_text(entry.summary)))
    event.add("description", clean_text(entry.description))
    if entry.url:
        event.add("url", entry.url)
    if entry.categories:
        event.add("categories", [clean_text(c) for c in entry.categories])
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def render_entry(entry: FeedEntry) -> bytes:
    """The VEVENT's bytes, folded, lines ending CRLF."""
    rendered: bytes = build_event(entry).to_ical()
    return rendered


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY_MAX else line[: SUMMARY_MAX - 1].rstrip() + "…"
