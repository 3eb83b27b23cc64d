"""Printed text made comparable: one Unicode form, one kind of space and dash, digits that scanners misread."""

import html
import re
import unicodedata
from functools import lru_cache

_SAME: dict[int, str | None] = {
    **{ord(c): "-" for c in "–—−‑‒―"},
    **{ord(c): '"' for c in "“”„«»″"},
    **{ord(c): "'" for c in "‘’‚′`´"},
    **{ord(c): "/" for c in "⁄∕"},
    **{ord(c): None for c in "\u200b\u200c\u200d\u2060\ufeff\u00ad"},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
"""Dashes, quotes and slashes of one kind, nothing invisible, no full-width letters."""

_BROKEN = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\*\*|__(?=\S)|(?<=\S)__")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_SYNONYMS = {"quí": "quý", "qui": "quy", "kì": "kỳ", "mồng": "mùng", "uỷ": "ủy", "thuỷ": "thủy", "hoà": "hòa"}

# A chunk that holds a digit and otherwise only separators and letters that look like digits: "l5/9", "O1/11", "3l-12".
_MISREAD = re.compile(r"(?<![\w/.-])(?=[\dlLIiOo|./-]*\d)[\dlLIiOo|]{1,4}(?:[./-][\dlLIiOo|]{1,4}){1,2}(?![\w/])")
_MISREAD_AFTER = re.compile(r"(?i)(?<=\b)((?:ng[aàảãạ]y|th[aáảãạ]ng|n[aăãắ]m)\s+)([\dlLIiOo|]{1,4})(?![\w/.-])")
_DIGITS = str.maketrans({"l": "1", "L": "1", "I": "1", "i": "1", "|": "1", "O": "0", "o": "0"})


def clean(text: str) -> str:
    """NFC, single spaces, plain dashes and quotes, no markup; letters read for digits inside a date put right."""
    plain = unicodedata.normalize("NFC", _TAG.sub(" ", html.unescape(_BROKEN.sub(" ", text)))).translate(_SAME)
    plain = unicodedata.normalize("NFC", _BLANK.sub(" ", plain)).strip()
    plain = _MISREAD.sub(_repaired, plain)
    return _MISREAD_AFTER.sub(lambda m: m[1] + (m[2].translate(_DIGITS) if _numeric(m[2]) else m[2]), plain)


def _repaired(found: re.Match[str]) -> str:
    """Only where each part is a number but for a letter or two; "I/2024" is a quarter and stays."""
    parts = re.split(r"[./-]", found[0])
    if all(_numeric(part) or part in ("l", "lO", "lo", "L", "LO") for part in parts):
        return found[0].translate(_DIGITS)
    return found[0]


def _numeric(part: str) -> bool:
    return any(c.isdigit() for c in part)


@lru_cache(maxsize=1 << 16)
def fold(word: str) -> str:
    """Lower case without diacritics: what is left of a word when its marks are lost."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def canonical(word: str) -> str:
    """Lower case in one spelling: "quí" and "quý", "kì" and "kỳ" are the same word."""
    low = word.lower()
    return _SYNONYMS.get(low, low)
