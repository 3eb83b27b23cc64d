"""What a dead sender left behind: put back what never left, settle what was taken, doubt only what is in doubt."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import col, or_, select

from models.enums import MessageState, OutcomeKind
from models.tables import Delivery, Message
from notifications.message import Outcome
from obligations.rules.retries import UNKNOWN_RETRY_AFTER
from obligations.services.context import App, Context
from obligations.services.sending.daily_count import give_back_today
from obligations.services.sending.deliver_claim import LEASE
from obligations.services.sending.deliver_settle import NOT_BEGUN, settle_outcome
from obligations.services.sending.sending_journal import Remains, remains_of

INTERRUPTED = "Bị ngắt khi đang gửi, chưa rõ đã chuyển hay chưa"
HELD = (MessageState.leased, MessageState.sending)
_OWNERS = select(Message.lease_owner).distinct().where(col(Message.state).in_(HELD))


def recover(app: App, now: datetime, capped: Callable[[str], bool]) -> int:
    """Free the messages of senders that are gone, at once where their journal is at hand, else when the lease ends.

    ``capped``: whether a channel's messages count under the daily cap. What never left gives its place of today back:
    a sender that dies over and over would else use up the day's cap and send nothing. Returns how many were freed.
    """
    with app.read(now, "deliver") as ctx:
        owners = ctx.session.exec(_OWNERS).all()
    remains = {owner: remains_of(app.settings.journal, owner) for owner in owners if owner}
    if not owners:
        return 0
    dead = [owner for owner, found in remains.items() if found is not None]
    with app.write(now, "deliver") as ctx:
        abandoned = or_(col(Message.lease_owner).in_(dead), col(Message.lease_until) < now)
        query = select(Message).where(col(Message.state).in_(HELD), abandoned)
        rows = ctx.session.exec(query.with_for_update(skip_locked=True)).all()
        unused = 0
        for message in rows:
            counted = capped(message.channel) and message.priority == 0 and _leased_on(ctx, message) == ctx.today
            left = _free(ctx, message, remains.get(message.lease_owner or ""))
            unused += counted and not left
        give_back_today(ctx, unused)
        return len(rows)


def _leased_on(ctx: Context, message: Message) -> date | None:
    until = message.lease_until
    return (until - LEASE).astimezone(ctx.settings.zone).date() if until else None


def _free(ctx: Context, message: Message, remains: Remains | None) -> bool:
    """Put it back or settle it; whether it may have left."""
    message.lease_until = None
    if message.state == MessageState.leased:
        message.state, message.next_at = MessageState.retry, min(message.next_at, ctx.as_of)
        return False
    begun = select(Delivery).where(Delivery.message_id == message.id, Delivery.number == message.attempts)
    delivery = ctx.session.exec(begun).one()
    trace = remains.traces.get((message.id or 0, message.attempts)) if remains else None
    if trace is not None and trace.outcome is not None:
        _close(ctx, delivery, trace.outcome)
        message.last_code, message.provider_id = trace.outcome.code[:80], trace.outcome.provider_id
        settle_outcome(ctx, message, trace.outcome)
    elif trace is None and remains is not None and remains.same_boot:
        _close(ctx, delivery, NOT_BEGUN)
        message.state, message.next_at = MessageState.retry, ctx.as_of
        return False
    else:
        message.state, message.reason = MessageState.unknown, INTERRUPTED
        message.next_at = ctx.as_of + UNKNOWN_RETRY_AFTER
    return True


def _close(ctx: Context, delivery: Delivery, outcome: Outcome) -> None:
    delivery.ended_at, delivery.outcome = ctx.as_of, OutcomeKind(outcome.kind)
    delivery.phase, delivery.code, delivery.text = outcome.phase, outcome.code[:80], outcome.text[:500]
