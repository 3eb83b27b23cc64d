"""Batches of overdue notices as a coordinator judges them: who would be told what, and when (S3)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from models.enums import BatchState, MessageState
from models.tables import Agency, Assignment, Message, MessageItem, NoticeBatch, Obligation, Period
from obligations.errors import NotFound
from obligations.rules.wording import period_text
from obligations.services.chasing.uncorrected import uncorrected
from obligations.services.context import Context
from obligations.services.sending.batches import desk_id_of
from obligations.services.sending.daily_queue import WAITING
from obligations.services.sending.paused import not_paused
from obligations.services.sending.render import render_message, rows_of

MOST = 200


@dataclass(frozen=True)
class BatchRow:
    """One batch. ``state``: shown, released, stopped, or ``gone`` once it went by itself; ``paused`` of those waiting."""

    id: str
    state: str
    desk: str
    shown_at: datetime
    goes_at: datetime
    total: int
    waiting: int
    sent: int
    cancelled: int
    paused: int
    decided_by: str | None
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class BatchMessage:
    """One message of a batch; ``duties`` as titles with their period."""

    id: str
    agency: str
    agency_code: str
    audience: str
    address: str
    kind: str
    state: str
    reason: str
    duties: list[str]


@dataclass(frozen=True)
class BatchPage:
    """A batch with every message, and the text of the first of each kind as it would go now."""

    row: BatchRow
    messages: list[BatchMessage]
    previews: list[tuple[str, str]]
    """Subject and text, without the personal link."""
    uncorrected: list[str]
    """Names of agencies that got it and that its correction could not reach."""


# Built once: every first page asks, and building them anew takes longer than they run.
_EVERY = select(NoticeBatch).order_by(col(NoticeBatch.goes_at).desc(), col(NoticeBatch.id).desc())
_WAITS = select(Message.id).where(Message.batch_id == NoticeBatch.id, col(Message.state).in_(WAITING)).exists()
_CURRENT = _EVERY.where((col(NoticeBatch.goes_at) >= bindparam("morning")) | _WAITS)
_IN_BATCHES = col(Message.batch_id).in_(bindparam("batches", expanding=True))
_STATES = (
    select(col(Message.batch_id), col(Message.state), func.count())
    .where(_IN_BATCHES)
    .group_by(col(Message.batch_id), col(Message.state))
)
_GOING = (
    select(col(Message.batch_id), func.count())
    .where(_IN_BATCHES, col(Message.state).in_(WAITING), not_paused())
    .group_by(col(Message.batch_id))
)


def batch_by_id(ctx: Context, public_id: str) -> NoticeBatch:
    """A batch; NotFound when there is none."""
    row = ctx.session.exec(select(NoticeBatch).where(NoticeBatch.public_id == public_id).with_for_update()).first()
    if row is None:
        raise NotFound("no such batch; see: dondoc batch list")
    return row


def list_batches(ctx: Context, *, everything: bool = False, most: int | None = MOST) -> list[BatchRow]:
    """Batches of today and later, and older ones that still wait; all of them when asked, newest first. ``most`` None: without end."""
    morning = datetime.combine(ctx.today, time(), ctx.settings.zone)
    query, named = (_EVERY, {}) if everything else (_CURRENT, {"morning": morning})
    rows = _rows(ctx, ctx.session.exec(query.limit(most), params=named).all())
    return [row for row in rows if row.total > row.cancelled or row.decided_by]  # all of one may have moved on


def batch_page(ctx: Context, public_id: str) -> BatchPage:
    """One batch whole."""
    batch = ctx.session.exec(select(NoticeBatch).where(NoticeBatch.public_id == public_id)).first()
    if batch is None:
        raise NotFound("no such batch; see: dondoc batch list")
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(Message.batch_id == batch.id)
        .order_by(col(Agency.position), col(Message.id))
    )
    found = ctx.session.exec(query).all()
    duties = _duties(ctx, batch.id or 0)
    messages = [_message(m, agency, duties.get(m.id or 0, [])) for m, agency in found]
    previews = _previews(ctx, batch, [m for m, _ in found])
    return BatchPage(_rows(ctx, [batch])[0], messages, previews, uncorrected(ctx, public_id))


def _rows(ctx: Context, batches: Sequence[NoticeBatch]) -> list[BatchRow]:
    if not batches:
        return []
    ids = [batch.id or 0 for batch in batches]
    states = _counts(ctx, ids)
    free = {number: n for number, n in ctx.session.exec(_GOING, params={"batches": ids}).all() if number is not None}
    return [_row(ctx, batch, states.get(batch.id or 0, Counter()), free.get(batch.id or 0, 0)) for batch in batches]


def _counts(ctx: Context, ids: Sequence[int]) -> dict[int, Counter[MessageState]]:
    found: dict[int, Counter[MessageState]] = {}
    for number, state, count in ctx.session.exec(_STATES, params={"batches": ids}).all():
        found.setdefault(number or 0, Counter())[MessageState(state)] += count
    return found


def _row(ctx: Context, batch: NoticeBatch, states: Counter[MessageState], free: int) -> BatchRow:
    waiting = sum(states[state] for state in WAITING)
    has_gone = batch.state == BatchState.shown and batch.goes_at <= ctx.as_of and not waiting
    desk_id = desk_id_of(batch)
    desk = ctx.session.get(Agency, desk_id) if desk_id else None
    return BatchRow(
        id=batch.public_id,
        state="gone" if has_gone else batch.state.value,
        desk=desk.name if desk else ctx.settings.unit,
        shown_at=batch.shown_at,
        goes_at=batch.goes_at,
        total=sum(states.values()),
        waiting=waiting,
        sent=states[MessageState.sent] + states[MessageState.recorded],
        cancelled=states[MessageState.cancelled],
        paused=waiting - free,
        decided_by=batch.decided_by,
        decided_at=batch.decided_at,
        reason=batch.reason,
    )


def _message(message: Message, agency: Agency, duties: list[str]) -> BatchMessage:
    return BatchMessage(
        id=message.public_id,
        agency=agency.name,
        agency_code=agency.code,
        audience=message.audience.value,
        address=message.address,
        kind=message.kind,
        state=message.state.value,
        reason=message.reason,
        duties=duties,
    )


def _duties(ctx: Context, batch_id: int) -> dict[int, list[str]]:
    query = (
        select(MessageItem.message_id, Obligation.title, Period.label)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(Message.batch_id == batch_id)
        .order_by(col(Obligation.position), col(Period.id))
    )
    found: dict[int, list[str]] = {}
    for number, title, label in ctx.session.exec(query).all():
        found.setdefault(number, []).append(f"{title}, {period_text(label)}")
    return found


def _previews(ctx: Context, batch: NoticeBatch, messages: Sequence[Message]) -> list[tuple[str, str]]:
    """One of each kind, rather to another body than to the asking one, which reads an internal reminder."""
    first: dict[str, Message] = {}
    for message in sorted(messages, key=lambda m: m.agency_id == desk_id_of(batch)):
        first.setdefault(message.kind, message)
    shown = [(m, rows) for m in first.values() if (rows := rows_of(ctx, m))]
    return [(text.subject, text.text) for text in (render_message(ctx, m, rows, link=None) for m, rows in shown)]
