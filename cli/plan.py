"""``dondoc plan``: check, diff, apply."""

from pathlib import Path

import typer

from cli.acting import AS_OF, FORMAT
from cli.output import Format, show, show_one
from cli.session import actor, moment, opened, parse_day
from obligations.clock import utc_now
from plans.checking import check_plan
from plans.checking_phrases import phrase_warnings
from plans.library import HUNG_YEN
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile

app = typer.Typer(no_args_is_help=True, help="Plan files: check, compare, apply.")
REGISTRY = typer.Option(HUNG_YEN, "--registry", help="registry of agencies the plan refers to")


def checked(file: Path, registry: Path) -> PlanFile:
    """A plan file that refers only to what exists; raises one PlanFileError that holds every wrong thing."""
    plan = read_plan(file)
    problems = check_plan(plan, read_registry(registry))
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
            "notes": [f"{n.clause}: {n.text}" for n in plan.notes],
            "warnings": phrase_warnings(plan),
        },
        style,
    )


@app.command()
def diff(file: Path, registry: Path = REGISTRY, style: Format = FORMAT) -> None:
    """What applying a file would change."""
    from obligations.services.plan_diff import diff_plan  # noqa: PLC0415

    plan = checked(file, registry)
    with opened() as dondoc, dondoc.read(utc_now()) as ctx:
        show(diff_plan(ctx, plan), style)


@app.command()
def apply(
    file: Path,
    since: str | None = typer.Option(None, help="open no period due before this day"),
    registry: Path = REGISTRY,
    as_of: str | None = AS_OF,
    style: Format = FORMAT,
) -> None:
    """Apply a plan in one transaction; applying the same file again changes nothing."""
    from obligations.services.apply_plan import apply_plan  # noqa: PLC0415
    from obligations.services.publish_feed import refresh_feeds  # noqa: PLC0415
    from obligations.services.registry import apply_registry  # noqa: PLC0415

    plan = checked(file, registry)
    with opened() as dondoc, dondoc.write(moment(as_of, dondoc.settings), actor()) as ctx:
        apply_registry(ctx, read_registry(registry))
        result = apply_plan(ctx, plan, parse_day(since) if since else None)
        refresh_feeds(ctx)
    show_one(result, style)
