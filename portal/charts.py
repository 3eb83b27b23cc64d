"""Where the pieces of a drawing lie: plain numbers for SVG that the server writes. Nothing is drawn by colour alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 300, 80
"""Units of a line chart's box."""
MARGIN = 8


@dataclass(frozen=True)
class Span:
    """A bar on a year, in days from its first: where it begins and how long it is, both cut off at the year's ends."""

    x: int
    width: int


def days_of(year: int) -> int:
    """Days of a year: the width of its axis."""
    return (date(year, 12, 31) - date(year, 1, 1)).days + 1


def span_in(year: int, begins: date, ends: date) -> Span:
    """The part of a period that lies in the year; at least one day wide, so that it is seen."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    begin = min(max(begins, first), last)
    end = max(min(ends, last), begin)
    return Span((begin - first).days, (end - begin).days + 1)


def months_of(year: int) -> list[int]:
    """Where each month begins."""
    return [(date(year, month, 1) - date(year, 1, 1)).days for month in range(1, 13)]


def month_lines(year: int, height: int) -> str:
    """One upright line where each month begins, as one SVG path: a page has a hundred of these axes."""
    return "".join(f"M{x} 0V{height}" for x in months_of(year))


def day_in(year: int, day: date) -> int | None:
    """Where a day lies; None when it is of another year."""
    return (day - date(year, 1, 1)).days if day.year == year else None


def points(values: Sequence[float | None]) -> list[tuple[float, float]]:
    """Points of a line over shares from 0 to 1, evenly apart; what is unknown has no point."""
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    room = HEIGHT - 2 * MARGIN
    return [
        (round(MARGIN + number * step, 1), round(MARGIN + room * (1 - value), 1))
        for number, value in enumerate(values)
        if value is not None
    ]


def polyline(line: Sequence[tuple[float, float]]) -> str:
    """The points as SVG writes them."""
    return " ".join(f"{x:g},{y:g}" for x, y in line)
