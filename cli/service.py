"""``dondoc up`` and ``dondoc login``."""

import typer

from cli.session import actor, opened
from obligations.clock import utc_now
from obligations.settings import read_settings


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(up)
    app.command()(login)


def up() -> None:
    """Run the whole service on this machine: database, Prefect, worker and portal."""
    from deploy.supervisor import run_service  # noqa: PLC0415 - only this command runs children

    run_service(read_settings())


def login(account: str = typer.Argument("", help="name of an account; default the sample one")) -> None:
    """Print an address that signs a coordinator in to the portal."""
    from obligations.services.accounts.access import account_by_name, ensure_sample_account, sign_in_link  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        found = account_by_name(ctx, account) if account else ensure_sample_account(ctx)
        print(ctx.settings.base_url + sign_in_link(ctx, found))
