"""Thông báo đính chính for notices that should not have gone: to exactly those who may have got one, and once (S12)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, or_, select

from models.enums import AddressState, Audience, MessageState, OutcomeKind
from models.tables import Agency, Assignment, Contact, Delivery, Message, MessageItem, Period
from obligations.errors import Refused, WrongValue
from obligations.services import audit
from obligations.services.chasing.batch_views import batch_by_id
from obligations.services.chasing.uncorrected import noted
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.sending.daily_queue import line_up
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import GONE_OUT, Draft, Item, primary_contacts, write_messages

KIND = "retracted"
STOPPED = "Dừng do đã có thông báo đính chính"
LONGEST = 2000
_MAY_HAVE = (OutcomeKind.accepted, OutcomeKind.recorded, OutcomeKind.unknown)

Pair = tuple[Message, MessageItem]


STOPPABLE = (
    MessageState.planned, MessageState.retry, MessageState.unknown, MessageState.leased, MessageState.held,
    MessageState.draft,
)  # fmt: skip
"""Whatever has not gone, tried or not; what nobody knows of is corrected as well."""


@dataclass(frozen=True)
class Retracted:
    """What a correction did. ``unreached``: agencies that got the wrong notice and have no address now."""

    corrected: int
    stopped: int
    drafts: int = 0
    already: int = 0
    unreached: list[str] = field(default_factory=list)


def retract_batch(ctx: Context, batch_public_id: str, text: str) -> Retracted:
    """Put right a whole batch of overdue notices; what of it has not gone is stopped."""
    batch = batch_by_id(ctx, batch_public_id)
    query = select(Message, MessageItem).join(MessageItem, col(MessageItem.message_id) == Message.id)
    pairs = ctx.session.exec(query.where(Message.batch_id == batch.id).order_by(col(MessageItem.id))).all()
    return _retract(ctx, list(pairs), text, batch.public_id)


def retract_step(ctx: Context, period_public_id: str, step: str, text: str) -> Retracted:
    """Put right one step of a period, such as ``open`` or ``T-7``; a digest is put right as far as it is about that."""
    period = period_by_public_id(ctx, period_public_id)
    query = (
        select(Message, MessageItem)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, MessageItem.step == step)
        .order_by(col(MessageItem.id))
    )
    return _retract(ctx, list(ctx.session.exec(query).all()), text, f"{period.public_id}:{step}")


def retract_event(ctx: Context, assignment_id: int, step: str, text: str) -> Retracted | None:
    """Put right what one agency was told of one event; what has not gone is stopped. None: nobody was told anything yet."""
    query = (
        select(Message, MessageItem)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == assignment_id, MessageItem.step == step)
        .order_by(col(MessageItem.id))
    )
    pairs = list(ctx.session.exec(query).all())
    if _reached(ctx, pairs):
        return _retract(ctx, pairs, text, step)
    _stop(ctx, pairs)
    return None


def retract_period_event(ctx: Context, period: Period, step: str, since: datetime, text: str) -> Retracted:
    """Put right what the agencies of a period were told of one event since it happened; what has not gone is stopped."""
    query = (
        select(Message, MessageItem)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, MessageItem.step == step, Message.created_at >= since)
        .order_by(col(MessageItem.id))
    )
    pairs = list(ctx.session.exec(query).all())
    if _reached(ctx, pairs):
        return _retract(ctx, pairs, text, f"{period.public_id}:{step}")
    return Retracted(corrected=0, stopped=_stop(ctx, pairs))


def _retract(ctx: Context, pairs: Sequence[Pair], text: str, subject: str) -> Retracted:
    if not text.strip():
        raise WrongValue("text", "Cần ghi nội dung đính chính.")
    if len(text.strip()) > LONGEST:
        raise WrongValue("text", f"Nội dung đính chính dài quá {LONGEST} ký tự.")
    line_up(ctx)
    reached = _reached(ctx, pairs)
    if not reached:
        raise Refused("Chưa có thông báo nào của đợt này được gửi; có thể dừng đợt.")
    told = _corrected(ctx, [item.assignment_id for _, item in reached])
    wrong = [(m, i) for m, i in reached if (i.assignment_id, _mark(m)) not in told]
    if not wrong:
        raise Refused("Các thông báo đã gửi của đợt này đều đã được đính chính.")
    stopped = _stop(ctx, pairs)
    drafts, unreached = _drafts(ctx, wrong, text.strip())
    write_messages(ctx, drafts)
    result = Retracted(
        corrected=len(drafts),
        stopped=stopped,
        drafts=sum(d.state == MessageState.draft for d in drafts),
        already=len({m.id for m, _ in reached} - {m.id for m, _ in wrong}),
        unreached=unreached,
    )
    done = {"corrected": len(drafts), "stopped": stopped, "text": text.strip(), **noted(unreached)}
    audit.record(ctx, "notices.retracted", subject, **done)
    return result


def _reached(ctx: Context, pairs: Sequence[Pair]) -> list[Pair]:
    """Those that went, or may have gone whatever became of them since; an item left out of its message did not go."""
    ids = {m.id for m, _ in pairs}
    tried = select(Delivery.message_id).where(
        col(Delivery.message_id).in_(ids), or_(col(Delivery.outcome).is_(None), col(Delivery.outcome).in_(_MAY_HAVE))
    )
    may_have = set(ctx.session.exec(tried).all())
    return [(m, i) for m, i in pairs if (m.state in GONE_OUT or m.id in may_have) and not i.extra.get("dropped")]


def _corrected(ctx: Context, assignment_ids: Sequence[int]) -> set[tuple[int, str]]:
    query = select(MessageItem.assignment_id, MessageItem.step).where(
        col(MessageItem.assignment_id).in_(assignment_ids), col(MessageItem.step).startswith(f"{KIND}:")
    )
    return set(ctx.session.exec(query).all())


def _stop(ctx: Context, pairs: Sequence[Pair]) -> int:
    """What has not gone is as wrong as what has; a digest that says more loses only this part."""
    waiting = {m.id: m for m, _ in pairs if m.state in STOPPABLE}
    mine = {i.id for _, i in pairs}
    query = select(MessageItem).where(col(MessageItem.message_id).in_(waiting))
    others = {i.message_id for i in ctx.session.exec(query).all() if i.id not in mine}
    for number, message in waiting.items():
        if number not in others:
            message.state, message.reason, message.finished_at = MessageState.cancelled, STOPPED, ctx.as_of
    for message, item in pairs:  # what is under way may come back to the queue: it has nothing to say then
        if message.id in others or message.state == MessageState.sending:
            item.extra = {**item.extra, "dropped": STOPPED}
    ctx.session.flush()
    return len(waiting)


def _drafts(ctx: Context, wrong: Sequence[Pair], text: str) -> tuple[list[Draft], list[str]]:
    """One correction a contact, whatever it got wrongly; to who holds the post now where the contact has changed."""
    present = {audience: primary_contacts(ctx, {m.agency_id for m, _ in wrong}, audience) for audience in Audience}
    query = select(Contact).where(col(Contact.id).in_({m.contact_id for m, _ in wrong}))
    known = {c.id: c for c in ctx.session.exec(query).all()}
    grouped: dict[int, list[Pair]] = defaultdict(list)
    contacts: dict[int, Contact] = {}
    unreached: set[int] = set()
    for message, item in wrong:
        contact = known.get(message.contact_id)
        if contact is None or contact.removed_at is not None or contact.state != AddressState.active:
            contact = present[message.audience].get(message.agency_id)
        if contact is None:
            unreached.add(message.agency_id)
            continue
        contacts[contact.id or 0] = contact
        grouped[contact.id or 0].append((message, item))
    drafts = [_draft(ctx, contacts[number], pairs, text) for number, pairs in grouped.items()]
    names = ctx.session.exec(select(Agency.code).where(col(Agency.id).in_(unreached))).all()
    return drafts, sorted(names)


def _draft(ctx: Context, contact: Contact, pairs: Sequence[Pair], text: str) -> Draft:
    priority = min(m.priority for m, _ in pairs)
    items = [Item(i.assignment_id, _mark(m), i.revision, _facts(m, text)) for m, i in pairs]
    state = MessageState.draft if contact.audience == Audience.leader else MessageState.planned
    return Draft(contact, KIND, items, send_moment(ctx, ctx.as_of, priority), state, priority=priority)


def _facts(message: Message, text: str) -> dict[str, Any]:
    at = message.finished_at or message.planned_at
    return {"remarks": text, "wrong_at": at.isoformat(), "wrong_subject": message.subject}


def _mark(message: Message) -> str:
    return f"{KIND}:{message.id}"
