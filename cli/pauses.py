"""``dondoc pause``, ``resume``, ``pauses``: tạm dừng thông báo (S12)."""

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened

PLAN = typer.Option("", help="slug of one plan; default everything")
AGENCY = typer.Option("", help="code of one agency")
REASON = typer.Option(..., "--reason", help="why; it is kept in the audit trail")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(pause)
    app.command()(resume)
    app.command()(pauses)


def pause(
    reason: str = REASON, plan: str = PLAN, agency: str = AGENCY, as_of: str | None = AS_OF, style: Format = FORMAT
) -> None:
    """Send no notice any more; no deadline moves."""
    from obligations.services.chasing.pauses import pause as act  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one(act(ctx, reason, plan=plan or None, agency=agency or None), style)


def resume(
    reason: str = REASON, plan: str = PLAN, agency: str = AGENCY, as_of: str | None = AS_OF, style: Format = FORMAT
) -> None:
    """End a pause; each contact gets one current message, whatever piled up."""
    from obligations.services.chasing.pauses import resume as act  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one({"waiting": act(ctx, reason, plan=plan or None, agency=agency or None)}, style)


def pauses(
    everything: bool = typer.Option(False, "--all", help="also those that have ended"),  # noqa: FBT003 - typer declares a flag so
    style: Format = FORMAT,
) -> None:
    """Pauses in force, newest first."""
    from obligations.services.chasing.pauses import list_pauses  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(None, dondoc.settings)) as ctx:
        show(list_pauses(ctx, everything=everything), style)
