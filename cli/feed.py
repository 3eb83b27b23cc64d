"""``dondoc feed tokens``: list, issue, revoke."""

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Calendar feeds.")
tokens = typer.Typer(no_args_is_help=True, help="Rights to read an agency's private feed.")
app.add_typer(tokens, name="tokens")


@tokens.command(name="list")
def list_(style: Format = FORMAT) -> None:
    """Every token, never its secret."""
    from obligations.services.feeds.access import list_tokens  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(list_tokens(ctx), style)


@tokens.command()
def issue(agency: str, label: str = typer.Option(""), style: Format = FORMAT) -> None:
    """Print the address of an agency's feed; it is shown only now."""
    from obligations.services.feeds.access import issue_token  # noqa: PLC0415
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        token = issue_token(ctx, agency, label)
        refresh_feeds(ctx)
        show_one({"url": f"{ctx.settings.base_url}/f/a/{token}/{agency}.ics"}, style)


@tokens.command()
def revoke(public_id: str, style: Format = FORMAT) -> None:
    """Make a token answer 410 from now on."""
    from obligations.services.feeds.access import revoke_token  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        revoke_token(ctx, public_id)
        show_one({"revoked": public_id}, style)
