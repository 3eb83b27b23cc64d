"""Letting time pass on a copy: at each moment at which anything can happen, everything that is due is done."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import col, func, select

from calendars.office_hours import CLOSES, OPENS
from models.enums import MessageState, PlanKind, StepName, StepState
from models.tables import Message, PeriodStep, Plan
from obligations.clock import local_date
from obligations.rules.due import at_opening
from obligations.services.cascade_dates import dated
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.planning.rehearse import rehearse
from obligations.services.sending.daily_count import handed_over_today
from obligations.services.simulating.copy import ACTOR
from obligations.services.simulating.events import Event
from obligations.services.simulating.requests import request_moments, requests_made
from obligations.services.simulating.span import Span
from obligations.services.spec import plan_file_of
from obligations.settings import Settings

_WAITING = (MessageState.planned, MessageState.retry, MessageState.unknown)
_OFFICE_MINUTES = (CLOSES.hour - OPENS.hour) * 60


def day_capacity(settings: Settings) -> int:
    """Messages that can go on one day: the daily cap, or fewer when the rate a minute does not fill it in office hours."""
    return min(settings.mail_daily_cap, settings.mail_per_minute * _OFFICE_MINUTES)


class Walk:
    """One course of events on a twin, from the beginning of a span to its end.

    ``texts``: keep a digest of each message's whole text, so that two courses can be compared.
    """

    def __init__(self, twin: App, span: Span, coming: Sequence[Event], *, texts: bool = False) -> None:
        self.twin, self.span, self.texts = twin, span, texts
        self._coming = sorted((event for event in coming if event.at < span.end), key=lambda event: event.at)
        self._openings = _opening_days(twin, span)
        self._handed: dict[date, int] = {}
        with twin.read(span.begin) as ctx:
            self._hours = [moment for moment in request_moments(ctx) if span.begin <= moment < span.end]
            self._made = sorted(requests_made(ctx))

    def go(self, progress: Callable[[int], None] | None = None) -> None:
        """Let it happen; ``progress`` is told the days gone by."""
        if self.span.present:
            with self.twin.read(self.span.begin) as ctx:
                self._handed[ctx.today] = handed_over_today(ctx)
        moment = self._first()
        while moment < self.span.end:
            self._pass(moment)
            if progress is not None:
                progress((moment - self.span.begin).days)
            moment = self._after(moment)

    def _first(self) -> datetime:
        early = [self.span.begin] if self.span.present or self._happening(self.span.begin) else []
        return min([*early, self._after(self.span.begin - timedelta(microseconds=1))])

    def _after(self, moment: datetime) -> datetime:
        """The next 08:00 of a working day, event, or moment at which something stored comes due."""
        morning = _next_morning(self.twin, moment)
        with self.twin.read(moment) as ctx:
            stored = _stored_moments(ctx, moment)
        hours = [hour for hour in self._hours if hour > moment][:1]
        return min([morning, *stored, *hours, *(event.at for event in self._coming[:1])]).astimezone(UTC)

    def _happening(self, moment: datetime) -> list[Event]:
        return [event for event in self._coming if event.at <= moment]

    def _pass(self, moment: datetime) -> None:
        """One tick without reports and feeds: only what can send a message. What changes the rules comes first."""
        happening = self._happening(moment)
        self._coming = self._coming[len(happening) :]
        for event in happening:
            if event.calendar is not None:
                self.twin = App(self.twin.settings, self.twin.database, event.calendar)
        with self.twin.write(moment, ACTOR) as ctx:
            for event in sorted(happening, key=lambda event: not event.first):
                if not event.first:
                    self._open(ctx)
                event.act(ctx)
            self._open(ctx)
            close_due_periods(ctx)
            plan_reminders(ctx)
            gone = self._handed.get(ctx.today, 0)
            room = max(day_capacity(ctx.settings) - gone, 0)
            self._handed = {ctx.today: gone + rehearse(ctx, room, texts=self.texts)}
        if any(event.first for event in happening):
            self._openings = [d for d in _opening_days(self.twin, self.span) if _midnight(d, self._zone) > moment]

    def _open(self, ctx: Context) -> None:
        """Open what opens; looked for only on days, and at moments of requests, on which something can."""
        come = [day for day in self._openings if _midnight(day, self._zone) <= ctx.as_of]
        made = [moment for moment in self._made if moment <= ctx.as_of]
        if come or made:
            self._openings, self._made = self._openings[len(come) :], self._made[len(made) :]
            open_due_periods(ctx)

    @property
    def _zone(self) -> ZoneInfo:
        return self.twin.settings.zone


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_opening(day, zone).replace(hour=0)


def _next_morning(twin: App, moment: datetime) -> datetime:
    zone = twin.settings.zone
    today = local_date(moment, twin.settings.timezone)
    if twin.calendar.is_working(today) and at_opening(today, zone) > moment:
        return at_opening(today, zone)
    return at_opening(twin.calendar.next_working(today), zone)


_NEXT_MESSAGE = select(func.min(Message.next_at)).where(
    col(Message.state).in_(_WAITING), col(Message.next_at) > bindparam("moment")
)
_NEXT_STEP = select(func.min(PeriodStep.planned_at)).where(
    PeriodStep.state == StepState.planned,
    PeriodStep.name == StepName.remind,
    col(PeriodStep.planned_at) > bindparam("moment"),
)


def _stored_moments(ctx: Context, moment: datetime) -> list[datetime]:
    """When a waiting message or a reminder step with an hour of its own comes due next."""
    found = [ctx.session.exec(query, params={"moment": moment}).one() for query in (_NEXT_MESSAGE, _NEXT_STEP)]
    return [at for at in found if at is not None]


def _opening_days(twin: App, span: Span) -> list[date]:
    """The days on which a period opens, or has opened, up to the end; on any other day there is none to look for."""
    with twin.read(span.end) as ctx:
        days: set[date] = set()
        for plan in ctx.session.exec(select(Plan).where(Plan.kind == PlanKind.document)).all():
            file = plan_file_of(ctx, plan)
            for spec in file.obligations:
                found = dated(file, spec, plan.since_on, ctx.today + timedelta(days=400), ctx.calendar)
                days.update(o.opens_on - timedelta(days=1) for o in found)  # a plan's own zone may be ahead
                days.update(o.opens_on + timedelta(days=n) for o in found for n in (0, 1))
    return sorted(days)
