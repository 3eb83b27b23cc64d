"""Looking after an installation: backup, restore, doctor."""

from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now
from obligations.settings import read_settings


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(backup)
    app.command("purge-backups")(purge_backups)
    app.command()(restore)
    app.command()(doctor)


def backup(to: Path = typer.Argument(help="folder that receives the archive"), style: Format = FORMAT) -> None:
    """One archive of database and files, checked after writing; the service may run."""
    from obligations.services.backup import make_backup  # noqa: PLC0415

    show_one(make_backup(read_settings(), to, utc_now()), style)


def purge_backups(folder: Path = typer.Argument(help="folder of archives"), style: Format = FORMAT) -> None:
    """Take what was destroyed (reports set apart, S13) out of every archive of a folder; exit 1 when one could not be read."""
    from obligations.services.filing.purge_backups import purge_backups as purge  # noqa: PLC0415

    with opened() as dondoc:
        found = purge(dondoc, folder, utc_now(), actor())
    show(found, style)
    if any(each.problem for each in found):
        raise typer.Exit(1)


def restore(
    archive: Path,
    journal: Path | None = typer.Option(None, help="the folder journal of the lost home: what it knows to have gone"),
    style: Format = FORMAT,
) -> None:
    """Put an archive into an empty DONDOC_HOME; messages that were waiting are held for a person to release."""
    from obligations.services.backup import restore_backup  # noqa: PLC0415

    show_one(restore_backup(read_settings(), archive, utc_now(), journal), style)


def doctor(
    deploy: bool = typer.Option(
        False,  # noqa: FBT003 - typer declares a flag so
        "--deploy",
        help="also check what a public installation needs",
    ),
    style: Format = FORMAT,
) -> None:
    """Check machine, settings, database and channels; exit 1 when something must be mended."""
    from obligations.services.doctor import examine  # noqa: PLC0415

    findings = examine(read_settings(), utc_now(), deploy=deploy)
    show(findings, style)
    if any(not f.ok for f in findings):
        raise typer.Exit(1)
