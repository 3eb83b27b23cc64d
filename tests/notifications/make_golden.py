"""Writes golden/messages.md, every notice as it would be sent, and golden/zns.md, what Zalo is asked to approve.

``python -m tests.notifications.make_golden``.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from notifications.operational import render_operational
from notifications.rendering import ALONE, KINDS, Rendered, render_notice
from notifications.zns_page import zns_page
from notifications.zns_templates import zns_templates
from tests.notifications.samples import ADDRESSEES, NOTE_SAMPLES, ZONE, notice

PAGE = Path(__file__).parent / "golden" / "messages.md"
NOTES = Path(__file__).parent / "golden" / "operational.md"
ZNS = Path(__file__).parent / "golden" / "zns.md"


def golden_page() -> str:
    parts = ["# Notices of plan 197\n\nMade by `python -m tests.notifications.make_golden`; read it aloud.\n"]
    for kind in KINDS:
        for addressee in ADDRESSEES:
            for digest in (False, True)[: 1 if kind in ALONE else 2]:
                shown = render_notice(kind, notice(kind, addressee, digest=digest))
                parts.append(_entry(f"{kind}, {addressee}, {'digest' if digest else 'single'}", shown))
    soft: dict[str, Any] = {"form": "bản mềm", "document": "", "document_on": None, "unsigned": True}
    for addressee in ("clerk government", "party requested"):
        context = notice("received", addressee)
        shown = render_notice("received", replace(context, items=[replace(item, **soft) for item in context.items]))
        parts.append(_entry(f"received, {addressee}, a soft copy", shown))
    answered: dict[str, Any] = {"received_at": datetime(2026, 10, 19, 16, 40, tzinfo=ZONE)}
    for kind in ("assigned", "released"):
        context = notice(kind)
        shown = render_notice(kind, replace(context, items=[replace(item, **answered) for item in context.items]))
        parts.append(_entry(f"{kind}, in answer to a dispute", shown))
    standing: dict[str, Any] = {"stands_again": "2026-000101", "owed": False}
    for name, more in (
        ("an earlier report stands again", {}),
        ("an earlier soft copy stands again", {"unsigned": True}),
    ):
        context = notice("recalled")
        shown = render_notice(
            "recalled", replace(context, items=[replace(item, **standing, **more) for item in context.items])
        )
        parts.append(_entry(f"recalled, {name}", shown))
    html = render_notice("before", notice("before", digest=True)).html
    return "\n".join([*parts, f"## HTML of one\n\n```html\n{html}```\n"])


def _entry(name: str, shown: Rendered) -> str:
    return f"## {name}\n\n**{shown.subject}**\n\n```\n{shown.text}```\n\nShort:\n\n```\n{shown.short}\n```\n"


def golden_zns() -> str:
    return zns_page(zns_templates("0221 3 863 000", "https://baocao.hungyen.example"))


def golden_notes() -> str:
    parts = ["# Operational notes to the coordinator\n"]
    for note in NOTE_SAMPLES:
        shown = render_operational(note)
        parts.append(
            f"## {note.kind}\n\n**{shown.subject}**\n\n```\n{shown.text}```\n\nShort:\n\n```\n{shown.short}\n```\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(golden_page(), encoding="utf-8")
    ZNS.write_text(golden_zns(), encoding="utf-8")
    NOTES.write_text(golden_notes(), encoding="utf-8")
