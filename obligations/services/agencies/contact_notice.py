"""The word to a new focal point: from now on notices come here, with a personal link that works."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import Audience, PeriodState
from models.tables import Agency, Assignment, Contact, Message, MessageItem, Period
from obligations.rules.lateness import CHASED, CHASED_DUTIES
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import Draft, Item, write_messages
from obligations.services.sending.voice import apart

KIND = "contact_changed"


@dataclass(frozen=True)
class _Owed:
    assignment: Assignment


def tell_new_contact(ctx: Context, agency: Agency, contact: Contact) -> int:
    """Write to the address that took another's place about what is owed and was told there; outside cap and office hours.

    One message for each asker; returns how many. Nothing where nobody has been told anything yet.
    """
    if contact.audience != Audience.clerk or contact.channel == PHONE:
        return 0
    parts = apart(ctx, {agency.id or 0: [_Owed(row) for row in _told(ctx, agency)]})
    step = f"{KIND}:{contact.id}:{ctx.as_of.timestamp():.0f}"[:40]  # who comes back is told again
    moment = send_moment(ctx, ctx.as_of, 1)
    drafts = [
        Draft(contact, KIND, [Item(o.assignment.id or 0, step, o.assignment.revision) for o in owed], moment)
        for _, owed in parts
    ]
    return len(write_messages(ctx, drafts))


def _told(ctx: Context, agency: Agency) -> Sequence[Assignment]:
    """What the agency still owes and has had a message about."""
    told = (
        select(MessageItem.id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == Assignment.id, col(Message.finished_at).is_not(None))
    )
    query = (
        select(Assignment)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(Assignment.agency_id == agency.id, Period.state == PeriodState.open)
        .where(col(Assignment.state).in_(CHASED), col(Assignment.duty).in_(CHASED_DUTIES), told.exists())
    )
    return ctx.session.exec(query.order_by(col(Assignment.id))).all()
