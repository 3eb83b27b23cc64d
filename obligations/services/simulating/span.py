"""The time a simulation covers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from obligations.clock import local_date
from obligations.errors import Refused
from obligations.rules.due import at_opening, day_ends
from obligations.settings import Settings

AHEAD_DAYS = 30
"""How far a simulation looks when no end is asked for."""


@dataclass(frozen=True)
class Span:
    """From ``begin`` (included) to ``end`` (excluded). ``present``: begins now, with the state as it stands."""

    begin: datetime
    end: datetime
    present: bool = False


def span_of(settings: Settings, now: datetime, since: date | None = None, until: date | None = None) -> Span:
    """The days asked for, both included. Without ``since`` from now on; without ``until`` for the next 30 days."""
    zone = settings.zone
    begin = at_opening(since, zone).replace(hour=0) if since else now
    last = until or (since or local_date(now, settings.timezone)) + timedelta(days=AHEAD_DAYS)
    end = day_ends(last, zone)
    if end <= begin:
        raise Refused("--to lies before --from" if since else f"--to {last} is over; give --from too")
    return Span(begin, end, present=since is None)
