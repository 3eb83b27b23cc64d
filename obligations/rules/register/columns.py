"""Which column of a register is which: by its heading in many spellings, or by what stands in it."""

import re
from collections.abc import Mapping, Sequence

from obligations.rules.register.names import plain

FIELDS = ("incoming_number", "arrived_on", "author", "number", "issued_on", "summary", "code")
NEEDED = ("arrived_on", "number")
"""Without these nothing can be recorded; who sent it may also follow from its code or its number."""

HEADINGS = {
    "incoming_number": ("so den", "so vb den", "so van ban den", "so dk", "so dang ky"),
    "arrived_on": ("ngay den", "ngay vb den", "ngay van ban den", "ngay nhan", "ngay vao so", "thoi gian den"),
    "author": (
        "co quan ban hanh", "don vi ban hanh", "noi ban hanh", "noi gui", "don vi gui", "co quan gui", "tac gia",
        "noi gui van ban", "ten co quan to chuc ban hanh van ban", "co quan to chuc ban hanh", "don vi phat hanh",
    ),
    "number": ("so ky hieu", "so kh", "so va ky hieu", "so hieu", "so ky hieu van ban", "so ky hieu vb", "ky hieu"),
    "issued_on": (
        "ngay van ban", "ngay vb", "ngay ban hanh", "ngay thang van ban", "ngay phat hanh", "ngay ky",
        "ngay thang nam van ban",
    ),
    "summary": (
        "trich yeu", "trich yeu noi dung", "noi dung", "ten loai va trich yeu noi dung van ban", "ten van ban",
        "ten loai va trich yeu noi dung", "noi dung trich yeu", "trich yeu van ban",
    ),
    "code": ("ma dinh danh", "ma co quan", "ma don vi", "ma dinh danh co quan", "ma dinh danh don vi gui", "ma dinh danh vb"),
}  # fmt: skip
BARE, SIGN = ("so", "so vb", "so van ban"), "ky hieu"
MOSTLY = 0.5
"""Share of the cells of a column that must look so."""
_NAMES = {said: field for field, several in HEADINGS.items() for said in several}
_NUMBER = re.compile(r"^\s*\d+\s*/\s*[\w&.\-/]*[A-ZĐ]", re.IGNORECASE)
_CODE = re.compile(r"^(?:\d{3}\.)+[A-Z]\d+|^[A-Z]\d{2}(?:\.\d+)+$")
_DAY = re.compile(r"^\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|^\d{4}-\d{2}-\d{2}")


def by_heading(header: Sequence[str]) -> dict[str, int]:
    """Place of each field whose heading is known; the first of two that say the same."""
    found: dict[str, int] = {}
    for place, said in enumerate(header):
        field = _NAMES.get(plain(said))
        if field is not None:
            found.setdefault(field, place)
    return found


def apart(header: Sequence[str]) -> tuple[int, int] | None:
    """Places of the bare number and of the sign, in registers that give them a column each; None in others."""
    said = [plain(each) for each in header]
    bare = next((said.index(each) for each in BARE if each in said), None)
    return (bare, said.index(SIGN)) if bare is not None and SIGN in said else None


def by_content(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """A guess for a register without headings, from its first rows: what looks like a number, a day, a code, a sentence."""
    width = max((len(row) for row in rows), default=0)
    columns = [[row[place] for row in rows if place < len(row) and row[place]] for place in range(width)]
    found: dict[str, int] = {}
    _claim(found, columns, "number", _NUMBER)
    _claim(found, columns, "code", _CODE)
    days = [place for place, cells in enumerate(columns) if _share(cells, _DAY) > MOSTLY]
    if days:
        found["arrived_on"] = days[0]
    if len(days) > 1:
        found["issued_on"] = days[1]
    left = [p for p, cells in enumerate(columns) if p not in found.values() and p not in days and cells]
    digits = [p for p in left if all(cell.isdigit() for cell in columns[p])]
    if digits:
        found["incoming_number"] = digits[-1]  # the first of two is the running number of the list
    words = sorted((p for p in left if p not in digits), key=lambda p: -_length(columns[p]))
    found.update(zip(("summary", "author"), words, strict=False))
    return found


def missing(places: Mapping[str, int]) -> list[str]:
    """Fields without which no row can be matched; empty when there is enough."""
    wanted = [field for field in NEEDED if field not in places]
    return wanted if "author" in places or "code" in places else [*wanted, "author"]


def _claim(found: dict[str, int], columns: Sequence[Sequence[str]], field: str, pattern: re.Pattern[str]) -> None:
    shares = [0.0 if place in found.values() else _share(cells, pattern) for place, cells in enumerate(columns)]
    if shares and max(shares) > MOSTLY:
        found[field] = shares.index(max(shares))


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.match(cell)) for cell in cells) / len(cells) if cells else 0.0


def _length(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / len(cells)
