"""What the rules need to know of a working calendar."""

from datetime import date
from typing import Protocol


class WorkingDays(Protocol):
    """The part of a working calendar that rules use."""

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""

    def next_working(self, day: date) -> date:
        """First working day strictly after ``day``."""

    def first_on_or_after(self, day: date) -> date:
        """``day`` itself if worked, else the next worked day."""

    def last_on_or_before(self, day: date) -> date:
        """``day`` itself if worked, else the last worked day before it."""

    def shift(self, day: date, n: int) -> date:
        """The nth working day after (before, if negative) ``day``."""

    def why_not(self, day: date) -> str | None:
        """Vietnamese reason why a day is not worked; None when it is."""

    def is_provisional(self, year: int) -> bool:
        """Whether days of a year rest on an estimate or an unconfirmed document."""
