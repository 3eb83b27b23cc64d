"""A calendar feed joined from cached entries, byte for byte what icalendar itself would write.

No METHOD and no calendar-level UID: vdirsyncer takes the latter for the UID of every event and keeps one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Component, Timezone, TimezoneStandard, vText

from calendars.entry import to_second
from calendars.text import clean_text, clean_uri, one_line

REFRESH = timedelta(hours=1)
PRODID = "-//dondoc//Lich thoi han//VI"
NAME_MAX = 120
_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class FeedHead:
    """What a feed says of itself. ``source_url`` only for a public feed: no token is ever printed in a body."""

    name: str
    description: str
    changed_at: datetime
    source_url: str | None = None
    zone: str = "Asia/Ho_Chi_Minh"


def build_calendar(head: FeedHead) -> Calendar:
    """The calendar without entries; one VTIMEZONE keeps an empty feed valid (RFC 5545, 3.6)."""
    # vText by hand: icalendar escapes nothing in X- properties, so a line end in a name would begin a new property.
    name, description = vText(one_line(head.name, NAME_MAX)), vText(clean_text(head.description))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", head.zone)
    calendar.add("description", description)
    calendar.add("x-wr-caldesc", description)
    calendar.add("last-modified", to_second(head.changed_at))
    # VALUE is required (RFC 7986, 5.7 and 5.8); icalendar leaves it out.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    if head.source_url:
        calendar.add("source", clean_uri(head.source_url), parameters={"VALUE": "URI"})
    calendar.add_component(_vietnam(head.zone))
    return calendar


def render_feed(head: FeedHead, parts: Sequence[bytes]) -> bytes:
    """Head, cached entries, end. ``parts`` are whole VEVENTs from ``render_entry``. Equal input gives equal bytes."""
    empty: bytes = build_calendar(head).to_ical()
    return empty.removesuffix(_END) + b"".join(parts) + _END


def _vietnam(zone: str) -> Component:
    """UTC+7 without daylight saving since 1975; no COMMENT, which libical refuses inside VTIMEZONE."""
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1975, 6, 13))  # noqa: DTZ001 - RFC 5545 3.6.5 wants local time here
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=7))
    standard.add("tzname", "+07")
    timezone = Timezone()
    timezone.add("tzid", zone)
    timezone.add_component(standard)
    return timezone
