"""A notice rendered once for all agencies that read the same words but for their own name and link.

An overdue notice to three hundred communes is one text with three hundred names: the templates run once, and filling in a
name costs a hundredth of that. What is filled equals what the templates would have made (tests hold this).
"""

import re
import unicodedata
from dataclasses import dataclass

from markupsafe import escape

from notifications import layout
from notifications.layout import CLOSE, CODE, FACT, LINK, NAME, OPEN
from notifications.notice import Rendered

LONGEST_SUBJECT = 120
LONGEST_SHORT = 2000
_MARKED = re.compile(f"{OPEN}(.)([^{CLOSE}]*){CLOSE}")


@dataclass(frozen=True)
class Shape:
    """The four forms with stand-ins. ``text`` alternates: as it is, form letter, words to wrap, as it is, ..."""

    subject: str
    text: tuple[str, ...]
    html: str
    short: str

    def fill(self, name: str, link: str, code: str = "") -> Rendered:
        """The notice to one agency; ``link`` and ``code`` are empty when it carries none. All are single lines."""
        return Rendered(
            subject=self.subject_for(name),
            text=_nfc(self._text(name, link, code)) + "\n",
            html=_nfc(_put(self.html, str(escape(name)), str(escape(link)), str(escape(code)))) + "\n",
            short=self._short(name, link, code),
        )

    def subject_for(self, name: str) -> str:
        """The subject alone: at most 120 characters."""
        return layout.cut(layout.one_line(_nfc(_put(self.subject, name, "", ""))), LONGEST_SUBJECT)

    def _text(self, name: str, link: str, code: str) -> str:
        parts = [_put(self.text[0], name, link, code)]
        for at in range(1, len(self.text), 3):
            form, words, after = self.text[at : at + 3]
            filled = _put(words, name, link, code)
            parts += [layout.wrap(filled, *(FACT if form == "f" else ())), _put(after, name, link, code)]
        return "".join(parts)

    def _short(self, name: str, link: str, code: str) -> str:
        words = layout.one_line(_nfc(_put(self.short, name, link, code)))
        return layout.cut(words, LONGEST_SHORT, keep=f"\n{link}" if link else "")


def shape_of(subject: str, text: str, html: str, short: str) -> Shape:
    """Take in the four forms as the templates gave them, stand-ins and marks included."""
    return Shape(subject, tuple(_MARKED.split(text)), html, short)


def _put(text: str, name: str, link: str, code: str) -> str:
    return text.replace(NAME, name).replace(LINK, link).replace(CODE, code)


def _nfc(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
