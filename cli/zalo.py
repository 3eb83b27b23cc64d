"""``dondoc zalo`` and ``dondoc secrets``: consent, state of the tokens, keys."""

from urllib.parse import parse_qs, urlsplit

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Zalo official accounts: consent and tokens.")
secrets = typer.Typer(no_args_is_help=True, help="Keys that seal stored secrets.")
inbound = typer.Typer(no_args_is_help=True, help="What providers and mail servers told us.")


@app.command()
def connect(
    oa: str,
    redirect_uri: str = typer.Option(..., help="the callback address registered at Zalo"),
    code: str = typer.Option("", help="a code that was got already; needs --verifier"),
    verifier: str = typer.Option("", help="the PKCE verifier that belongs to the code"),
    style: Format = FORMAT,
) -> None:
    """First consent, or a new one: open the address shown, agree, and paste the address you are led to."""
    from obligations.services.hearing.zalo_connect import ask_consent, connect_account  # noqa: PLC0415

    with opened() as dondoc:
        if not code:
            asked = ask_consent(dondoc.settings, oa, redirect_uri)
            print(f"Open this address as an administrator of the official account:\n\n  {asked.url}\n")
            pasted = typer.prompt("Paste the address you were led to, or its code").strip()
            code = parse_qs(urlsplit(pasted).query).get("code", [pasted])[0]
            verifier = asked.verifier
        show_one(connect_account(dondoc, oa, code, verifier, utc_now(), actor()), style)


@app.command()
def status(style: Format = FORMAT) -> None:
    """Every connected account: until when its tokens live, and what a person must do."""
    from obligations.services.hearing.zalo_connect import accounts  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(accounts(ctx), style, ("oa", "access_until", "consent_until", "version", "alarm"))


@secrets.command()
def key() -> None:
    """A new key for DONDOC_ENCRYPTION_KEYS: put it first, keep the old one behind it, then rotate."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    print(Fernet.generate_key().decode())


@secrets.command()
def rotate(style: Format = FORMAT) -> None:
    """Seal every stored secret with the newest key; the older ones may be removed afterwards."""
    from obligations.services.hearing.zalo_connect import reseal_all  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"resealed": reseal_all(ctx)}, style)


@inbound.command(name="list")
def list_(limit: int = typer.Option(100, min=1, max=10_000), style: Format = FORMAT) -> None:
    """What came and what was made of it, newest first."""
    from obligations.services.hearing.inbound import inbound_list  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(inbound_list(ctx, limit), style, ("id", "source", "received_at", "processed_at", "attempts", "result"))
