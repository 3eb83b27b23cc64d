"""What another working calendar does to messages that wait and to occurrences that are not open yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from calendars.office_hours import next_office_moment
from calendars.working_days import WorkingCalendar
from models.enums import MessageState
from models.tables import Agency, Message, Obligation, Period, Plan
from obligations.clock import local_date
from obligations.rules.breaks import quiet_until
from obligations.rules.due import DueDates
from obligations.services.cascade_dates import dated
from obligations.services.context import Context
from obligations.services.deadlines import dates_by
from obligations.services.sending.outbox import EXPIRES_AFTER
from obligations.services.spec import plan_file_of

AHEAD = timedelta(days=400)
"""How far due days of occurrences that are not open yet are compared."""
_WAITING = (MessageState.planned, MessageState.retry)


@dataclass(frozen=True)
class MessageMove:
    """A message that waits for a day that is no longer worked (or is the first after a long break)."""

    message: str
    agency: str
    kind: str
    before: datetime
    after: datetime


@dataclass(frozen=True)
class OccurrenceMove:
    """An occurrence that is not open yet and will have other dates."""

    plan: str
    obligation: str
    period: str
    due_on: date
    practical_before: date
    practical_due_on: date
    grace_before: date
    grace_until: date


def put_off_messages(ctx: Context) -> list[MessageMove]:
    """Put messages that wait for a moment ahead off to when they may go by ``ctx.calendar``; none goes earlier."""
    query = (
        select(Message, Agency.code)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(col(Message.state).in_(_WAITING), col(Message.next_at) > ctx.as_of)
        .order_by(col(Message.next_at), col(Message.id))
    )
    moved = []
    for message, agency in ctx.session.exec(query).all():
        before, zone = message.next_at, ctx.settings.zone
        after = quiet_until(message.kind, next_office_moment(before, ctx.calendar, zone), ctx.calendar, zone)
        if after > before and after.astimezone(zone).date() != before.astimezone(zone).date():
            message.next_at = message.planned_at = after
            message.expires_at = after + EXPIRES_AFTER
            moved.append(MessageMove(message.public_id, agency, message.kind, before, after))
    ctx.session.flush()
    return moved


def occurrence_moves(ctx: Context, before: WorkingCalendar) -> list[OccurrenceMove]:
    """Occurrences due within ``AHEAD`` that are not open yet and have other dates by ``ctx.calendar`` than by ``before``."""
    opened = set(ctx.session.exec(select(Period.obligation_id, Period.label)).all())
    ids = {(o.plan_id, o.code): o.id for o in ctx.session.exec(select(Obligation)).all()}
    found = []
    for plan in ctx.session.exec(select(Plan).order_by(col(Plan.id))).all():
        file, today = plan_file_of(ctx, plan), local_date(ctx.as_of, plan.timezone)
        for spec in file.obligations:
            was = {o.label: o for o in dated(file, spec, max(plan.since_on, today), today + AHEAD, before)}
            for occurrence in dated(file, spec, max(plan.since_on, today), today + AHEAD, ctx.calendar):
                if (ids.get((plan.id or 0, spec.code)), occurrence.label) in opened:
                    continue
                old = dates_by(file, was.get(occurrence.label, occurrence), before)
                new = dates_by(file, occurrence, ctx.calendar)
                if (old.practical_due_on, old.grace_until) != (new.practical_due_on, new.grace_until):
                    found.append(_move(plan.slug, spec.code, occurrence.label, old, new))
    return sorted(found, key=lambda move: move.due_on)


def _move(plan: str, obligation: str, period: str, old: DueDates, new: DueDates) -> OccurrenceMove:
    return OccurrenceMove(
        plan=plan,
        obligation=obligation,
        period=period,
        due_on=new.due_on,
        practical_before=old.practical_due_on,
        practical_due_on=new.practical_due_on,
        grace_before=old.grace_until,
        grace_until=new.grace_until,
    )
