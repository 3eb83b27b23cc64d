"""The order of names in Vietnamese: a ă â b c d đ e ê …, word by word, tones only where all else is equal (as CLDR sorts ``vi``)."""

import re
import unicodedata

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
"""Huyền, hỏi, ngã, sắc, nặng; no mark comes first."""
_WORD = re.compile(r"\d+|[^\W\d_]+")

Word = tuple[int, ...]
NameOrder = tuple[tuple[Word, ...], tuple[int, ...], str]


def name_order(name: str) -> NameOrder:
    """What to sort a name by. Numbers in it stand before letters and count as numbers; a tone belongs to its word, wherever it is written."""
    text = unicodedata.normalize("NFC", name).lower()
    words = [_split(word) for word in _WORD.findall(text)]
    return tuple(letters for letters, _ in words), tuple(tone for _, tone in words), text


def _split(word: str) -> tuple[Word, int]:
    """The letters of a word by their places in the alphabet, and its tone."""
    if word.isdecimal():
        return (-1, int(word)), 0
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if c not in _TONES)
    tones = (_TONES[c] for c in unicodedata.normalize("NFD", word) if c in _TONES)
    return tuple(_place(c) for c in unicodedata.normalize("NFC", bare)), max(tones, default=0)


def _place(letter: str) -> int:
    found = _ALPHABET.find(letter)
    return found if found >= 0 else len(_ALPHABET) + ord(letter)
