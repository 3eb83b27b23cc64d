"""Notices as text: one template a kind, laid out as subject, plain text, HTML and short text."""

import unicodedata
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from notifications import layout
from notifications.notice import KINDS, NoticeContext, NoticeItem, Rendered
from notifications.notice_view import view_of
from notifications.vietnamese import lower_first, upper_first

__all__ = ["KINDS", "NoticeContext", "NoticeItem", "Rendered", "render_notice"]

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_SUBJECT = 120
LONGEST_SHORT = 2000


def render_notice(kind: str, context: NoticeContext, *, language: str = "vi") -> Rendered:
    """The four forms of a notice. Raises ValueError for an unknown kind or a notice about nothing."""
    if kind not in KINDS:
        raise ValueError(f"no notice is of kind {kind!r}; kinds: {', '.join(KINDS)}")
    if not context.items:
        raise ValueError(f"a notice of kind {kind!r} needs at least one item")
    shown = view_of(kind, context)

    def form(name: str, *, html: bool = False) -> str:
        template = _environment(language, html).get_template(f"{kind}.j2")
        text = template.render(layout=f"_{name}.j2", n=shown)
        return unicodedata.normalize("NFC", text).strip()

    return Rendered(
        subject=layout.cut(layout.one_line(form("subject")), LONGEST_SUBJECT),
        text=form("text") + "\n",
        html=form("html", html=True) + "\n",
        short=layout.cut(layout.one_line(form("short")), LONGEST_SHORT, keep=f"\n{shown.link}" if shown.link else ""),
    )


@cache
def _environment(language: str, html: bool) -> SandboxedEnvironment:
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
