"""Working days of Vietnamese offices: the ``holidays`` package, corrected by dated overrides.

The package lacks swaps announced after its release (02/01/2026 for 10/01/2026, công văn 12729/VPCP-KGVX); overrides mend
that: days imported into the database go before the installation's own file, and that before the national one. Swaps bind public servants.
Years to come are the package's estimate until the decision is published.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from calendars.errors import CalendarFileError
from calendars.national import NationalYear, national_year, package_version
from calendars.overrides import Override, read_overrides
from calendars.vietnamese import weekday_name

__all__ = ["NATIONAL", "CalendarFileError", "WorkingCalendar", "calendar_of_facts", "load_calendar"]

NATIONAL = Path(__file__).parent / "files" / "vn.yaml"
_RULES = 3  # raise when the same facts would give other answers
_SATURDAY = 5


@dataclass(frozen=True)
class _Year:
    """One year, worked out once: why days are off, the worked days as a set and in order, and whether it may change."""

    reasons: Mapping[date, str]
    working: frozenset[date]
    ordered: tuple[date, ...]
    provisional: bool


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days offices work, 1900 to 2100 (ValueError outside). ``version`` changes whenever an answer could.

    ``package``: the release of the package that the other days come from.
    """

    version: str
    overrides: tuple[Override, ...] = ()
    culture_day: bool = False
    package: str = field(default_factory=package_version)
    _stored: Mapping[int, NationalYear] = field(default_factory=dict, repr=False, compare=False)
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day."""
        return _plain(day) in self._year(day.year).working

    def why_not(self, day: date) -> str | None:
        """Vietnamese reason why a day is not worked: the holiday's name or the weekday; None when it is worked."""
        return self._year(_plain(day).year).reasons.get(day)

    def is_provisional(self, year: int) -> bool:
        """Whether a working day of the year is off, or a day differs, only by an estimate or an unconfirmed document."""
        return self._year(year).provisional

    def override(self, day: date) -> Override | None:
        """What a file or an import says of this very day."""
        return next((override for override in self.overrides if override.day == day), None)

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

    def national(self, year: int) -> NationalYear:
        """What the package says of a year: the one these facts were kept of, else the one installed."""
        return self._stored.get(year) or national_year(year, culture_day=self.culture_day)

    def with_days(self, days: Iterable[Override]) -> "WorkingCalendar":
        """The calendar after these days are told otherwise; an earlier entry of a day gives way."""
        chosen = {override.day: override for override in (*self.overrides, *days)}
        return _calendar(chosen.values(), culture_day=self.culture_day)

    def facts(self) -> dict[str, Any]:
        """Everything but the package's days that answers rest on, as JSON values; see ``calendar_of_facts``."""
        return {
            "rules": _RULES,
            "package": self.package,
            "culture_day": self.culture_day,
            "days": [override.stored() for override in self.overrides],
        }

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = _work_out(year, self.overrides, self.national(year))
        return known


def _work_out(year: int, overrides: tuple[Override, ...], base: NationalYear) -> _Year:
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
    unsure = any(not override.confirmed for override in own.values()) or bool(base.estimated() - own.keys())
    return _Year(reasons, frozenset(ordered), tuple(ordered), unsure)


def _plain(day: date) -> date:
    # A datetime is a date to the type checker, but never equal to one: it would silently be "not worked".
    if isinstance(day, datetime):
        raise TypeError("give a date in the plan's time zone, not a datetime")
    return day


def load_calendar(overrides_path: Path | None = None, culture_day: bool = False) -> WorkingCalendar:
    """The national calendar; an entry of the installation's own override file, if given, goes before a national one.

    ``culture_day``: 24/11 is a day off from 2026. Raises CalendarFileError naming file, line, field and what to do.
    """
    own = read_overrides(overrides_path) if overrides_path is not None else ()
    chosen = {override.day: override for override in (*read_overrides(NATIONAL, "national"), *own)}
    return _calendar(chosen.values(), culture_day=culture_day)


def calendar_of_facts(version: str, facts: Mapping[str, Any], years: Mapping[str, Any]) -> WorkingCalendar | None:
    """An earlier calendar from its ``facts`` and its ``national`` years; None when today's rules would read them otherwise.

    A year that was not kept is taken from the installed package.
    """
    days = tuple(Override.restored(values) for values in facts["days"])
    if _digest(facts["package"], days, culture_day=facts["culture_day"]) != version:
        return None
    stored = {int(year): NationalYear.restored(values) for year, values in years.items()}
    return WorkingCalendar(version, days, facts["culture_day"], facts["package"], stored)


def _calendar(overrides: Iterable[Override], *, culture_day: bool) -> WorkingCalendar:
    ordered = tuple(sorted(overrides, key=lambda override: override.day))
    return WorkingCalendar(_digest(package_version(), ordered, culture_day=culture_day), ordered, culture_day)


def _digest(package: str, overrides: tuple[Override, ...], *, culture_day: bool) -> str:
    facts = [_RULES, package, culture_day, [override.as_fact() for override in overrides]]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
