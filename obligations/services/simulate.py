"""A year in seconds: the same services on a copy, with a moving moment. Touches nothing of the installation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from models.enums import MessageState, PlanKind
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period, Plan
from obligations.errors import Refused
from obligations.rules.due import at_opening, day_ends
from obligations.services.cascade_dates import dated
from obligations.services.chase import plan_reminders
from obligations.services.close_periods import close_due_periods
from obligations.services.context import App, Context
from obligations.services.deliver import rehearse
from obligations.services.open_periods import open_due_periods
from obligations.services.simulate_copy import ACTOR, twin_at
from obligations.services.simulate_events import Arrival, Event, assumed, read_arrivals
from obligations.services.simulate_requests import request_moments, requests_made
from obligations.services.spec import plan_file_of

__all__ = ["Arrival", "SimulatedItem", "SimulatedMessage", "read_arrivals", "simulate_messages"]


@dataclass(frozen=True)
class SimulatedItem:
    """What a message is about."""

    obligation: str
    period: str


@dataclass(frozen=True)
class SimulatedMessage:
    """One message that would go. ``at`` carries the installation's offset; an unknown address is None."""

    at: datetime
    agency: str
    address: str | None
    channel: str | None
    kind: str
    items: list[SimulatedItem]
    subject: str


def simulate_messages(
    app: App, since: date, until: date, arrivals: list[Arrival], progress: Callable[[int], None] | None = None
) -> list[SimulatedMessage]:
    """Messages from ``since`` to ``until`` (both included), in time order.

    Begins with the state as it stood at 00:00 of ``since``; what is recorded since then (reports, confirmations,
    extensions, pauses) happens again at its moment; periods opening in the range count as confirmed and cite the plan;
    nothing else arrives but what ``arrivals`` gives. ``progress`` is told the days gone by.
    """
    if until < since:
        raise Refused("--to lies before --from")
    zone = app.settings.zone
    begin, end = at_opening(since, zone).replace(hour=0), day_ends(until, zone)
    with app.read(begin) as ctx:
        requests = request_moments(ctx)
    with twin_at(app, begin) as (twin, recorded):
        given = [assumed(a) for a in arrivals]
        coming = sorted((e for e in [*recorded, *given] if e.at < end), key=lambda e: e.at)
        _walk(twin, begin, end, coming, requests, progress)
        with twin.read(end) as ctx:
            return _sent(ctx, begin, end)


def _walk(
    twin: App,
    begin: datetime,
    end: datetime,
    coming: list[Event],
    requests: list[datetime],
    progress: Callable[[int], None] | None,
) -> None:
    """Let time pass: at each moment what happens, happens, and then everything that is due is done."""
    zone = twin.settings.zone
    with twin.read(end) as ctx:
        made = requests_made(ctx)
    openings = sorted([*(at_opening(day, zone).replace(hour=0) for day in _opening_days(twin, end)), *made])
    for moment in _moments(twin, begin, end, coming, requests):
        come = [opening for opening in openings if opening <= moment]
        openings = openings[len(come) :]
        happening = [event for event in coming if event.at <= moment]
        coming = coming[len(happening) :]
        _pass(twin, moment, happening, opening=bool(come))
        if progress is not None:
            progress((moment - begin).days)


def _moments(
    twin: App, begin: datetime, end: datetime, coming: list[Event], requests: list[datetime]
) -> list[datetime]:
    """When anything can happen: 08:00 of each working day, the hours of requests, and the moment of each event."""
    zone = twin.settings.zone
    days = [begin.date() + timedelta(days=n) for n in range((end - begin).days)]
    mornings = [at_opening(day, zone) for day in days if twin.calendar.is_working(day)]
    hours = (moment for moment in requests if begin <= moment < end)
    return sorted({*mornings, *hours, *(max(event.at, begin) for event in coming)})


def _opening_days(twin: App, end: datetime) -> list[date]:
    """The days on which a period opens, or has opened, up to ``end``; on any other day there is none to look for."""
    with twin.read(end) as ctx:
        days: set[date] = set()
        for plan in ctx.session.exec(select(Plan).where(Plan.kind == PlanKind.document)).all():
            file = plan_file_of(ctx, plan)
            for spec in file.obligations:
                found = dated(file, spec, plan.since_on, ctx.today + timedelta(days=400), ctx.calendar)
                days.update(o.opens_on - timedelta(days=1) for o in found)  # a plan's own zone may be ahead
                days.update(o.opens_on + timedelta(days=n) for o in found for n in (0, 1))
    return sorted(days)


def _pass(twin: App, moment: datetime, happening: list[Event], *, opening: bool) -> None:
    """One tick without reports and feeds: only what can send a message."""
    with twin.write(moment, ACTOR) as ctx:
        if opening:
            open_due_periods(ctx)
        for event in happening:
            event.act(ctx)
        plan_reminders(ctx)
        close_due_periods(ctx)
        rehearse(ctx)


def _sent(ctx: Context, begin: datetime, end: datetime) -> list[SimulatedMessage]:
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(
            Message.state == MessageState.recorded, col(Message.finished_at) >= begin, col(Message.finished_at) < end
        )
        .order_by(col(Message.finished_at), col(Agency.position))
    )
    items = _items(ctx)
    return [
        SimulatedMessage(
            at=(m.finished_at or m.planned_at).astimezone(ctx.settings.zone),
            agency=a.code,
            address=m.address or None,
            channel=m.channel or None,
            kind=m.kind,
            items=items.get(m.id or 0, []),
            subject=m.subject,
        )
        for m, a in ctx.session.exec(query).all()
    ]


def _items(ctx: Context) -> dict[int, list[SimulatedItem]]:
    rows = ctx.session.exec(
        select(MessageItem.message_id, Obligation.code, Period.label)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .order_by(col(Obligation.position))
    ).all()
    found: dict[int, list[SimulatedItem]] = {}
    for message_id, code, label in rows:
        found.setdefault(message_id, []).append(SimulatedItem(code, label))
    return found
