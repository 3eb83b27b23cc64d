"""What waits for a contact and what it got today, as far as the daily cap counts it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.engine import serialise
from models.enums import MessageState
from models.tables import Assignment, Message, MessageItem
from obligations.rules.reminders import notice_kind
from obligations.services.context import Context
from obligations.services.sending.paused import not_paused

CAPPED = ("open", "inform", "before", "tomorrow", "today", "overdue", "ask_again", "official_copy", "leader")
"""Kinds of which a contact gets so many a day. Answers to a person's act, corrections and ad-hoc requests are outside."""
CHASES_BY_DATE = ("before", "tomorrow", "today", "overdue", "ask_again")
"""Kinds whose text is that of the day on which they go."""
URGENCY = (
    "leader",
    "overdue",
    "today",
    "tomorrow",
    "ask_again",
    "before",
    "official_copy",
    "request_overdue",
    "request_reminder",
)
"""Which kind a digest is of, by its items."""
RANK = ("today", "tomorrow", "overdue", "leader", "before", "ask_again", "open", "official_copy", "inform")
"""Who goes first on a full day: the last days in time cannot wait, what is overdue already can."""
WAITING = (MessageState.planned, MessageState.retry)
IN_HAND = (MessageState.leased, MessageState.sending, MessageState.unknown)
GONE = (MessageState.sent, MessageState.recorded)
CHUNK = 500
LOCK = 197_012


_WAITS = select(Message.id).where(col(Message.state).in_(WAITING)).limit(1)


@dataclass
class Queued:
    """One message that waits, with what it says; ``at`` is the moment at which it can go."""

    message: Message
    rows: list[tuple[MessageItem, Assignment]]
    at: datetime

    def kind_on(self, ctx: Context, day: date) -> str:
        """The kind it would be of if it went on a day."""
        kinds = [notice_kind(a.practical_due_on, day, ctx.calendar, a.duty) for _, a in self.rows]
        return min(kinds, key=URGENCY.index) if self.message.kind in CHASES_BY_DATE else self.message.kind


def line_up(ctx: Context) -> None:
    """Let one transaction at a time decide which day a message goes on."""
    serialise(ctx.session, LOCK)


def counted(message: type[Message] = Message) -> list[ColumnElement[bool]]:
    """What the cap counts: chases, but not what says again by another channel what did not arrive."""
    kinds, contact = col(message.kind).in_(CAPPED), col(message.contact_id).is_not(None)
    return [kinds, contact, col(message.priority) == 0, col(message.fallback_of).is_(None)]


def midnight(ctx: Context) -> datetime:
    """When today began."""
    return datetime.combine(ctx.today, time(), ctx.settings.zone)


def anything_waits(ctx: Context) -> bool:
    """Whether any message waits at all: on most passes none does."""
    return ctx.session.exec(_WAITS).first() is not None


def busy_contacts(ctx: Context) -> Iterator[list[int]]:
    """Contacts for whom more than one message waits, or one although they got one today; in chunks."""
    found = ctx.session.exec(_busy(), params={"midnight": midnight(ctx)}).all()
    found = sorted(number for number in found if number is not None)
    for start in range(0, len(found), CHUNK):
        yield found[start : start + CHUNK]


def reached_today(ctx: Context, contact_ids: Collection[int]) -> dict[int, int]:
    """How many counted messages each contact got today, or may be getting now."""
    found: dict[int, int] = defaultdict(int)
    mine = (col(Message.contact_id).in_(contact_ids), *counted())
    # By contact and day alone: asked for by state too, SQLite would read all that was ever sent.
    today = select(Message.contact_id, Message.state).where(*mine, col(Message.finished_at) >= midnight(ctx))
    for number, state in ctx.session.exec(today).all():
        found[number or 0] += state in GONE
    in_hand = select(Message.contact_id).where(*mine, col(Message.state).in_(IN_HAND))
    for number in ctx.session.exec(in_hand).all():
        found[number or 0] += 1
    return dict(found)


def queued(
    ctx: Context, contact_ids: Collection[int]
) -> dict[int, list[tuple[Message, list[tuple[MessageItem, Assignment]]]]]:
    """What waits for each contact, oldest first; locked, so that no sender takes it meanwhile."""
    query = (
        select(Message, MessageItem, Assignment)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(col(Message.contact_id).in_(contact_ids), col(Message.state).in_(WAITING), *counted(), not_paused())
        .order_by(col(Message.id), col(MessageItem.id))
        .with_for_update(of=Message)
        .execution_options(populate_existing=True)
    )
    rows: dict[int, list[tuple[MessageItem, Assignment]]] = defaultdict(list)
    messages: dict[int, Message] = {}
    for message, item, assignment in ctx.session.exec(query).all():
        if item.extra.get("dropped"):
            continue
        messages[message.id or 0] = message
        rows[message.id or 0].append((item, assignment))
    found: dict[int, list[tuple[Message, list[tuple[MessageItem, Assignment]]]]] = defaultdict(list)
    for number, message in messages.items():
        found[message.contact_id or 0].append((message, rows[number]))
    return found


@cache
def _busy() -> SelectOfScalar[int | None]:
    other = aliased(Message)
    its = [col(other.contact_id) == col(Message.contact_id), *counted(other)]
    got = or_(*(select(other.id).where(*its, way).exists() for way in _reached(other)))
    query: SelectOfScalar[int | None] = select(col(Message.contact_id))
    waiting = query.where(col(Message.state).in_(WAITING), *counted(), not_paused())
    return waiting.group_by(col(Message.contact_id)).having((func.count() > 1) | got)


def _reached(message: type[Message]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Gone today, and in hand now: apart, so that each reads its own end of (contact, finished) and no history."""
    ended = col(message.finished_at)
    today = (ended >= bindparam("midnight")) & col(message.state).in_(GONE)
    return today, ended.is_(None) & col(message.state).in_(IN_HAND)
