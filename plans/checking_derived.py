"""What can be wrong with a derived deadline before any calendar is asked: references, circles, frequencies."""

from collections.abc import Iterator
from difflib import get_close_matches

from plans.errors import PlanFileError
from plans.finding import fault
from plans.schema import ObligationSpec, PlanFile
from plans.source import Path


def check_derived(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    """Faults of one obligation's ``derive`` and ``before``."""
    deadline = spec.deadline
    if deadline is None:
        return
    if deadline.before is not None and deadline.before.on is not None and deadline.before.on < plan.issued_on:
        problem = f"impossible date: before the document was issued ({plan.issued_on:%Y-%m-%d})"
        yield fault(plan, (*at, "deadline", "before", "on"), problem, "Check the year.")
    if deadline.derive is not None:
        yield from _source(plan, spec, deadline.derive.from_, (*at, "deadline", "derive", "from"))


def _source(plan: PlanFile, spec: ObligationSpec, code: str, path: Path) -> Iterator[PlanFileError]:
    specs = {other.code: other for other in plan.obligations}
    source = specs.get(code)
    if source is None:
        near = get_close_matches(code, sorted(specs), n=1)
        advice = f"Did you mean {near[0]!r}?" if near else "Give the code of an obligation of this plan."
        yield fault(plan, path, f"unknown obligation {code!r}", advice)
    elif _derives_from_itself(specs, spec):
        yield fault(plan, path, "the deadline derives from itself, directly or round a circle", "Break the circle.")
    elif source.deadline is None:
        problem = f"obligation {code!r} has no deadline to derive from"
        yield fault(plan, path, problem, "Give it a deadline, or derive from another obligation.")
    elif spec.deadline is not None and source.deadline.freq != spec.deadline.freq:
        problem = f"freq {spec.deadline.freq} differs from freq {source.deadline.freq} of {code!r}"
        yield fault(
            plan, path, problem, "Give both the same freq: a period derives from the same period of its source."
        )


def _derives_from_itself(specs: dict[str, ObligationSpec], spec: ObligationSpec) -> bool:
    seen, code = set[str](), source_of(spec)
    while code is not None and code not in seen and code != spec.code:
        seen.add(code)
        code = source_of(specs[code]) if code in specs else None
    return code == spec.code


def source_of(spec: ObligationSpec) -> str | None:
    """The obligation whose deadline this one's derives from; None when it derives from none."""
    return spec.deadline.derive.from_ if spec.deadline and spec.deadline.derive else None
