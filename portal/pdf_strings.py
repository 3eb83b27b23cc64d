"""Strings, references and objects in the bytes of a PDF, wherever they stand (ISO 32000-2, 7.3)."""

import re

from portal.office_links import follows_well
from portal.pdf_keys import Decrypt
from portal.pdf_objects import literal
from portal.upload_budget import Unchecked

END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
GAP = rb"(?:[\x00\t\n\x0c\r ]|%[^\r\n]{0,200}[\r\n]){0,200}"
REFERENCE = re.compile(GAP + rb"(\d{1,10})" + GAP + rb"\d{1,5}" + GAP + rb"R")
OBJECT = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]{1,64}\d{1,5}[\x00\t\n\x0c\r ]{1,64}obj" + END)
_VALUE = re.compile(GAP + rb"(\((?:\\[\s\S]|[^\\)]){0,400}|<<|<[0-9A-Fa-f\s]{0,400}|/|>>|\d|)")
LONGEST_DICTIONARY = 1 << 16
_SPACE = (b"", b"\0", b"\t", b"\n", b"\f", b"\r", b" ", b"%")


def leads_well(content: bytes, at: int, decrypt: Decrypt | None) -> bool:
    """Whether what stands here is no address, or one that a person may follow; ``decrypt`` as for ``string_at``."""
    found = _VALUE.match(content, at)
    value = found[1] if found else b""
    if value in (b"/", b">>", b"<<"):
        return True  # the kind of an action (``/S /URI``), or the base of links, whose own address is looked at where it stands
    where = string_at(content, at, decrypt)
    if where is None:  # neither a name nor a value of any kind: bytes of a picture that happen to spell the name
        return found is not None and not value and content[found.end() : found.end() + 1] not in _SPACE
    return follows_well(where)


def string_at(content: bytes, at: int, decrypt: Decrypt | None) -> str | None:
    """The string that stands here, as an address is read; None for anything else. ``decrypt``: where strings are encrypted."""
    found = _VALUE.match(content, at)
    value = found[1] if found else b""
    if value.startswith(b"("):
        text = literal(value[1:])
    elif value.startswith(b"<") and value != b"<<":
        digits = re.sub(rb"\s", b"", value[1:])
        text = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    else:
        return None
    if decrypt:
        text = decrypt(*owner(content, at), text)
    return re.sub(rb"[\x00-\x20]|^\xfe\xff|^\xff\xfe|^\xef\xbb\xbf", b"", text).decode("latin-1")


def owner(content: bytes, at: int) -> tuple[int, int]:
    """Number and generation of the object in which this stands; Unchecked outside of any."""
    end = content.rfind(b"obj", max(at - LONGEST_DICTIONARY, 0), at) + 3
    found = re.search(rb"(\d{1,10})\s{1,64}(\d{1,5})\s{1,64}obj$", content[max(end - 150, 0) : end])
    if not found:
        raise Unchecked
    return int(found[1]), int(found[2])
