"""``dondoc agencies``."""

from pathlib import Path

import typer

from cli import successions
from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened, parse_day
from obligations.clock import utc_now
from plans.reading import read_registry

app = typer.Typer(no_args_is_help=True, help="The registry of agencies over time.")
successions.add_to(app)


@app.command(name="import")
def import_(file: Path, style: Format = FORMAT) -> None:
    """Bring agencies, groups, roles and successions to what a registry file says; recorded decisions stand."""
    from obligations.services.agencies.registry import apply_registry  # noqa: PLC0415

    registry = read_registry(file)
    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"changed": apply_registry(ctx, registry)}, style)


@app.command(name="list")
def list_(on: str | None = typer.Option(None, help="only those valid on this day"), style: Format = FORMAT) -> None:
    """Agencies in official order."""
    from obligations.services.agencies.agencies_view import agencies  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(
            agencies(ctx, parse_day(on) if on else None),
            style,
            ("code", "name", "kind", "level", "valid_from", "valid_to", "address"),
        )


@app.command(name="show")
def show_card(code: str, style: Format = FORMAT) -> None:
    """One agency over time: validity, who came before and after, roles, groups, and reports across the changes."""
    from obligations.services.lineage import agency_card  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show_one(agency_card(ctx, code), style)


@app.command()
def why(
    agency: str,
    plan: str | None = typer.Argument(None, help="with obligation and period: that one alone"),
    obligation: str | None = typer.Argument(None, help="code or clause, such as V.b4"),
    period: str | None = typer.Argument(None, help="label, such as 2026"),
    style: Format = FORMAT,
) -> None:
    """Why an agency owes what it owes: the group or role of the opening day, and every succession or decision since."""
    from obligations.services.views.why_owed import why_owed  # noqa: PLC0415

    where = (plan, obligation, period) if plan and obligation and period else None
    if plan and where is None:
        raise typer.BadParameter("give plan, obligation and period, or none of them.")
    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        rows = why_owed(ctx, agency, where)
    if style == Format.json:
        show(rows, style)
        return
    for row in rows:
        print(f"{row.plan} {row.obligation} {row.period}: {row.agency}, {row.state}, due {row.due_on}")
        for line in row.lines:
            print(f"  - {line}")
