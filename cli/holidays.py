"""``dondoc holidays``: list, import."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened
from obligations.clock import utc_now
from obligations.services.planning.calendar_effect import PeriodEffect, StepMove
from obligations.services.working_days.calendar_ahead import MessageMove, OccurrenceMove
from obligations.services.working_days.holidays_import import HolidayImport

app = typer.Typer(no_args_is_help=True, help="Days off and worked: what is known, and from where.")
LISTED = ("day", "weekday", "kind", "name", "source", "document", "known_since", "status")


@app.command(name="list")
def list_(year: int | None = typer.Option(None, help="default the present year"), style: Format = FORMAT) -> None:
    """Holidays, days off by a swap and worked weekend days of a year, each with its source and document."""
    from obligations.services.working_days.holidays_view import list_holidays  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(list_holidays(ctx, ctx.today.year if year is None else year), style, LISTED)


@app.command(name="import")
def import_(
    file: Path = typer.Argument(help="YAML as calendars/files/vn.yaml, or CSV with the same fields"),
    dry_run: bool = typer.Option(False, "--dry-run", help="show what would move and change nothing"),  # noqa: FBT003
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Take announced days into the database and recompute what lies ahead; past and closed periods stay as they are."""
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.working_days.holidays_import import import_holidays  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        result = import_holidays(ctx, file, dry_run=dry_run)
        if not dry_run:
            refresh_feeds(ctx)
        zone = ctx.settings.zone
    if style == Format.json:
        show_one(result, style)
        return
    _print(result, zone)


def _print(result: HolidayImport, zone: ZoneInfo) -> None:
    """The import as sections of a table each; the dry run prints the same but for its first line."""
    taken = "nothing new" if result.number is None else f"import {result.number}"
    print(f"{'dry run, nothing is changed' if result.dry_run else 'done'}: {taken}; known already: {result.unchanged}")
    print(f"calendar: {result.calendar_before} -> {result.calendar}")
    for warning in result.warnings:
        print(f"warning: {warning}")
    _section("days", [vars(day) for day in result.days])
    _section("open periods that move", [_period(p) for p in result.periods if p.kept is None])
    _section("open periods that keep their dates", [_names(p) | {"why": p.kept} for p in result.periods if p.kept])
    moves = [(p, step) for p in result.periods for step in p.steps]
    _section("steps that move", [_names(p) | {"step": s.code} | _from_to(s, zone) for p, s in moves])
    told = [_names(p) | {"told": p.told} for p in result.periods if p.told]
    _section("agencies already told another practical date; this import sends them nothing", told)
    waiting = [{"message": m.message, "agency": m.agency, "kind": m.kind} | _from_to(m, zone) for m in result.messages]
    _section("waiting messages put off", waiting)
    _section("periods not open yet", [_dates(o) for o in result.occurrences])


def _names(of: PeriodEffect | OccurrenceMove) -> dict[str, Any]:
    return {"plan": of.plan, "obligation": of.obligation, "period": of.period}


def _dates(of: PeriodEffect | OccurrenceMove) -> dict[str, Any]:
    practical, grace = (of.practical_before, of.practical_due_on), (of.grace_before, of.grace_until)
    days = {"practical": "{} -> {}".format(*practical), "grace": "{} -> {}".format(*grace)}
    return _names(of) | {"due_on": of.due_on} | days


def _period(effect: PeriodEffect) -> dict[str, Any]:
    return _dates(effect) | {"agencies": effect.assignments, "extended": effect.extended}


def _from_to(move: StepMove | MessageMove, zone: ZoneInfo) -> dict[str, str]:
    moments = {"from": move.before, "to": move.after}
    return {name: f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else "-" for name, at in moments.items()}


def _section(title: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        print(f"\n{title}:")
        show(rows, Format.table)
