"""What amendments cannot say: unknown duties, impossible days, two documents that contradict each other."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import combinations

from pydantic import ValidationError

from plans.amending import amendments_of, changed, end_of
from plans.amendment import ENDS, Amendment
from plans.errors import PlanFileError
from plans.finding import fault, repeats
from plans.schema import ObligationSpec, PlanFile
from plans.source import Path

CheckSpec = Callable[[PlanFile, ObligationSpec, Path], Iterator[PlanFileError]]


def check_amendments(plan: PlanFile, check_spec: CheckSpec) -> Iterator[PlanFileError]:
    """Everything wrong with the amendments of a plan. ``check_spec`` judges an obligation as a document leaves it."""
    for index, amendment in enumerate(plan.amendments):
        yield from _alone(plan, amendment, ("amendments", index))
    for spec in plan.obligations:
        mine = [(i, a) for i, a in enumerate(plan.amendments) if spec.code in a.obligations]
        yield from _ends_once(plan, spec, mine)
        for (_, first), (index, second) in combinations(mine, 2):
            yield from _contradiction(plan, spec, first, second, ("amendments", index))
        yield from _results(plan, spec, check_spec)
    yield from _circles(plan)


def _alone(plan: PlanFile, amendment: Amendment, at: Path) -> Iterator[PlanFileError]:
    known = sorted(o.code for o in plan.obligations)
    yield from repeats(plan, (((*at, "obligations", i), c) for i, c in enumerate(amendment.obligations)), "obligation")
    named = [((*at, "obligations", i), code) for i, code in enumerate(amendment.obligations)]
    if amendment.replaced_by is not None:
        named.append(((*at, "replaced_by"), amendment.replaced_by))
    for path, code in named:
        if code not in known:
            near = get_close_matches(code, known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}."
            yield fault(plan, path, f"unknown obligation {code!r}", advice)
    issued = f"{plan.issued_on:%Y-%m-%d}"
    if amendment.issued_on < plan.issued_on:
        yield fault(plan, (*at, "issued_on"), f"issued before the plan was ({issued})", "Check the year.")
    if amendment.effective_on is not None and amendment.effective_on < plan.issued_on:
        yield fault(
            plan, (*at, "effective_on"), f"takes effect before the plan was issued ({issued})", "Check the year."
        )


def _ends_once(plan: PlanFile, spec: ObligationSpec, mine: list[tuple[int, Amendment]]) -> Iterator[PlanFileError]:
    ending = [(i, a) for i, a in mine if a.kind in ENDS]
    for index, amendment in ending[0 if spec.ended_by else 1 :]:
        other = spec.ended_by.document if spec.ended_by else ending[0][1].document
        yield fault(
            plan,
            ("amendments", index, "obligations"),
            f"{spec.code!r} is ended twice, by {other} and by {amendment.document}",
            "Keep the document that really ended it.",
        )
    end = end_of(plan, spec)
    for index, amendment in mine:
        if end and amendment.kind not in ENDS and amendment.effective_on and amendment.effective_on >= end.on:
            yield fault(
                plan,
                ("amendments", index, "effective_on"),
                f"{spec.code!r} has ended by then (on {end.on:%Y-%m-%d}, by {end.document})",
                "Correct one of the two days.",
            )


def _contradiction(
    plan: PlanFile, spec: ObligationSpec, first: Amendment, second: Amendment, at: Path
) -> Iterator[PlanFileError]:
    """Two documents that act from the same day may not say different things about the same key."""
    if first.kind in ENDS or second.kind in ENDS or first.effective_on != second.effective_on:
        return
    before, after = (a.changes.given if a.changes else frozenset[str]() for a in (first, second))
    both = sorted(before & after)
    when = f"from {second.effective_on:%Y-%m-%d}" if second.effective_on else "from the beginning"
    said = f"{first.document} and {second.document} both"
    if both:
        yield fault(
            plan,
            (*at, "changes", both[0]),
            f"{said} change {', '.join(both)} of {spec.code!r} {when}",
            "Keep the one that holds, or give the later one the day it takes effect.",
        )
    elif first.kind == second.kind == "supplement" and not before and not after:
        yield fault(plan, (*at, "obligations"), f"{said} add {spec.code!r} {when}", "Keep one of them.")


def _results(plan: PlanFile, spec: ObligationSpec, check_spec: CheckSpec) -> Iterator[PlanFileError]:
    """The obligation as each document leaves it must be one that could stand in a file."""
    so_far: list[Amendment] = []
    for amendment in amendments_of(plan, spec.code):
        so_far.append(amendment)
        if amendment.changes is None:
            continue
        at: Path = ("amendments", plan.amendments.index(amendment), "changes")
        result = changed(spec, so_far)
        try:
            ObligationSpec.model_validate(result.model_dump(mode="json", by_alias=True))
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            yield fault(plan, at, f"{spec.code!r} cannot be so: {problem}", "Correct what the document changes.")
            continue
        yield from check_spec(plan, result, at)


def _circles(plan: PlanFile) -> Iterator[PlanFileError]:
    after = {c: a.replaced_by for a in plan.amendments if a.replaced_by for c in a.obligations}
    ends = {spec.code: end_of(plan, spec) for spec in plan.obligations}
    for index, amendment in enumerate(plan.amendments):
        at: Path = ("amendments", index, "replaced_by")
        successor = amendment.replaced_by
        if successor is None or amendment.effective_on is None:
            continue
        end = ends.get(successor)
        if any(_comes_back(code, after) for code in amendment.obligations):
            yield fault(plan, at, "the replacement leads back to an obligation it replaces", "Break the circle.")
        elif end is not None and end.on <= amendment.effective_on:
            yield fault(
                plan, at, f"{successor!r} has itself ended by then (on {end.on:%Y-%m-%d})", "Name the one that holds."
            )


def _comes_back(code: str, after: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    step: str | None = code
    while step is not None and step not in seen:
        seen.add(step)
        step = after.get(step)
    return step == code
