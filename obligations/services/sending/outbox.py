"""Writing outbox rows in the transaction that decides they are due. Unique keys make every decision happen once."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.period import AT_ONCE
from models.tables import AccessLink, Assignment, Contact, Message, MessageItem, Period
from models.types import public_id
from obligations.services.channels.channel_choice import reachable
from obligations.services.context import Context
from obligations.services.links import OF_AGENCY, OF_MESSAGE, personal_token, token_sha256

EXPIRES_AFTER = timedelta(days=14)
"""A message that could not be handed over by then is dead and shown to a person."""
CHASES = (
    "open",
    "inform",
    "before",
    "tomorrow",
    "today",
    "overdue",
    "ask_again",
    "leader",
    "official_copy",
    "transferred",
    "assigned",
    "request",
    "request_reminder",
    "request_overdue",
)
"""Kinds that ask for a report, and so stop when it has come."""
GONE_OUT = (MessageState.sent, MessageState.recorded, MessageState.sending, MessageState.unknown)
"""It went, or nobody can say that it did not."""
UNSENT = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.draft)
LINK_LIVES, WHOLE_LINK_LIVES = timedelta(days=120), timedelta(hours=24)
WHOLE = ("agency_link",)
"""Kinds whose link opens everything of the agency, and so not for long."""
_WAITING = (
    select(Message)
    .join(MessageItem, col(MessageItem.message_id) == Message.id)
    .where(
        col(MessageItem.assignment_id).in_(bindparam("assignments", expanding=True)),
        col(Message.state).in_((*UNSENT, MessageState.leased)),  # a sender looks again before the first byte leaves
    )
    .with_for_update(of=Message)
    .execution_options(populate_existing=True)
)
_ABOUT_OTHERS = select(MessageItem.message_id).where(
    col(MessageItem.message_id).in_(bindparam("messages", expanding=True)),
    col(MessageItem.assignment_id).not_in(bindparam("assignments", expanding=True)),
)
LINKLESS = ("contact_told",)
"""Kinds without a personal link: they also go to an address that was replaced and to leaders, to be known and nothing more."""

ASKED = ("new_link", "agency_link", "contact_changed", "contact_told")
"""Kinds by which somebody who has just asked comes in again, and what has to go with them: no pause holds them."""

_TOLD = select(MessageItem.assignment_id, MessageItem.revision, MessageItem.step).where(
    col(MessageItem.assignment_id).in_(bindparam("owing", expanding=True)),
    col(MessageItem.contact_key) == bindparam("audience"),
)
_KEPT = insert(Message).returning(col(Message.id), sort_by_parameter_order=True)


@dataclass(frozen=True)
class Item:
    """One reason to write: a step of an assignment at its current revision."""

    assignment_id: int
    step: str
    revision: int = 1
    extra: dict[str, Any] = field(default_factory=dict)


def primary_contacts(ctx: Context, agency_ids: Iterable[int], audience: Audience) -> dict[int, Contact]:
    """The address to use first of each agency for an audience."""
    return {agency_id: mine[0] for agency_id, mine in reachable(ctx, agency_ids, audience).items()}


def told_steps(ctx: Context, assignment_ids: Iterable[int], audience: Audience) -> dict[tuple[int, int], set[str]]:
    """Steps already told (or about to be), by assignment and revision."""
    asked = {"owing": list(assignment_ids), "audience": audience.value}
    rows = ctx.session.exec(_TOLD, params=asked).all()
    told: dict[tuple[int, int], set[str]] = {}
    for assignment_id, revision, step in rows:
        told.setdefault((assignment_id, revision), set()).add(step)
    return told


@dataclass(frozen=True)
class Draft:
    """One message to write: to whom, of what kind, about what, when."""

    contact: Contact
    kind: str
    items: Sequence[Item]
    planned_at: datetime
    state: MessageState = MessageState.planned
    reason: str = ""
    priority: int = 0
    """Place in the queue; above 0 for ad-hoc requests."""
    fallback_of: int | None = None
    """The message that did not arrive; with a ``key`` and a ``contact_key`` of its own, as it is no step of its own."""
    key: str = ""
    contact_key: str = ""
    batch_id: int | None = None
    """The batch of overdue notices it is shown with before it goes."""


def write_message(
    ctx: Context,
    contact: Contact,
    kind: str,
    items: Sequence[Item],
    planned_at: datetime,
    state: MessageState = MessageState.planned,
    reason: str = "",
    priority: int = 0,
) -> int:
    """Add one message to one contact, with its items and its personal link (by hash); its id."""
    return write_messages(ctx, [Draft(contact, kind, items, planned_at, state, reason, priority)])[0]


def write_messages(ctx: Context, drafts: Sequence[Draft]) -> list[int]:
    """Add messages with their items and personal links (by hash); returns their ids. One statement a table."""
    if not drafts:
        return []
    rows = [_message_row(ctx, draft) for draft in drafts]
    ids = [number or 0 for number in ctx.session.scalars(_KEPT, rows)]
    pairs = list(zip(drafts, ids, strict=True))
    ctx.session.execute(insert(MessageItem), [_item_row(d, number, item) for d, number in pairs for item in d.items])
    opens = [(d, n, row) for (d, n), row in zip(pairs, rows, strict=True) if d.kind not in LINKLESS]
    if opens:
        ctx.session.execute(insert(AccessLink), [_link_row(ctx, d, n, row["public_id"]) for d, n, row in opens])
    return ids


def _message_row(ctx: Context, draft: Draft) -> dict[str, Any]:
    identity, contact = public_id(), draft.contact
    return {
        "public_id": identity,
        "key": draft.key or _key(draft.kind, contact.audience, draft.items),
        "kind": draft.kind,
        "agency_id": contact.agency_id,
        "contact_id": contact.id,
        "audience": contact.audience,
        "channel": contact.channel,
        "address": contact.address,
        "state": draft.state,
        "reason": draft.reason,
        "planned_at": draft.planned_at,
        "next_at": draft.planned_at,
        "expires_at": draft.planned_at + EXPIRES_AFTER,
        "created_at": ctx.as_of,
        "message_id": f"{identity}@{ctx.settings.mail_domain}",
        "priority": draft.priority,
        "fallback_of": draft.fallback_of,
        "batch_id": draft.batch_id,
    }


def _item_row(draft: Draft, message_id: int, item: Item) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "assignment_id": item.assignment_id,
        "step": item.step,
        "revision": item.revision,
        "contact_key": draft.contact_key or draft.contact.audience.value,
        "extra": item.extra,
    }


def _link_row(ctx: Context, draft: Draft, message_id: int, identity: str) -> dict[str, Any]:
    whole = draft.kind in WHOLE
    return {
        "token_sha256": token_sha256(personal_token(ctx.settings, identity)),
        "agency_id": draft.contact.agency_id,
        "contact_id": draft.contact.id,
        "message_id": message_id,
        "purpose": OF_AGENCY if whole else OF_MESSAGE,
        "created_at": ctx.as_of,
        "expires_at": draft.planned_at + (WHOLE_LINK_LIVES if whole else LINK_LIVES),
    }


def cancel_unsent(ctx: Context, assignment_ids: Iterable[int], reason: str, kinds: Sequence[str] | None = None) -> int:
    """Cancel waiting messages whose every item concerns these assignments; returns how many."""
    wanted = sorted(set(assignment_ids))
    cancelled = 0
    messages = {m.id: m for m in ctx.session.exec(_WAITING, params={"assignments": wanted}).all()}
    shared = _about_others(ctx, [number or 0 for number in messages], wanted)
    for message in messages.values():
        if message.id not in shared and (kinds is None or message.kind in kinds):
            message.state, message.reason, message.finished_at = MessageState.cancelled, reason, ctx.as_of
            cancelled += 1
    ctx.session.flush()
    return cancelled


def _about_others(ctx: Context, message_ids: Sequence[int], assignment_ids: Collection[int]) -> set[int]:
    """Those of the messages that are about more than these assignments."""
    if not message_ids:
        return set()
    asked = {"messages": list(message_ids), "assignments": list(assignment_ids)}
    return set(ctx.session.exec(_ABOUT_OTHERS, params=asked).all())


def withdraw_unsent(ctx: Context, assignment_ids: Sequence[int], reason: str, kinds: Sequence[str] = CHASES) -> int:
    """Take assignments out of what waits, so that their steps can be told later: for what only rests.

    A digest goes on without them. Returns how many messages were cancelled.
    """
    cancelled = cancel_unsent(ctx, assignment_ids, reason, kinds)
    query = (
        select(MessageItem, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(list(assignment_ids)), col(Message.kind).in_(kinds))
    )
    for item, message in ctx.session.exec(query).all():
        if message.state == MessageState.cancelled and message.finished_at == ctx.as_of:
            _untell(ctx, item, message)
        elif message.state in UNSENT:
            ctx.session.delete(item)
            free_key(message)
    owed = update(Assignment).where(col(Assignment.id).in_(list(assignment_ids)))
    ctx.session.execute(owed.values(next_at=AT_ONCE))  # a chase looks again at what was told for a while only
    ctx.session.flush()
    return cancelled


def _untell(ctx: Context, item: MessageItem, message: Message) -> None:
    """The step counts as told no longer; neither does the message that this one was to stand in for, unless it went."""
    item.step = f"{item.step}:x{message.id}"[:40]
    free_key(message)
    root = ctx.session.get(Message, message.fallback_of) if message.fallback_of is not None else None
    if root is None or root.state in (MessageState.sent, MessageState.recorded):
        return
    its = select(MessageItem).where(MessageItem.message_id == root.id, MessageItem.assignment_id == item.assignment_id)
    for row in ctx.session.exec(its).all():
        if ":x" not in row.step:
            row.step = f"{row.step}:x{root.id}"[:40]
    free_key(root)


def free_key(message: Message) -> None:
    """Let another message about the same things have its key: this one no longer says what the key stands for."""
    own = f":w{message.id}"
    if not message.key.endswith(own):
        message.key = f"{message.key}{own}"


def held_openings(ctx: Context, obligation_id: int) -> list[Message]:
    """Opening notices of an obligation, and those to a successor, that wait for their legal basis (S4)."""
    query = (
        select(Message)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(
            Period.obligation_id == obligation_id,
            col(Message.kind).in_(("open", "inform", "transferred", "assigned", "released")),
            Message.state == MessageState.held,
        )
    )
    return list(ctx.session.exec(query).unique().all())


def _key(kind: str, audience: Audience, items: Sequence[Item]) -> str:
    parts = sorted(f"{i.assignment_id}:{i.step}:{i.revision}" for i in items)
    return f"{kind}:{audience.value}:" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:40]
