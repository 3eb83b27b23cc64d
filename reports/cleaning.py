"""Text from agencies before it enters an office file."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """NFC, LF line ends, no character that XML 1.0 forbids."""
    return _CONTROL.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def paragraphs(text: str) -> list[str]:
    """Non-empty lines of a text."""
    return [line.strip() for line in clean(text).split("\n") if line.strip()]
