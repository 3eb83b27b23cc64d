"""What every command needs: the App, the moment it is asked for, and errors as one line."""

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import typer

from obligations.clock import utc_now
from obligations.errors import Refused, SettingsError
from obligations.services.context import App, open_app
from obligations.settings import Settings, read_settings

REFUSED, WRONG_USAGE, INTERRUPTED = 1, 2, 130


@contextmanager
def opened() -> Iterator[App]:
    """The App of the environment's settings; the schema is brought up to date first."""
    from models.migrate import upgrade  # noqa: PLC0415 - alembic is slow to import and needed here only

    app = open_app(read_settings())
    try:
        upgrade(app.database)
        yield app
    finally:
        app.close()


def moment(text: str | None, settings: Settings) -> datetime:
    """``--as-of`` as an aware instant; a bare date means 08:00. Refused on a live service unless allowed."""
    if text is None:
        return utc_now()
    if not settings.allow_as_of:
        raise Refused(
            "--as-of changes what counts as now; set DONDOC_ALLOW_AS_OF=1 on a test installation, or use: dondoc simulate"
        )
    return parse_moment(text, settings)


def parse_moment(text: str, settings: Settings) -> datetime:
    """ISO date or date-time; without an offset it is in the installation's time zone. Wrong usage otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is not a moment; write 2026-10-30 or 2026-10-30T08:00 or 2026-10-30T08:00+07:00."
        ) from error
    if len(text) <= len("2026-10-30"):
        found = datetime.combine(found.date(), time(8))
    return found if found.tzinfo else found.replace(tzinfo=settings.zone)


def parse_day(text: str) -> date:
    """An ISO date. Wrong usage otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date; write it as 2026-10-31.") from error


def actor() -> str:
    """Who acts, for the audit trail."""
    return f"cli:{os.environ.get('USER') or os.environ.get('LOGNAME') or 'unknown'}"


def fail(error: Exception) -> int:
    """Print one line and give the exit status."""
    print(f"dondoc: {error}", file=sys.stderr)
    return WRONG_USAGE if isinstance(error, SettingsError) else REFUSED


def defect(error: Exception) -> int:
    """What nobody foresaw, such as a database that does not answer: one line, and the trace in a file for its maker."""
    first = (str(error).splitlines() or [""])[0][:300]
    with tempfile.NamedTemporaryFile(
        "w", prefix="dondoc-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    print(f"dondoc: {type(error).__name__}: {first}. Details: {file.name}", file=sys.stderr)
    return REFUSED
