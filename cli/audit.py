"""``dondoc audit``: verify, export."""

import json

import typer

from cli.acting import FORMAT
from cli.output import Format, plain, show_one
from cli.session import opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="The append-only trail of acts.")


@app.command()
def verify(style: Format = FORMAT) -> None:
    """Check the hash chain; exit 1 when it is broken."""
    from obligations.services.audit import verify as check  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        problems = check(ctx.session)
    show_one({"whole": not problems, "problems": problems}, style)
    if problems:
        raise typer.Exit(1)


@app.command()
def export() -> None:
    """Every entry as one JSON object a line."""
    from obligations.services.audit import entries  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        for entry in entries(ctx.session):
            print(json.dumps(plain(entry.model_dump()), ensure_ascii=False))
