"""Commands that only look: deadlines, explain, status."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from calendars.working_days import WorkingCalendar
from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import opened, parse_day, parse_moment
from obligations.clock import local_date, utc_now
from obligations.settings import read_settings
from plans.schema import PlanFile


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(deadlines)
    app.command()(explain)
    app.command()(status)


@contextmanager
def _named(plan: str) -> Iterator[tuple[PlanFile, WorkingCalendar]]:
    """A plan by its file, without touching any database, or by the slug of an applied one."""
    from calendars.working_days import load_calendar  # noqa: PLC0415
    from obligations.services.deadlines import is_file, plan_of  # noqa: PLC0415
    from plans.reading import read_plan  # noqa: PLC0415

    if is_file(plan):
        settings = read_settings()
        yield read_plan(Path(plan)), load_calendar(settings.holidays_file, culture_day=settings.culture_day)
        return
    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        yield plan_of(ctx, plan), ctx.calendar


def deadlines(
    plan: str = typer.Argument(help="slug of an applied plan, or a plan file"),
    start: str = typer.Option(..., "--from", help="first due date"),
    end: str = typer.Option(..., "--to", help="last due date"),
    style: Format = FORMAT,
) -> None:
    """Every deadline of a plan in a range of due dates, with its three dates and the reasons."""
    from obligations.services.deadlines import list_deadlines  # noqa: PLC0415

    with _named(plan) as (file, calendar):
        rows = list_deadlines(file, calendar, parse_day(start), parse_day(end))
    show(rows, style, ("obligation", "period", "due_on", "practical_due_on", "grace_until", "opens_on", "internal"))


def explain(plan: str, obligation: str, period: str, style: Format = FORMAT) -> None:
    """Every step from the phrase in the document to each date and reminder."""
    from obligations.services.deadlines import explain_deadline  # noqa: PLC0415

    with _named(plan) as (file, calendar):
        found = explain_deadline(file, obligation, period, calendar)
    if style == Format.json:
        show_one(found, style)
        return
    print(f"{found.obligation}, kỳ {found.period}: {', '.join(found.clauses)}")
    for line in found.lines:
        print(f"  - {line}")


def status(
    as_of: str | None = typer.Option(None, "--as-of", help="judge lateness at this moment"), style: Format = FORMAT
) -> None:
    """How far each period has come."""
    from obligations.services.status import period_status  # noqa: PLC0415

    with opened() as dondoc:
        now = parse_moment(as_of, dondoc.settings) if as_of else utc_now()
        with dondoc.read(now) as ctx:
            rows = period_status(ctx)
    columns = (
        "plan",
        "obligation",
        "period",
        "due_on",
        "assigned",
        "submitted",
        "accepted",
        "overdue",
        "exempt",
        "awaiting_confirmation",
    )
    if style == Format.json:
        show_one({"as_of": now, "today": local_date(now, dondoc.settings.timezone), "periods": rows}, style)
    else:
        show(rows, style, columns)
