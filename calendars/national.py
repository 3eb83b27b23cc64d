"""What the ``holidays`` package says of one year, with its two gaps closed.

Its swaps are filed under the year of the day *off*: Saturday 05/01/2019 was worked for 31/12/2018, so a year is read with
its neighbours. It states 24/11 (Ngày Văn hóa Việt Nam) as a fact from 2026, with a day in lieu; that needs a change of the
Labour Code, art. 112, of which no enactment was found, so it is a switch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

FIRST_YEAR, LAST_YEAR = 1900, 2100
CULTURE_DAY = "Ngày Văn hóa Việt Nam"


@dataclass(frozen=True)
class NationalYear:
    """Holidays by day with their Vietnamese names (weekends among them), and the weekend days that are worked."""

    off: Mapping[date, str]
    worked: frozenset[date]


@lru_cache(maxsize=512)
def national_year(year: int, *, culture_day: bool) -> NationalYear:
    """One year, 1900 to 2100. The package knows no holiday before 1901. Raises ValueError outside."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} lies outside {FIRST_YEAR}-{LAST_YEAR}")
    # Names follow the process's locale unless the language is given.
    found = holidays.country_holidays("VN", years=range(year - 1, year + 2), expand=False, language="vi")
    off = {day: name for day, name in found.items() if day.year == year}
    if not culture_day:
        off = {day: kept for day, name in off.items() if (kept := _without_culture_day(name))}
    return NationalYear(off, frozenset(day for day in found.weekend_workdays if day.year == year))


def _without_culture_day(name: str) -> str:
    """The other names of a day; the package joins several with a semicolon."""
    return "; ".join(part for part in name.split("; ") if not part.startswith(CULTURE_DAY))
