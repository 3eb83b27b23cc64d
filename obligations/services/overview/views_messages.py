"""The ledger of notices: what was sent, would be sent, or waits for a decision."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, bindparam, func
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.folded import has_words
from models.tables import Agency, Contact, Delivery, Message
from obligations.errors import NotFound
from obligations.rules.folding import words_of
from obligations.rules.masking import masked
from obligations.services.chasing.approval import needs_approval
from obligations.services.chasing.approval_bulk import approvable_from
from obligations.services.context import Context
from obligations.services.links import personal_link
from obligations.services.sending.message_proof import digest_of
from obligations.services.sending.render import build_mail, rows_of
from obligations.services.sending.short_codes import short_code

PAGE = 50
WENT = (MessageState.sent, MessageState.recorded)
LINK_HERE, CODE_HERE = "[đường dẫn riêng của cơ quan, không hiển thị ở đây]", "[mã]"
WAITING = ("submission", "approval")
"""What a draft to a leader may wait for."""
LONGEST_FILTER = 120


@dataclass(frozen=True)
class MessageRow:
    """One message. ``at``: when it went, else when it is to go. ``recorded``: kept and shown, not sent."""

    public_id: str
    kind: str
    agency: str
    agency_code: str
    audience: str
    channel: str
    address: str
    subject: str
    state: str
    reason: str
    planned_at: datetime
    at: datetime
    recorded: bool
    submitted_by: str | None = None
    """Of a draft to a leader: who has it before the *lãnh đạo duyệt*."""


@dataclass(frozen=True)
class Ledger:
    """One page of the ledger. ``page`` counts from 1; ``states`` counts every message by state."""

    rows: list[MessageRow]
    total: int
    page: int
    pages: int
    states: dict[str, int]
    needs_approval: bool = False
    """Whether drafts to leaders are submitted and approved before they go (S6)."""
    approvable: frozenset[str] = frozenset()
    """Public ids of the drafts on the page that whoever looks may approve now."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to hand a message over."""

    number: int
    started_at: datetime
    outcome: str | None
    code: str
    text: str


@dataclass(frozen=True)
class MessagePage:
    """One message with every attempt, and its text: as it stood when it went, else as it would stand now."""

    row: MessageRow
    subject: str
    text: str
    short: str
    attempts: list[Attempt]
    duties: list[tuple[str, str]]
    """Public id of each assignment it covers, with the duty's title."""
    sample_link: str | None
    """Only for a sample mailbox that nobody can read: the personal link itself, to try the agency's side."""
    needs_approval: bool = False
    """Whether a *lãnh đạo duyệt* must approve it before it goes."""
    submitted_by: str | None = None
    as_sent: bool = False
    """Whether the text is, to the letter, what went: its digest is the one that was kept then."""
    digest: str | None = None


# Built once, and columns only: a whole message is read with its text.
_STATES = select(Message.state, func.count()).group_by(col(Message.state))
_NUMBER = sql_select(func.count()).select_from(Message).join(Agency, col(Message.agency_id) == col(Agency.id))
_ROWS = (
    sql_select(
        col(Message.public_id),
        col(Message.kind),
        col(Message.audience),
        col(Message.channel),
        col(Message.address),
        col(Message.subject),
        col(Message.state),
        col(Message.reason),
        col(Message.planned_at),
        col(Message.finished_at),
        col(Message.context)["submitted_by"].as_string().label("submitted_by"),
        col(Agency.name).label("agency"),
        col(Agency.code).label("agency_code"),
    )
    .join_from(Message, Agency, col(Message.agency_id) == col(Agency.id))
    .order_by(col(Message.planned_at).desc(), col(Agency.position), col(Message.id))
    .offset(bindparam("first", type_=Integer))
    .limit(bindparam("most", type_=Integer))
)


