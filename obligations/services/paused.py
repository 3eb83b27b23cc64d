"""Whether a message rests because notices are paused (S12): everywhere, for its agency, or for a plan it is about."""

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from models.tables import Assignment, Message, MessageItem, Obligation, Pause, Period


def not_paused() -> list[ColumnElement[bool]]:
    """Conditions on ``Message`` that hold while nothing pauses it. No deadline moves meanwhile."""
    active = select(Pause.id).where(col(Pause.resumed_at).is_(None))
    everything = active.where(col(Pause.plan_id).is_(None), col(Pause.agency_id).is_(None))
    agency = active.where(Pause.agency_id == Message.agency_id)
    plan = (
        active.join(Obligation, col(Obligation.plan_id) == Pause.plan_id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .join(MessageItem, col(MessageItem.assignment_id) == Assignment.id)
        .where(MessageItem.message_id == Message.id)
    )
    return [~everything.exists(), ~agency.exists(), ~plan.exists()]
