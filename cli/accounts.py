"""``dondoc account``: named persons of the coordinating side (S9)."""

import typer

from cli.acting import FORMAT
from cli.output import Format, show_one
from cli.session import actor, opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Named accounts of the portal; dondoc login signs one in.")


@app.callback()
def accounts() -> None:
    """Named accounts of the portal."""


@app.command()
def add(
    name: str,
    display_name: str = typer.Option(..., "--display-name", help="as pages and the audit trail show it"),
    email: str = typer.Option(...),
    role: str = typer.Option("coordinator", help="coordinator, approver (lãnh đạo duyệt) or observer"),
    style: Format = FORMAT,
) -> None:
    """Add a named account."""
    from obligations.services.access import create_account  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        made = create_account(ctx, name, display_name, email, role)
        show_one({"account": made.name, "role": made.role}, style)
