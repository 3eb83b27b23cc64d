"""Vietnamese text as people type it in a hurry: without marks, without capitals. "Sở Tư pháp" is "so tu phap"."""

from collections.abc import Sequence

from models.alphabet import fold

MOST_WORDS = 8
"""Words of a question that are looked at."""
LONGEST = 100
"""Characters of a question that are looked at."""


def words_of(question: str) -> list[str]:
    """The folded words of a question, without repeats; none of an empty one."""
    return list(dict.fromkeys(fold(question[:LONGEST]).split()))[:MOST_WORDS]


def holds(text: str, words: Sequence[str]) -> bool:
    """Whether a text has every word somewhere, whatever their order; never of no words."""
    folded = fold(text)
    return bool(words) and all(word in folded for word in words)


def closeness(text: str, words: Sequence[str]) -> int:
    """0 for the words as a whole text, 1 as its beginning, 2 side by side, 3 otherwise: for ordering what was found."""
    folded, phrase = fold(text), " ".join(words)
    if folded == phrase:
        return 0
    if folded.startswith(phrase):
        return 1
    return 2 if phrase in folded else 3
