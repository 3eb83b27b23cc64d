"""What a Zalo official account tells its webhook: receipts, followers, and what people write to it.

Source: chatwoot's zalo_events_job and zns_delivery_service; docs/zalo.md says what is unverified.
"""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from models.enums import AddressState, Audience, EventKind
from models.tables import Contact, Message
from notifications.zalo_oauth import ZaloApp
from obligations.services.context import Context
from obligations.services.sending.claim_reply import answer_claim
from obligations.services.sending.receipts import evidence, message_by

CHANNEL = "zalooa"
OF_ZALO = ("zalooa", "zalogroup", "zns")
"""Channels whose receipts come by this webhook."""
FRESH = timedelta(minutes=5)
RESENT = timedelta(hours=48)
"""How long Zalo sends an event again that was not answered; each repeat says so in ``num_retry``."""


def is_signed(app: ZaloApp, raw: bytes, signature: str, header_timestamp: str) -> bool:
    """Plain SHA-256 over app id, raw body, timestamp and secret; the timestamp of the body, or that of a header."""
    given = signature.removeprefix("mac=").strip().encode("utf-8", "replace").lower()
    for timestamp in (_timestamp(raw), header_timestamp):
        content = app.app_id.encode() + raw + timestamp.encode() + app.oa_secret.encode()
        if timestamp and hmac.compare_digest(given, hashlib.sha256(content).hexdigest().encode()):
            return True
    return False


def is_timely(raw: bytes, now: datetime) -> bool:
    """Whether an event is new, or an old one that says it is sent again: a recorded one cannot be played later."""
    content = _content(raw)
    sent = _moment(content.get("timestamp"))
    if sent is None or abs(now - sent) <= FRESH:
        return True
    retried = str(content.get("num_retry") or "0") not in ("", "0")
    return retried and now - sent <= RESENT


def event_key(raw: bytes) -> str:
    """What makes an event the same event when it comes again."""
    content = _content(raw)
    message = content.get("message") if isinstance(content.get("message"), dict) else {}
    name = [content.get("event_name"), content.get("timestamp"), content.get("user_id_by_app")]
    for holder in (content, message or {}):
        name += [holder.get("msg_id"), holder.get("tracking_id"), holder.get("msg_ids")]
    name += [
        (content.get(who) or {}).get("id") for who in ("sender", "recipient", "follower") if _is_object(content, who)
    ]
    return json.dumps(name, sort_keys=True) if content else hashlib.sha256(raw).hexdigest()


def take_zalo(ctx: Context, oa: str, raw: bytes) -> str:
    """Act on one event; returns what was made of it. An event that concerns nothing of ours is no error."""
    content = _content(raw)
    name = str(content.get("event_name") or "")
    at = _moment(content.get("timestamp")) or ctx.as_of
    if name == "user_received_message":
        return _arrived(ctx, oa, content, EventKind.delivered, at)
    if name == "user_seen_message":
        return _arrived(ctx, oa, content, EventKind.seen, at)
    if name.startswith("user_send_"):
        user = str(_inner(content, "sender").get("id") or "")
        told = answer_claim(ctx, _contacts(ctx, user), str(_inner(content, "message").get("text") or ""))
        return _wrote(ctx, user, at) + (f"; trả lời: {told}" if told else "")
    if name in ("follow", "unfollow"):
        return _followed(ctx, str(_inner(content, "follower").get("id") or ""), follows=name == "follow")
    return f"không xử lý: {name[:60]}"


def _arrived(ctx: Context, oa: str, content: dict[str, Any], kind: EventKind, at: datetime) -> str:
    """Both shapes are read: ids inside ``message`` and beside it; ZNS names ours, the account its own."""
    message = {**content, **_inner(content, "message")}
    ids = message.get("msg_ids") if isinstance(message.get("msg_ids"), list) else [message.get("msg_id")]
    if (delivered := _moment(message.get("delivery_time"))) is not None:
        at = delivered
    kept = 0
    for number in ids or []:
        found = message_by(
            ctx, public_id=str(message.get("tracking_id") or ""), provider_id=str(number or ""), channels=OF_ZALO
        )
        if found is not None and evidence(ctx, found, kind, at, f"zalo:{oa}", "", f"zalo:{oa}:{kind.value}:{found.id}"):
            kept += 1
    return f"{kind.value}: {kept}"


def _wrote(ctx: Context, user: str, at: datetime) -> str:
    """A person wrote: the account may answer for a while. What they say is not a report; they are told how to send one."""
    contacts = _contacts(ctx, user)
    for contact in contacts:
        if contact.last_interaction_at is None or contact.last_interaction_at < at:
            contact.last_interaction_at = at
        if contact.state == AddressState.no_account:
            contact.state, contact.state_reason, contact.state_changed_at = AddressState.active, "", ctx.as_of
    return f"đã ghi nhận tương tác: {len(contacts)}"


def _followed(ctx: Context, user: str, *, follows: bool) -> str:
    contacts = _contacts(ctx, user)
    for contact in contacts:
        contact.state = AddressState.active if follows else AddressState.no_account
        contact.state_reason = "" if follows else "người dùng đã bỏ quan tâm tài khoản Zalo OA"
        contact.state_changed_at = ctx.as_of
    return f"{'quan tâm' if follows else 'bỏ quan tâm'}: {len(contacts)}"


def _contacts(ctx: Context, user: str) -> list[Contact]:
    if not user:
        return []
    query = select(Contact).where(
        Contact.channel == CHANNEL, Contact.address == user, col(Contact.removed_at).is_(None)
    )
    return list(ctx.session.exec(query).all())


def last_message_to(ctx: Context, user: str) -> Message | None:
    """What this person was last told on Zalo, which an answer to them refers to."""
    ids = [c.id for c in _contacts(ctx, user) if c.audience == Audience.clerk]
    query = select(Message).where(col(Message.contact_id).in_(ids)).order_by(col(Message.id).desc())
    return ctx.session.exec(query).first() if ids else None


def _content(raw: bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _timestamp(raw: bytes) -> str:
    return str(_content(raw).get("timestamp") or "")


def _inner(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def _is_object(content: dict[str, Any], name: str) -> bool:
    return isinstance(content.get(name), dict)


def _moment(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
