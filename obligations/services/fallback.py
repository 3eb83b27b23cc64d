"""When a message does not arrive by one channel, it is said once more by the next: email, then Zalo, then SMS."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, or_, select

from calendars.office_hours import CLOSES, OPENS
from models.enums import AddressState, MessageState
from models.tables import Contact, Message, MessageItem
from obligations.services import audit
from obligations.services.channel_choice import next_address, sends
from obligations.services.context import Context
from obligations.services.notices import send_moment
from obligations.services.outbox import Draft, Item, write_messages

AFTER_FOR_REQUESTS = timedelta(minutes=15)
CHANNEL_NAMES = {
    "email": "thư điện tử",
    "zalooa": "Zalo OA",
    "zns": "Zalo",
    "esms": "tin nhắn SMS",
    "zalobot": "Zalo Bot",
}
MOVED = "Chưa chuyển được qua {old}; đã chuyển sang {new}"


def fall_back(ctx: Context, message: Message, why: str) -> Message | None:
    """Say a message again by the next address of the same agency and audience; None when there is none left.

    Called twice for the same failure it writes nothing new: each address is tried once for one message.
    """
    root = _root(ctx, message)
    tried = {m.contact_id or 0 for m in _chain(ctx, root)}
    contact = next_address(ctx, root.agency_id, root.audience, tried)
    if contact is None:
        return None
    moment = send_moment(ctx, ctx.as_of, root.priority)
    draft = Draft(
        contact,
        root.kind,
        _items(ctx, root),
        moment,
        priority=root.priority,
        key=f"{root.key[:150]}:f{contact.id}",
        contact_key=f"{root.audience.value}:{contact.id}",
        fallback_of=root.id,
    )
    written = ctx.session.get_one(Message, write_messages(ctx, [draft])[0])
    audit.record(ctx, "message.fallback", root.public_id, to=written.public_id, channel=contact.channel, why=why[:80])
    return written


def moved_words(old: str, new: str) -> str:
    """What the first message says of itself once another channel has taken over."""
    return MOVED.format(old=CHANNEL_NAMES.get(old, old), new=CHANNEL_NAMES.get(new, new))


def overdue_retries(ctx: Context) -> int:
    """Messages that a channel has not taken for hours go by the next one; returns how many.

    Only what surely has not left: a message in doubt waits for evidence instead.
    """
    shortest = timedelta(hours=ctx.settings.fallback_after_hours)
    late = or_(
        (col(Message.priority) > 0) & (col(Message.planned_at) <= ctx.as_of - AFTER_FOR_REQUESTS),
        col(Message.planned_at) <= ctx.as_of - shortest,
    )
    sending = [name for name in ctx.settings.channel_urls if sends(ctx, name)]
    elsewhere = select(Contact.id).where(
        Contact.agency_id == Message.agency_id, Contact.audience == Message.audience, Contact.id != Message.contact_id,
        Contact.state == AddressState.active, col(Contact.removed_at).is_(None), col(Contact.channel).in_(sending),
    )  # fmt: skip
    query = select(Message).where(Message.state == MessageState.retry, Message.attempts > 0, late, elsewhere.exists())
    moved = 0
    for message in ctx.session.exec(query.order_by(col(Message.id))).all():
        limit = AFTER_FOR_REQUESTS if message.priority else timedelta(hours=ctx.settings.fallback_after_hours)
        if _waited(ctx, message) < limit:
            continue
        following = fall_back(ctx, message, "chưa chuyển được trong thời gian cho phép")
        if following is not None:
            message.state, message.finished_at = MessageState.cancelled, ctx.as_of
            message.reason = moved_words(message.channel, following.channel)
            moved += 1
    ctx.session.flush()
    return moved


def _waited(ctx: Context, message: Message) -> timedelta:
    """Office time since it was to go; for an ad-hoc request, which keeps no office hours, all time."""
    if message.priority:
        return ctx.as_of - message.planned_at
    zone = ctx.settings.zone
    begin, end = message.planned_at.astimezone(zone), ctx.as_of.astimezone(zone)
    waited, day = timedelta(0), begin.date()
    while day <= end.date():
        if ctx.calendar.is_working(day):
            opens, closes = (datetime.combine(day, at, zone) for at in (OPENS, CLOSES))
            waited += max(min(end, closes) - max(begin, opens), timedelta(0))
        day += timedelta(days=1)
    return waited


def _root(ctx: Context, message: Message) -> Message:
    return message if message.fallback_of is None else ctx.session.get_one(Message, message.fallback_of)


def _chain(ctx: Context, root: Message) -> Sequence[Message]:
    return [root, *ctx.session.exec(select(Message).where(Message.fallback_of == root.id)).all()]


def _items(ctx: Context, root: Message) -> list[Item]:
    rows = ctx.session.exec(select(MessageItem).where(MessageItem.message_id == root.id)).all()
    return [Item(r.assignment_id, r.step, r.revision, dict(r.extra)) for r in rows]
