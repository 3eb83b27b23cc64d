"""Which earlier mail a message answers, so that one duty's notices stand together in a mailbox."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy.orm import load_only
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.services.context import Context

_NEEDED = load_only(*(getattr(Message, name) for name in ("contact_id", "message_id", "state", "finished_at")))


def thread_of(ctx: Context, message_ids: Collection[int]) -> dict[int, str]:
    """The Message-ID that each message answers: of the first one sent to that contact about anything it covers.

    Without angle brackets, as ``Message.message_id`` holds it; a message that begins a thread is not named. Two queries,
    each by what the messages are about: asked for by state, a database would read all that was ever sent.
    """
    mine = (
        select(MessageItem.message_id, MessageItem.assignment_id, Message.contact_id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.message_id).in_(list(message_ids)))
    )
    wanted: dict[tuple[int | None, int], set[int]] = defaultdict(set)
    for number, assignment_id, contact_id in ctx.session.exec(mine).all():
        wanted[contact_id, assignment_id].add(number)
    told = (
        select(MessageItem.assignment_id, Message)
        .options(_NEEDED)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_({assignment_id for _, assignment_id in wanted}))
    )
    sent = [
        (m.finished_at, m.id or 0, a, m)
        for a, m in ctx.session.exec(told).all()
        if m.state == MessageState.sent and m.finished_at
    ]
    found: dict[int, str] = {}
    for _, first, assignment_id, message in sorted(sent, key=lambda row: row[:2], reverse=True):
        for number in wanted.get((message.contact_id, assignment_id), set()) - {first}:
            found[number] = message.message_id
    return found
