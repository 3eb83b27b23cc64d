"""What the shape of one key cannot show: references, repeats, dates that contradict each other."""

from collections.abc import Iterator
from difflib import get_close_matches

from plans.checking_amendments import check_amendments
from plans.checking_derived import check_derived
from plans.checking_phrases import check_phrases
from plans.checking_registry import check_registry
from plans.checking_stop import check_stop
from plans.errors import PlanFileError
from plans.finding import fault, repeats
from plans.registry import RegistryFile
from plans.schema import Changes, ObligationSpec, PlanFile
from plans.source import Path

__all__ = ["check_plan", "check_plan_alone", "check_references", "check_registry"]


def check_plan(plan: PlanFile, registry: RegistryFile) -> list[PlanFileError]:
    """Everything wrong with a plan in view of a registry, and with that registry; empty when both are sound."""
    known = {a.code for a in registry.agencies} | {r.code for r in registry.roles}
    groups = {g.code for g in registry.groups}
    return check_plan_alone(plan) + check_references(plan, known, groups) + check_registry(registry)


def check_references(plan: PlanFile, known: set[str], groups: set[str]) -> list[PlanFileError]:
    """Every agency, role or group that a plan names and that is none. ``known``: codes of agencies and roles."""
    found: list[PlanFileError] = []
    stated: list[tuple[Path, ObligationSpec | Changes]] = [
        (("obligations", i), spec) for i, spec in enumerate(plan.obligations)
    ]
    stated += [(("amendments", i, "changes"), a.changes) for i, a in enumerate(plan.amendments) if a.changes]
    for at, said in stated:
        for name in ("assigned_to", "lead", "join"):
            for place, code in enumerate(getattr(said, name) or ()):
                found.extend(_unknown(plan, (*at, name, place), code, known | groups))
        for name in ("receiver", "reader"):
            code = getattr(said, name)
            found.extend(_unknown(plan, (*at, name), code, known) if code else ())
    return found


def check_plan_alone(plan: PlanFile) -> list[PlanFileError]:
    """Everything wrong with a plan in itself."""
    specs = list(enumerate(plan.obligations))
    found = [
        *repeats(plan, ((("obligations", i, "code"), s.code) for i, s in specs), "obligation code"),
        *repeats(
            plan, ((("obligations", i, "clauses", j), c) for i, s in specs for j, c in enumerate(s.clauses)), "citation"
        ),
        *repeats(plan, ((("outline", i, "id"), item.id) for i, item in enumerate(plan.outline)), "outline id"),
        *repeats(
            plan,
            ((("outline", i, "clauses", j), c) for i, o in enumerate(plan.outline) for j, c in enumerate(o.clauses)),
            "citation",
        ),
    ]
    if plan.kind == "request":
        found.append(fault(plan, ("kind",), "a request is no file to apply", "Make it with: dondoc request"))
    for index, spec in specs:
        found.extend(_references(plan, spec, ("obligations", index)))
        found.extend(_dates(plan, spec, ("obligations", index)))
        found.extend(check_stop(plan, spec, ("obligations", index)))
        found.extend(check_derived(plan, spec, ("obligations", index)))
    found.extend(check_amendments(plan, _as_changed))
    return [*found, *check_phrases(plan)]


def _as_changed(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    yield from _outline(plan, spec, at)
    yield from _dates(plan, spec, at)


def _unknown(plan: PlanFile, path: Path, code: str, known: set[str]) -> Iterator[PlanFileError]:
    if code not in known:
        near = get_close_matches(code, sorted(known), n=1)
        advice = f"Did you mean {near[0]!r}?" if near else "Add it to the registry file, or correct the code."
        yield fault(plan, path, f"unknown agency, group or role {code!r}", advice)


def _outline(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    items = {item.id for item in plan.outline}
    for place, wanted in enumerate(spec.outline):
        if wanted not in items:
            yield fault(
                plan,
                (*at, "outline", place),
                f"no outline item has the id {wanted!r}",
                "Add it under outline, or correct it.",
            )
    yield from repeats(
        plan, (((*at, "reminders", i, "code"), r.code) for i, r in enumerate(spec.reminders)), "reminder step"
    )


def _references(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    yield from _outline(plan, spec, at)
    if spec.consolidates is None:
        return
    if spec.consolidates not in {other.code for other in plan.obligations}:
        yield fault(
            plan,
            (*at, "consolidates"),
            f"unknown obligation {spec.consolidates!r}",
            "Give the code of an obligation of this plan.",
        )
    elif _consolidates_itself(plan, spec):
        yield fault(
            plan,
            (*at, "consolidates"),
            "the obligation consolidates itself, directly or round a circle",
            "Break the circle.",
        )


def _consolidates_itself(plan: PlanFile, spec: ObligationSpec) -> bool:
    below = {s.code: s.consolidates for s in plan.obligations}
    code, seen = spec.consolidates, set[str]()
    while code is not None and code not in seen:
        if code == spec.code:
            return True
        seen.add(code)
        code = below.get(code)
    return False


def _dates(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    deadline, opens = spec.deadline, spec.opens
    if deadline is None:
        return
    issued = f"{plan.issued_on:%Y-%m-%d}"
    if deadline.on is not None and deadline.on < plan.issued_on:
        yield fault(
            plan,
            (*at, "deadline", "on"),
            f"impossible date: due before the document was issued ({issued})",
            "Check the year.",
        )
    if deadline.until_year is not None and deadline.until_year < plan.issued_on.year:
        yield fault(
            plan, (*at, "deadline", "until_year"), f"ends before the document was issued ({issued})", "Check the year."
        )
    if spec.ended_by is not None and spec.ended_by.on < plan.issued_on:
        yield fault(
            plan, (*at, "ended_by", "on"), f"ended before the document was issued ({issued})", "Check the year."
        )
    if opens is None or deadline.is_derived:
        return
    year = deadline.from_year or (deadline.on.year if deadline.on else plan.issued_on.year)
    due = deadline.printed_in(year)
    if opens.in_year(year) > due:
        yield fault(
            plan,
            (*at, "opens"),
            f"impossible date: opens after it is due ({due:%Y-%m-%d})",
            "Open it earlier, or set year_offset.",
        )
