"""Messages that failed for good, and the way back: a person mends what was wrong and asks for them to go again."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Message
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import EXPIRES_AFTER


@dataclass(frozen=True)
class DeadLetter:
    """One message that did not arrive, with the last word of its channel."""

    id: str
    agency: str
    kind: str
    channel: str
    failed_at: datetime | None
    attempts: int
    code: str
    reason: str


def dead_letters(ctx: Context, limit: int = 500) -> list[DeadLetter]:
    """What failed, newest first."""
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(Message.state == MessageState.failed)
        .order_by(col(Message.finished_at).desc(), col(Message.id).desc())
        .limit(limit)
    )
    return [
        DeadLetter(
            m.public_id,
            a.code,
            m.kind,
            m.channel,
            m.finished_at and m.finished_at.astimezone(ctx.settings.zone),
            m.attempts,
            m.last_code or "",
            m.reason,
        )
        for m, a in ctx.session.exec(query).all()
    ]


def send_again(ctx: Context, public_id: str) -> datetime:
    """Put a failed message back into the queue, doubts forgotten; returns when it goes. Its Message-ID stays.

    It is checked again before it leaves: what is no longer owed does not go.
    """
    message = ctx.session.exec(select(Message).where(Message.public_id == public_id)).one_or_none()
    if message is None:
        raise NotFound(f"no message {public_id}; see: dondoc messages dead")
    if message.state != MessageState.failed:
        raise Refused("Thông báo này không ở trạng thái “không gửi được”; chỉ thông báo không gửi được mới gửi lại.")
    moment = send_moment(ctx, ctx.as_of, message.priority)
    message.state, message.reason, message.finished_at = MessageState.retry, "", None
    message.planned_at = message.next_at = moment  # its own channel has its time again before the next one takes over
    message.expires_at = moment + EXPIRES_AFTER
    message.context = {**message.context, "asked_again_after": message.attempts}
    audit.record(ctx, "message.sent_again", message.public_id, attempts=message.attempts)
    return moment