def ledger(
    ctx: Context,
    state: str | None = None,
    agency: str | None = None,
    kind: str | None = None,
    page: int = 1,
    *,
    whole: bool = False,
    waiting: str | None = None,
    size: int = PAGE,
) -> Ledger:
    """Messages, newest plan first. ``agency`` is words of a name, marks or none, or a whole code; ``page`` beyond the end is empty.

    ``whole``: addresses as they are, for those who may write to them; masked for everybody else. ``waiting``: of drafts, only
    those that wait for their ``submission`` or for an ``approval``.
    """
    conditions = _asked(state, agency, kind, waiting)
    states = {str(state): count for state, count in ctx.session.exec(_STATES).all()}
    total = ctx.session.execute(_NUMBER.where(*conditions)).scalar_one() if conditions else sum(states.values())
    query = _ROWS.where(*conditions) if conditions else _ROWS
    found = ctx.session.execute(query, {"first": (page - 1) * size, "most": size}).all()
    rows = [_row(row, row.agency, row.agency_code, row.submitted_by, whole=whole) for row in found]
    allowed = approvable_from(ctx, [row.submitted_by for row in rows if row.submitted_by])
    return Ledger(
        rows=rows,
        total=total,
        page=page,
        pages=max(-(-total // size), 1),
        states=states,
        needs_approval=needs_approval(ctx),
        approvable=frozenset(row.public_id for row in rows if row.submitted_by in allowed),
    )


def messages_after(
    ctx: Context, state: str | None, agency: str | None, kind: str | None, before: int | None, most: int, *, whole: bool
) -> tuple[list[MessageRow], int | None]:
    """Messages by when they were written, newest first, at most so many; with them where the next page begins, if any.

    ``before``: that place, None for the first page. Walking on skips nothing that was there at the beginning.
    """
    asked = _asked(state, agency, kind)
    if before is not None:
        asked.append(col(Message.id) < before)
    query = select(Message, Agency).join(Agency, col(Message.agency_id) == Agency.id).where(*asked)
    rows = ctx.session.exec(query.order_by(col(Message.id).desc()).limit(most + 1)).all()
    onward = rows[most - 1][0].id if len(rows) > most else None
    return [
        _row(message, body.name, body.code, _submitted_by(message), whole=whole) for message, body in rows[:most]
    ], onward


def ledger_rows(
    ctx: Context, state: str | None, agency: str | None, kind: str | None, most: int, waiting: str | None = None
) -> list[MessageRow]:
    """The same messages without pages, at most so many; their texts are not read."""
    query = _ROWS.where(*_asked(state, agency, kind, waiting))
    rows = ctx.session.execute(query, {"first": 0, "most": most}).all()
    return [_row(row, row.agency, row.agency_code, row.submitted_by, whole=False) for row in rows]


def _asked(
    state: str | None, agency: str | None, kind: str | None, waiting: str | None = None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if waiting in WAITING:
        conditions += [col(Message.state) == MessageState.draft, submitted(asked=waiting == "approval")]
    if state in list(MessageState):
        conditions.append(col(Message.state) == state)
    if kind:
        conditions.append(col(Message.kind) == kind[:LONGEST_FILTER])
    if agency and agency.strip():
        wanted = agency.strip()[:LONGEST_FILTER]
        conditions.append(has_words(words_of(wanted), Agency.name, Agency.short_name) | (col(Agency.code) == wanted))
    return conditions


def message_page(ctx: Context, public_id: str, *, whole: bool = False) -> MessagePage:
    """One message. ``whole``: for who may write to agencies, with the address, and the link of a sample mailbox beside it.

    The personal link never appears in the text.
    """
    found = ctx.session.exec(
        select(Message, Agency).join(Agency, col(Message.agency_id) == Agency.id).where(Message.public_id == public_id)
    ).first()
    if found is None:
        raise NotFound("no such message")
    message, agency = found
    items = rows_of(ctx, message)
    contact = ctx.session.get(Contact, message.contact_id) if message.contact_id else None
    then = replace(ctx, as_of=message.finished_at) if message.state in WENT and message.finished_at else ctx
    mail = build_mail(then, message, contact, items)
    is_sample = contact is not None and contact.is_sample and whole
    return MessagePage(
        row=_row(message, agency.name, agency.code, _submitted_by(message), whole=whole),
        subject=message.subject or mail.subject,
        text=_covered(ctx, message, mail.text),
        short=_covered(ctx, message, mail.short),
        as_sent=message.body_sha256 is not None and digest_of(mail) == message.body_sha256,
        digest=message.body_sha256,
        attempts=_attempts(ctx, message.id or 0),
        duties=[(item.assignment.public_id, item.obligation.title) for item in items],
        sample_link=personal_link(ctx.settings, public_id) if is_sample else None,
        needs_approval=message.audience == Audience.leader and needs_approval(ctx),
        submitted_by=message.context.get("submitted_by"),
    )


def submitted(*, asked: bool) -> ColumnElement[bool]:
    """Drafts somebody has submitted to a *lãnh đạo duyệt*, or those nobody has."""
    by: ColumnElement[str] = col(Message.context)["submitted_by"].as_string()
    return by.is_not(None) if asked else by.is_(None)


def _submitted_by(message: Message) -> str | None:
    return message.context.get("submitted_by")


def _covered(ctx: Context, message: Message, text: str) -> str:
    """Link and code open the agency's page: whoever reads the ledger sees that they are there, and not what they are."""
    code = short_code(ctx.settings, message.id or 0)
    shown = text.replace(personal_link(ctx.settings, message.public_id), LINK_HERE)
    return shown.replace(code, CODE_HERE) if code else shown


def _row(
    message: Message | Row[Any], agency: str, agency_code: str, submitted_by: str | None, *, whole: bool
) -> MessageRow:
    return MessageRow(
        public_id=message.public_id,
        kind=message.kind,
        agency=agency,
        agency_code=agency_code,
        audience=message.audience.value,
        channel=message.channel,
        address=message.address if whole else masked(message.address),
        subject=message.subject,
        state=message.state.value,
        reason=message.reason,
        planned_at=message.planned_at,
        at=message.finished_at or message.planned_at,
        recorded=message.state == MessageState.recorded,
        submitted_by=submitted_by if message.state == MessageState.draft else None,
    )


def _attempts(ctx: Context, message_id: int) -> list[Attempt]:
    query = select(Delivery).where(Delivery.message_id == message_id).order_by(col(Delivery.number))
    return [
        Attempt(d.number, d.started_at, d.outcome.value if d.outcome else None, d.code, d.text)
        for d in ctx.session.exec(query).all()
    ]
