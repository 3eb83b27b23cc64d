"""Commands that only look: deadlines, explain, status."""

import sys
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


def _of_file(plan: str) -> tuple[PlanFile, WorkingCalendar] | None:
    """A plan named by its file, with the calendar; None for the slug of an applied plan. No database is made for it."""
    from obligations.services.calendar_watch import calendar_beside  # noqa: PLC0415
    from obligations.services.deadlines import is_file  # noqa: PLC0415
    from plans.reading import read_plan  # noqa: PLC0415

    if not is_file(plan):
        return None
    calendar, problem = calendar_beside(read_settings())
    if problem is not None:
        print(f"dondoc: {problem}", file=sys.stderr)
    return read_plan(Path(plan)), calendar


def deadlines(
    plan: str = typer.Argument(help="slug of an applied plan, or a plan file"),
    start: str = typer.Option(..., "--from", help="first due date"),
    end: str = typer.Option(..., "--to", help="last due date"),
    style: Format = FORMAT,
) -> None:
    """Every deadline of a plan in a range of due dates, with its three dates and the reasons.

    A period that is open, or was, shows its own dates, moved or not, and the version of the calendar they came from.
    """
    from obligations.services.deadlines import list_deadlines  # noqa: PLC0415
    from obligations.services.planning.deadlines_stored import applied_deadlines  # noqa: PLC0415

    since, until, named = parse_day(start), parse_day(end), _of_file(plan)
    if named is not None:
        rows = list_deadlines(*named, since, until)
    else:
        with opened() as dondoc, dondoc.read(utc_now()) as ctx:
            rows = applied_deadlines(ctx, plan, since, until)
    columns = (
        "obligation",
        "period",
        "due_on",
        "time",
        "practical_due_on",
        "grace_until",
        "opens_on",
        "state",
        "basis",
        "internal",
    )
    show(rows, style, columns)


def explain(plan: str, obligation: str, period: str, style: Format = FORMAT) -> None:
    """Every step from the phrase in the document to each date and reminder."""
    from obligations.services.views.explain import explain_applied, explain_deadline  # noqa: PLC0415

    named = _of_file(plan)
    if named is not None:
        found = explain_deadline(named[0], obligation, period, named[1])
    else:
        with opened() as dondoc, dondoc.read(utc_now()) as ctx:
            found = explain_applied(ctx, plan, obligation, period)
    if style == Format.json:
        show_one(found, style)
        return
    print(f"{found.obligation}, kỳ {found.period}: {', '.join(found.clauses)}")
    for title, lines in found.sections.items():
        print(f"\n{title}:")
        print("\n".join(f"  - {line}" for line in lines))


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
        "risk",
    )
    if style == Format.json:
        show_one({"as_of": now, "today": local_date(now, dondoc.settings.timezone), "periods": rows}, style)
    else:
        show(rows, style, columns)
