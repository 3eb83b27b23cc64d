"""Working days of Vietnamese offices: the ``holidays`` package, corrected by a dated override file.

The package lacks swaps announced after its release (02/01/2026 for 10/01/2026, công văn 12729/VPCP-KGVX); the file mends
that. Swaps bind public servants. Years to come are the package's estimate until the decision is published.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from calendars.errors import CalendarFileError
from calendars.national import national_year
from calendars.overrides import Override, read_overrides
from calendars.vietnamese import weekday_name

__all__ = ["NATIONAL", "CalendarFileError", "WorkingCalendar", "load_calendar"]

NATIONAL = Path(__file__).parent / "files" / "vn.yaml"
_RULES = 2  # raise when the same files would give other answers
_SATURDAY = 5


@dataclass(frozen=True)
class _Year:
    """One year, worked out once: why days are off, and the worked days as a set and in order."""

    reasons: Mapping[date, str]
    working: frozenset[date]
    ordered: tuple[date, ...]


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days offices work, 1900 to 2100 (ValueError outside). ``version`` changes whenever an answer could."""

    version: str
    overrides: tuple[Override, ...] = ()
    culture_day: bool = False
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return _plain(day) in self._year(day.year).working

    def why_not(self, day: date) -> str | None:
        """Vietnamese reason why a day is not worked: the holiday's name or the weekday; None when it is worked."""
        return self._year(_plain(day).year).reasons.get(day)

    def next_working(self, day: date) -> date:
        """First working day strictly after ``day``."""
        return self.shift(day, 1)

    def first_on_or_after(self, day: date) -> date:
        """``day`` itself if worked, else the next worked day."""
        return day if self.is_working(day) else self.shift(day, 1)

    def last_on_or_before(self, day: date) -> date:
        """``day`` itself if worked, else the last worked day before it."""
        return day if self.is_working(day) else self.shift(day, -1)

    def shift(self, day: date, n: int) -> date:
        """The nth working day after ``day`` (before it if negative); ``day`` is not counted and need not be worked."""
        if n == 0:
            return day
        year = _plain(day).year
        ordered = self._year(year).ordered
        place = bisect_right(ordered, day) + n - 1 if n > 0 else bisect_left(ordered, day) + n
        while place >= len(ordered):
            place -= len(ordered)
            year += 1
            ordered = self._year(year).ordered
        while place < 0:
            year -= 1
            ordered = self._year(year).ordered
            place += len(ordered)
        return ordered[place]

    def count(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 when ``last`` lies before ``first``."""
        if _plain(last) < _plain(first):
            return 0
        years = [self._year(year).ordered for year in range(first.year, last.year + 1)]
        after_last = len(years[-1]) - bisect_right(years[-1], last)
        return sum(map(len, years)) - bisect_left(years[0], first) - after_last

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _work_out(year, self.overrides, culture_day=self.culture_day)
        return known


def _work_out(year: int, overrides: tuple[Override, ...], *, culture_day: bool) -> _Year:
    base = national_year(year, culture_day=culture_day)
    own = {override.day: override for override in overrides if override.day.year == year}
    reasons: dict[date, str] = {}
    ordered = []
    first = date(year, 1, 1)
    for day in (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1)):
        override = own.get(day)
        weekend = day.weekday() >= _SATURDAY
        if override is not None and override.kind == "off":
            reasons[day] = override.name
        elif override is not None or (weekend and day in base.worked) or not (weekend or day in base.off):
            ordered.append(day)
        else:
            reasons[day] = base.off.get(day) or weekday_name(day)
    return _Year(reasons, frozenset(ordered), tuple(ordered))


def _plain(day: date) -> date:
    # A datetime is a date to the type checker, but never equal to one: it would silently be "not worked".
    if isinstance(day, datetime):
        raise TypeError("give a date in the plan's time zone, not a datetime")
    return day


def load_calendar(overrides_path: Path | None = None, culture_day: bool = False) -> WorkingCalendar:
    """The national calendar; an entry of the installation's own override file, if given, goes before a national one.

    ``culture_day``: 24/11 is a day off from 2026. Raises CalendarFileError naming file, line, field and what to do.
    """
    chosen = {override.day: override for override in read_overrides(NATIONAL)}
    if overrides_path is not None:
        chosen |= {override.day: override for override in read_overrides(overrides_path)}
    overrides = tuple(chosen[day] for day in sorted(chosen))
    facts = [_RULES, version("holidays"), culture_day, [override.as_fact() for override in overrides]]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    return WorkingCalendar(digest, overrides, culture_day)
