"""``dondoc audit``: verify, export."""

import json

import typer

from cli.acting import FORMAT
from cli.output import Format, plain, show_one
from cli.session import opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="The append-only trail of acts.")


@app.command()
def verify(
    head: str = typer.Option("", help="SEQ:HASH printed in a document: is it part of this chain?"),
    style: Format = FORMAT,
) -> None:
    """Check the hash chain; exit 1 when it is broken."""
    from obligations.services.audit import contains  # noqa: PLC0415
    from obligations.services.audit import verify as check  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        problems = check(ctx.session)
        if head and not contains(ctx.session, head):
            problems.append(f"{head}: no such entry; the trail is not the one the document was made from")
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
