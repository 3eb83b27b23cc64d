"""``dondoc calls``: whom to telephone, what was said, and taking a wrong record back."""

from pathlib import Path

import typer

from cli.acting import AS_OF, FORMAT
from cli.ledger import write_file
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened, parse_moment
from models.enums import CallResult

app = typer.Typer(no_args_is_help=True, help="Telephone calls about a period.")
OBLIGATION = typer.Argument(help="code or clause, such as V.b4")
PERIOD = typer.Argument(help="label, such as 2026")


@app.command(name="list")
def list_(
    plan: str,
    obligation: str = OBLIGATION,
    period: str = PERIOD,
    made: bool = typer.Option(False, "--made", help="calls that were made, instead of whom to call"),  # noqa: FBT003 - typer declares a flag so
    out: Path | None = typer.Option(None, help="write the list to print: FILE.docx or FILE.xlsx"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Agencies that are out of reach, late, or silent to an ad-hoc request, in official order."""
    from obligations.services.chasing.phone_calls import calls_of  # noqa: PLC0415
    from obligations.services.desk.call_document import render_call_list  # noqa: PLC0415
    from obligations.services.desk.call_list import whom_to_call  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        found = find_period(ctx, plan, obligation, period)
        if out is not None:
            write_file(out, render_call_list(ctx, found, out.suffix.lstrip(".").lower()))
            show_one({"file": str(out)}, style)
        elif made:
            show(calls_of(ctx, found), style)
        else:
            show(whom_to_call(ctx, found), style, ("code", "name", "phone", "why", "last"))


@app.command()
def record(
    plan: str,
    obligation: str = OBLIGATION,
    period: str = PERIOD,
    agency: str = typer.Option(..., help="code of the agency"),
    result: CallResult = typer.Option(..., help="how the call ended"),
    number: str = typer.Option("", help="number that was called"),
    person: str = typer.Option("", help="who answered"),
    answer: str = typer.Option("", help="what was answered"),
    at: str = typer.Option("", help="when: 2026-11-03T09:15; now by default"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Keep a call that was made as proof of notice; sent twice it is one."""
    from obligations.services.chasing.phone_calls import CallDraft, record_call  # noqa: PLC0415
    from obligations.services.ledgers.ledger import find_ledger  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        called_at = parse_moment(at, dondoc.settings) if at else None
        assignment = find_ledger(ctx, plan, obligation, period, agency).agencies[0].assignment
        made = record_call(ctx, assignment, CallDraft(result, called_at, number, person, answer))
    show_one({"recorded": made}, style)


@app.command()
def undo(
    call: str,
    reason: str = typer.Option(..., help="why it was wrong"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Take a record back; the record and the reason both stay in the ledger."""
    from obligations.services.chasing.phone_calls import undo_call  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        undo_call(ctx, call, reason)
    show_one({"undone": call}, style)
