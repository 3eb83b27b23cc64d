"""Two texts word by word, and figures against those of a year before."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
_WORDS = re.compile(r"\d[\d.,/]*\d\s*|[^\W_]+\s*|[\W_]\s*", re.UNICODE)
_NUMBER = re.compile(r"[-+]?\d[\d.,\s\u00a0]*")
MOST_WORDS = 1_500
"""Words of one text that are compared one by one; longer texts by lines, or as a whole: nonsense must not cost minutes."""
JUMP = 500
"""From this many times more or less a figure's unit is doubtful: thousands or millions were likely meant."""


@dataclass(frozen=True)
class Piece:
    """A stretch of the two texts together."""

    kind: Kind
    text: str


def compared(before: str, now: str) -> list[Piece]:
    """Both texts as one: what stayed, what was removed, what was added, in reading order.

    What is not ``added`` gives the text before, what is not ``removed`` the text now.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(now)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = before.splitlines(keepends=True), now.splitlines(keepends=True)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = [before][: len(before)], [now][: len(now)]
    found: list[Piece] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(new[b1:b2])))
            continue
        found += [Piece("removed", "".join(old[a1:a2]))] if a2 > a1 else []
        found += [Piece("added", "".join(new[b1:b2]))] if b2 > b1 else []
    return found


def figure_of(text: str) -> Decimal | None:
    """A number as people write it: ``1.234.567,5`` and ``1 234``; None for anything else.

    The comma is the decimal mark (Nghị định 30/2020 prints it so). A point before groups of three digits separates
    thousands; one point before another number of digits is read as a decimal mark.
    """
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        return None
    plain = re.sub(r"[\s\u00a0]", "", stripped)
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+(,\d+)?", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def jump(before: str, now: str) -> str | None:
    """How many times a figure is more (``×1.000``) or less (``÷1.000``), once that is doubtful; None otherwise."""
    old, new = figure_of(before), figure_of(now)
    if not old or not new:
        return None
    times = abs(new / old)
    sign, many = ("×", times) if times >= 1 else ("÷", 1 / times)
    if many < JUMP:
        return None
    for round_ in (1_000, 1_000_000, 1_000_000_000):
        if round_ / 2 <= many <= round_ * 2:
            return f"{sign}{round_:,}".replace(",", ".")
    return f"{sign}{int(many):,}".replace(",", ".")
