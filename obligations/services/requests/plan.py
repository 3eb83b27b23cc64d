"""The plan file of an ad-hoc request: one obligation, due once at one minute, reminded of in hours."""

import re
import unicodedata
from typing import Any

from models.enums import Urgency
from obligations.rules.hours import HourStep, chosen_steps, waking_moment
from obligations.services.context import Context
from obligations.services.requests.draft import RequestDraft, receiver_name, receiver_of
from plans.schema import PlanFile

CODE = "de-nghi"
"""Code of the one obligation of every request."""
SECTION = "I"
"""The one place of a request, under which its answers are gathered."""
LONGEST_TITLE = 160
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def title_of(content: str) -> str:
    """The first line of a request, as lists and subjects show it."""
    first = next(part for part in (" ".join(p.split()) for p in content.splitlines()) if part)
    if len(first) <= LONGEST_TITLE:
        return first.rstrip(".;:,")
    return first[: LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"


def clean_content(content: str) -> str:
    """What is asked, in NFC, with its lines and without control characters or direction marks."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", content.replace("\r\n", "\n"))).strip()


def request_steps(ctx: Context, draft: RequestDraft) -> tuple[HourStep, ...]:
    """The reminders worth sending, for a request that is told as soon as it may be."""
    zone = ctx.settings.zone
    return chosen_steps(draft.urgency, draft.due_at, waking_moment(ctx.as_of, zone), zone)


def plan_file_for(ctx: Context, draft: RequestDraft, slug: str) -> PlanFile:
    """The file that ``apply_plan`` takes, for a draft that was checked."""
    receiver = receiver_of(ctx, draft)
    issuer = receiver_name(ctx, receiver) or ctx.settings.unit
    content = clean_content(draft.content)
    local = ctx.as_of.astimezone(ctx.settings.zone)
    asked = f"Đề nghị lúc {local:%H} giờ {local:%M} phút ngày {local:%d/%m/%Y} của {issuer}"
    document = f"Văn bản số {_line(draft.document)} ngày {draft.document_on:%d/%m/%Y}" if draft.document else None
    return PlanFile.model_validate(
        {
            "kind": "request",
            "slug": slug,
            "number": _line(draft.document) or slug,
            "title": title_of(content),
            "citation": f"{document} của {issuer}" if document else asked,
            "issued_on": ctx.today,
            "issuer": issuer,
            "timezone": ctx.settings.timezone,
            "outline": [{"id": SECTION, "title": title_of(content), "clauses": [SECTION]}],
            "obligations": [_obligation(ctx, draft, content, receiver, issuer, document)],
        }
    )


def _obligation(
    ctx: Context, draft: RequestDraft, content: str, receiver: str | None, issuer: str, document: str | None
) -> dict[str, Any]:
    due_at = draft.due_at.astimezone(ctx.settings.zone)
    by_letter = {"basis": "letter", "basis_document": document}
    by_hand = {"basis": "internal", "set_by": issuer, "set_on": ctx.today, "why": "đề nghị gửi trực tiếp"}
    return {
        "code": CODE,
        "title": title_of(content),
        "kind": "one_off",
        "urgency": Urgency(draft.urgency).value,
        "clauses": [],
        "assigned_to": list(draft.to),
        "receiver": receiver,
        "completes_on": draft.completes_on,
        "deadline": {
            "freq": "once",
            "op": "before",
            "on": due_at.date(),
            "time": f"{due_at:%H:%M}",
            "phrase": f"trước {due_at:%Hh%M} ngày {due_at:%d/%m/%Y}",
            **(by_letter if document else by_hand),
        },
        "opens": {"on": ctx.today},
        "outline": [SECTION],
        "reminders": [{"code": s.code, "hours": s.hours, "night": s.night} for s in request_steps(ctx, draft)],
        "description": content,
    }


def _line(text: str | None) -> str:
    return " ".join(_CONTROL.sub(" ", text or "").split())
