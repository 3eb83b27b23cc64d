"""Which earlier mail a message answers, so that one duty's notices stand together in a mailbox."""

from collections.abc import Collection

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.services.context import Context


def thread_of(ctx: Context, message_ids: Collection[int]) -> dict[int, str]:
    """The Message-ID that each message answers: of the first one sent to that contact about anything it covers.

    Without angle brackets, as ``Message.message_id`` holds it; a message that begins a thread is not named. One query.
    """
    first, about, mine = aliased(Message), aliased(MessageItem), aliased(MessageItem)
    query = (
        select(Message.id, first.message_id)
        .join(mine, mine.message_id == Message.id)  # type: ignore[arg-type]
        .join(about, about.assignment_id == mine.assignment_id)  # type: ignore[arg-type]
        .join(first, first.id == about.message_id)  # type: ignore[arg-type]
        .where(
            col(Message.id).in_(list(message_ids)),
            first.contact_id == Message.contact_id,
            first.id != Message.id,
            first.state == MessageState.sent,
        )
        .order_by(col(first.finished_at).desc(), col(first.id).desc())
    )
    return {number or 0: name for number, name in ctx.session.exec(query).all()}
