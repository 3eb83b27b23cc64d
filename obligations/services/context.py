"""What a service is handed: every effect as an argument. ``open_app`` is the one composition root."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from calendars.working_days import WorkingCalendar, load_calendar
from models.engine import Database, open_database
from obligations.clock import local_date
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
    """Settings, database and calendar of one process."""

    settings: Settings
    database: Database
    calendar: WorkingCalendar

    @contextmanager
    def write(self, as_of: datetime, actor: str) -> Iterator[Context]:
        """A transaction that commits at the end and rolls back on an error."""
        with self.database.write() as session:
            yield Context(session, as_of, actor, self.calendar, self.settings)

    @contextmanager
    def read(self, as_of: datetime, actor: str = "reader") -> Iterator[Context]:
        """A read-only snapshot."""
        with self.database.read() as session:
            yield Context(session, as_of, actor, self.calendar, self.settings)

    def close(self) -> None:
        """Give every connection back."""
        self.database.dispose()


def open_app(settings: Settings | None = None, database: Database | None = None) -> App:
    """Settings from the environment unless given; SettingsError names what is wrong."""
    chosen = settings or read_settings()
    calendar = load_calendar(chosen.holidays_file, culture_day=chosen.culture_day)
    return App(chosen, database or open_database(chosen.database), calendar)
