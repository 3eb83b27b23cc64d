"""Text and addresses as calendar clients can take them."""

import re
import unicodedata
from urllib.parse import quote

# C0 except tab and line feed, DEL, lone surrogates (which no UTF-8 can carry) and the byte order mark (readers drop it).
_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufeff]")
# Line ends of other systems. vdirsyncer and vobject split at U+2028 as at LF, which would tear a property in two.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_URI_KEPT = "%/:=&?~#+!$,;'@()*[]"


def clean_text(text: str) -> str:
    r"""NFC, line ends as LF, other control characters dropped (icalendar lets NUL and VT pass).

    An accent that begins a line has nothing to sit on and would join the ``n`` of the escape ``\n``: it goes too.
    ``\N`` becomes ``\n``, because icalendar 7.3 would write a line break for it.
    """
    plain = _DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    lines = (_without_leading_marks(line) for line in plain.split("\n"))
    return unicodedata.normalize("NFC", "\n".join(lines)).replace("\\N", "\\n")


def one_line(text: str, most: int) -> str:
    """Clean text in one line of at most ``most`` characters, cut with an ellipsis and never inside an accented letter."""
    line = " ".join(clean_text(text).split())
    line = _without_leading_marks(line)
    if len(line) <= most:
        return line
    end = most - 1
    while end > 0 and (unicodedata.combining(line[end]) or "\u200d" in line[end - 1 : end + 1]):
        end -= 1
    return line[:end].rstrip() + "…"


def clean_uri(uri: str) -> str:
    """The address with everything percent-encoded that RFC 3986 does not allow, so that no text can end the line."""
    return quote(unicodedata.normalize("NFC", _DROPPED.sub("", uri)).replace("\n", ""), safe=_URI_KEPT)


def _without_leading_marks(line: str) -> str:
    start = 0
    while start < len(line) and unicodedata.combining(line[start]):
        start += 1
    return line[start:]
