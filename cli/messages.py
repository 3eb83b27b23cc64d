"""``dondoc messages``: list, release, cancel, dead, again."""

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="What was or would be sent.")


@app.command(name="list")
def list_(
    state: str = typer.Option("", help="planned, draft, held, recorded, sent, failed, ..."),
    limit: int = typer.Option(100, min=1, max=100_000),
    style: Format = FORMAT,
) -> None:
    """Messages, newest first."""
    from obligations.services.sending.outbox_view import outbox  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(
            outbox(ctx, state or None, limit),
            style,
            ("id", "planned_at", "agency", "kind", "state", "address", "reason"),
        )


@app.command()
def release(message: str, style: Format = FORMAT) -> None:
    """Let a draft or held message go at the next office moment."""
    from obligations.services.reviewing.review import release_message  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        release_message(ctx, message)
        show_one({"released": message}, style)


@app.command()
def cancel(message: str, reason: str = typer.Option(..., help="why it is not sent"), style: Format = FORMAT) -> None:
    """Stop one message that has not gone."""
    from obligations.services.reviewing.review import cancel_message  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        cancel_message(ctx, message, reason)
        show_one({"cancelled": message}, style)


@app.command()
def dead(style: Format = FORMAT) -> None:
    """Messages that failed for good, with the last word of their channel; ``again`` is the way back."""
    from obligations.services.sending.dead_letters import dead_letters  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(dead_letters(ctx), style, ("id", "agency", "kind", "channel", "failed_at", "attempts", "code", "reason"))


@app.command()
def again(message: str, style: Format = FORMAT) -> None:
    """Put a failed message back into the queue, once what was wrong has been mended."""
    from obligations.services.sending.dead_letters import send_again  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        goes_at = send_again(ctx, message).astimezone(ctx.settings.zone)
        show_one({"message": message, "goes_at": goes_at}, style)
