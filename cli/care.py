"""Looking after an installation: backup, restore and its drill, doctor, leaving with everything."""

from pathlib import Path

import typer

from cli.acting import FORMAT
from cli.ledger import write_file
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now
from obligations.errors import Refused
from obligations.services.care.finding import STATE_WORDS, Finding, verdict
from obligations.services.context import open_app
from obligations.settings import read_settings

OUT = typer.Option(None, help="also write a dated page to file, FILE.docx or FILE.md")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(backup)
    app.command("purge-backups")(purge_backups)
    app.command()(restore)
    app.command()(doctor)
    app.command()(export)


def backup(to: Path = typer.Argument(help="folder that receives the archive"), style: Format = FORMAT) -> None:
    """One archive of database and files, checked after writing; the service may run."""
    from obligations.services.care.backup import make_backup  # noqa: PLC0415
    from obligations.services.care.remembered import note_backup  # noqa: PLC0415

    settings, now = read_settings(), utc_now()
    made = make_backup(settings, to, now)
    dondoc = open_app(settings)
    try:
        note_backup(dondoc, made, now, actor())
    finally:
        dondoc.close()
    show_one(made, style)


def purge_backups(folder: Path = typer.Argument(help="folder of archives"), style: Format = FORMAT) -> None:
    """Take what was destroyed (reports set apart, S13) out of every archive of a folder; exit 1 when one could not be read."""
    from obligations.services.care.purge_backups import purge_backups as purge  # noqa: PLC0415

    with opened() as dondoc:
        found = purge(dondoc, folder, utc_now(), actor())
    show(found, style)
    if any(each.problem for each in found):
        raise typer.Exit(1)


def restore(
    archive: Path | None = typer.Argument(None, help="the archive; for a drill also a folder, or nothing: the newest"),
    journal: Path | None = typer.Option(None, help="the folder journal of the lost home: what it knows to have gone"),
    drill: bool = typer.Option(
        False,  # noqa: FBT003 - typer declares a flag so
        "--drill",
        help="only try: restore into a temporary home, check everything, remove it; the live home stays as it is",
    ),
    room: Path | None = typer.Option(
        None, help="of a drill: where the temporary home is made; default the system's own"
    ),
    server: str | None = typer.Option(
        None, help="of a drill on PostgreSQL: a server whose role may create databases; default the live one"
    ),
    out: Path | None = OUT,
    style: Format = FORMAT,
) -> None:
    """Put an archive into an empty DONDOC_HOME; messages that were waiting are held for a person to release."""
    from obligations.services.care.backup import restore_backup  # noqa: PLC0415

    if drill:
        _drill(archive, room, server, out, style)
        return
    if archive is None or room or server or out:
        raise typer.BadParameter("name the ARCHIVE to restore; --room, --server and --out belong to --drill.")
    show_one(restore_backup(read_settings(), archive, utc_now(), journal), style)


def _drill(given: Path | None, room: Path | None, server: str | None, out: Path | None, style: Format) -> None:
    from obligations.services.care.drill import find_archive, note_drill, run_drill  # noqa: PLC0415
    from obligations.services.care.machine import which_installation  # noqa: PLC0415

    settings, now = read_settings(), utc_now()
    dondoc = open_app(settings)
    try:
        try:
            done = run_drill(settings, find_archive(dondoc, given, now), now, room, server)
            note_drill(dondoc, done, now, actor())
        except Refused as error:
            raise Refused(error.said) from error
    finally:
        dondoc.close()
    if out:
        about = (("Bản sao lưu", Path(done.archive).name), ("Thời gian", f"{done.seconds:.1f} giây".replace(".", ",")))
        _write_page(out, "Biên bản diễn tập khôi phục", (*which_installation(settings), *about), done.findings)
    if style == Format.json:
        show_one(done, style)
    else:
        _tell(done.findings)
        print(f"Thời gian: khôi phục {done.restore_seconds:.1f} giây, cả diễn tập {done.seconds:.1f} giây.")
        print("Diễn tập khôi phục: " + ("ĐẠT." if done.ok else "KHÔNG ĐẠT."))
    if not done.ok:
        raise typer.Exit(1)


def doctor(
    deploy: bool = typer.Option(
        False,  # noqa: FBT003 - typer declares a flag so
        "--deploy",
        help="also check what a public installation needs",
    ),
    out: Path | None = OUT,
    style: Format = FORMAT,
) -> None:
    """Check machine, settings, database and channels, in Vietnamese; exit 1 when something must be mended."""
    from obligations.services.care.doctor import examination  # noqa: PLC0415

    found = examination(read_settings(), utc_now(), deploy=deploy)
    if out:
        _write_page(out, "Kết quả kiểm tra hệ thống", found.about, found.findings)
    if style == Format.json:
        show(found.findings, style)
    else:
        for label, value in found.about:
            print(f"{label}: {value}")
        print()
        _tell(found.findings)
    if not found.well:
        raise typer.Exit(1)


def export(to: Path = typer.Argument(help="folder that receives the .zip"), style: Format = FORMAT) -> None:
    """Everything in open formats, to leave with: tables, files, plans, ledgers, the trail; no keys. The service may run."""
    from obligations.services.leaving.export import export_everything  # noqa: PLC0415

    with opened() as dondoc:
        made = export_everything(dondoc, to, utc_now(), actor())
    show_one(made, style)
    if made.problems:
        raise typer.Exit(1)


def _tell(findings: tuple[Finding, ...]) -> None:
    """A line a finding, and what is to be done below it."""
    for f in findings:
        print(f"[{STATE_WORDS[f.state]}] {f.title}: {f.detail}")
        if f.advice:
            print(f"    Việc cần làm: {f.advice}")
    print(f"Kết luận: {verdict(findings)}.")


def _write_page(out: Path, title: str, about: tuple[tuple[str, str], ...], findings: tuple[Finding, ...]) -> None:
    from obligations.services.care.document import findings_page, render_page  # noqa: PLC0415

    settings = read_settings()
    page = findings_page(title, settings.unit, about, findings, utc_now().astimezone(settings.zone))
    write_file(out, render_page(page, out.name))
