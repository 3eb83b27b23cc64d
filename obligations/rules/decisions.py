"""A decision by its number and day, as people write it."""

import re
from dataclasses import dataclass
from datetime import date

_DAY = re.compile(r"[\s,;]*(?:ngày\s+)?(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})\s*$", re.IGNORECASE)
_ISO = re.compile(r"[\s,;]*(?:ngày\s+)?(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\s*$", re.IGNORECASE)
_KINDS = (("NQ", "Nghị quyết"), ("QĐ", "Quyết định"), ("TB", "Thông báo"), ("KL", "Kết luận"), ("CV", "Công văn"))


@dataclass(frozen=True)
class Decision:
    """``number`` as printed, ``on`` the day printed on it, ``text`` the whole in one phrase."""

    number: str
    on: date
    text: str


def parse_decision(written: str) -> Decision:
    """``15/QĐ-UBND, 20/10/2026`` -> "Quyết định số 15/QĐ-UBND ngày 20/10/2026". ValueError says what is missing."""
    text = " ".join(written.split())
    found = _ISO.search(text) or _DAY.search(text)
    if found is None:
        raise ValueError(
            f'a decision is its number and day, such as "15/QĐ-UBND, 20/10/2026"; {written!r} names no day'
        )
    try:
        on = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError as error:
        raise ValueError(f"{found[0].strip(' ,;')!r} is not a day") from error
    number = text[: found.start()].strip(" ,;")
    if not number:
        raise ValueError('a decision is its number and day, such as "15/QĐ-UBND, 20/10/2026"; the number is missing')
    return Decision(number.rpartition("số ")[2] or number, on, f"{_named(number)} ngày {on:%d/%m/%Y}")


def _named(number: str) -> str:
    """A number standing alone gets its kind of document; one that is named stays as written."""
    if not number[0].isdigit() and not number.lower().startswith("số "):
        return number
    bare = number.removeprefix("số ").removeprefix("Số ")
    marks = re.split(r"[/-]", bare)
    kind = next((name for mark, name in _KINDS if mark in marks), "Văn bản")
    return f"{kind} số {bare}"
