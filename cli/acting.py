"""Commands that do what is due: open, chase, deliver, consolidate, publish, tick."""

import typer

from cli.output import Format, progress, show, show_one
from cli.session import actor, moment, opened
from obligations.clock import utc_now

AS_OF = typer.Option(None, "--as-of", help="act as if it were this moment; only with DONDOC_ALLOW_AS_OF=1")
FORMAT = typer.Option(Format.table, "--format", help="table or json")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command(name="open")(open_)
    app.command()(chase)
    app.command()(deliver)
    app.command()(consolidate)
    app.command()(publish)
    app.command()(tick)


def open_(as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Open every period whose opening day has come."""
    from obligations.services.planning.open_periods import open_due_periods  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show(open_due_periods(ctx), style)


def chase(as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Write the reminders that are due; deliver sends them."""
    from obligations.services.chasing.chase import plan_reminders  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one(plan_reminders(ctx), style)


def deliver(as_of: str | None = AS_OF, limit: int | None = typer.Option(None, min=1), style: Format = FORMAT) -> None:
    """Hand over every message whose time has come."""
    from obligations.services.sending.deliver import deliver_due  # noqa: PLC0415

    with opened() as dondoc:
        now = moment(as_of, dondoc.settings)
        clock = (lambda: now) if as_of else utc_now
        with progress("messages") as count:
            result = deliver_due(dondoc, clock, limit=limit, progress=count)
    show_one(result, style)


def consolidate(
    plan: str,
    obligation: str,
    period: str,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
    to: str = typer.Option("", "--to", help="copy the files into this folder"),
) -> None:
    """Make the consolidated report of a period; the same submissions give the same version."""
    import shutil  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from obligations.services.lookup import find_period  # noqa: PLC0415
    from obligations.services.reporting.consolidate import consolidate_period  # noqa: PLC0415
    from obligations.services.storage import stored_path  # noqa: PLC0415

    with opened() as dondoc:
        now = moment(as_of, dondoc.settings)
        with dondoc.read(now) as ctx:
            period_id = find_period(ctx, plan, obligation, period).id or 0
        made = consolidate_period(dondoc, period_id, now, actor())
        paths = {name: str(stored_path(dondoc.settings, f["stored_as"])) for name, f in made.files.items()}
        if to:
            Path(to).mkdir(parents=True, exist_ok=True)
            paths = {n: str(shutil.copy(p, Path(to) / made.files[n]["file_name"])) for n, p in paths.items()}
        show_one(
            {
                "version": made.version,
                "created": made.created,
                "received": made.received,
                "missing": made.missing,
                "template": made.template,
                "template_problem": made.template_problem,
                "files": paths,
            },
            style,
        )


def publish(as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Bring every calendar feed up to date."""
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        show_one({"entries_changed": refresh_feeds(ctx)}, style)


def tick(as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Do everything that is due, once: for cron, or by hand when Prefect is down."""
    from obligations.services.running.tick import run_tick  # noqa: PLC0415

    with opened() as dondoc:
        now = moment(as_of, dondoc.settings)
        with progress("messages") as count:
            result = run_tick(dondoc, now, actor(), None if as_of else utc_now, count)
    show_one(result, style)
