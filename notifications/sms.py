"""A notice as a text message without diacritics: GSM-7 letters, at most three parts (153 characters each)."""

import unicodedata

from notifications.layout import cut
from notifications.notice import NoticeContext
from notifications.notice_view import line
from notifications.rendering import render_subject

PART, ALONE_PART, MOST_PARTS = 153, 160, 3
"""Septets of one part of several, and of a message that is one part (3GPP TS 23.038)."""
_DOUBLE = set("^{}\\[~]|")
_SAID = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "’": "'", "`": "'"})


def render_sms(kind: str, context: NoticeContext, *, language: str = "vi") -> str:
    """Who says it, what, by which document, and how to check it; the subject is cut first when it is too long."""
    subject = plain_letters(render_subject(kind, context, language=language))
    head, tail = f"{plain_letters(context.consolidator)}: ", _tail(context)
    room = PART * MOST_PARTS - septets(head) - septets(tail)
    while septets(subject) > room:
        subject = cut(subject, len(subject) - 1).replace("…", "")
    return f"{head}{subject}{tail}"


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
    said = [". Can cu: " + plain_letters(context.basis_document or context.plan_citation.partition(" ngày ")[0])]
    if context.landline:
        said.append(f". DT {plain_letters(context.landline)}")
    if context.code:
        said.append(f". Ma {plain_letters(context.code)} tai {plain_letters(context.portal_host)}/s")
    return "".join(said)
