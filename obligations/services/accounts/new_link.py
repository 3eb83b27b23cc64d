"""Gửi cho tôi đường dẫn mới: whoever holds an old personal link has a new one sent to the address it was sent to."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, func, select

from models.enums import AddressState, AssignmentState, Audience, PeriodState
from models.tables import AccessLink, Agency, Assignment, Contact, Message, MessageItem, Period
from obligations.services import audit
from obligations.services.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.links import token_sha256
from obligations.services.outbox import Draft, Item, write_messages
from obligations.services.voice import apart

KIND = "new_link"
DOUBLE_CLICK = timedelta(minutes=2)
"""Whoever presses again within this gets the link that is under way."""


@dataclass(frozen=True)
class _Owed:
    assignment: Assignment


def ask_new_link(ctx: Context, token: str) -> int:
    """Write to the contact of an old link what its agency was told and still may answer; returns how many messages.

    Nothing for a link nobody knows, a contact that is no longer in use, or one that asked often enough: whoever
    presses is never told which. Whatever presses, a mail scanner too, can only make the right person get a link.
    """
    link = ctx.session.exec(select(AccessLink).where(AccessLink.token_sha256 == token_sha256(token))).first()
    query = select(Contact).where(Contact.id == (link.contact_id if link else None)).with_for_update()
    contact = ctx.session.exec(query).first()
    if link is None or link.revoked_at is not None or contact is None or not _is_usable(contact):
        return 0
    agency = ctx.session.get_one(Agency, contact.agency_id)
    if contact.agency_id != link.agency_id or not _may_have_another(ctx, contact):
        return 0
    owed = [_Owed(row) for row in _told(ctx, contact)]
    step = f"{KIND}:{contact.id}:{ctx.as_of.timestamp():.0f}"[:40]
    drafts = [
        Draft(contact, KIND, [Item(o.assignment.id or 0, step, o.assignment.revision) for o in part], ctx.as_of)
        for _, part in apart(ctx, {agency.id or 0: owed})
    ]
    written = write_messages(ctx, drafts)
    if written:
        audit.record(ctx, "link.asked_anew", agency.code, contact=contact.id, messages=len(written))
    return len(written)


def _is_usable(contact: Contact) -> bool:
    """A clerk's: what goes to a leader waits for an approval (S6)."""
    in_use = contact.removed_at is None and contact.state == AddressState.active
    return in_use and contact.channel != PHONE and contact.audience == Audience.clerk


def _may_have_another(ctx: Context, contact: Contact) -> bool:
    """Not at a second press, and not more than so many an hour; counted by moments, for one press may write several."""
    query = select(func.count(func.distinct(Message.created_at)), func.max(Message.created_at)).where(
        Message.contact_id == contact.id, Message.kind == KIND, col(Message.created_at) > ctx.as_of - timedelta(hours=1)
    )
    count, newest = ctx.session.exec(query).one()
    return count < ctx.settings.new_links_per_hour and (newest is None or ctx.as_of - newest >= DOUBLE_CLICK)


def _told(ctx: Context, contact: Contact) -> list[Assignment]:
    """What the agency has of open periods and was written to about."""
    told = (
        select(MessageItem.id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == Assignment.id, col(Message.finished_at).is_not(None))
    )
    query = (
        select(Assignment)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(Assignment.agency_id == contact.agency_id, Period.state == PeriodState.open, told.exists())
        .where(col(Assignment.state).not_in((AssignmentState.ended, AssignmentState.exempt)))
    )
    return list(ctx.session.exec(query.order_by(col(Assignment.id))).all())
