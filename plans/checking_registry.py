"""Whether a registry file holds together: codes, successions over time, groups and roles."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from plans.errors import PlanFileError
from plans.finding import fault, repeats
from plans.registry import AgencySpec, RegistryFile, RoleSpec, SuccessionSpec
from plans.source import Path

ADD_AGENCY = "Add the agency, or correct the code."


def check_registry(registry: RegistryFile) -> list[PlanFileError]:
    """Everything wrong with a registry; empty when it is sound."""
    agencies = {a.code: a for a in registry.agencies}
    codes: list[tuple[Path, str]] = [(("agencies", i, "code"), a.code) for i, a in enumerate(registry.agencies)]
    codes += [(("groups", i, "code"), g.code) for i, g in enumerate(registry.groups)]
    codes += [(("roles", i, "code"), r.code) for i, r in enumerate(registry.roles)]
    found = [*repeats(registry, codes, "code"), *_members(registry, agencies)]
    for index, succession in enumerate(registry.successions):
        found.extend(_succession(registry, succession, ("successions", index), agencies))
    found.extend(_circles(registry))
    found.extend(_twice(registry))
    found.extend(_same_name(registry))
    for index, role in enumerate(registry.roles):
        found.extend(_role(registry, role, ("roles", index), agencies))
    return found


def _members(registry: RegistryFile, agencies: dict[str, AgencySpec]) -> Iterator[PlanFileError]:
    for index, group in enumerate(registry.groups):
        for place, code in enumerate(group.members):
            if code not in agencies:
                yield fault(registry, ("groups", index, "members", place), f"unknown agency {code!r}", ADD_AGENCY)


def _succession(
    registry: RegistryFile, spec: SuccessionSpec, at: Path, agencies: dict[str, AgencySpec]
) -> Iterator[PlanFileError]:
    for side, codes in (("from", spec.from_), ("to", spec.to)):
        for place, code in enumerate(codes):
            path = (*at, side, place)
            if code not in agencies:
                yield fault(registry, path, f"unknown agency {code!r}", ADD_AGENCY)
            elif side == "to" and not agencies[code].is_valid(spec.on):
                yield fault(
                    registry,
                    path,
                    f"the successor {code!r} does not exist on {spec.on:%Y-%m-%d}",
                    "Correct its valid_from, or the date.",
                )
            elif side == "from" and agencies[code].valid_to != spec.on - timedelta(days=1):
                advice = f"Set its valid_to to {spec.on - timedelta(days=1):%Y-%m-%d}, or correct the date."
                yield fault(
                    registry,
                    path,
                    f"{code!r} gives way on {spec.on:%Y-%m-%d} but is not valid until the day before",
                    advice,
                )


def _twice(registry: RegistryFile) -> Iterator[PlanFileError]:
    """An agency gives way once: all its successors stand in one entry."""
    seen: set[str] = set()
    for index, spec in enumerate(registry.successions):
        for place, code in enumerate(spec.from_):
            if code in seen:
                path = ("successions", index, "from", place)
                yield fault(registry, path, f"{code!r} gives way twice", "Name all its successors in one entry.")
            seen.add(code)


def _same_name(registry: RegistryFile) -> Iterator[PlanFileError]:
    """Two agencies of one full name at the same time cannot be told apart."""
    by_name: dict[str, list[AgencySpec]] = {}
    for index, agency in enumerate(registry.agencies):
        for other in by_name.get(agency.name, ()):
            begins = max(agency.valid_from, other.valid_from)
            if agency.is_valid(begins) and other.is_valid(begins):
                advice = "Let one end before the other begins, or give them different names."
                message = f"{agency.name!r} is also {other.code!r}, and their validity overlaps from {begins:%Y-%m-%d}"
                yield fault(registry, ("agencies", index, "name"), message, advice)
        by_name.setdefault(agency.name, []).append(agency)


def _circles(registry: RegistryFile) -> Iterator[PlanFileError]:
    after: dict[str, set[str]] = {}
    for spec in registry.successions:
        for code in spec.from_:
            after.setdefault(code, set()).update(spec.to)
    for index, spec in enumerate(registry.successions):
        for place, code in enumerate(spec.from_):
            if code in _reachable(code, after):
                path = ("successions", index, "from", place)
                yield fault(
                    registry,
                    path,
                    f"cyclic succession: {code!r} ends up succeeding itself",
                    "An agency that returns needs a code of its own.",
                )


def _reachable(start: str, after: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(after.get(start, ()))
    while todo:
        code = todo.pop()
        if code not in seen:
            seen.add(code)
            todo.extend(after.get(code, ()))
    return seen


def _role(registry: RegistryFile, role: RoleSpec, at: Path, agencies: dict[str, AgencySpec]) -> Iterator[PlanFileError]:
    for place, holding in enumerate(role.holders):
        path = (*at, "holders", place)
        agency = agencies.get(holding.agency)
        if agency is None:
            yield fault(registry, (*path, "agency"), f"unknown agency {holding.agency!r}", ADD_AGENCY)
        elif holding.from_ < agency.valid_from or (holding.to or date.max) > (agency.valid_to or date.max):
            yield fault(
                registry,
                path,
                f"{holding.agency!r} does not exist over the whole time it holds {role.code!r}",
                "Correct from and to.",
            )
    for place, (earlier, later) in enumerate(pairwise(role.holders), start=1):
        if earlier.to is None or later.from_ <= earlier.to:
            path = (*at, "holders", place, "from")
            yield fault(
                registry,
                path,
                f"{role.code!r} would have two holders at once",
                "List holders in order of time, each ending before the next.",
            )
