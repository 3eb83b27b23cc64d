"""Rows of a register of incoming documents, with what is wrong with each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from obligations.rules.register.names import plain

LONGEST = 120
_FORMS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y")
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_COUNTED = re.compile(r"([34567]\d{4})(?:[.,]\d+)?")
_SHEETS_BEGIN = date(1899, 12, 30)
"""From here sheets count days; a column that lost its format shows the number."""


@dataclass(frozen=True)
class Incoming:
    """One document as the register has it. ``line`` counts from 1 in what was pasted or uploaded."""

    line: int
    incoming_number: str
    arrived_on: date
    author: str
    number: str
    issued_on: date | None
    summary: str
    code: str


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be read. ``field`` names the column, ``value`` what stands there, ``document`` by what to know it."""

    line: int
    field: str
    value: str
    document: str = ""


def read_row(
    line: int,
    cells: Sequence[str],
    places: Mapping[str, int],
    today: date,
    mended: Mapping[str, str] | None = None,
) -> Incoming | list[Wrong]:
    """The document of a row, or everything that is wrong with it. ``mended``: what a person typed for a cell, by field."""

    def cell(field: str) -> str:
        if mended and field in mended:
            return mended[field].strip()
        place = places.get(field, len(cells))
        return cells[place].strip() if place < len(cells) else ""

    known_by = ", ".join(
        said for said in (cell("number")[:LONGEST], (cell("author") or cell("code"))[:LONGEST]) if said
    )
    arrived, issued = day_in(cell("arrived_on")), day_in(cell("issued_on"))
    wrong = []
    if arrived is None or arrived > today:
        wrong.append(Wrong(line, "arrived_on", cell("arrived_on"), known_by))
    if cell("issued_on") and (issued is None or (arrived is not None and issued > arrived)):
        wrong.append(Wrong(line, "issued_on", cell("issued_on"), known_by))
    if not cell("number") or len(cell("number")) > LONGEST:
        wrong.append(Wrong(line, "number", cell("number"), known_by))
    if len(cell("incoming_number")) > LONGEST:
        wrong.append(Wrong(line, "incoming_number", cell("incoming_number"), known_by))
    if wrong or arrived is None:
        return wrong
    return Incoming(
        line, cell("incoming_number"), arrived, cell("author"), cell("number"), issued, cell("summary"), cell("code")
    )


def day_in(text: str) -> date | None:
    """The day at the beginning of a cell, with or without a time behind it, in words, or as sheets count it; None when there is none."""
    if (counted := _COUNTED.fullmatch(text.strip())) is not None:
        return _kept(_SHEETS_BEGIN + timedelta(days=int(counted[1])))
    if (said := _IN_WORDS.match(plain(text))) is not None:
        text = "/".join(said.groups())
    first = re.split(r"[ T]", text.strip(), maxsplit=1)[0]
    for form in _FORMS:
        try:
            found = datetime.strptime(first, form).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
        return _kept(found)
    return None


def _kept(day: date) -> date | None:
    return day if day.year >= 2000 else None  # noqa: PLR2004 - a slip of the pen, not a report


def tight(text: str) -> str:
    """Without spaces and without regard to case: how two numbers of documents are compared."""
    return re.sub(r"\s+", "", text).casefold().replace("đ", "d")


def same_number(one: str, other: str) -> bool:
    """Whether two số, ký hiệu name the same document; leading zeros do not count."""
    return bool(one) and tight(one).lstrip("0") == tight(other).lstrip("0")
