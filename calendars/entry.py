"""One deadline as a VEVENT (RFC 5545, 3.6.1), rendered once and cached by its owner."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Event

from calendars.text import clean_text, clean_uri, one_line

__all__ = ["FeedEntry", "build_event", "clean_text", "render_entry"]

SUMMARY_MAX = 120
BLOCK = timedelta(minutes=30)
_UID = re.compile(r"[A-Za-z0-9._@+-]{1,200}")


@dataclass(frozen=True)
class FeedEntry:
    """What a client sees of one deadline.

    ``starts_on`` for "hết ngày" (all day), or ``due_at`` for a time of day (a block of 30 minutes ending at it): exactly
    one. ``changed_at`` is the last visible change and must rise with ``sequence``. Instants are aware. The first words of
    ``summary`` say the state, since clients treat STATUS differently. Raises ValueError when it could not be an event.
    """

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

    def __post_init__(self) -> None:
        if not _UID.fullmatch(self.uid):
            raise ValueError(f"uid {self.uid!r} must be 1 to 200 of A-Z a-z 0-9 . _ @ + -")
        if self.sequence < 0:
            raise ValueError("sequence must not be negative")
        if (self.starts_on is None) == (self.due_at is None):
            raise ValueError("a feed entry needs either starts_on or due_at")
        for moment in (self.created_at, self.changed_at, self.due_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("a feed entry's instants must have a time zone")


def build_event(entry: FeedEntry) -> Event:
    """The component. DTSTAMP is the last visible change, never "now": equal content is equal bytes."""
    event = Event()
    changed = to_second(entry.changed_at)
    event.add("uid", entry.uid)
    event.add("dtstamp", changed)
    event.add("created", to_second(entry.created_at))
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    if entry.due_at is not None:
        # UTC loses nothing (Vietnam has no daylight saving), and no client needs a VTIMEZONE to read it.
        event.add("dtstart", to_second(entry.due_at) - BLOCK)
        event.add("dtend", to_second(entry.due_at))
    elif entry.starts_on is not None:
        event.add("dtstart", entry.starts_on)
        event.add("dtend", entry.starts_on + timedelta(days=1))
    event.add("summary", one_line(entry.summary, SUMMARY_MAX))
    event.add("description", clean_text(entry.description))
    if entry.url:
        event.add("url", clean_uri(entry.url))
    if entry.categories:
        event.add("categories", [one_line(category, SUMMARY_MAX) for category in entry.categories])
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def render_entry(entry: FeedEntry) -> bytes:
    """The VEVENT's bytes: UTF-8, lines folded at 75 octets, each ending CRLF."""
    rendered: bytes = build_event(entry).to_ical()
    return rendered


def to_second(moment: datetime) -> datetime:
    """An aware instant in UTC, whole seconds: what an iCalendar UTC time can say."""
    return moment.astimezone(UTC).replace(microsecond=0)
