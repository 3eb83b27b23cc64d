"""What is odd about days somebody wants to import: nothing of it is refused, all of it is said."""

from collections.abc import Iterator, Sequence
from datetime import date

from calendars.overrides import Override
from calendars.vietnamese import weekday_name
from calendars.working_days import WorkingCalendar

_SATURDAY = 5


def remarks(days: Sequence[Override], calendar: WorkingCalendar, today: date) -> list[str]:
    """One English sentence for each odd thing, in order of the days. ``calendar``: the one in force before them."""
    return [text for override in sorted(days, key=lambda o: o.day) for text in _of(override, days, calendar, today)]


def _of(override: Override, days: Sequence[Override], calendar: WorkingCalendar, today: date) -> Iterator[str]:
    day, name = override.day, f"{override.day} ({weekday_name(override.day)})"
    base = calendar.national(day.year)
    weekend = day.weekday() >= _SATURDAY
    if override.kind == "worked" and not weekend and day not in base.off:
        yield f"{name} is a working day anyway: this entry changes nothing but what an earlier entry said of it"
    if override.kind == "worked" and weekend and day not in base.worked and not _has_day_off(override, days, calendar):
        yield f"{name} is worked, but {override.document} names no day off for it: is the other half of the swap missing?"
    if day < today:
        yield f"{name} has passed: no date that was computed before is changed by it"
    if override.known_since > today:
        yield f"{name} is said to be known only since {override.known_since}, which is yet to come"
    if not override.confirmed:
        yield f"{name} is not confirmed: what is computed by the calendar of {day.year} is marked dự kiến"


def _has_day_off(worked: Override, days: Sequence[Override], calendar: WorkingCalendar) -> bool:
    """Whether the same document, in this file or known already, or the package gives a day of the week in exchange."""
    known = [o for o in (*days, *calendar.overrides) if o.kind == "off" and o.day.weekday() < _SATURDAY]
    mentioned = f"{worked.day:%d/%m/%Y}"
    years = {worked.day.year - 1, worked.day.year, worked.day.year + 1} & set(range(1900, 2101))
    names = [name for year in years for name in calendar.national(year).off.values()]
    return any(o.document == worked.document for o in known) or any(mentioned in name for name in names)
