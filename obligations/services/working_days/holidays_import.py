"""Importing days off and worked: one transaction, versioned, idempotent; only what lies ahead is computed anew."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlmodel import col, func, select

from calendars.errors import CalendarFileError
from calendars.overrides import Override, read_overrides
from calendars.remarks import remarks
from calendars.working_days import WorkingCalendar
from models.engine import serialise
from models.tables import ImportedDay
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.calendar_watch import CHANGED, calendar_in, file_calendar, override_of
from obligations.services.context import Context
from obligations.services.planning.calendar_effect import PeriodEffect, recompute_periods
from obligations.services.working_days.calendar_ahead import (
    MessageMove,
    OccurrenceMove,
    occurrence_moves,
    put_off_messages,
)

_LOCK = 197_054


@dataclass(frozen=True)
class DayChange:
    """One day that is new or told otherwise than before. ``was``: what was in force, in Vietnamese."""

    day: date
    kind: str
    name: str
    document: str
    confirmed: bool
    was: str


@dataclass(frozen=True)
class HolidayImport:
    """What an import does, or with ``dry_run`` would do. ``number`` None: every day was already known just so."""

    dry_run: bool
    number: int | None
    days: list[DayChange]
    unchanged: int
    warnings: list[str]
    calendar_before: str
    calendar: str
    periods: list[PeriodEffect]
    messages: list[MessageMove]
    occurrences: list[OccurrenceMove]


def import_holidays(ctx: Context, path: Path, *, dry_run: bool = False) -> HolidayImport:
    """Take the days of a file into the database and bring what lies ahead to the new calendar.

    Refused, with file, line, field and advice, when the file is wrong: nothing of it is taken. ``dry_run`` does the very
    same and takes it all back.
    """
    return take_days(ctx, _read(path), path.name, dry_run=dry_run)


def take_days(ctx: Context, days: tuple[Override, ...], source: str, *, dry_run: bool = False) -> HolidayImport:
    """The same with days as they are; ``source`` says in the trail where they come from."""
    savepoint = ctx.session.begin_nested()
    serialise(ctx.session, _LOCK)
    result = _take(ctx, days, dry_run=dry_run)
    if dry_run:
        savepoint.rollback()
        return result
    _record(ctx, source, result)
    savepoint.commit()
    ctx.session.info[CHANGED] = True
    return result


def _read(path: Path) -> tuple[Override, ...]:
    try:
        return read_overrides(path, "imported")
    except CalendarFileError as error:
        raise Refused(str(error)) from error


def _take(ctx: Context, days: tuple[Override, ...], *, dry_run: bool) -> HolidayImport:
    files = file_calendar(ctx.settings)
    before = calendar_in(ctx.session, files)
    number, changes = _store(ctx, days, before)
    after = replace(ctx, calendar=calendar_in(ctx.session, files))
    return HolidayImport(
        dry_run=dry_run,
        number=number,
        days=changes,
        unchanged=len(days) - len(changes),
        warnings=remarks(days, before, ctx.today),
        calendar_before=before.version,
        calendar=after.calendar.version,
        periods=recompute_periods(after),
        messages=put_off_messages(after),
        occurrences=occurrence_moves(after, before),
    )


def _store(ctx: Context, days: tuple[Override, ...], before: WorkingCalendar) -> tuple[int | None, list[DayChange]]:
    query = select(ImportedDay).where(col(ImportedDay.superseded_at).is_(None))
    in_force = {row.day: row for row in ctx.session.exec(query).all()}
    new = [o for o in days if o.day not in in_force or override_of(in_force[o.day]) != o]
    if not new:
        return None, []
    for override in new:
        if override.day in in_force:
            in_force[override.day].superseded_at = ctx.as_of
    ctx.session.flush()
    number = (ctx.session.exec(select(func.max(ImportedDay.number))).one() or 0) + 1
    ctx.session.add_all(_row(ctx, override, number) for override in new)
    ctx.session.flush()
    return number, [_change(override, before) for override in sorted(new, key=lambda o: o.day)]


def _row(ctx: Context, override: Override, number: int) -> ImportedDay:
    return ImportedDay(
        day=override.day,
        kind=override.kind,
        name=override.name,
        document=override.document,
        known_since=override.known_since,
        confirmed=override.confirmed,
        number=number,
        imported_at=ctx.as_of,
        imported_by=ctx.actor,
    )


def _change(override: Override, before: WorkingCalendar) -> DayChange:
    said, off = before.override(override.day), before.why_not(override.day)
    was = f"nghỉ: {off}" if off is not None else "làm việc"
    if said is not None:
        was += f" ({said.document}{'' if said.confirmed else ', dự kiến'})"
    return DayChange(override.day, override.kind, override.name, override.document, override.confirmed, was)


def _record(ctx: Context, source: str, result: HolidayImport) -> None:
    """An import that changes nothing at all leaves no trace."""
    moved = [period for period in result.periods if period.kept is None]
    if result.number is None and not moved and not result.messages:
        return
    audit.record(
        ctx,
        "holidays.imported",
        result.calendar,
        file=source,
        number=result.number,
        calendar_before=result.calendar_before,
        days=[f"{c.day} {c.kind} {c.document}" for c in result.days],
        periods=[f"{p.plan} {p.obligation} {p.period}" for p in moved],
        messages=len(result.messages),
    )
