"""What a service is handed: every effect as an argument. ``open_app`` is the one composition root."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from calendars.working_days import WorkingCalendar
from models.engine import Database, open_database
from obligations.clock import local_date
from obligations.services.calendar_watch import CHANGED, CalendarWatch
from obligations.settings import Settings, read_settings


@dataclass(frozen=True)
class Context:
    """One transaction of one actor, judged at one instant."""

    session: Session
    as_of: datetime
    actor: str
    calendar: WorkingCalendar
    settings: Settings

    @property
    def today(self) -> date:
        """The day of ``as_of`` in the installation's time zone."""
        return local_date(self.as_of, self.settings.timezone)


@dataclass(frozen=True)
class App:
    """Settings, database and calendar of one process. ``source``: a calendar that stays, or one watched for imports."""

    settings: Settings
    database: Database
    source: WorkingCalendar | CalendarWatch

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar in force."""
        return self._in_force()

    @contextmanager
    def write(self, as_of: datetime, actor: str) -> Iterator[Context]:
        """A transaction that commits at the end and rolls back on an error."""
        with self.database.write() as session:
            yield Context(session, as_of, actor, self._in_force(session), self.settings)
        if CHANGED in session.info:
            self.refresh_calendar()

    @contextmanager
    def read(self, as_of: datetime, actor: str = "reader") -> Iterator[Context]:
        """A read-only snapshot."""
        with self.database.read() as session:
            yield Context(session, as_of, actor, self._in_force(session), self.settings)

    def refresh_calendar(self) -> None:
        """See an import of another process at the next use, not only soon: for the start of a pass over what is due."""
        if isinstance(self.source, CalendarWatch):
            self.source.forget()

    def close(self) -> None:
        """Give every connection back."""
        self.database.dispose()

    def _in_force(self, session: Session | None = None) -> WorkingCalendar:
        return self.source.current(session) if isinstance(self.source, CalendarWatch) else self.source


def open_app(settings: Settings | None = None, database: Database | None = None) -> App:
    """Settings from the environment unless given; SettingsError names what is wrong."""
    chosen = settings or read_settings()
    opened = database or open_database(chosen.database)
    return App(chosen, opened, CalendarWatch(chosen, opened))
