"""What is supposed to come: a holiday, a changed plan, another date. Made in a twin by the acts that make it in earnest.

The one place that knows those acts: everything else of a simulation only lets time pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlmodel import select

from calendars.overrides import Override, read_overrides
from models.enums import PeriodState
from models.tables import Obligation, Period
from obligations.errors import NotFound, Refused
from obligations.rules.due import at_opening, due_dates
from obligations.services.cascade_dates import dated
from obligations.services.context import App, Context
from obligations.services.lookup import find_obligation, find_plan
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.calendar_effect import recompute_periods
from obligations.services.planning.move_period import due_time, move_period, plan_zone
from obligations.services.reviewing.review import cite_plan
from obligations.services.simulating.events import Event
from obligations.services.simulating.span import Span
from obligations.services.spec import is_request, plan_file_of
from plans.occurrences import Occurrence
from plans.schema import ObligationSpec, PlanFile

_HORIZON = timedelta(days=800)
"""Periods due within this many days of the end of a span can be named."""


@dataclass(frozen=True)
class MovedDue:
    """The period of an obligation (code or clause) that is to be due on another day."""

    plan: str
    obligation: str
    period: str
    due_on: date

    def __str__(self) -> str:
        return f"{self.plan} {self.obligation} {self.period} {self.due_on}"


@dataclass(frozen=True)
class Changes:
    """What is supposed to come, all together: a file of days as ``calendars/files/vn.yaml``, plan files, moved dates."""

    holidays: Path | None = None
    plans: tuple[PlanFile, ...] = ()
    dues: tuple[MovedDue, ...] = ()


def change_events(twin: App, span: Span, changes: Changes) -> list[Event]:
    """The changes as events of the twin.

    Days come when they are known (``known_since``), at the earliest when the span begins; plans and dates when it begins,
    the date of a period that is not open yet when it opens. Refused when a named period is neither open nor opens.
    """
    days = _announcements(twin, span, read_overrides(changes.holidays)) if changes.holidays else []
    plans = [Event(span.begin, lambda ctx, file=file: _apply(ctx, file), first=True) for file in changes.plans]  # type: ignore[misc]
    with twin.read(span.begin) as ctx:
        dues = [_moved_due(ctx, span, due, changes.plans) for due in changes.dues]
    return [*days, *plans, *dues]


def _announcements(twin: App, span: Span, days: Iterable[Override]) -> list[Event]:
    """One event for each moment at which days become known; each knows all that came before."""
    zone, known = twin.settings.zone, sorted(days, key=lambda day: day.known_since)
    events: dict[datetime, Event] = {}
    for number, last in enumerate(known, 1):
        at = max(span.begin, datetime.combine(last.known_since, time(), zone))
        events[at] = Event(at, _recompute, first=True, calendar=twin.calendar.with_days(known[:number]))
    return list(events.values())


def _recompute(ctx: Context) -> None:
    """Bring what lies ahead to ``ctx.calendar``; no reminder is repeated."""
    recompute_periods(ctx)


def _move(ctx: Context, obligation: Obligation, period: Period, due_on: date, *, anew: bool) -> None:
    zone, exact = plan_zone(ctx, obligation), is_request(obligation)
    hour = due_time(period.due_on, period.due_at, zone)
    dates = due_dates(due_on, hour, ctx.calendar, zone, grace=period.grace_applies, exact=exact)
    move_period(ctx, obligation, period, dates, dates.reasons, anew=anew)


def _apply(ctx: Context, file: PlanFile) -> None:
    """Apply the file, and let what is new cite the plan as everything in a simulation does."""
    apply_plan(ctx, file, since=ctx.today)
    plan_id = find_plan(ctx, file.slug).id
    for new in ctx.session.exec(select(Obligation).where(Obligation.plan_id == plan_id)).all():
        if not (new.cites_plan or new.opening_document):
            cite_plan(ctx, new.id or 0)


def _occurrence(ctx: Context, file: PlanFile, spec: ObligationSpec, label: str, around: date) -> Occurrence | None:
    found = dated(file, spec, file.issued_on, around + _HORIZON, ctx.calendar)
    return next((occurrence for occurrence in found if occurrence.label == label), None)


def _moved_due(ctx: Context, span: Span, due: MovedDue, plans: tuple[PlanFile, ...]) -> Event:
    """The move at once when the period is open, else right after it opens, before anyone is told the printed date."""
    plan, obligation = find_plan(ctx, due.plan), find_obligation(ctx, due.plan, due.obligation)
    query = select(Period).where(Period.obligation_id == obligation.id, Period.label == due.period)
    period = ctx.session.exec(query).first()
    if period is not None and period.state != PeriodState.open:
        raise Refused(f"{due}: the period is {period.state}; only a date ahead can move")
    file = next((file for file in plans if file.slug == due.plan), None) or plan_file_of(ctx, plan)
    at = span.begin if period is not None else _opening(ctx, span, due, file, obligation.code)

    def act(ctx: Context) -> None:
        moved = ctx.session.exec(query).first()
        if moved is None or moved.state != PeriodState.open:
            raise NotFound(f"{due}: no such period is open by then")
        _move(ctx, ctx.session.get_one(Obligation, moved.obligation_id), moved, due.due_on, anew=period is not None)

    return Event(at, act)


def _opening(ctx: Context, span: Span, due: MovedDue, file: PlanFile, code: str) -> datetime:
    last = span.end.astimezone(ctx.settings.zone).date()
    spec = next((spec for spec in file.obligations if spec.code == code), None)
    found = _occurrence(ctx, file, spec, due.period, last) if spec else None
    if found is None:
        raise NotFound(f"{due}: the plan has no such period")
    at = at_opening(found.opens_on, ctx.settings.zone)
    if at >= span.end:
        raise Refused(f"{due}: the period opens on {found.opens_on}, after the days asked for")
    return max(at, span.begin)
