"""What a coordinator decides about a batch of overdue notices before it goes: at once, or not at all (S3)."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import BatchState, MessageState
from models.tables import Assignment, Message, MessageItem, NoticeBatch
from obligations.errors import Refused, WrongValue
from obligations.rules.batching import BATCHED
from obligations.rules.reminders import notice_kind
from obligations.services import audit
from obligations.services.chasing.batch_views import batch_by_id
from obligations.services.context import Context
from obligations.services.sending.daily_cap import drop, keep_to_cap
from obligations.services.sending.daily_queue import URGENCY, WAITING, line_up
from obligations.services.sending.notices import office_moment
from obligations.services.sending.outbox import EXPIRES_AFTER

UNDER_WAY = (MessageState.leased, MessageState.sending)
STOPPABLE = (*WAITING, MessageState.unknown)


@dataclass(frozen=True)
class BatchDecided:
    """What a decision did. ``kept``: reminders of what is not overdue, which go by themselves; ``under_way``: too late."""

    batch: str
    state: str
    messages: int
    kept: int = 0
    under_way: int = 0


def release_batch(ctx: Context, public_id: str) -> BatchDecided:
    """Let a batch go at the next office moment instead of at 14:00."""
    batch = _undecided(ctx, public_id)
    moment = office_moment(ctx, ctx.as_of)
    waiting = [m for m in _messages(ctx, batch) if m.state in WAITING]
    if not waiting:
        raise Refused("Đợt này không còn thông báo nào chờ gửi.")
    for message in waiting:
        message.planned_at = message.next_at = moment
        message.expires_at, message.released_by = moment + EXPIRES_AFTER, ctx.actor
    _decide(ctx, batch, BatchState.released, "")
    audit.record(ctx, "batch.released", batch.public_id, messages=len(waiting), key=batch.key)
    keep_to_cap(ctx)
    return BatchDecided(batch.public_id, batch.state.value, len(waiting))


def stop_batch(ctx: Context, public_id: str, reason: str) -> BatchDecided:
    """Stop what a batch calls overdue; it is never sent, and the next step of each duty comes all the same.

    A message that also reminds of something not overdue goes on without the rest, at the next office moment.
    """
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do dừng.")
    batch = _undecided(ctx, public_id)
    rows = _messages(ctx, batch)
    waiting = [m for m in rows if m.state in STOPPABLE]
    if not waiting:
        raise Refused("Đợt này không còn thông báo nào chờ gửi.")
    kept = sum(_stop(ctx, message, reason.strip()) for message in waiting)
    under_way = sum(m.state in UNDER_WAY for m in rows)
    _decide(ctx, batch, BatchState.stopped, reason.strip())
    stopped = len(waiting) - kept
    audit.record(
        ctx, "batch.stopped", batch.public_id, messages=stopped, kept=kept, under_way=under_way, reason=reason.strip()
    )
    keep_to_cap(ctx)
    return BatchDecided(batch.public_id, batch.state.value, stopped, kept, under_way)


def _undecided(ctx: Context, public_id: str) -> NoticeBatch:
    line_up(ctx)
    batch = batch_by_id(ctx, public_id)
    if batch.state != BatchState.shown:
        word = "cho gửi ngay" if batch.state == BatchState.released else "dừng"
        raise Refused(f"Đợt này đã được {batch.decided_by} {word}.")
    return batch


def _messages(ctx: Context, batch: NoticeBatch) -> list[Message]:
    query = select(Message).where(Message.batch_id == batch.id).order_by(col(Message.id)).with_for_update()
    return list(ctx.session.exec(query.execution_options(populate_existing=True)).all())


def _stop(ctx: Context, message: Message, reason: str) -> bool:
    """Whether something of the message still goes."""
    query = (
        select(MessageItem, Assignment)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(MessageItem.message_id == message.id)
    )
    kinds = [
        (item, notice_kind(owed.practical_due_on, ctx.today, ctx.calendar, owed.duty))
        for item, owed in ctx.session.exec(query).all()
    ]
    rest = [kind for item, kind in kinds if kind not in BATCHED and not item.extra.get("dropped")]
    if not rest or message.state == MessageState.unknown:
        message.state, message.reason, message.finished_at = MessageState.cancelled, reason, ctx.as_of
        return False
    for item, kind in kinds:
        if kind in BATCHED:
            drop(item, reason)
    message.kind, message.batch_id = min(rest, key=URGENCY.index), None
    message.planned_at = message.next_at = office_moment(ctx, ctx.as_of)
    return True


def _decide(ctx: Context, batch: NoticeBatch, state: BatchState, reason: str) -> None:
    batch.state, batch.reason, batch.decided_by, batch.decided_at = state, reason, ctx.actor, ctx.as_of
    ctx.session.flush()
