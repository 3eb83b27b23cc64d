"""``dondoc contacts``: addresses of agencies."""

from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.output import Format, plain, show, show_one
from cli.session import actor, opened
from models.enums import Audience
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Addresses of agencies: role mailboxes first.")
AGENCY = typer.Option(None, help="code of one agency")
REASON = typer.Option(..., "--reason", help="why; it is kept in the audit trail")
DRY = typer.Option(False, "--dry-run", help="say what would be done, change nothing")  # noqa: FBT003 - typer declares a flag so
SHOWN = ("id", "agency", "audience", "channel", "address", "label", "state", "state_reason", "is_sample")


@app.command(name="list")
def list_(
    agency: str | None = AGENCY,
    whole: bool = typer.Option(False, "--show", help="whole addresses; this is audited"),  # noqa: FBT003
    removed: bool = typer.Option(False, "--all", help="also removed ones"),  # noqa: FBT003
    style: Format = FORMAT,
) -> None:
    """Addresses, masked, the one used first at the top of each agency."""
    from obligations.services.agencies.contacts import list_contacts  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show(list_contacts(ctx, agency, whole=whole, removed=removed), style, SHOWN)


@app.command(name="import")
def import_(file: Path, dry_run: bool = DRY, style: Format = FORMAT) -> None:
    """Add or mend addresses from a CSV or XLSX file; all rows or none. See: dondoc contacts template."""
    from obligations.services.agencies.contacts_import import import_file  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one(import_file(ctx, file, dry_run=dry_run), style)


@app.command()
def template(file: Path) -> None:
    """Write an .xlsx or .csv file with a row for every agency, to be filled in and imported."""
    from obligations.services.agencies.contacts_template import write_template  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        content = write_template(ctx, file.suffix.lower().lstrip("."))
    file.write_bytes(content)
    print(f"{file.name}: fill in the addresses, then: dondoc contacts import {file.name} --dry-run")


@app.command()
def add(
    agency: str,
    address: str,
    purpose: str = typer.Option(..., help="what the address is kept for"),
    source: str = typer.Option(..., help="where it is from, such as a directory or a document"),
    audience: Audience = typer.Option(Audience.clerk, help="clerk or leader"),
    channel: str = typer.Option("email", help="email, phone, zns, zalooa, zalogroup, zalobot, esms or webhook"),
    label: str = typer.Option("", help="such as Văn thư"),
    style: Format = FORMAT,
) -> None:
    """Add one address."""
    from obligations.services.agencies.contacts import NewContact, add_contact  # noqa: PLC0415

    new = NewContact(audience, channel, address, label, purpose, source)
    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"id": add_contact(ctx, agency, new)}, style)


@app.command()
def remove(number: int, reason: str = REASON, style: Format = FORMAT) -> None:
    """Take an address out of use; what waits for it goes to the agency's next one."""
    from obligations.services.agencies.contacts import remove_contact  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        remove_contact(ctx, number, reason)
    show_one({"removed": number}, style)


@app.command()
def replace(number: int, address: str, reason: str = REASON, style: Format = FORMAT) -> None:
    """Put a new address in place of one; what waits goes there."""
    from obligations.services.agencies.contacts import replace_contact  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        show_one({"replaced": number, "by": replace_contact(ctx, number, address, reason)}, style)


@app.command()
def revive(number: int, reason: str = REASON, style: Format = FORMAT) -> None:
    """Use an address again that had bounced, once it has been checked."""
    from obligations.services.agencies.contacts import revive_contact  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        revive_contact(ctx, number, reason)
    show_one({"revived": number}, style)


@app.command()
def health(
    days: int = typer.Option(14, min=0, max=366, help="look at periods that open within so many days"),
    style: Format = FORMAT,
) -> None:
    """Agencies that a notice would not reach, or not surely."""
    from obligations.services.agencies.contact_health import contact_health  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        rows = contact_health(ctx, days)
    if style == Format.json:
        show(rows, style)
        return
    lines = [{**plain(row), "why": "; ".join(f"{code} {said}".strip() for code, said in row.why)} for row in rows]
    show(lines, style, ("agency", "name", "missing", "why", "opens_on"))
