"""``dondoc agencies`` and ``dondoc contacts``."""

from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened, parse_day
from obligations.clock import utc_now
from plans.reading import read_registry

app = typer.Typer(no_args_is_help=True, help="The registry of agencies over time.")
contacts = typer.Typer(no_args_is_help=True, help="Addresses of agencies.")


@app.command(name="import")
def import_(file: Path, style: Format = FORMAT) -> None:
    """Bring agencies, groups, roles and successions to what a registry file says."""
    from obligations.services.registry import apply_registry  # noqa: PLC0415

    registry = read_registry(file)
    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"changed": apply_registry(ctx, registry)}, style)


@app.command(name="list")
def list_(on: str | None = typer.Option(None, help="only those valid on this day"), style: Format = FORMAT) -> None:
    """Agencies in official order."""
    from obligations.services.agencies_view import agencies  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(
            agencies(ctx, parse_day(on) if on else None),
            style,
            ("code", "name", "kind", "level", "valid_from", "valid_to", "address"),
        )


@contacts.command(name="import")
def import_contacts(file: Path, style: Format = FORMAT) -> None:
    """Add or replace addresses from a CSV with agency,audience,channel,address,label,purpose,source; all rows or none."""
    from obligations.services.contacts_import import import_contacts as run  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"imported": run(ctx, file)}, style)
