"""The last question before a message leaves: whether its contact had enough today and what it says was shown first."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.rules.batching import BATCHED
from obligations.rules.breaks import OVERDUE_KINDS, chasing_day
from obligations.rules.due import at_opening
from obligations.services.context import Context
from obligations.services.sending.batches import Batches, goes_after, goes_at
from obligations.services.sending.daily_queue import CAPPED, reached_today
from obligations.services.sending.voice import Desks

HELD = (MessageState.leased, MessageState.sending)


def put_off(ctx: Context, going: Sequence[tuple[Message, str]]) -> dict[int, datetime]:
    """Which of these must wait, by id, and until when. ``going``: messages a sender holds, each with its kind today.

    A contact that had its messages of the day waits for the next working day; a reminder that would call something
    overdue by now, because it was late, is first shown in a batch. The sender gives such a message back to the queue.
    Two queries for any number of messages, and some for each that must wait.
    """
    capped = [(m, kind) for m, kind in going if m.kind in CAPPED and m.priority == 0]
    mine = {m.contact_id for m, _ in capped if m.contact_id is not None}
    if not mine:
        return {}
    used = reached_today(ctx, mine)
    for message, _ in capped:  # those held here are no others' in hand
        if message.contact_id is not None and message.state in HELD and message.fallback_of is None:
            used[message.contact_id] = used.get(message.contact_id, 0) - 1
    waits: dict[int, datetime] = {}
    batches = Batches(ctx, Desks(ctx))
    for message, kind in capped:
        contact = message.contact_id or 0
        if kind in BATCHED and message.kind not in BATCHED:
            waits[message.id or 0] = _show_first(ctx, batches, message, kind, goes_at(ctx))
        elif message.fallback_of is not None:
            continue  # it says again what did not arrive
        elif used.get(contact, 0) >= ctx.settings.daily_per_contact:
            waits[message.id or 0] = _tomorrow(ctx, batches, message, kind)
        else:
            used[contact] = used.get(contact, 0) + 1
    return waits


def _tomorrow(ctx: Context, batches: Batches, message: Message, kind: str) -> datetime:
    if message.batch_id is not None and message.released_by is None:
        return _show_first(ctx, batches, message, message.kind, goes_after(ctx, ctx.as_of))
    following = ctx.calendar.next_working(ctx.today)
    day = chasing_day(following, ctx.calendar) if kind in OVERDUE_KINDS else following
    return at_opening(day, ctx.settings.zone)


def _show_first(ctx: Context, batches: Batches, message: Message, kind: str, goes: datetime) -> datetime:
    first = select(MessageItem.assignment_id).where(MessageItem.message_id == message.id).order_by(col(MessageItem.id))
    row = ctx.session.get_one(Message, message.id)
    row.kind, row.planned_at = kind, goes
    row.batch_id = batches.of_assignment(ctx.session.exec(first).first(), goes)
    return goes
