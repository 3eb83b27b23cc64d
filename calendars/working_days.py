"""Working days of Vietnamese offices: the ``holidays`` package, corrected by a dated override file.

The package misses swaps it was released before (02/01/2026) and states 24/11 as a fact; the file and a switch mend both.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

from calendars.overrides import Override, read_overrides
from calendars.vietnamese import weekday_name

NATIONAL = Path(__file__).parent / "files" / "vn.yaml"
FIRST_YEAR, LAST_YEAR = 1900, 2100
_SATURDAY = 5
_CULTURE_DAY = (11, 24)


@dataclass(frozen=True)
class _Year:
    """Days off on weekdays, with their names, and worked weekend days of one year."""

    off: Mapping[date, str]
    worked: frozenset[date]


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days offices work. ``version`` changes whenever an answer could."""

    version: str
    overrides: tuple[Override, ...] = ()
    culture_day: bool = False
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return self.why_not(day) is None

    def why_not(self, day: date) -> str | None:
        """Vietnamese reason why a day is not worked: the holiday's name or the weekday; None when it is worked."""
        year = self._year(day.year)
        if day in year.worked:
            return None
        if day in year.off:
            return year.off[day]
        return weekday_name(day) if day.weekday() >= _SATURDAY else None

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
        """The nth working day after (before, if negative) ``day``, which itself is not counted."""
        step = timedelta(days=1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def count(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both included; 0 when ``last`` lies before ``first``."""
        days = (last - first).days + 1
        return sum(self.is_working(first + timedelta(days=n)) for n in range(max(days, 0)))

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _corrected(_national_year(year), self.overrides, year, culture_day=self.culture_day)
        return self._years[year]


@lru_cache(maxsize=256)
def _national_year(year: int) -> _Year:
    """What the package says; swaps only show in ``weekend_workdays``."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} lies outside {FIRST_YEAR}-{LAST_YEAR}")
    found = holidays.country_holidays("VN", years=[year], language="vi")
    worked = frozenset(d for d in found.weekend_workdays if d.year == year)
    return _Year({d: name for d, name in found.items() if d.year == year}, worked)


def _corrected(base: _Year, overrides: tuple[Override, ...], year: int, *, culture_day: bool) -> _Year:
    off, worked = dict(base.off), set(base.worked)
    if not culture_day:
        off.pop(date(year, *_CULTURE_DAY), None)
    for override in overrides:
        if override.day.year != year:
            continue
        off.pop(override.day, None)
        worked.discard(override.day)
        if override.kind == "worked":
            worked.add(override.day)
        else:
            off[override.day] = override.name
    return _Year(off, frozenset(worked))


def load_calendar(overrides_path: Path | None = None, culture_day: bool = False) -> WorkingCalendar:
    """The national calendar, with the installation's own override file on top if one is given.

    Raises CalendarFileError naming file, line and field.
    """
    overrides = read_overrides(NATIONAL) + (read_overrides(overrides_path) if overrides_path else ())
    facts = [holidays.__version__, culture_day, [o.as_fact() for o in overrides]]
    version = hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:16]
    return WorkingCalendar(version, overrides, culture_day)
