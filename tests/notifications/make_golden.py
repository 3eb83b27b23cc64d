"""Every message on one page, to be read aloud: ``python -m tests.notifications.make_golden``."""

from dataclasses import replace
from pathlib import Path

from notifications.rendering import KINDS, NoticeContext, render_notice
from tests.notifications.samples import ASSOCIATION, CLERK, DIGEST, LEADER, PARTY

GOLDEN = Path(__file__).parent / "golden" / "messages.md"


def contexts(kind: str) -> dict[str, NoticeContext]:
    """Addressees a kind goes to."""
    if kind == "leader":
        return {"lãnh đạo": LEADER, "lãnh đạo hiệp hội": replace(LEADER, agency_name=ASSOCIATION.agency_name, agency_kind="association")}
    late = {"overdue": 2}.get(kind)
    clerk = replace(CLERK, items=[replace(CLERK.items[0], days_late=late, days_left=None if late else 7)])
    return {"cơ quan hành chính": clerk, "cơ quan Đảng": PARTY, "hiệp hội": ASSOCIATION, "thông báo gộp": DIGEST}


def page() -> str:
    """The whole page."""
    parts = ["# Lời văn các thông báo\n"]
    for kind in KINDS:
        for addressee, context in contexts(kind).items():
            text = render_notice(kind, context)
            parts.append(f"## {kind} · {addressee}\n\n**{text.subject}**\n\n```\n{text.text}```\n\n> {text.short}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(page(), encoding="utf-8")
