"""``dondoc ledger``: what can be proved of every notice of a period."""

import shutil
from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import opened, parse_moment
from obligations.clock import utc_now
from obligations.errors import Refused
from obligations.services.ledgers.ledger import Ledger


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(ledger)


def ledger(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    agency: str = typer.Option("", help="code of one agency; all by default"),
    out: Path | None = typer.Option(None, help="write a document instead: FILE.docx or FILE.xlsx"),
    with_addresses: bool = typer.Option(False, "--with-addresses", help="whole addresses instead of masked ones"),  # noqa: FBT003 - typer declares a flag so
    as_of: str | None = typer.Option(None, "--as-of", help="judge at this moment"),
    style: Format = FORMAT,
) -> None:
    """Everything planned, tried, sent, confirmed, returned or said by telephone, in time order."""
    from obligations.services.ledgers.document import render_ledger  # noqa: PLC0415
    from obligations.services.ledgers.ledger import find_ledger  # noqa: PLC0415

    with opened() as dondoc:
        now = parse_moment(as_of, dondoc.settings) if as_of else utc_now()
        with dondoc.read(now) as ctx:
            found = find_ledger(ctx, plan, obligation, period, agency, addresses=with_addresses)
        if out is not None:
            write_file(out, render_ledger(found, out.suffix.lstrip(".").lower(), dondoc.settings.unit))
            show_one({"file": str(out), "agencies": len(found.agencies), "audit": found.audit_hash}, style)
        elif style == Format.json:
            show_one(found, style)
        else:
            _table(found)


def write_file(path: Path, content: bytes) -> None:
    """The whole file or none of it; Refused names what is wrong."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from error


def move_file(made: Path, path: Path) -> None:
    """Move a file that is whole to where it was asked for; Refused names what is wrong, and then nothing is left of it."""
    try:
        shutil.move(made, path)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        made.unlink(missing_ok=True)


def _table(found: Ledger) -> None:
    rows = [
        {"at": f"{e.at:%Y-%m-%d %H:%M}", "agency": sheet.agency, "what": e.what, "channel": e.channel}
        | {"address": e.address, "detail": e.detail, "by": e.by}
        for sheet in found.agencies
        for e in sheet.events
    ]
    show(rows, Format.table)
    print(f"audit: {found.audit_seq} {found.audit_hash}")
