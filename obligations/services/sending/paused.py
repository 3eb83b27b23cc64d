"""Whether a message rests because notices are paused (S12): everywhere, for its agency, or for a plan it is about.

A pause stops what the office says, receipts too. A link that somebody asked for a moment ago is no notice: it goes.
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Pause, Period
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.sending.outbox import ASKED


@cache
def not_paused() -> ColumnElement[bool]:
    """The condition on ``Message`` that holds while nothing pauses it. No deadline moves meanwhile."""
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
    return or_(col(Message.kind).in_(ASKED), and_(~everything.exists(), ~agency.exists(), ~plan.exists()))


def is_paused(ctx: Context, plan_id: int | None = None, agency_id: int | None = None) -> bool:
    """Whether a pause of exactly this scope is in force; both None is everything."""
    return ctx.session.exec(_in_force(plan_id, agency_id).limit(1)).first() is not None


def active_pauses(ctx: Context, plan_id: int | None, agency_id: int | None) -> Sequence[Pause]:
    """Pauses in force of exactly this scope, locked by whoever is about to change them."""
    return ctx.session.exec(_in_force(plan_id, agency_id).with_for_update()).all()


def _in_force(plan_id: int | None, agency_id: int | None) -> SelectOfScalar[Pause]:
    query = select(Pause).where(col(Pause.resumed_at).is_(None)).order_by(col(Pause.id))
    query = query.where(Pause.plan_id == plan_id if plan_id else col(Pause.plan_id).is_(None))
    return query.where(Pause.agency_id == agency_id if agency_id else col(Pause.agency_id).is_(None))


def follow(ctx: Context, source: Agency, heir: Agency) -> None:
    """A pause of an agency that gives way becomes its successor's, until a person resumes it."""
    for row in active_pauses(ctx, None, source.id):
        row.resumed_at = ctx.as_of
        if not active_pauses(ctx, None, heir.id):
            reason = f"{row.reason} (theo {source.name})"
            ctx.session.add(Pause(agency_id=heir.id, reason=reason, paused_by=row.paused_by, paused_at=ctx.as_of))
            ctx.session.flush()
            audit.record(ctx, "notices.pause_followed", source.code, to=heir.code)
