"""On which day a duty's report first came, where some of what came has no known day of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.enums import SubmissionForm

DAYLESS = (SubmissionForm.stated, SubmissionForm.covered)
"""Forms that have no day of arrival unless somebody says one; any other that says none came today."""


@dataclass(frozen=True)
class Came:
    """One arrival. ``on`` None: nobody knows the day; ``minute``: when the system itself took it in."""

    on: date | None
    recorded_at: datetime
    minute: datetime | None = None


def first_arrival(came: Iterable[Came], zone: ZoneInfo) -> tuple[date | None, datetime | None]:
    """The first day and, when the system knows it, its minute; None while the day is not known.

    What came after a person had said that the report was there is not the first, so it makes nobody late.
    """
    rows = list(came)
    said_at = min((each.recorded_at for each in rows if each.on is None), default=None)
    known = [(each.on, each.minute) for each in rows if each.on is not None and not is_after(each, said_at, zone)]
    first = min((on for on, _ in known), default=None)
    return first, min((minute for on, minute in known if on == first and minute is not None), default=None)


def is_after(came: Came, said_at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether it came after the moment at which another report, of unknown day, was known to be there."""
    if said_at is None or came.on is None:
        return False
    if came.minute is not None:
        return came.minute > said_at
    return came.on > said_at.astimezone(zone).date()
