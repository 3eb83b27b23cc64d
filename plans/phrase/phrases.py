"""Tables of fixed phrases, found by their first word; the longest wins."""

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from plans.phrase.normalise import fold
from plans.phrase.sentence import Sentence

T = TypeVar("T")


class Phrases(Generic[T]):
    """Phrases (lower case, canonical spelling) and what each means."""

    def __init__(self, table: Mapping[str, T], *, plain: bool = False) -> None:
        """``plain`` words must stand as written; words of the calendar may be misread by a scanner."""
        self._plain = plain
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in sorted(table.items(), key=lambda item: -len(item[0].split())):
            self._by_first.setdefault(fold(phrase.split()[0]), []).append((tuple(phrase.split()), value))

    @classmethod
    def of(cls, phrases: Iterable[str]) -> "Phrases[bool]":
        """Phrases that are only looked for, as written."""
        return Phrases(dict.fromkeys(phrases, True), plain=True)

    def at(self, s: Sentence, i: int) -> tuple[T, int] | None:
        """The meaning of the longest phrase that starts here and the position behind it."""
        for phrase, value in self._by_first.get(s.at(i).bare, ()):
            if s.spells(i, phrase, plain=self._plain):
                return value, i + len(phrase)
        return None

    def before(self, s: Sentence, i: int, within: int) -> tuple[T, int] | None:
        """The last phrase that starts in the ``within`` tokens before a position; its meaning and start."""
        for start in range(i - 1, max(-1, i - 1 - within), -1):
            found = self.at(s, start)
            if found is not None:
                return found[0], start
        return None
