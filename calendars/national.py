"""What the ``holidays`` package says of one year, with its two gaps closed.

Its swaps are filed under the year of the day *off*: Saturday 05/01/2019 was worked for 31/12/2018, so a year is read with
its neighbours. It states 24/11 (Ngày Văn hóa Việt Nam) as a fact from 2026, with a day in lieu; that needs a change of the
Labour Code, art. 112, of which no enactment was found, so it is a switch. The days around Tết and the second day of
National Day are chosen by a decision every year; for years without one the package estimates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

import holidays

FIRST_YEAR, LAST_YEAR = 1900, 2100
ANNOUNCED_THROUGH = 2026
"""The last year whose days were compared with what was announced (domain.md, section 3)."""
CULTURE_DAY = "Ngày Văn hóa Việt Nam"
_BY_LAW = ("Tết Dương lịch", "Ngày Giỗ Tổ Hùng Vương", "Ngày Chiến thắng", "Ngày Quốc tế Lao động")
_NATIONAL_DAY = ("Quốc khánh", 9, 2)
_WEEKEND = 5


@dataclass(frozen=True)
class NationalYear:
    """Holidays by day with their Vietnamese names (weekends among them), and the weekend days that are worked."""

    off: Mapping[date, str]
    worked: frozenset[date]

    def is_announced(self, day: date) -> bool:
        """Whether a day off is fixed by law or was announced; the others are the package's estimate."""
        names = self.off.get(day, "").split("; ")
        if any(name.startswith(CULTURE_DAY) for name in names) and len(names) == 1:
            return False
        if day.year <= ANNOUNCED_THROUGH:
            return True
        fixed = any(name.startswith(_BY_LAW) for name in names)
        return fixed or (_NATIONAL_DAY[0] in names and (day.month, day.day) == _NATIONAL_DAY[1:])

    def estimated(self) -> frozenset[date]:
        """Working days of the week that are off only by the package's estimate."""
        return frozenset(day for day in self.off if day.weekday() < _WEEKEND and not self.is_announced(day))

    def stored(self) -> dict[str, Any]:
        """Every fact as JSON values."""
        off = {day.isoformat(): name for day, name in sorted(self.off.items())}
        return {"off": off, "worked": sorted(day.isoformat() for day in self.worked)}

    @staticmethod
    def restored(values: Mapping[str, Any]) -> "NationalYear":
        """The inverse of ``stored``."""
        off = {date.fromisoformat(day): name for day, name in values["off"].items()}
        return NationalYear(off, frozenset(map(date.fromisoformat, values["worked"])))


@cache
def package_version() -> str:
    """Version of the package whose facts these are, read once a process from what is installed."""
    return version("holidays")


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
