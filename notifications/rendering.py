"""Notices as text: one template a kind, laid out as subject, plain text, HTML and short text."""

import unicodedata
from dataclasses import replace
from datetime import datetime, time
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from notifications import layout
from notifications.layout import CODE, LINK, NAME
from notifications.notice import ALONE, KINDS, NoticeContext, NoticeItem, Rendered
from notifications.notice_view import WITHOUT_LINK, NoticeView, line, view_of
from notifications.shapes import Shape, shape_of
from notifications.vietnamese import lower_first, upper_first, you_of

__all__ = ["ALONE", "KINDS", "NoticeContext", "NoticeItem", "Rendered", "render_notice", "render_subject"]

TEMPLATES = Path(__file__).parent / "templates"
REMINDERS = ("open", "before", "tomorrow", "today", "overdue", "ask_again", "leader")
"""What a department that reminds itself reads as an internal reminder instead."""


def render_notice(kind: str, context: NoticeContext, *, language: str = "vi") -> Rendered:
    """The four forms of a notice. Raises ValueError for an unknown kind or a notice about nothing."""
    link = "" if kind in WITHOUT_LINK else _own(context.link)
    code = "" if kind in WITHOUT_LINK else _own(context.code)
    return _shape_for(kind, context, language).fill(_own(context.agency_name), link, code)


def render_subject(kind: str, context: NoticeContext, *, language: str = "vi") -> str:
    """The subject of ``render_notice`` without the cost of the rest."""
    return _shape_for(kind, context, language).subject_for(_own(context.agency_name))


def _own(text: str | None) -> str:
    """An agency's own words, as one line that holds no stand-in."""
    return line(layout.without_marks(text or ""))


def _shape_for(kind: str, context: NoticeContext, language: str) -> Shape:
    """The notice with stand-ins where its words depend on nothing else of the agency; else with its own words."""
    stood_in = replace(
        context, agency_name=NAME, link=LINK if context.link else None, code=CODE if context.code else ""
    )
    if not _same_words(context, stood_in):
        stood_in = context
    day = datetime.combine(context.as_of.date(), time(), context.as_of.tzinfo)
    return _shape(kind, replace(stood_in, items=tuple(context.items), as_of=day), language)


def _same_words(context: NoticeContext, stood_in: NoticeContext) -> bool:
    """A head's post, and how a body is addressed, come from its name."""
    kind = context.agency_kind
    return context.addressee != "leader" and you_of(line(context.agency_name), kind) == you_of(
        stood_in.agency_name, kind
    )


@lru_cache(maxsize=512)
def _shape(kind: str, context: NoticeContext, language: str) -> Shape:
    shown = _view(kind, context)

    def form(name: str, *, html: bool = False) -> str:
        return _form(kind, shown, name, language, html=html)

    return shape_of(form("subject"), form("text"), form("html", html=True), form("short"))


def render_part(template: str, layout_file: str, language: str, *, html: bool = False, **names: object) -> str:
    """One notice's template in another layout, with names of its own; NFC."""
    found = _environment(language, html=html).get_template(f"{template}.j2")
    return unicodedata.normalize("NFC", found.render(layout=layout_file, **names)).strip()


def _view(kind: str, context: NoticeContext) -> NoticeView:
    if kind not in KINDS:
        raise ValueError(f"no notice is of kind {kind!r}; kinds: {', '.join(KINDS)}")
    if not context.items:
        raise ValueError(f"a notice of kind {kind!r} needs at least one item")
    if kind in ALONE and len(context.items) > 1:
        raise ValueError(f"a notice of kind {kind!r} is about one item, never a digest")
    return view_of(kind, context)


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
