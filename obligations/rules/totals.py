"""Which figures of several agencies may be added up, and what they come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from obligations.rules.compare import figure_of
from obligations.rules.figures import folded

MOST_DIGITS = 20
"""A longer number is a slip of the pen or a code, and sums of longer ones would be rounded."""
FEWEST = 2
"""One agency's number is its own; a total takes two."""
RATIO_UNITS = ("%", "‰", "/", "phần trăm", "phần nghìn")
RATIO_NAMES = (
    "tỷ lệ", "tỉ lệ", "tỷ suất", "tỉ suất", "tỷ trọng", "tỉ trọng", "bình quân", "trung bình", "tốc độ", "chỉ số", "mật độ", "mức độ",
)  # fmt: skip
"""Parts of units and names of what is no quantity: the sum of rates says nothing."""


@dataclass(frozen=True)
class Given:
    """One number that one agency gave, everything as written."""

    agency: str
    clause: str
    name: str
    unit: str
    kind: str
    value: str


@dataclass(frozen=True)
class Sum:
    """What one figure comes to. ``agencies``: how many gave it; ``value`` exact."""

    clause: str
    name: str
    unit: str
    kind: str
    agencies: int
    value: Decimal


def sums(figures: Iterable[Given]) -> list[Sum]:
    """One for every figure of one task, name, unit and kind that two agencies or more gave, in the order they first came.

    None where one of the numbers cannot be read as a number, and none of rates and averages.
    """
    alike: dict[tuple[str, str, str, str], list[Given]] = {}
    for figure in figures:
        key = (figure.clause, folded(figure.name), folded(figure.unit), figure.kind)
        alike.setdefault(key, []).append(figure)
    return [found for rows in alike.values() if (found := _sum(rows)) is not None]


def is_summable(value: str) -> bool:
    """Whether a value is a number that may be added up; text may be sent, and stays with who sent it."""
    number = figure_of(value)
    return number is not None and len(number.as_tuple().digits) <= MOST_DIGITS


def number_text(value: Decimal | int) -> str:
    """``1.234,5``: the point between thousands and the comma before decimals, as official documents print them."""
    return f"{Decimal(value).normalize():,f}".translate(str.maketrans(",.", ".,"))


def _sum(rows: list[Given]) -> Sum | None:
    first, agencies = rows[0], {row.agency for row in rows}
    if len(agencies) < FEWEST or _is_ratio(first):
        return None
    if not all(is_summable(row.value) for row in rows):
        return None
    known = [value for row in rows if (value := figure_of(row.value)) is not None]
    return Sum(first.clause, first.name, first.unit, first.kind, len(agencies), sum(known, Decimal(0)))


def _is_ratio(figure: Given) -> bool:
    name, unit = folded(figure.name), folded(figure.unit)
    return any(part in unit for part in RATIO_UNITS) or any(part in name for part in RATIO_NAMES)
