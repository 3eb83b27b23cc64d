"""The marked letters of Vietnamese and the plain ones people look for them by. Plain values: imports nothing of ours."""

import re
import unicodedata

_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_PLAIN = "aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd"
MARKED, PLAIN = _MARKED + _MARKED.upper(), _PLAIN * 2
"""Every marked letter, small and capital, and the plain small one in the same place."""
_TABLE = str.maketrans(MARKED, PLAIN)


def fold(text: str) -> str:
    """Lower case without marks: "Sở Tư pháp" and "so tu phap" fold to the same."""
    return unicodedata.normalize("NFC", text).translate(_TABLE).lower()


def slug(text: str) -> str:
    """``Kỳ năm 2025`` -> ``ky-nam-2025``: a part of a code or of a file name, the same on every machine."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
