"""A notice as a text message without diacritics: GSM-7 letters, at most three parts (153 characters each)."""

import unicodedata

from notifications.layout import cut
from notifications.notice import NoticeContext
from notifications.notice_view import line
from notifications.rendering import render_subject

PART, ALONE_PART, UNICODE_PART, MOST_PARTS = 153, 160, 67, 3
"""Septets of one part of several and of a message that is one part; UCS-2 characters of a part (3GPP TS 23.038)."""
_DOUBLE = set("^{}\\[~]|")
_SAID = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "’": "'", "`": "'"})


def render_sms(kind: str, context: NoticeContext, *, diacritics: bool = False, language: str = "vi") -> str:
    """Who says it, what, by which document, and how to check it; the subject is cut first when it is too long.

    ``diacritics``: Vietnamese as it is written, at 67 characters a part.
    """
    said, length = (line, _units) if diacritics else (plain_letters, septets)
    subject = said(render_subject(kind, context, language=language))
    head, tail = said(f"{context.consolidator}: ").rstrip() + " ", said(_tail(context))
    room = (UNICODE_PART if diacritics else PART) * MOST_PARTS - length(head) - length(tail)
    while subject and length(subject) > room:
        subject = cut(subject, len(subject) - 1).replace("…", "")
    return f"{head}{subject}{tail}"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain_letters(text: str) -> str:
    """The text in GSM-7 letters: no diacritics, one line; what has no such letter becomes a question mark."""
    bare = "".join(c for c in unicodedata.normalize("NFD", line(text).translate(_SAID)) if not unicodedata.combining(c))
    return "".join(c if " " <= c <= "~" else "?" for c in bare)


def septets(text: str) -> int:
    """How long a text of GSM-7 letters is."""
    return len(text) + sum(c in _DOUBLE for c in text)


def parts_of(text: str) -> int:
    """How many parts a provider sends, and charges, it as."""
    length = septets(text)
    return 1 if length <= ALONE_PART else -(-length // PART)


def _tail(context: NoticeContext) -> str:
    said = [f". Căn cứ: {context.basis_document or context.plan_citation.partition(' ngày ')[0]}"]
    if context.landline:
        said.append(f". ĐT {context.landline}")
    if context.code:
        said.append(f". Mã {context.code} tại {context.portal_host}/s")
    return "".join(said)
