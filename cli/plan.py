"""``dondoc plan``: check, diff, apply, rollback, history."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, plain, show, show_one
from cli.session import actor, moment, opened, parse_day
from obligations.clock import utc_now
from obligations.settings import read_settings
from plans.amendment import KIND_WORDS
from plans.checking import check_plan
from plans.checking_phrases import phrase_warnings
from plans.library import HUNG_YEN
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile

if TYPE_CHECKING:  # importing services is slow, and most commands need few
    from obligations.services.context import Context
    from obligations.services.planning.apply_plan import Applied
    from obligations.services.planning.preview import Preview

app = typer.Typer(no_args_is_help=True, help="Plan files: check, compare, apply, go back.")
ALLOW = typer.Option(
    [], "--allow", help="what a refusal says must be allowed by name, such as unassign:so-y-te; repeat it"
)
DRY_RUN = typer.Option(default=False, help="say what would change and who would be told; change nothing")
REGISTRY = typer.Option(HUNG_YEN, "--registry", help="registry of agencies the plan refers to")


def checked(file: Path, registry: Path) -> PlanFile:
    """A plan file that refers only to what exists; raises one PlanFileError that holds every wrong thing."""
    from calendars.working_days import load_calendar  # noqa: PLC0415
    from obligations.services.planning.cascade_room import check_room  # noqa: PLC0415

    plan, settings = read_plan(file), read_settings()
    problems = check_plan(plan, read_registry(registry))
    calendar = load_calendar(settings.holidays_file, culture_day=settings.culture_day)
    problems = problems or check_room(plan, calendar)
    if problems:
        problems[0].others = tuple(problems[1:])
        raise problems[0]
    return plan


@app.command()
def check(file: Path, registry: Path = REGISTRY, style: Format = FORMAT) -> None:
    """Read a plan file and its references; say everything that is wrong, change nothing."""
    plan = checked(file, registry)
    show_one(
        {
            "slug": plan.slug,
            "obligations": len(plan.obligations),
            "outline": len(plan.outline),
            "amendments": [f"{KIND_WORDS[a.kind]}: {a.named}" for a in plan.amendments],
            "notes": [f"{n.clause}: {n.text}" for n in plan.notes],
            "warnings": phrase_warnings(plan),
        },
        style,
    )


@app.command()
def diff(file: Path, registry: Path = REGISTRY, as_of: str | None = AS_OF, style: Format = FORMAT) -> None:
    """What applying a file would change: its fields, live periods old -> new, who would be told."""
    from obligations.services.planning.preview import preview_rows  # noqa: PLC0415

    plan = checked(file, registry)
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        rows = preview_rows(_preview(ctx, plan, registry))
    show(rows, style)


@app.command()
def apply(
    file: Path,
    since: str | None = typer.Option(None, help="open no period due before this day"),
    dry_run: bool = DRY_RUN,
    allow: list[str] = ALLOW,
    registry: Path = REGISTRY,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Apply a plan in one transaction; applying the same file again changes nothing."""
    from obligations.services.agencies.registry import apply_registry  # noqa: PLC0415
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.planning.apply_plan import apply_plan  # noqa: PLC0415

    plan, first = checked(file, registry), parse_day(since) if since else None
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        if dry_run:
            _show_preview(_preview(ctx, plan, registry, first), style)
            return
        apply_registry(ctx, read_registry(registry))
        result = apply_plan(ctx, plan, first, allow)
        refresh_feeds(ctx)
    _show_applied(result, style)


@app.command()
def rollback(
    plan: str = typer.Argument(help="slug of the applied plan"),
    to: int | None = typer.Option(None, help="version to go back to; default: the one before that in force"),
    dry_run: bool = DRY_RUN,
    allow: list[str] = ALLOW,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Apply an earlier version's content again, as a new version; nothing that has happened is undone."""
    from obligations.services.feeds.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.planning.history import earlier_version, rollback_plan  # noqa: PLC0415
    from obligations.services.planning.preview import preview_plan  # noqa: PLC0415

    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        if dry_run:
            _show_preview(preview_plan(ctx, earlier_version(ctx, plan, to)), style)
            return
        result = rollback_plan(ctx, plan, to, allow)
        refresh_feeds(ctx)
    _show_applied(result, style)


@app.command()
def history(plan: str = typer.Argument(help="slug of the applied plan"), style: Format = FORMAT) -> None:
    """Every version of an applied plan: when, by whom, what changed, and which earlier one it repeats."""
    from obligations.services.planning.history import plan_history  # noqa: PLC0415

    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(plan_history(ctx, plan), style)


def _show_applied(result: "Applied", style: Format) -> None:
    """JSON has everything; for people, the counts and a table of what became of live periods."""
    if style == Format.json:
        show_one(result, style)
        return
    from obligations.services.planning.preview import period_rows  # noqa: PLC0415

    aside = ("periods", "needed")
    show_one({name: value for name, value in plain(result).items() if name not in aside}, style)
    if rows := period_rows(result.periods):
        show(rows, style)


def _preview(ctx: "Context", plan: PlanFile, registry: Path, since: date | None = None) -> "Preview":
    from obligations.services.agencies.registry import apply_registry  # noqa: PLC0415
    from obligations.services.planning.preview import preview_plan  # noqa: PLC0415

    return preview_plan(ctx, plan, since, lambda ctx: apply_registry(ctx, read_registry(registry)))


def _show_preview(preview: "Preview", style: Format) -> None:
    """JSON has everything; for people, a table of differences and one notice of each kind in full."""
    if style == Format.json:
        show_one(preview, style)
        return
    from obligations.services.planning.preview import preview_rows  # noqa: PLC0415

    show(preview_rows(preview), style)
    for draft in {d.kind: d for d in reversed(preview.notices)}.values():
        print(f"\n--- {draft.kind}, {draft.agency}, {draft.at:%d/%m/%Y %H:%M}: {draft.subject}\n{draft.text}")
