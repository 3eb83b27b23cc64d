"""``dondoc period``: list, confirm, snooze, rates, letter, case-file."""

from pathlib import Path

import typer

from cli.acting import AS_OF, FORMAT
from cli.ledger import move_file, write_file
from cli.output import Format, show, show_one
from cli.reading import status
from cli.session import actor, moment, opened, parse_day, parse_moment
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Reporting periods.")
app.command(name="list")(status)


@app.command()
def confirm(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    received: str = typer.Option("", help="codes of agencies that have already sent, separated by commas"),
    arrived_on: str = typer.Option("", help="the day on which those came, such as 2026-10-30; left out: not known"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Confirm what has arrived for a period that was open when its plan was applied; the others are chased next morning."""
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415
    from obligations.services.planning.confirm_period import confirm_period  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        found = find_period(ctx, plan, obligation, period)
        codes = [code.strip() for code in received.split(",") if code.strip()]
        result = confirm_period(ctx, found.id or 0, codes, parse_day(arrived_on) if arrived_on else None)
        refresh_feeds(ctx)
    show_one(result, style)


@app.command()
def snooze(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    until: str = typer.Option(..., help="last day without reminders, such as 2026-11-06"),
    reason: str = typer.Option(..., help="why; it is kept in the audit trail"),
    agencies: str = typer.Option("", help="codes, separated by commas; default every agency that still owes"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Rest the reminders of a period until a day; no deadline moves, and one current reminder goes afterwards."""
    from obligations.services.chasing.snooze import snooze_period  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    codes = [code.strip() for code in agencies.split(",") if code.strip()]
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        found = find_period(ctx, plan, obligation, period)
        show_one({"snoozed": snooze_period(ctx, found.public_id, parse_day(until), reason, codes)}, style)


@app.command()
def rates(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    periods: list[str] = typer.Argument(None, help="labels, such as 2024 2025; all by default"),
    as_of: str | None = typer.Option(None, "--as-of", help="judge lateness at this moment"),
    style: Format = FORMAT,
) -> None:
    """Who was expected, who sent in time, by period; says over whom periods are compared when these differ."""
    from obligations.services.rates import compare_periods  # noqa: PLC0415

    with opened() as dondoc:
        now = parse_moment(as_of, dondoc.settings) if as_of else utc_now()
        with dondoc.read(now) as ctx:
            compared = compare_periods(ctx, plan, obligation, periods or [])
    if style == Format.json:
        show_one(compared, style)
        return
    show(compared.periods, style)
    if compared.scope:
        print(compared.scope)
        show(compared.common, style)


@app.command()
def letter(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    agency: str = typer.Option(..., help="code of the agency that is late"),
    out: Path = typer.Option(..., help="FILE.docx"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Draft the công văn đôn đốc to one agency, number and day left blank; nothing is sent."""
    from obligations.services.desk.chase_letter import find_letter  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        made = find_letter(ctx, plan, obligation, period, agency)
    write_file(out, made.content)
    show_one({"file": str(out), "duties": made.duties}, style)


@app.command("case-file")
def case_file(
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    out: Path = typer.Option(..., help="FILE.zip"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Write the whole file of a period for the archive: index, what came, consolidated reports, ledger, digests."""
    from obligations.services.filing.case_file import make_case_file  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    with opened() as dondoc:
        now = moment(as_of, dondoc.settings)
        with dondoc.read(now) as ctx:
            public_id = find_period(ctx, plan, obligation, period).public_id
        made = make_case_file(dondoc, public_id, now, actor())
    move_file(made.path, out)
    show_one({"file": str(out), "papers": made.papers, "sha256": made.sha256, "problems": made.problems}, style)
