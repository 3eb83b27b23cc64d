"""Notices as text: one template a kind, laid out as subject, plain text, HTML and short text."""

import unicodedata
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from notifications import layout
from notifications.notice import ALONE, KINDS, NoticeContext, NoticeItem, Rendered
from notifications.notice_view import NoticeView, view_of
from notifications.vietnamese import lower_first, upper_first

__all__ = ["ALONE", "KINDS", "NoticeContext", "NoticeItem", "Rendered", "render_notice", "render_subject"]

TEMPLATES = Path(__file__).parent / "templates"
REMINDERS = ("open", "before", "tomorrow", "today", "overdue", "ask_again", "leader")
"""What a department that reminds itself reads as an internal reminder instead."""
LONGEST_SUBJECT = 120
LONGEST_SHORT = 2000


def render_notice(kind: str, context: NoticeContext, *, language: str = "vi") -> Rendered:
    """The four forms of a notice. Raises ValueError for an unknown kind or a notice about nothing."""
    shown = _view(kind, context)

    def form(name: str, *, html: bool = False) -> str:
        return _form(kind, shown, name, language, html=html)

    return Rendered(
        subject=_subject(kind, shown, language),
        text=form("text") + "\n",
        html=form("html", html=True) + "\n",
        short=layout.cut(layout.one_line(form("short")), LONGEST_SHORT, keep=f"\n{shown.link}" if shown.link else ""),
    )


def render_subject(kind: str, context: NoticeContext, *, language: str = "vi") -> str:
    """The subject of ``render_notice`` without the cost of the rest."""
    return _subject(kind, _view(kind, context), language)


def render_part(template: str, layout_file: str, language: str, **names: object) -> str:
    """One notice's template in another layout, with names of its own; NFC."""
    found = _environment(language, html=False).get_template(f"{template}.j2")
    return unicodedata.normalize("NFC", found.render(layout=layout_file, **names)).strip()


def _view(kind: str, context: NoticeContext) -> NoticeView:
    if kind not in KINDS:
        raise ValueError(f"no notice is of kind {kind!r}; kinds: {', '.join(KINDS)}")
    if not context.items:
        raise ValueError(f"a notice of kind {kind!r} needs at least one item")
    if kind in ALONE and len(context.items) > 1:
        raise ValueError(f"a notice of kind {kind!r} is about one item, never a digest")
    return view_of(kind, context)


def _subject(kind: str, shown: NoticeView, language: str) -> str:
    return layout.cut(layout.one_line(_form(kind, shown, "subject", language)), LONGEST_SUBJECT)


def _form(kind: str, shown: NoticeView, name: str, language: str, *, html: bool = False) -> str:
    chosen = "own" if shown.own and kind in REMINDERS else kind
    template = _environment(language, html=html).get_template(f"{chosen}.j2")
    return unicodedata.normalize("NFC", template.render(layout=f"_{name}.j2", n=shown)).strip()


@cache
def _environment(language: str, *, html: bool) -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES / language),
        undefined=StrictUndefined,
        autoescape=html,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        paragraphs=layout.html_paragraphs if html else layout.text_paragraphs,
        facts=layout.html_facts if html else layout.text_facts,
        upper_first=upper_first,
        lower_first=lower_first,
    )
    return environment
