"""Text from agencies before it enters an office file."""

import re
import unicodedata

_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
"""What XML 1.0 forbids or office programs refuse, and the marks that make text read other than it is written."""


def clean(text: str) -> str:
    """NFC, LF line ends, no character that an office file cannot hold."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", _BREAK.sub("\n", text))).strip()


def line(text: str) -> str:
    """The text on one line: titles, names, cells of a list."""
    return " ".join(clean(text).split())


def paragraphs(text: str) -> list[str]:
    """Non-empty lines of a text."""
    return [part.strip() for part in clean(text).split("\n") if part.strip()]
