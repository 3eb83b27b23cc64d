"""The reporting periods of a year: its halves, quarters, months, weeks, or the year itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

RepeatName = Literal["yearly", "semiannual", "quarterly", "monthly", "weekly"]

MONTHS_OF: dict[str, int] = {"yearly": 12, "semiannual": 6, "quarterly": 3, "monthly": 1}
_FREQ_OF: dict[str, RepeatName] = {"H": "semiannual", "Q": "quarterly", "W": "weekly"}
_DECEMBER, _DATA_FROM_DAY, _DATA_TO_DAY = 12, 15, 14


@dataclass(frozen=True)
class Span:
    """One period: its label (``2026``, ``2026-H1``, ``2026-Q1``, ``2026-03``, ``2026-W05``), first and last day."""

    label: str
    first: date
    last: date


def spans(freq: RepeatName, year: int) -> Iterator[Span]:
    """The periods of a year in order; weeks are those of ISO 8601, Monday to Sunday, of the ISO year."""
    if freq == "weekly":
        yield from _weeks(year)
        return
    length = MONTHS_OF[freq]
    for number, month in enumerate(range(1, _DECEMBER + 1, length), start=1):
        yield Span(_label(freq, year, number), date(year, month, 1), month_end(year, month + length - 1))


def span_of(label: str) -> Span:
    """The period a label names. ValueError when none is called so."""
    year, part = int(label[:4]), label[5:]
    freq: RepeatName = _FREQ_OF.get(part[:1], "monthly") if part else "yearly"
    found = next((span for span in spans(freq, year) if span.label == label), None)
    if found is None:
        raise ValueError(f"no period is called {label!r}")
    return found


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 run on into the next years, those below 1 into the years before."""
    following = year * 12 + month
    return date(following // 12, following % 12 + 1, 1) - timedelta(days=1)


def decree_window(span: Span) -> tuple[date, date]:
    """Data days of a period under Decree 09/2019/NĐ-CP, art. 12: from the 15th before it to the 14th of its last month."""
    before = month_end(span.first.year, span.first.month - 1)
    return before.replace(day=_DATA_FROM_DAY), span.last.replace(day=_DATA_TO_DAY)


def _label(freq: RepeatName, year: int, number: int) -> str:
    sign = {"semiannual": f"-H{number}", "quarterly": f"-Q{number}", "monthly": f"-{number:02d}"}
    return f"{year}{sign.get(freq, '')}"


def _weeks(year: int) -> Iterator[Span]:
    monday, number = date.fromisocalendar(year, 1, 1), 1
    while monday.isocalendar().year == year:
        yield Span(f"{year}-W{number:02d}", monday, monday + timedelta(days=6))
        monday, number = monday + timedelta(days=7), number + 1
