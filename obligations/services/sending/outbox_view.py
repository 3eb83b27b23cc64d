"""The outbox as lists show it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Message
from obligations.errors import Refused
from obligations.services.context import Context


@dataclass(frozen=True)
class OutboxRow:
    """One message without its text."""

    id: str
    planned_at: datetime
    agency: str
    kind: str
    state: str
    address: str
    attempts: int
    reason: str
    message_id: str


def outbox(ctx: Context, state: str | None, limit: int) -> list[OutboxRow]:
    """Messages, newest first."""
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .order_by(col(Message.id).desc())
        .limit(limit)
    )
    if state is not None:
        if state not in set(MessageState):
            raise Refused(f"no message state {state!r}; one of: {', '.join(MessageState)}")
        query = query.where(Message.state == MessageState(state))
    return [
        OutboxRow(
            m.public_id,
            m.planned_at.astimezone(ctx.settings.zone),
            a.code,
            m.kind,
            m.state.value,
            m.address,
            m.attempts,
            m.reason,
            m.message_id,
        )
        for m, a in ctx.session.exec(query).all()
    ]
