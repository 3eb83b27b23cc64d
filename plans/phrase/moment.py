"""What a printed point or span of time says, before any year is asked for."""

import itertools
from dataclasses import dataclass, replace
from typing import Literal

LAST_DAY = 31
"""As ``day``: the last day of the month, whatever its length."""

LUNAR_FIRST, LUNAR_LAST = 1, 12
EACH_MONTH = tuple(range(1, 13))
QUARTER_ENDS = (3, 6, 9, 12)
QUARTER_STARTS = (1, 4, 7, 10)

Freq = Literal[
    "daily", "weekly", "monthly", "quarterly", "semiannual", "nine-month", "annual", "biennial", "quinquennial"
]
Unit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True)
class Shift:
    """A point counted from the day of the document: "ngày mai" is one day on, "tháng này" no month on."""

    unit: Unit
    by: int


@dataclass(frozen=True)
class Moment:
    """Tokens ``start`` to ``end`` (not included) and what they say.

    ``months`` with ``day`` are the days meant (several when the phrase repeats within the year); ``span`` n says each is
    the end of n whole months; ``year`` is the printed one, ``offset`` counts from the year asked for ("năm sau" is 1).
    ``vague``: the beginning, middle or end
    of a month, quarter or year that is not named. ``each`` is how often the phrase itself repeats; ``following``: of
    the month after the one reported on. ``of_period`` 0 the last month of the reporting period, 1 the next.
    ``nth``: the first (1) or last (-1) such
    weekday of each month. ``midnight``: until 24:00 of the day. ``cycle`` is a year of the sixty (Giáp Tý is 0). ``months`` empty: the month is not said; ``day`` None: only a weekday or an hour is.
    """

    start: int
    end: int
    months: tuple[int, ...] = ()
    day: int | None = None
    span: int = 0
    year: int | None = None
    offset: int = 0
    each: Freq | None = None
    of_period: int | None = None
    following: bool = False
    lunar: bool = False
    lunar_leap: bool = False
    cycle: int | None = None
    weekday: int | None = None
    time: str | None = None
    midnight: bool = False
    nth: int | None = None
    shift: Shift | None = None
    problem: str | None = None
    unsure: str | None = None
    vague: bool = False

    def until(self, end: int, **changes: object) -> "Moment":
        """The same with more tokens and what they add."""
        return replace(self, end=end, **changes)  # type: ignore[arg-type]

    @property
    def dated(self) -> bool:
        """Whether it says a day of the year, and not only a day of some month, a weekday or an hour."""
        return bool(self.months) and self.day is not None

    @property
    def month_is_plain(self) -> bool:
        """Whether the lunar calendar was said for the list, and not by the name of this month alone."""
        return bool(self.months) and self.months[0] not in (LUNAR_FIRST, LUNAR_LAST)

    @property
    def repeats(self) -> bool:
        """Whether the wording itself repeats."""
        return self.each is not None


def as_window(moment: Moment) -> Moment:
    """Months or quarters in a row, done once, are one span: "trong tháng 3 và tháng 4 năm 2025" ends with April."""
    months, step = moment.months, moment.span
    row = all(b - a == step for a, b in itertools.pairwise(months))
    if not step or moment.each or len(months) < 2 or not row:
        return moment
    said = "các tháng, quý liền nhau đọc là một khoảng, hạn là ngày cuối của khoảng; nếu là nhiều hạn thì cần tách"
    return replace(moment, months=months[-1:], span=step * len(months), unsure=moment.unsure or said)
