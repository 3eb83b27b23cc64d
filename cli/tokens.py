"""``dondoc tokens``: by which programs read the JSON interface."""

from typing import Annotated

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Tokens by which programs read /api/v1; see docs/api.md.")


@app.callback()
def tokens() -> None:
    """Tokens by which programs read /api/v1."""


@app.command()
def issue(
    owner: str,
    name: str = typer.Option(..., help="what the token is for"),
    days: int = typer.Option(90, help="how long it lives, at most 366"),
    scope: list[str] = typer.Option(
        ["read"], help="once for each: read, review, record, send, manage; agencies: read, submit"
    ),
    agency: Annotated[
        bool, typer.Option("--agency", help="OWNER is an agency's code instead of an account's name")
    ] = False,
    style: Format = FORMAT,
) -> None:
    """Issue a token of an account, or of an agency's own system. The secret is shown this once."""
    from obligations.services.interface.tokens import issue_agency_token, issue_token  # noqa: PLC0415

    make = issue_agency_token if agency else issue_token
    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        made = make(ctx, owner, name, days, scope)
    show_one({"id": made.public_id, "token": made.secret, "expires_at": made.expires_at}, style)


@app.command("list")
def every(style: Format = FORMAT) -> None:
    """Every token with its state and last use; never its secret."""
    from dataclasses import asdict  # noqa: PLC0415

    from obligations.services.interface.tokens import tokens as rows  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        found = [asdict(row) for row in rows(ctx)]
    show(found, style)


@app.command()
def revoke(public_id: str, reason: str = typer.Option(..., "--reason", help="kept in the audit trail")) -> None:
    """End a token at once."""
    from obligations.services.interface.tokens import revoke_token  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        revoke_token(ctx, public_id, reason)
