"""Whether a short message says that a report has been sent: people write it with and without diacritics."""

import re
import unicodedata

LONGEST = 400
"""Characters; a longer message is a letter, and a person reads it."""
_SENT = re.compile(r"\b(da|moi|vua)\s+(gui|nop|bao cao|chuyen)\b|\b(gui|nop|bao cao)\s+(roi|xong)\b")
_NOT = re.compile(r"\b(chua|khong|se|dang|xin|de nghi)\b|\?")


def says_sent(text: str) -> bool:
    """``Đã gửi rồi ạ``, ``da nop bao cao``; not ``chưa gửi``, ``sẽ gửi``, nor a question."""
    if len(text) > LONGEST:
        return False
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())
    return _SENT.search(plain) is not None and _NOT.search(plain) is None
