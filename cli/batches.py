"""``dondoc batch``: overdue notices before they go, and what puts wrong ones right: list, show, release, stop, correct."""

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened

app = typer.Typer(no_args_is_help=True, help="Overdue notices, shown before they go at 14:00.")
REASON = typer.Option(..., "--reason", help="why; it is kept in the audit trail")


@app.command(name="list")
def list_(
    everything: bool = typer.Option(False, "--all", help="also those that have gone"),  # noqa: FBT003 - typer declares a flag so
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Batches that wait or go today, newest first."""
    from obligations.services.chasing.batch_views import list_batches  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        columns = ("id", "state", "desk", "shown_at", "goes_at", "total", "waiting", "sent", "cancelled", "paused")
        show(list_batches(ctx, everything=everything), style, columns)


@app.command(name="show")
def show_(batch: str, as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Every message of a batch, to whom it goes and about what; the text of the first of each kind."""
    from obligations.services.chasing.batch_views import batch_page  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        page = batch_page(ctx, batch)
    if style == Format.json:
        show_one(page, style)
        return
    show_one(page.row, style)
    show(page.messages, style, ("id", "agency", "audience", "address", "kind", "state", "duties"))
    for subject, text in page.previews:
        print(f"\n{subject}\n\n{text}")


@app.command()
def release(batch: str, as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Let a batch go at the next office moment instead of at 14:00."""
    from obligations.services.chasing.batch_acts import release_batch  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one(release_batch(ctx, batch), style)


@app.command()
def stop(batch: str, reason: str = REASON, as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Stop a batch that has not gone: its notices are never sent, the next step comes all the same."""
    from obligations.services.chasing.batch_acts import stop_batch  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one(stop_batch(ctx, batch, reason), style)


@app.command()
def correct(
    batch: str = typer.Argument("", help="a batch; or give --period and --step"),
    text: str = typer.Option(..., help="what was wrong and what is right; it stands in the notice"),
    period: str = typer.Option("", help="plan, obligation and period: 197-kh-ubnd/V.b4/2026"),
    step: str = typer.Option("", help="open, T-7, T0, T+1, ..."),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Send a Thông báo đính chính to exactly those who got a wrong notice, once."""
    from obligations.errors import Refused  # noqa: PLC0415
    from obligations.services.chasing.retract import retract_batch, retract_step  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    parts = period.split("/")
    if bool(batch) == bool(period) or (period and (len(parts) != len(("plan", "duty", "label")) or not step)):
        raise Refused("give a batch, or --period PLAN/OBLIGATION/PERIOD with --step")
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        if batch:
            show_one(retract_batch(ctx, batch, text), style)
        else:
            show_one(retract_step(ctx, find_period(ctx, *parts).public_id, step, text), style)
