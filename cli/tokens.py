"""``dondoc tokens``: by which programs read the JSON interface."""

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
    account: str,
    name: str = typer.Option(..., help="what the token is for"),
    days: int = typer.Option(90, help="how long it lives, at most 366"),
    style: Format = FORMAT,
) -> None:
    """Issue a token that reads what an account may read. The secret is shown this once."""
    from obligations.services.interface.tokens import issue_token  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        made = issue_token(ctx, account, name, days)
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
