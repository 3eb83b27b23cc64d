"""``dondoc holidays``: list, import."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened
from obligations.clock import utc_now
from obligations.services.holidays_import import HolidayImport

app = typer.Typer(no_args_is_help=True, help="Days off and worked: what is known, and from where.")
LISTED = ("day", "weekday", "kind", "name", "source", "document", "known_since", "status")


@app.command(name="list")
def list_(year: int | None = typer.Option(None, help="default the present year"), style: Format = FORMAT) -> None:
    """Holidays, days off by a swap and worked weekend days of a year, each with its source and document."""
    from obligations.services.holidays_view import list_holidays  # noqa: PLC0415

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
    from obligations.services.holidays_import import import_holidays  # noqa: PLC0415
    from obligations.services.publish_feed import refresh_feeds  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        result = import_holidays(ctx, file, dry_run=dry_run)
        if not dry_run:
            refresh_feeds(ctx)
        zone = ctx.settings.zone
    if style == Format.json:
        show_one(result, style)
        return
    _print(result, zone)


def _print(result: HolidayImport, zone: Any) -> None:
    """The import as sections of a table each; the dry run prints the same but for its first line."""
    taken = "nothing new" if result.number is None else f"import {result.number}"
    print(
        f"{'dry run, nothing is changed' if result.dry_run else 'done'}: {taken}, {result.unchanged} day(s) known already"
    )
    print(f"calendar: {result.calendar_before} -> {result.calendar}")
    for warning in result.warnings:
        print(f"warning: {warning}")
    _section("days", result.days, ("day", "kind", "name", "document", "confirmed", "was"))
    periods = [_period(p) for p in result.periods]
    _section("open periods that move", periods, ("obligation", "period", "practical", "grace", "agencies", "extended"))
    steps = [
        {
            "obligation": p.obligation,
            "period": p.period,
            "step": s.code,
            "from": _at(s.before, zone),
            "to": _at(s.after, zone),
        }
        for p in result.periods
        for s in p.steps
    ]
    _section("steps that move", steps, ("obligation", "period", "step", "from", "to"))
    told = [{"obligation": p.obligation, "period": p.period, "told": p.told} for p in result.periods if p.told]
    _section(
        "agencies already told another practical date (no message is caused)", told, ("obligation", "period", "told")
    )
    kept = [{"obligation": p.obligation, "period": p.period, "why": p.kept} for p in result.periods if p.kept]
    _section("open periods that keep their dates", kept, ("obligation", "period", "why"))
    messages = [
        {
            "message": m.message,
            "agency": m.agency,
            "kind": m.kind,
            "from": _at(m.before, zone),
            "to": _at(m.after, zone),
        }
        for m in result.messages
    ]
    _section("waiting messages put off", messages, ("message", "agency", "kind", "from", "to"))
    ahead = [
        {
            "obligation": o.obligation,
            "period": o.period,
            "due_on": o.due_on,
            "practical": f"{o.practical_before} -> {o.practical_due_on}",
            "grace": f"{o.grace_before} -> {o.grace_until}",
        }
        for o in result.occurrences
    ]
    _section("periods not open yet", ahead, ("obligation", "period", "due_on", "practical", "grace"))


def _period(effect: Any) -> dict[str, Any]:
    return {
        "obligation": effect.obligation,
        "period": effect.period,
        "practical": f"{effect.practical_before} -> {effect.practical_due_on}",
        "grace": f"{effect.grace_before} -> {effect.grace_until}",
        "agencies": effect.assignments,
        "extended": effect.extended,
    }


def _at(moment: Any, zone: Any) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment is not None else "-"


def _section(title: str, rows: Sequence[Any], columns: tuple[str, ...]) -> None:
    if rows:
        print(f"\n{title}:")
        show(rows, Format.table, columns)
