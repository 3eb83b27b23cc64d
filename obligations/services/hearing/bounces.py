"""Letters that come back: delivery status notifications (RFC 3464), and the older ones in plain words."""

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as MailPart
from typing import cast

from models.enums import EventKind
from obligations.services.context import Context
from obligations.services.sending.receipts import evidence, message_by

_IDENTITY = re.compile(rb"^message-id:\s*(<[^>\s]{1,200}>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b(5\d\d)[ -]")
_BOUNCE_FROM = re.compile(r"mailer-daemon|postmaster", re.IGNORECASE)


@dataclass(frozen=True)
class Bounce:
    """What one notification says. ``message_ids`` are candidates; only ours are known."""

    message_ids: tuple[str, ...]
    action: str
    status: str
    diagnostic: str


def bounce_key(raw: bytes) -> str:
    """The notification's own identity."""
    found = _IDENTITY.search(raw.partition(b"\r\n\r\n")[0] if b"\r\n\r\n" in raw else raw.partition(b"\n\n")[0])
    return found.group(1).decode("ascii", "replace") if found else hashlib.sha256(raw).hexdigest()


def read_bounce(raw: bytes) -> Bounce | None:
    """The notification in a message; None for anything else: an automatic reply is no bounce."""
    mail = message_from_bytes(raw, policy=policy.default)
    ids = tuple(dict.fromkeys(found.decode("ascii", "replace") for found in _IDENTITY.findall(raw)))
    report = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    if report is not None:
        return _from_report(report, ids)
    if not _BOUNCE_FROM.search(str(mail.get("From", ""))) or "auto-replied" in str(mail.get("Auto-Submitted", "")):
        return None
    text = raw.decode("utf-8", "replace")
    status = _STATUS.search(text) or _CODE.search(text)
    return Bounce(ids, "failed", status.group(1), _line_of(text, status.start())) if status else None


def _from_report(report: MailPart, ids: tuple[str, ...]) -> Bounce | None:
    fields: dict[str, str] = {}
    for block in cast("list[MailPart]", report.get_payload()):
        for name, value in block.items():
            fields[name.lower()] = " ".join(str(value).split())
    if "action" not in fields:
        return None
    status = _STATUS.search(fields.get("status", ""))
    return Bounce(
        ids,
        fields["action"].lower().strip(),
        status.group(1) if status else "",
        fields.get("diagnostic-code", "")[:200],
    )


def take_bounce(ctx: Context, raw: bytes) -> str:
    """Mark the message that came back; returns what was made of it."""
    bounce = read_bounce(raw)
    if bounce is None:
        return "không phải thư báo không chuyển được"
    own = bounce_key(raw)
    for name in bounce.message_ids:
        message = message_by(ctx, message_id=name) if name != own else None
        if message is None:
            continue
        failed = bounce.action == "failed" and not bounce.status.startswith(("4.", "2."))
        kind = (
            EventKind.bounced if failed else EventKind.delivered if bounce.action == "delivered" else EventKind.delayed
        )
        detail = f"{bounce.status} {_without_addresses(bounce.diagnostic)}".strip()
        evidence(ctx, message, kind, ctx.as_of, "mail", detail, f"mail:{own}:{message.id}")
        return f"{kind.value}: {bounce.status}"
    return "không thuộc thông báo nào của hệ thống"


def _without_addresses(text: str) -> str:
    return re.sub(r"\S+@\S+", "…", text)


def _line_of(text: str, at: int) -> str:
    return " ".join(text[at : at + 200].split("\n", maxsplit=1)[0].split())
