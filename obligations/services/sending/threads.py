"""Which earlier mail a message answers, so that one duty's notices stand together in a mailbox."""

from collections import defaultdict
from collections.abc import Collection

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.services.context import Context

NOT_SENT = tuple(state for state in MessageState if state != MessageState.sent)
"""Asked for by what it is not, no database looks for it by an index of states, which holds all that was ever sent."""


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
        select(MessageItem.assignment_id, Message.id, Message.message_id, Message.contact_id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_({assignment_id for _, assignment_id in wanted}))
        .where(col(Message.state).not_in(NOT_SENT), col(Message.finished_at).is_not(None))
        .order_by(col(Message.finished_at).desc(), col(Message.id).desc())
    )
    found: dict[int, str] = {}
    for assignment_id, first, message_id, contact_id in ctx.session.exec(told).all():
        for number in wanted.get((contact_id, assignment_id), set()) - {first}:
            found[number] = message_id
    return found
