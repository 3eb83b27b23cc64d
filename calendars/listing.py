"""The days of a year that are not what their weekday says, each with where that comes from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from calendars.national import ANNOUNCED_THROUGH
from calendars.vietnamese import weekday_name
from calendars.working_days import WorkingCalendar


@dataclass(frozen=True)
class SpecialDay:
    """``kind`` off or worked; ``source`` package, national, own or imported; the package names no document.

    ``status``: đã công bố; theo luật định for a fixed holiday of a year that was not announced yet; or dự kiến while no
    confirmed document says so.
    """

    day: date
    weekday: str
    kind: str
    name: str
    source: str
    document: str | None
    known_since: date | None
    confirmed: bool
    status: str


def special_days(calendar: WorkingCalendar, year: int) -> list[SpecialDay]:
    """Holidays (those on a weekend too), days off by a swap, and weekend days that are worked, in order.

    ValueError outside 1900 to 2100.
    """
    own = {override.day for override in calendar.overrides if override.day.year == year}
    days = [*_of_overrides(calendar, year), *(d for d in _of_package(calendar, year) if d.day not in own)]
    return sorted(days, key=lambda found: found.day)


def _of_overrides(calendar: WorkingCalendar, year: int) -> Iterator[SpecialDay]:
    for o in calendar.overrides:
        if o.day.year == year:
            kind: str = o.kind
            yield _day(o.day, kind, o.name, o.origin, o.confirmed, o.document, o.known_since)


def _of_package(calendar: WorkingCalendar, year: int) -> Iterator[SpecialDay]:
    base = calendar.national(year)
    for day, name in base.off.items():
        if day not in base.worked:
            yield _day(day, "off", name, "package", base.is_announced(day))
    for day in base.worked:
        yield _day(day, "worked", f"Làm bù, {weekday_name(day)}", "package", confirmed=True)


def _day(
    day: date,
    kind: str,
    name: str,
    source: str,
    confirmed: bool,
    document: str | None = None,
    known_since: date | None = None,
) -> SpecialDay:
    by_law = source == "package" and day.year > ANNOUNCED_THROUGH
    status = ("theo luật định" if by_law else "đã công bố") if confirmed else "dự kiến"
    return SpecialDay(day, weekday_name(day), kind, name, source, document, known_since, confirmed, status)
