"""``dondoc simulate``: what goes to whom from now on, and what would change if something came."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.acting import FORMAT
from cli.output import Format, progress, show, show_one
from cli.session import opened, parse_day
from obligations.clock import utc_now

if TYPE_CHECKING:
    from obligations.services.simulating.change import Changes, MovedDue

START = typer.Option(None, "--from", help="first day; default: from now on, with the state as it stands")
END = typer.Option(None, "--to", help="last day; default: 30 days on")
ARRIVALS = typer.Option(None, help="CSV or JSON with agency, obligation, period, at, form: reports that arrive")
HOLIDAYS = typer.Option(None, "--with-holidays", help="suppose these days off or worked: as calendars/files/vn.yaml")
PLANS = typer.Option([], "--with-plan", help="suppose this plan file is applied; several times")
DUES = typer.Option(
    [], "--with-due", metavar="PLAN/OBLIGATION/PERIOD=DATE", help="suppose this period is due then; several times"
)
LIST = typer.Option("--full", help="a row for each message, not for each day and kind")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(simulate)


def simulate(
    start: str | None = START,
    end: str | None = END,
    arrivals: Path | None = ARRIVALS,
    with_holidays: Path | None = HOLIDAYS,
    with_plan: list[Path] = PLANS,
    with_due: list[str] = DUES,
    full: Annotated[bool, LIST] = False,
    style: Format = FORMAT,
) -> None:
    """What would be sent to whom and when, through the same services on a copy; touches nothing.

    With --with-holidays, --with-plan or --with-due: what would go otherwise if all of these came.
    """
    from cli.simulate_show import show_course, show_differences  # noqa: PLC0415
    from obligations.services.simulating.diff import simulate_changes  # noqa: PLC0415
    from obligations.services.simulating.simulate import read_arrivals  # noqa: PLC0415
    from obligations.services.simulating.simulate import simulate as let_pass  # noqa: PLC0415
    from obligations.services.simulating.span import span_of  # noqa: PLC0415

    first, last = parse_day(start) if start else None, parse_day(end) if end else None
    changes = _changes(with_holidays, with_plan, with_due)
    with opened() as dondoc, progress("days") as count:
        span = span_of(dondoc.settings, utc_now(), first, last)
        given = read_arrivals(arrivals, dondoc.settings) if arrivals else []
        differences = simulate_changes(dondoc, span, changes, given, count) if changes else None
        course = let_pass(dondoc, span, given, progress=count) if differences is None else None
    if differences is not None:
        show_one(differences, style) if style == Format.json else show_differences(differences, full=full)
    elif course is not None and (full or style == Format.json):
        show(course.messages, style, ("at", "agency", "kind", "subject"))
    elif course is not None:
        show_course(course, dondoc.settings)


def _changes(holidays: Path | None, plans: list[Path], dues: list[str]) -> "Changes | None":
    from obligations.services.simulating.change import Changes  # noqa: PLC0415
    from plans.reading import read_plan  # noqa: PLC0415

    if not (holidays or plans or dues):
        return None
    return Changes(holidays, tuple(map(read_plan, plans)), tuple(map(_due, dues)))


def _due(text: str) -> "MovedDue":
    """``PLAN/OBLIGATION/PERIOD=DATE``. Wrong usage otherwise."""
    from obligations.services.simulating.change import MovedDue  # noqa: PLC0415

    names, _, day = text.partition("=")
    match names.split("/"):
        case [plan, obligation, period] if plan and obligation and period:
            return MovedDue(plan, obligation, period, parse_day(day))
    raise typer.BadParameter(f"{text!r} is not PLAN/OBLIGATION/PERIOD=DATE, as 197-kh-ubnd/V.b4/2026=2026-11-15.")
