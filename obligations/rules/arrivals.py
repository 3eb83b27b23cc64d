"""On which day a duty's report first came, where some of what came has no known day of arrival, and by which it is judged."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.enums import SubmissionForm

DAYLESS = (SubmissionForm.stated, SubmissionForm.covered)
"""Forms that have no day of arrival unless somebody says one; any other that says none came today."""


@dataclass(frozen=True)
class Came:
    """One arrival. ``on`` None: nobody knows the day; ``minute``: when the system itself took it in.

    ``dated``: the day printed on the document, of plans that judge by it (``Policy.lateness_by``).
    """

    on: date | None
    recorded_at: datetime
    minute: datetime | None = None
    dated: date | None = None


class First(NamedTuple):
    """The first arrival. ``counted_on``: the earlier day by which it is judged, where its document says one."""

    on: date | None
    minute: datetime | None
    counted_on: date | None


def first_arrival(came: Iterable[Came], zone: ZoneInfo) -> First:
    """The first day and, when the system knows it, its minute; None while the day is not known.

    What came after a person had said that the report was there is not the first, so it makes nobody late.
    """
    rows = list(came)
    said_at = min((each.recorded_at for each in rows if each.on is None), default=None)
    known = [each for each in rows if each.on is not None and not is_after(each, said_at, zone)]
    first = min((each.on for each in known if each.on is not None), default=None)
    minutes = [each.minute for each in known if each.on == first and each.minute is not None]
    days = [each.dated for each in known if each.dated is not None and first is not None and each.dated < first]
    return First(first, min(minutes, default=None), min(days, default=None))


def judged(
    first_on: date | None, first_at: datetime | None, counted_on: date | None
) -> tuple[date | None, datetime | None]:
    """The day by which what came is judged, and the minute while it is that of its arrival."""
    if first_on is None or counted_on is None or counted_on >= first_on:
        return first_on, first_at
    return counted_on, None


def is_after(came: Came, said_at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether it came after the moment at which another report, of unknown day, was known to be there."""
    if said_at is None or came.on is None:
        return False
    if came.minute is not None:
        return came.minute > said_at
    return came.on > said_at.astimezone(zone).date()
