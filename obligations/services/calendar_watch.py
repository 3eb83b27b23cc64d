"""The calendar of a long-lived process: read again soon after another process has imported days off."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import inspect, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from calendars.errors import CalendarFileError
from calendars.overrides import Override
from calendars.working_days import WorkingCalendar, load_calendar
from models.engine import Database, open_database
from models.tables import ImportedDay
from obligations.errors import SettingsError
from obligations.settings import Settings

FRESH_FOR = timedelta(seconds=2)
"""How long a process trusts the calendar it holds before it asks the database for the newest import again."""
_NEWEST = select(func.max(ImportedDay.id))
CHANGED = "calendar changed"
"""Mark in ``Session.info`` of a transaction that imports days."""


class CalendarWatch:
    """Files and imports as one calendar. Asking costs one small query every ``FRESH_FOR``; safe in several threads."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database
        self._files = file_calendar(settings)
        self._lock = threading.Lock()
        self._held: tuple[int, WorkingCalendar] | None = None
        self._asked = 0.0

    def current(self, session: Session | None = None) -> WorkingCalendar:
        """The calendar by the newest import; reads through ``session`` when one is open anyway."""
        with self._lock:
            if self._held is None or time.monotonic() - self._asked >= FRESH_FOR.total_seconds():
                self._held, self._asked = self._read(session), time.monotonic()
            return self._held[1]

    def forget(self) -> None:
        """Ask again at the next use."""
        with self._lock:
            self._asked = float("-inf")

    def _read(self, session: Session | None) -> tuple[int, WorkingCalendar]:
        if session is None:
            with self._database.read() as reading:
                return self._read(reading)
        newest = session.exec(_NEWEST).one() or 0
        if self._held is not None and self._held[0] == newest:
            return self._held
        return newest, calendar_in(session, self._files)


def file_calendar(settings: Settings) -> WorkingCalendar:
    """The calendar of package and files alone. SettingsError when the installation's own file is wrong."""
    try:
        return load_calendar(settings.holidays_file, culture_day=settings.culture_day)
    except CalendarFileError as error:
        raise SettingsError(f"DONDOC_HOLIDAYS_FILE: {error}") from error


def calendar_in(session: Session, files: WorkingCalendar) -> WorkingCalendar:
    """The calendar of the files with the imported days in force."""
    days = imported_days(session)
    return files.with_days(days) if days else files


def imported_days(session: Session) -> list[Override]:
    """The imported days in force, in order."""
    query = select(ImportedDay).where(col(ImportedDay.superseded_at).is_(None)).order_by(col(ImportedDay.day))
    return [override_of(row) for row in session.exec(query).all()]


def override_of(row: ImportedDay) -> Override:
    """An imported day as the calendar takes it."""
    kind: str = row.kind
    return replace(
        Override(row.day, "off", row.name, row.document, row.known_since, row.confirmed, "imported"),
        kind="off" if kind == "off" else "worked",
    )


def calendar_beside(settings: Settings) -> tuple[WorkingCalendar, str | None]:
    """For a question about a plan file alone: the calendar with what is imported where a database exists already.

    No database is made or brought up to date. The second value says why imports are not counted when they cannot be read.
    """
    files, url = file_calendar(settings), make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return files, None
    database = open_database(settings.database)
    try:
        with database.read() as session:
            known = inspect(session.connection()).has_table("imported_day")
            return (calendar_in(session, files) if known else files), None
    except SQLAlchemyError as error:
        return files, f"imported days off are not counted: the database does not answer ({type(error).__name__})"
    finally:
        database.dispose()
