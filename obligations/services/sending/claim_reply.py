"""Answering "đã gửi" on Zalo: politely, once a day, and it is not a submission."""

from collections.abc import Sequence

from sqlmodel import col, select

from models.enums import PeriodState
from models.tables import Assignment, Contact, Message, MessageItem, Period
from obligations.rules.claims import says_sent
from obligations.rules.lateness import CHASED, CHASED_DUTIES
from obligations.services.context import Context
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import CHASES, Item, told_steps, write_message


def answer_claim(ctx: Context, contacts: Sequence[Contact], text: str) -> int:
    """Tell whoever wrote how a report is sent; returns how many answers were planned.

    ``contacts``: who wrote, in every agency they speak for. Nothing is answered when nothing is owed any more, or twice
    in a day.
    """
    if not says_sent(text):
        return 0
    return sum(_answer(ctx, contact) for contact in contacts)


def _answer(ctx: Context, contact: Contact) -> bool:
    step = f"sent_claim:{ctx.today}"
    owed = _owed(ctx, contact)
    told = told_steps(ctx, [row.id or 0 for row in owed], contact.audience)
    items = [
        Item(row.id or 0, step, row.revision) for row in owed if step not in told.get((row.id or 0, row.revision), ())
    ]
    if not items:
        return False
    write_message(ctx, contact, "sent_claim", items, send_moment(ctx, ctx.as_of, 1), priority=0)
    return True


def _owed(ctx: Context, contact: Contact) -> list[Assignment]:
    """What the last notice to this contact asked for and has not come."""
    last = (
        select(Message.id)
        .where(Message.contact_id == contact.id, col(Message.kind).in_(CHASES), col(Message.finished_at).is_not(None))
        .order_by(col(Message.id).desc())
        .limit(1)
    )
    number = ctx.session.exec(last).first()
    if number is None:
        return []
    query = (
        select(Assignment)
        .join(MessageItem, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(
            MessageItem.message_id == number,
            col(Assignment.state).in_(CHASED),
            col(Assignment.duty).in_(CHASED_DUTIES),
            Period.state == PeriodState.open,
        )
        .order_by(col(Assignment.id))
    )
    return list(ctx.session.exec(query).unique().all())
