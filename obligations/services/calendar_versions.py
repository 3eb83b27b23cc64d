"""Every calendar that dates were computed by, kept so that an old period can be explained and computed again exactly."""

from typing import Any

from sqlmodel import select

from calendars.national import FIRST_YEAR, LAST_YEAR
from calendars.working_days import WorkingCalendar, calendar_of_facts
from models.engine import serialise
from models.tables import CalendarVersion, Period
from obligations.services.context import Context

_LOCK = 197_052
AROUND = 1
"""Years before the opening and after the due day of a period whose holidays are kept with it."""


def keep_calendar(ctx: Context, period: Period) -> None:
    """Keep the facts of the calendar in force, with the package's days of the years around a period."""
    calendar = ctx.calendar
    period.calendar_version = calendar.version
    first, last = min(period.opens_on, period.due_on).year - AROUND, period.due_on.year + AROUND
    wanted = range(max(first, FIRST_YEAR), min(last, LAST_YEAR) + 1)
    row = ctx.session.get(CalendarVersion, calendar.version)
    if row is not None and all(str(year) in row.years for year in wanted):
        return
    serialise(ctx.session, _LOCK)
    query = select(CalendarVersion).where(CalendarVersion.version == calendar.version)
    row = ctx.session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        row = CalendarVersion(version=calendar.version, facts=calendar.facts(), first_used_at=ctx.as_of)
    row.years = {**row.years, **_years(calendar, wanted)}
    ctx.session.add(row)
    ctx.session.flush()


def _years(calendar: WorkingCalendar, wanted: range) -> dict[str, Any]:
    return {str(year): calendar.national(year).stored() for year in wanted}


def kept_calendar(ctx: Context, version: str) -> WorkingCalendar | None:
    """The calendar of a version; None when its facts were not kept or today's rules would read them otherwise."""
    if version == ctx.calendar.version:
        return ctx.calendar
    row = ctx.session.get(CalendarVersion, version)
    return calendar_of_facts(row.version, row.facts, row.years) if row is not None else None
