"""From facts to words: one template a kind, in Vietnamese; the HTML is made from the same text.

Register: users.md section 4. No "quá hạn" unless the caller gives ``days_late``; that is decided by the rules.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates" / "vi"
SUBJECT_MAX = 120
SHORT_MAX = 2000
KINDS = (
    "open", "before", "tomorrow", "today", "overdue", "leader", "official_copy",
    "received", "returned", "extended", "agreed_late", "correction", "new_link",
)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True)
class NoticeItem:
    """One duty as a message shows it. ``days_late`` None: "quá hạn" may not be said."""

    title: str
    clause_text: str
    period_label: str
    due_on: date
    practical_due_on: date
    grace_until: date
    grace_applies: bool
    due_text: str
    days_left: int | None = None
    days_late: int | None = None
    requested: bool = False
    internal: bool = False
    remarks: str | None = None
    receipt_number: str | None = None
    received_at: datetime | None = None
    data_window: str | None = None
    extended_to: date | None = None
    first_notice_on: date | None = None
    until_on: date | None = None
    document: str | None = None


@dataclass(frozen=True)
class NoticeContext:
    """Everything a message may say. ``as_of`` is aware, in the plan's time zone; ``link`` None hides it (previews)."""

    agency_name: str
    addressee: str
    agency_kind: str
    plan_number: str
    plan_citation: str
    consolidator: str
    reader: str
    unit_line: str
    landline: str | None
    basis_document: str | None
    items: list[NoticeItem]
    link: str | None
    portal_host: str
    as_of: datetime


@dataclass(frozen=True)
class Rendered:
    """The words of one message. ``short`` suits Zalo and SMS."""

    subject: str
    text: str
    html: str
    short: str


def render_notice(kind: str, context: NoticeContext) -> Rendered:
    """Render one kind. Raises KeyError for an unknown kind and jinja2.UndefinedError for a missing fact."""
    if kind not in KINDS:
        raise KeyError(kind)
    environment = _environment()
    values: dict[str, Any] = {"c": context, "item": context.items[0], "one": len(context.items) == 1, "kind": kind}
    module = environment.get_template(f"{kind}.j2").make_module(values)
    body = environment.get_template("frame.j2").render(**values, body=_tidy(str(module.body())))  # type: ignore[attr-defined]
    text = _tidy(body) + "\n"
    subject = _one_line(str(module.subject()))  # type: ignore[attr-defined]
    short = _one_line(str(module.short()))  # type: ignore[attr-defined]
    return Rendered(_cut(subject, SUBJECT_MAX), text, _html(text), _cut(short, SHORT_MAX))


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False  # noqa: S701 - plain text; the HTML is escaped below
    )
    environment.filters.update(cap=lambda s: s[:1].upper() + s[1:], day=format_day, long=format_long, two=lambda n: f"{n:02d}", moment=format_moment)
    return environment


def format_day(day: date) -> str:
    """``30/10/2026``."""
    return f"{day:%d/%m/%Y}"


def format_long(day: date) -> str:
    """``thứ Sáu, 30/10/2026``."""
    return f"{_WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def format_moment(moment: datetime) -> str:
    """``09 giờ 05, thứ Sáu, 30/10/2026``."""
    return f"{moment:%H} giờ {moment:%M}, {format_long(moment.date())}"


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _tidy(text: str) -> str:
    """NFC, no trailing spaces, never two blank lines in a row."""
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).strip().splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _html(text: str) -> str:
    """The same words as paragraphs; one link, no images, nothing fetched from anywhere."""
    blocks = "".join(f"<p>{_lines(block)}</p>" for block in text.strip().split("\n\n"))
    style = "font-family:'Times New Roman',Tinos,serif;font-size:16px;line-height:1.5;max-width:40em;color:#111"
    return f'<!doctype html><html lang="vi"><head><meta charset="utf-8"></head><body style="{style}">{blocks}</body></html>'


def _lines(block: str) -> Markup:
    return Markup("<br>").join(_linked(line) for line in block.splitlines())


def _linked(line: str) -> Markup:
    words = [
        Markup('<a href="{0}">{0}</a>').format(word) if word.startswith(("http://", "https://")) else escape(word)
        for word in line.split(" ")
    ]
    return Markup(" ").join(words)
