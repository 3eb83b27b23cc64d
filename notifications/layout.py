"""Paragraphs and facts laid out for plain text (76 columns) and for HTML (one column, no table)."""

import re

from markupsafe import Markup

WIDTH = 76
NAME, LINK, CODE = "\ue000", "\ue001", "\ue004"
"""Stand-ins for the agency's name, its link and its short code in a text that many agencies share (``shapes``)."""
OPEN, CLOSE = "\ue002", "\ue003"
"""Around a paragraph or fact that holds a stand-in: it is wrapped once the words are known."""
_UNMARKED = dict.fromkeys(map(ord, (NAME, LINK, CODE, OPEN, CLOSE)), " ")
FACT = ("  ", "    ")
_P = '<p style="margin:0 0 14px">'
_FACTS = '<p style="margin:0 0 14px;padding:2px 0 2px 14px;border-left:3px solid #b8c0c8">'


def without_marks(text: str) -> str:
    """The text without characters that mean something to ``shapes``."""
    return text.translate(_UNMARKED)


def one_line(text: str) -> str:
    """Every run of white space as one space."""
    return " ".join(text.split())


def cut(text: str, longest: int, *, keep: str = "") -> str:
    """The text, and ``keep`` after it, in at most ``longest`` characters; cut at a word with an ellipsis."""
    room = longest - len(keep)
    if len(text) > room:
        text = text[: room - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"
    return text + keep


def text_paragraphs(text: str) -> str:
    """Paragraphs are parted by empty lines; each is wrapped."""
    return "\n\n".join(_wrapped(part, "p") for part in _parts(text))


def text_facts(text: str) -> str:
    """``Label: value`` lines, indented, wrapped under themselves."""
    return "\n\n".join("\n".join(_wrapped(line, "f") for line in _lines(part)) for part in _parts(text))


def wrap(text: str, first: str = "", then: str = "") -> str:
    """One paragraph in lines of at most 76 columns; a longer word stands alone and is never broken."""
    words = text.split()
    if not words:
        return ""
    lines, line = [], first + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) <= WIDTH:
            line += " " + word
        else:
            lines.append(line)
            line = then + word
    return "\n".join([*lines, line])


def html_paragraphs(text: str) -> Markup:
    """Paragraphs of already escaped text."""
    return Markup("\n").join(Markup(f"{_P}{one_line(part)}</p>") for part in _parts(text))  # noqa: S704 - escaped by the template


def html_facts(text: str) -> Markup:
    """Facts of already escaped text, the label in bold."""
    parts = (f"{_FACTS}" + "<br>\n".join(_bold_label(line) for line in _lines(part)) + "</p>" for part in _parts(text))
    return Markup("\n").join(Markup(part) for part in parts)  # noqa: S704 - escaped by the template


def _bold_label(line: str) -> str:
    label, colon, value = line.partition(": ")
    return f"<strong>{label}:</strong> {value}" if colon else f"<strong>{line}</strong>"


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", str(text).strip()) if part.strip()]


def _lines(part: str) -> list[str]:
    return [one_line(line) for line in part.split("\n") if line.strip()]


def _wrapped(text: str, form: str) -> str:
    if NAME in text or LINK in text or CODE in text:
        return f"{OPEN}{form}{one_line(text)}{CLOSE}"
    return wrap(text, *(FACT if form == "f" else ()))
