"""Evidence: what providers and mail servers say of a message after it left."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.enums import AddressState, EventKind, MessageState
from models.tables import Contact, Message, MessageEvent
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sending.fallback import fall_back, moved_words

ARRIVED = (EventKind.delivered, EventKind.seen)
_GONE = re.compile(r"^5\.1\.\d+|^5\.2\.1")
"""RFC 3463: the mailbox does not exist, or is disabled; a full one (5.2.2) may be emptied."""


NOT_GONE = (MessageState.planned, MessageState.retry, MessageState.leased)
IN_DOUBT = (MessageState.unknown, MessageState.retry, MessageState.leased, MessageState.failed)
ARRIVED_ANYHOW = "Thông báo đã đến qua kênh khác"


def message_by(
    ctx: Context, *, public_id: str = "", provider_id: str = "", message_id: str = "", channels: Sequence[str] = ()
) -> Message | None:
    """The message that a provider names by our name of it, by its own, or by its Message-ID."""
    for column, value in (
        (Message.public_id, public_id),
        (Message.provider_id, provider_id),
        (Message.message_id, message_id.strip("<> ")),
    ):
        if value:
            query = select(Message).where(col(column) == value).order_by(col(Message.id).desc())
            if column is Message.provider_id:  # ids of one provider say nothing about another's
                query = query.where(col(Message.channel).in_(channels))
            found = ctx.session.exec(query).first()
            if found is not None:
                return found
    return None


def evidence(ctx: Context, message: Message, kind: EventKind, at: datetime, source: str, detail: str, key: str) -> bool:
    """Keep one event; false when it is known already. ``key`` names the event at its source; any order gives the same end.

    That a message arrived ends every doubt whether it left. A bounce ends it the other way and marks the address.
    """
    if ctx.session.exec(select(MessageEvent.id).where(MessageEvent.dedupe_key == key)).first() is not None:
        return False
    ctx.session.add(
        MessageEvent(
            message_id=message.id or 0,
            kind=kind,
            at=at,
            source=source[:80],
            detail=detail[:300],
            dedupe_key=key[:200],
            recorded_at=ctx.as_of,
        )
    )
    ctx.session.flush()
    if kind in ARRIVED:
        if message.state in IN_DOUBT:
            message.state, message.reason, message.finished_at = MessageState.sent, "", at
        _stop_the_others(ctx, message)
    elif kind == EventKind.bounced:
        _bounced(ctx, message, detail)
    return True


def bounced_meanwhile(ctx: Context, message_ids: Sequence[int]) -> None:
    """A bounce may be told before the sender has written down that the message was taken: then it counts now."""
    query = select(MessageEvent.message_id, MessageEvent.detail).where(
        col(MessageEvent.message_id).in_(message_ids), MessageEvent.kind == EventKind.bounced
    )
    for number, detail in ctx.session.exec(query).all() if message_ids else ():
        _bounced(ctx, ctx.session.get_one(Message, number, populate_existing=True), detail)


def _stop_the_others(ctx: Context, message: Message) -> None:
    """What was to say it again by another channel need not any more."""
    root = message.fallback_of or message.id
    query = select(Message).where(
        Message.fallback_of == root, Message.id != message.id, col(Message.state).in_(NOT_GONE)
    )
    for other in ctx.session.exec(query.with_for_update()).all():
        other.state, other.reason, other.finished_at = MessageState.cancelled, ARRIVED_ANYHOW, ctx.as_of


def _bounced(ctx: Context, message: Message, detail: str) -> None:
    """The message did not arrive; an address that does not exist is not written to again."""
    contact = ctx.session.get(Contact, message.contact_id) if message.contact_id else None
    same = contact is not None and contact.address.casefold() == message.address.casefold()
    if contact is not None and same and _GONE.match(detail) and contact.state == AddressState.active:
        contact.state, contact.state_changed_at = AddressState.blocked, ctx.as_of
        contact.state_reason = f"thư bị trả lại: {detail}"[:300]
        audit.record(ctx, "address.blocked", message.public_id, code=detail.split(" ", maxsplit=1)[0])
    if message.state in (MessageState.sent, MessageState.unknown):
        message.state, message.reason = MessageState.failed, f"Thư bị trả lại: {detail}"[:300]
        audit.record(ctx, "message.bounced", message.public_id, code=detail.split(" ", maxsplit=1)[0])
        if (following := fall_back(ctx, message, "thư bị trả lại")) is not None:
            message.reason += f". {moved_words(message.channel, following.channel)}."
