"""When a message does not arrive by one channel, it is said once more by the next: email, then Zalo, then SMS."""

import logging
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, or_, select

from calendars.office_hours import CLOSES, OPENS
from models.enums import AddressState, BatchState, MessageState
from models.tables import Contact, Message, MessageItem, NoticeBatch
from obligations.services import audit
from obligations.services.channels.channel_choice import next_address, sends
from obligations.services.context import Context
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import Draft, Item, write_messages

_TRIED = re.compile(r":f(\d+)$")
"""The address a fallback was written for, whoever it went to since."""
AFTER_FOR_REQUESTS = timedelta(minutes=15)
CHANNEL_NAMES = {
    "email": "thư điện tử",
    "zalooa": "Zalo OA",
    "zns": "Zalo",
    "esms": "tin nhắn SMS",
    "zalobot": "Zalo Bot",
}
log = logging.getLogger(__name__)
MOVED = "Chưa chuyển được qua {old}; đã chuyển sang {new}"

_ELSEWHERE = select(Contact.id).where(
    Contact.agency_id == Message.agency_id, Contact.audience == Message.audience, Contact.id != Message.contact_id,
    Contact.state == AddressState.active, col(Contact.removed_at).is_(None),
    col(Contact.channel).in_(bindparam("sending", expanding=True)),
)  # fmt: skip
_LATE = or_(
    (col(Message.priority) > 0) & (col(Message.planned_at) <= bindparam("late_request")),
    col(Message.planned_at) <= bindparam("late"),
)
_OVERDUE = (
    select(Message)
    .where(Message.state == MessageState.retry, Message.attempts > 0, _LATE, _ELSEWHERE.exists())
    .order_by(col(Message.id))
    .with_for_update(skip_locked=True)
)


def fall_back(ctx: Context, message: Message, why: str) -> Message | None:
    """Say a message again by the next address of the same agency and audience; None when there is none left.

    Called twice for the same failure it writes nothing new: each address is tried once for one message.
    """
    root = _root(ctx, message)
    if _is_stopped(ctx, root):
        return None
    chain = _chain(ctx, root)
    tried = {m.contact_id or 0 for m in chain} | {int(found[1]) for m in chain if (found := _TRIED.search(m.key))}
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
        batch_id=root.batch_id,
    )
    written = ctx.session.get_one(Message, write_messages(ctx, [draft])[0])
    written.released_by = root.released_by
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
    asked = {
        "sending": [name for name in ctx.settings.channel_urls if sends(ctx, name)],
        "late_request": ctx.as_of - AFTER_FOR_REQUESTS,
        "late": ctx.as_of - shortest,
    }
    moved = 0
    for message in ctx.session.exec(_OVERDUE, params=asked).all():
        if _waited(ctx, message) < (AFTER_FOR_REQUESTS if message.priority else shortest):
            continue
        following = _one(ctx, message)
        if following is not None:
            message.state, message.finished_at = MessageState.cancelled, ctx.as_of
            message.reason = moved_words(message.channel, following.channel)
            moved += 1
    ctx.session.flush()
    return moved


def _one(ctx: Context, message: Message) -> Message | None:
    """One of many: what is wrong with it is no fault of the others."""
    try:
        with ctx.session.begin_nested():
            return fall_back(ctx, message, "chưa chuyển được trong thời gian cho phép")
    except IntegrityError:
        log.exception("message %s cannot fall back", message.public_id)
        return None


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


def _is_stopped(ctx: Context, root: Message) -> bool:
    """Whether a person has stopped the batch it was shown in."""
    batch = ctx.session.get(NoticeBatch, root.batch_id) if root.batch_id is not None else None
    return batch is not None and batch.state == BatchState.stopped


def _root(ctx: Context, message: Message) -> Message:
    return message if message.fallback_of is None else ctx.session.get_one(Message, message.fallback_of)


def _chain(ctx: Context, root: Message) -> Sequence[Message]:
    return [root, *ctx.session.exec(select(Message).where(Message.fallback_of == root.id)).all()]


def _items(ctx: Context, root: Message) -> list[Item]:
    rows = ctx.session.exec(select(MessageItem).where(MessageItem.message_id == root.id)).all()
    return [Item(r.assignment_id, r.step, r.revision, dict(r.extra)) for r in rows]
