"""Gia hạn chung in a simulation: given, and taken back, at its recorded moment; on the copy neither has happened before it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select

from models.tables import Assignment, Extension, Obligation, Period, PeriodExtension, Plan
from obligations.errors import DondocError
from obligations.rules.due import DueDates, due_dates
from obligations.services.cascade_follow import chain_of
from obligations.services.context import Context
from obligations.services.lookup import find_period
from obligations.services.planning.extend_period import (
    extend_period,
    extended_reasons,
    rest_on,
    rest_on_before,
    set_dates,
)
from obligations.services.planning.move_period import common_assignments, move_period
from obligations.services.planning.undo_extension import undo_extension
from obligations.services.simulating.events import Event


def period_extension_events(ctx: Context) -> list[Event]:
    """What was given or taken back after ``ctx.as_of``."""
    query = (
        select(PeriodExtension, Plan.slug, Obligation.code, Period.label)
        .join(Period, col(PeriodExtension.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(_later(ctx))
        .order_by(col(PeriodExtension.id))
    )
    found = []
    for given, *names in ctx.session.exec(query).all():
        if given.granted_at > ctx.as_of:
            found.append(_given(given, *names))
        if given.undone_at is not None:
            found.append(_undone(given.undone_at, given.undone_reason or "-", *names))
    return found


def take_back_period_extensions(ctx: Context) -> None:
    """On a copy taken back in time: undo what was done about them after ``ctx.as_of``, the newest act first."""
    acts: list[tuple[datetime, Callable[[], None]]] = []
    for given in ctx.session.exec(select(PeriodExtension).where(_later(ctx)).order_by(col(PeriodExtension.id))).all():
        if given.granted_at > ctx.as_of:
            acts.append((given.granted_at, lambda given=given: _take_back(ctx, given)))  # type: ignore[misc]
        if given.undone_at is not None:
            acts.append((given.undone_at, lambda given=given: _give_again(ctx, given)))  # type: ignore[misc]
    for _at, act in sorted(acts, key=lambda each: each[0], reverse=True):
        act()


def _later(ctx: Context) -> ColumnElement[bool]:
    return or_(col(PeriodExtension.granted_at) > ctx.as_of, col(PeriodExtension.undone_at) > ctx.as_of)


def _given(given: PeriodExtension, slug: str, code: str, label: str) -> Event:
    due_on, number, on = given.due_on, given.document_number, given.document_on
    return _event(
        given.granted_at,
        lambda ctx: extend_period(ctx, find_period(ctx, slug, code, label).public_id, due_on, number, on),
    )


def _undone(at: datetime, reason: str, slug: str, code: str, label: str) -> Event:
    return _event(at, lambda ctx: undo_extension(ctx, find_period(ctx, slug, code, label).public_id, reason))


def _event(at: datetime, decide: Callable[[Context], object]) -> Event:
    def act(ctx: Context) -> None:
        try:
            decide(ctx)
        except DondocError:  # the twin took another course, where this act has no place
            return

    return Event(at, act)


def _take_back(ctx: Context, given: PeriodExtension) -> None:
    period, before = ctx.session.get_one(Period, given.period_id), list(given.before["reasons"])
    moved = _told_anew(common_assignments(ctx, period))
    dates = due_dates(given.due_on_before, None, ctx.calendar, ctx.settings.zone, grace=period.grace_applies)
    ctx.session.delete(given)
    ctx.session.flush()
    _move(ctx, period, dates, before)
    rest_on_before(period, given)
    for row in moved:
        row.revision -= 1
        own = ctx.session.exec(
            select(Extension).where(Extension.assignment_id == row.id).order_by(col(Extension.id).desc())
        ).first()
        if own is not None:  # its own, shorter one, that the extension of all had overtaken
            set_dates(row, due_dates(own.due_on, None, ctx.calendar, ctx.settings.zone, grace=period.grace_applies))
    ctx.session.flush()


def _give_again(ctx: Context, given: PeriodExtension) -> None:
    """Before it was taken back: those who were told the old date again had the later one, and were chased by it."""
    period = ctx.session.get_one(Period, given.period_id)
    moved = _told_anew(common_assignments(ctx, period))
    dates = due_dates(given.due_on, None, ctx.calendar, ctx.settings.zone, grace=period.grace_applies)
    undone_on = given.undone_at.astimezone(ctx.settings.zone).date() if given.undone_at else None
    given.undone_at = given.undone_by = given.undone_reason = None
    ctx.session.flush()
    _move(ctx, period, dates, extended_reasons(given, dates))
    rest_on(period, given)
    for row in moved:
        row.revision -= 1
        if row.snoozed_until == undone_on:  # it rested for the day on which it became late again
            row.snoozed_until = None
    ctx.session.flush()


def _move(ctx: Context, period: Period, dates: DueDates, reasons: Sequence[str]) -> None:
    """The period and what derives from it, whose agencies were told anew by the act as well."""
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    chain = chain_of(ctx, obligation, period, dates)
    later = _told_anew(row for one in chain for row in common_assignments(ctx, one.period))
    move_period(ctx, obligation, period, dates, list(reasons), anew=False)
    for row in later:
        row.revision -= 1


def _told_anew(rows: Iterable[Assignment]) -> list[Assignment]:
    return [row for row in rows if row.revision > 1]
