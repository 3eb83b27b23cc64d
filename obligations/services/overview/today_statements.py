"""The day's work as statements, built once: every first page asks, and building them anew takes longer than they run."""

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import Duty, MessageState, MoreTimeState, PeriodState, PlanKind
from models.tables import (
    AgreedLateness,
    Assignment,
    Message,
    MessageItem,
    MoreTimeRequest,
    Obligation,
    Pause,
    Period,
    PhoneCall,
    Plan,
)
from obligations.rules.lateness import CHASED_DUTIES, OWING
from obligations.services.lateness import OVERDUE
from obligations.services.overview.views_messages import submitted
from obligations.services.submitting.stated import awaits_finding

STATES = select(Message.state, func.count()).group_by(col(Message.state))
NEXT_AT = select(func.min(Message.planned_at)).where(Message.state == MessageState.planned)
PAUSE = select(Pause.id).where(col(Pause.resumed_at).is_(None)).limit(1)
ASKS = select(func.count()).select_from(MoreTimeRequest).where(MoreTimeRequest.state == MoreTimeState.open)
SUBMITTED = select(func.count()).select_from(Message).where(Message.state == MessageState.draft, submitted(asked=True))
HELD = (
    sql_select(
        col(Period.public_id),
        col(Period.label),
        col(Period.due_on),
        col(Obligation.title),
        col(Plan.slug),
        col(Plan.number),
        func.count(func.distinct(col(Message.id))).label("count"),
    )
    .join_from(Message, MessageItem, col(MessageItem.message_id) == col(Message.id))
    .join(Assignment, col(MessageItem.assignment_id) == col(Assignment.id))
    .join(Period, col(Assignment.period_id) == col(Period.id))
    .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .where(col(Message.state) == MessageState.held)
    .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
    .order_by(col(Period.due_on), col(Period.id))
)
_UNSEEN = and_(col(Period.needs_confirmation), col(Period.confirmed_at).is_(None))
_NEAR = and_(
    col(Assignment.state).in_(OWING),
    col(Assignment.duty).in_(CHASED_DUTIES),
    col(Assignment.practical_due_on).in_(bindparam("next_days", expanding=True)),
    col(Assignment.due_at) > bindparam("as_of"),
)
_IS_HOURLY = col(Plan.kind) == PlanKind.request
_CALLED = sql_select(col(PhoneCall.id)).where(
    col(PhoneCall.assignment_id) == col(Assignment.id),
    col(PhoneCall.undone_at).is_(None),
    col(PhoneCall.called_at) >= bindparam("morning"),
)
_PRESSED_AT = col(Assignment.acknowledged_at)
_UNHEARD = and_(
    _IS_HOURLY,
    col(Assignment.state).in_(OWING),
    col(Assignment.duty) != Duty.for_information,
    _PRESSED_AT.is_(None),
)
_AGREED = sql_select(col(AgreedLateness.id)).where(
    col(AgreedLateness.assignment_id) == col(Assignment.id), col(AgreedLateness.until_on) >= bindparam("today")
)
_SNOOZED_UNTIL = col(Assignment.snoozed_until)
_RESTS = or_(and_(_SNOOZED_UNTIL.is_not(None), bindparam("today") <= _SNOOZED_UNTIL), _AGREED.exists())
_UNHEARD_OF = or_(_IS_HOURLY, _PRESSED_AT.is_(None), bindparam("heard_since") > _PRESSED_AT)
_SILENT = and_(or_(and_(OVERDUE, _UNHEARD_OF, ~_RESTS), _UNHEARD), ~_CALLED.exists())
"""Overdue and not heard of lately, or silent to an ad-hoc request, and not telephoned today."""
WANTED: dict[str, ColumnElement[bool]] = {
    "to_confirm": and_(_UNSEEN, col(Assignment.state) != "ended"),
    "to_review": and_(col(Assignment.state) == "submitted", ~awaits_finding()),
    "stated": and_(col(Assignment.state) == "submitted", awaits_finding()),
    "due": and_(~_UNSEEN, _NEAR),
    "calls": and_(~_UNSEEN, _SILENT),
}
TASKS = (
    sql_select(
        col(Period.public_id),
        col(Period.label),
        col(Period.due_on),
        col(Period.due_at),
        col(Obligation.title),
        col(Plan.slug),
        col(Plan.number),
        col(Plan.kind),
        *(func.sum(case((condition, 1), else_=0)).label(name) for name, condition in WANTED.items()),
    )
    .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
    .join(Plan, col(Obligation.plan_id) == col(Plan.id))
    .join(Assignment, col(Assignment.period_id) == col(Period.id))
    .where(col(Period.state) == PeriodState.open)
    .group_by(col(Period.id), col(Obligation.id), col(Plan.id))
    .order_by(col(Period.due_at), col(Period.id))
)
"""What is to be done in open periods, counted in one pass; run with ``as_of``, ``today``, ``next_days``, ``morning``, ``heard_since``."""
