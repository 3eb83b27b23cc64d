"""``dondoc agencies merge|split|rename|end`` and ``dispute|awaiting|decide``: who gives way to whom, and who owes what then."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened, parse_day
from models.enums import SuccessionKind
from obligations.services.agencies.record_succession import Recorded
from obligations.services.context import Context

ON = typer.Option(..., "--on", help="first day on which the agency is no longer itself")
DECISION = typer.Option(..., "--decision", help='number and day, such as "15/QĐ-UBND, 20/10/2026"')
SCOPE = typer.Option("", "--scope", help="what the decision covers, in words")
DryRun = Annotated[bool, typer.Option("--dry-run", help="show what would move and who would be told; change nothing")]
ROLES_TO = typer.Option(None, "--roles-to", help="who takes the roles of an agency that is split or ended")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (merge, split, rename, end, dispute, awaiting, decide):
        app.command()(command)


def merge(
    agencies: list[str],
    into: str = typer.Option(..., "--into", help="code of the successor, which exists on that day"),
    on: str = ON,
    decision: str = DECISION,
    scope: str = SCOPE,
    dry_run: DryRun = False,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Merge agencies into one; what they owe in open periods, their links, feeds and contacts go to it, with one notice."""
    _record(SuccessionKind.merge, agencies, [into], on, decision, scope, None, dry_run, as_of, style)


def split(
    agency: str,
    into: str = typer.Option(..., "--into", help="codes of the successors, separated by commas"),
    on: str = ON,
    decision: str = DECISION,
    scope: str = SCOPE,
    roles_to: str | None = ROLES_TO,
    dry_run: DryRun = False,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Split an agency; what it owes in open periods waits for a decision (dondoc agencies decide)."""
    _record(SuccessionKind.split, [agency], _codes(into), on, decision, scope, roles_to, dry_run, as_of, style)


def end(
    agencies: list[str],
    on: str = ON,
    decision: str = DECISION,
    scope: str = SCOPE,
    roles_to: str | None = ROLES_TO,
    dry_run: DryRun = False,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """End agencies that nobody takes over one to one; what they owe waits for a decision (dondoc agencies decide)."""
    _record(SuccessionKind.end, agencies, [], on, decision, scope, roles_to, dry_run, as_of, style)


def rename(
    agency: str,
    to_name: str = typer.Option(..., "--to-name", help="the new full name"),
    on: str = ON,
    decision: str = DECISION,
    short: str | None = typer.Option(None, "--short", help="the new short name; the full one by default"),
    to_code: str | None = typer.Option(
        None, "--to-code", help="code of the renamed agency; made from the name by default"
    ),
    scope: str = SCOPE,
    dry_run: DryRun = False,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Rename an agency from a day on; reports sent before keep the old name. No message is sent for it."""
    from obligations.services.agencies.rename_agency import rename_agency  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        done = rename_agency(
            ctx,
            agency,
            to_name,
            parse_day(on),
            decision,
            short_name=short,
            to_code=to_code,
            scope=scope,
            dry_run=dry_run,
        )
        _finish(ctx, done, dry_run=dry_run)
    show_one(done, style)


def dispute(
    agency: str,
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    reason: str = typer.Option(..., "--reason"),
    document: str = typer.Option(..., "--document", help="the paper it rests on, with its number and day"),
    proposed: str | None = typer.Option(None, "--proposes", help="code of the agency it should be"),
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Record that an agency asks for its duty to be looked at again (đề nghị xem lại phân công)."""
    from obligations.services.agencies.dispute_assignment import dispute_assignment, find_owed  # noqa: PLC0415
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        owed = find_owed(ctx, agency, find_period(ctx, plan, obligation, period))
        dispute_assignment(ctx, owed.public_id, reason, document, proposed)
        refresh_feeds(ctx)
        show_one({"agency": agency, "state": owed.state.value, "due_on": owed.due_on}, style)


def awaiting(as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """Duties that wait for a decision on who owes them, the nearest due first."""
    from obligations.services.overview.awaiting import awaiting_rows  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(moment(as_of, dondoc.settings)) as ctx:
        rows = awaiting_rows(ctx)
    show(rows, style, ("plan", "obligation", "period", "agency", "due_on", "kind", "since", "reason", "proposed"))


def decide(
    agency: str,
    plan: str,
    obligation: str = typer.Argument(help="code or clause, such as V.b4"),
    period: str = typer.Argument(help="label, such as 2026"),
    to: str = typer.Option("", "--to", help="codes of those who owe it from now on, separated by commas"),
    keep: Annotated[bool, typer.Option("--keep", help="the same agency goes on owing it")] = False,
    exempt: Annotated[bool, typer.Option("--exempt", help="nobody owes it this time")] = False,
    decision: str = DECISION,
    on: str | None = typer.Option(None, "--on", help="from which day; today by default"),
    due: str | None = typer.Option(None, "--due", help="a new due day; needed once the due has passed"),
    dry_run: DryRun = False,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Say who owes a duty that waits for it; waiting makes nobody late."""
    from obligations.services.agencies.decide_assignment import Choice, decide_assignment, preview_decision  # noqa: PLC0415
    from obligations.services.agencies.dispute_assignment import find_owed  # noqa: PLC0415
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.lookup import find_period  # noqa: PLC0415

    act = preview_decision if dry_run else decide_assignment
    choice = Choice(tuple(_codes(to)), keep, exempt)
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        owed = find_owed(ctx, agency, find_period(ctx, plan, obligation, period)).public_id
        from_on, due_on = (parse_day(day) if day else None for day in (on, due))
        done = act(ctx, owed, choice, decision, on=from_on, due_on=due_on)
        if not dry_run:
            refresh_feeds(ctx)
    show_one(done, style)


def _record(
    kind: SuccessionKind,
    sources: Sequence[str],
    targets: Sequence[str],
    on: str,
    decision: str,
    scope: str,
    roles_to: str | None,
    dry_run: bool,
    as_of: str | None,
    style: Format,
) -> None:
    from obligations.services.agencies.record_succession import (  # noqa: PLC0415
        Act,
        preview_succession,
        record_succession,
        step_of,
    )

    act = Act(step_of(kind, sources, targets, parse_day(on)), decision, scope, roles_to)
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        done = preview_succession(ctx, act) if dry_run else record_succession(ctx, act)
        _finish(ctx, done, dry_run=dry_run)
    show_one(done, style)


def _finish(ctx: Context, done: Recorded, *, dry_run: bool) -> None:
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415

    if not dry_run and done.applied:
        refresh_feeds(ctx)


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",") if code.strip()]
