"""The register of incoming documents as people have it: pasted from a screen or a sheet, or as a file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from obligations.rules.register.columns import apart, by_content, by_heading, missing
from obligations.rules.register.rows import Incoming, Wrong, read_row
from obligations.services.table_file import Table, TableError, read_table

HEADING_WITHIN, FEWEST_HEADINGS, SAMPLES = 12, 2, 5
Mended = Mapping[int, Mapping[str, str]]
"""What a person typed in place of a cell that could not be read: by line, then by field."""
_SEPARATED = re.compile(rb"[\t;,]")


@dataclass(frozen=True)
class Register:
    """What was read. ``lacking``: fields whose column a person must name; ``samples``: first rows to choose them by."""

    rows: Sequence[Incoming]
    wrong: Sequence[Wrong]
    places: Mapping[str, int]
    header: Sequence[str]
    samples: Sequence[Sequence[str]]
    lacking: Sequence[str] = ()


def read_register(
    content: bytes, today: date, chosen: Mapping[str, int] | None = None, mended: Mended | None = None
) -> Register:
    """Every document of a register; TableError when there is no table in it. ``chosen``: columns a person has named."""
    lines = _lines(content)
    header, body = _heading(lines)
    if (places_apart := apart(header)) is not None:
        body = [(line, _joined(cells, *places_apart)) for line, cells in body]
    guessed = by_heading(header) or by_content([cells for _, cells in body[:40]])
    places = {**{k: v for k, v in guessed.items() if v not in (chosen or {}).values()}, **(chosen or {})}
    samples = [cells for _, cells in body[:SAMPLES]]
    if lacking := missing(places):
        return Register((), (), places, header, samples, lacking)
    rows: list[Incoming] = []
    wrong: list[Wrong] = []
    for number, cells in body:
        found = read_row(number, cells, places, today, (mended or {}).get(number))
        if isinstance(found, Incoming):
            rows.append(found)
        else:
            wrong += found
    return Register(rows, wrong, places, header, samples)


def _lines(content: bytes) -> list[tuple[int, Sequence[str]]]:
    """Rows by their number. Text without separators is split where two spaces stand together, as screens copy it."""
    skipped = 0
    if not content.startswith(b"PK"):
        skipped = _titles(content)
        content = content.split(b"\n", skipped)[skipped]
        if not _SEPARATED.search(content.split(b"\n", 1)[0]):
            content = re.sub(rb" {2,}", b"\t", content)
    try:
        table = read_table(content)
    except TableError as error:
        if error.code != "quotes" or b"\t" not in content:
            raise
        table = _by_tabs(content.decode("utf-8-sig", "replace"))
    return [(skipped + 1, table.header), *((skipped + number, cells) for number, cells in table.rows)]


def _titles(content: bytes) -> int:
    """Lines of a title above the table: those with hardly a separator, before the first line that has several."""
    for number, line in enumerate(content.split(b"\n", HEADING_WITHIN)[:HEADING_WITHIN]):
        if len(_SEPARATED.findall(line)) >= FEWEST_HEADINGS or len(re.findall(rb"\S {2,}", line)) >= FEWEST_HEADINGS:
            return number
    return 0


def _by_tabs(text: str) -> Table:
    """A pasted table in which a quotation mark is just a mark."""
    rows = [(n, [cell.strip() for cell in line.split("\t")]) for n, line in enumerate(text.splitlines(), 1)]
    said = [(n, cells) for n, cells in rows if any(cells)]
    if not said:
        raise TableError("empty")
    return Table(said[0][1], said[1:])


def _heading(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    """The row of headings, under whatever title stands above it, and the rows below; no headings: all rows."""
    for place, (_, cells) in enumerate(lines[:HEADING_WITHIN]):
        if len(by_heading(cells)) >= FEWEST_HEADINGS:
            below = lines[place + 1 :]
            return cells, list(below[1:] if below and _counts_columns(below[0][1]) else below)
    return (), list(lines)


def _joined(cells: Sequence[str], bare: int, sign: int) -> Sequence[str]:
    """A row with its whole số, ký hiệu where the sign stands: ``12`` and ``BC-UBND`` are ``12/BC-UBND``."""
    if max(bare, sign) >= len(cells) or not cells[bare] or not cells[sign] or any(c.isdigit() for c in cells[sign]):
        return cells
    whole = cells[bare] if "/" in cells[bare] else f"{cells[bare]}/{cells[sign].lstrip('/ ')}"
    return [*cells[:sign], whole, *cells[sign + 1 :]]


def _counts_columns(cells: Sequence[str]) -> bool:
    """The row ``(1) (2) (3)`` that official tables have under their headings."""
    said = [cell.strip("() ") for cell in cells if cell]
    return len(said) > FEWEST_HEADINGS and said == [str(n) for n in range(1, len(said) + 1)]
