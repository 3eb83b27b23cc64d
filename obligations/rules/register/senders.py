"""Who sent a document: by the code of the document system, by name, by the sign in its number."""

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from obligations.rules.register.kinds import Sender
from obligations.rules.register.names import canonical, initials, plain, variants
from obligations.rules.register.rows import Incoming

ALIKE, FEWEST_WORDS = 0.88, 3
_REST = re.compile(r"^\s*\d+\w*\s*/\s*(?:\d{4}\s*/\s*)?(?P<rest>.+)$")


@dataclass(frozen=True)
class Recognised:
    """The bodies a document may come from; ``beyond_doubt`` only of one; ``why`` in words."""

    keys: tuple[int, ...]
    beyond_doubt: bool = False
    why: str = ""


class Senders:
    """Every known body by its codes, names and signs."""

    def __init__(self, senders: Sequence[Sender]) -> None:
        self._names: dict[str, set[int]] = defaultdict(set)
        self._codes: dict[str, set[int]] = defaultdict(set)
        self._signs: dict[str, set[int]] = defaultdict(set)
        for sender in senders:
            for form in (form for name in sender.names for form in variants(name)):
                self._names[form].add(sender.key)
            for sign in initials(sender.names):
                self._signs[sign].add(sender.key)
            if sender.code:
                self._codes[plain(sender.code)].add(sender.key)

    def recognise(self, row: Incoming) -> Recognised:
        """Who sent it. Beyond doubt by its code or by its very name, and only when nothing speaks against it."""
        coded, named, signed = (
            self._codes.get(plain(row.code), set()),
            self._named(row.author),
            self._signed(row.number),
        )
        if coded and named and not coded & named:
            return Recognised(_keys(coded | named), why="mã định danh và tên cơ quan không cùng một nơi")
        known = coded or named
        if not known:
            return self._alike(row, signed)
        why = "đúng mã định danh" if coded else "đúng tên cơ quan"
        if len(known) > 1:
            return Recognised(_keys(known), why="nhiều cơ quan cùng tên hoặc mã")
        if signed and not signed & known:
            return Recognised(_keys(known), why=f"{why} nhưng ký hiệu văn bản của cơ quan khác")
        return Recognised(_keys(known), beyond_doubt=True, why=why)

    def _named(self, author: str) -> set[int]:
        return next((self._names[form] for form in variants(author) if form in self._names), set()) if author else set()

    def _signed(self, number: str) -> set[int]:
        return self._signs.get(sign_of(number), set())

    def _alike(self, row: Incoming, signed: set[int]) -> Recognised:
        """A unit of a known body, or a name with a slip of the pen; never beyond doubt."""
        written = canonical(row.author)
        around = [f for f in self._names if len(f.split()) >= FEWEST_WORDS and f" {written}".endswith(f" {f}")]
        if around:
            return Recognised(_keys(self._names[max(around, key=len)]), why="đơn vị thuộc cơ quan này")
        close = difflib.get_close_matches(written, self._names, n=1, cutoff=ALIKE) if written else []
        if close:
            return Recognised(_keys(self._names[close[0]]), why="tên cơ quan gần giống")
        return Recognised(_keys(signed), why="theo ký hiệu của cơ quan trong số văn bản")


def kind_of(number: str) -> str:
    """``bc`` of ``45/BC-STP``: what kind of document its number says it is; empty when it says none."""
    parts = _REST.match(number)
    words = plain(parts["rest"]).split() if parts else []
    return words[0] if words else ""


def sign_of(number: str) -> str:
    """``snnmt`` of ``45/BC-SNN&MT``: whose sign its number carries; empty when it carries none."""
    parts = _REST.match(number)
    _, dash, tail = parts["rest"].rpartition("-") if parts else ("", "", "")
    return plain(tail).replace(" ", "") if dash else ""


def _keys(found: set[int]) -> tuple[int, ...]:
    return tuple(sorted(found))
