"""The text of the signed *công văn đôn đốc*: paragraphs for the letter, rows for its annex."""

import re
from dataclasses import dataclass

from notifications.layout import one_line
from notifications.notice import NoticeContext
from notifications.notice_view import ItemView, view_of
from notifications.rendering import render_notice, render_part

UNSENT = "chưa gửi"


@dataclass(frozen=True)
class LetterText:
    """``about`` is what follows "V/v"; ``rows``: what is owed, where the plan says so, the due day, how it stands."""

    about: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str, str, str], ...]


def letter_text(context: NoticeContext, *, language: str = "vi") -> LetterText:
    """Addressed to the body; a threat to report stands only where ``letter.j2`` allows it."""
    shown = view_of("letter", context)
    text = render_part("letter", "_letter.j2", language, n=shown)
    paragraphs = [one_line(part) for part in re.split(r"\n\s*\n", text) if part.strip()]
    about = render_notice("letter", context, language=language).subject.removeprefix("V/v ")
    return LetterText(about, tuple(paragraphs), tuple(_row(item) for item in shown.items))


def _row(item: ItemView) -> tuple[str, str, str, str]:
    state = f"{item.state}, {UNSENT}" if item.late else UNSENT
    return (", ".join(part for part in (item.title, item.period) if part), item.clause, item.due, state)
