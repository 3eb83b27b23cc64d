"""``dondoc account``: named persons of the coordinating side (S9); the same services as the page of accounts."""

from datetime import date

import typer

from cli.acting import FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, opened, parse_day
from obligations.clock import utc_now

app = typer.Typer(no_args_is_help=True, help="Named accounts of the portal; dondoc login signs one in.")
ROLE = typer.Option(
    ..., "--role", help="coordinator, approver (lãnh đạo duyệt), registrar (văn thư), administrator or observer; repeat"
)
TRANSFER = typer.Option(default=False, help="bàn giao: the giver's own right rests meanwhile")
REASON = typer.Option(..., "--reason", help="kept in the audit trail")


@app.callback()
def accounts() -> None:
    """Named accounts of the portal."""


@app.command()
def add(
    name: str,
    display_name: str = typer.Option(..., "--display-name", help="as pages and the audit trail show it"),
    email: str = typer.Option(...),
    role: list[str] = typer.Option(["coordinator"], "--role", help="repeat for several; see: dondoc account roles"),
    style: Format = FORMAT,
) -> None:
    """Add a named account."""
    from obligations.services.accounts.people import create_account  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        made = create_account(ctx, name, display_name, email, role)
        show_one({"account": made.name, "roles": sorted(set(role))}, style)


@app.command("list")
def every(style: Format = FORMAT) -> None:
    """Every account with its roles of today."""
    from obligations.services.accounts.accounts_view import accounts_page  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        rows = [
            {
                "account": row.name,
                "display_name": row.display_name,
                "email": row.email,
                "roles": row.roles,
                "instead": [f"{role} for {giver}" for role, giver in row.instead],
                "handed_over": row.rests,
                "second_factor": row.second,
                "disabled_at": row.disabled_at,
            }
            for row in accounts_page(ctx).rows
        ]
    show(rows, style)


@app.command()
def roles(name: str, role: list[str] = ROLE) -> None:
    """Give an account exactly these roles."""
    from obligations.services.accounts.people import account_by_name, change_account  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        found = account_by_name(ctx, name)
        change_account(ctx, name, found.display_name, found.email, role)


@app.command()
def disable(name: str, reason: str = REASON) -> None:
    """Out of use; its sessions die at once."""
    from obligations.services.accounts.people import disable_account  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        disable_account(ctx, name, reason)


@app.command()
def enable(name: str) -> None:
    """In use again, with the roles it had."""
    from obligations.services.accounts.people import enable_account  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        enable_account(ctx, name)


@app.command("reset-factor")
def reset(name: str, reason: str = REASON) -> None:
    """Take the second factor off an account whose holder lost telephone and recovery codes."""
    from obligations.services.accounts.second_factor import reset_factor  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        reset_factor(ctx, name, reason)


@app.command("hand-over")
def hand(
    giver: str,
    taker: str,
    role: list[str] = ROLE,
    since: str = typer.Option(..., "--from", help="first day"),
    until: str = typer.Option("", "--until", help="last day; none: until it is ended, of a transfer only"),
    transfer: bool = TRANSFER,
    reason: str = REASON,
    document: str = typer.Option(..., help="number and date of the document it rests on"),
) -> None:
    """Bàn giao, ủy quyền of roles from day to day."""
    from obligations.services.accounts.handovers import HandoverDraft, hand_over  # noqa: PLC0415

    last: date | None = parse_day(until) if until else None
    draft = HandoverDraft(giver, taker, role, parse_day(since), last, transfer, reason, document)
    with opened() as dondoc, dondoc.write(utc_now(), actor()) as ctx:
        print(hand_over(ctx, draft))
