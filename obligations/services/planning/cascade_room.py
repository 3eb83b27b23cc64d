"""Whether every derived deadline of a plan file has room: agencies, then the consolidator, then the reader."""

from obligations.rules.cascade import Bound
from obligations.rules.days import WorkingDays
from obligations.services.cascade_dates import LAST_DAY, links
from plans.errors import PlanFileError
from plans.finding import fault
from plans.schema import ObligationSpec, PlanFile
from plans.source import Path

ADVICE = "Take fewer working_days, move the reader's date, or set a date of its own."
BOUNDS: dict[Bound, str] = {
    "agencies": "not after the last day the agencies have",
    "reader": "not before the reader's own date",
    "opening": "before the period opens",
}


def check_room(plan: PlanFile, calendar: WorkingDays) -> list[PlanFileError]:
    """One fault for each obligation whose derived deadline has no room in some period; the first such is named."""
    found = [_fault(plan, spec, index, calendar) for index, spec in enumerate(plan.obligations)]
    return [fault for fault in found if fault is not None]


def refuse_without_room(plan: PlanFile, calendar: WorkingDays) -> None:
    """Raise the PlanFileError of the first derived deadline without room; ``others`` holds the rest."""
    found = check_room(plan, calendar)
    if found:
        found[0].others = tuple(found[1:])
        raise found[0]


def _fault(plan: PlanFile, spec: ObligationSpec, index: int, calendar: WorkingDays) -> PlanFileError | None:
    chain = links(plan, spec, plan.issued_on, LAST_DAY, calendar)
    wrong = next((link for link in chain if link.problem), None)
    if spec.deadline is None or wrong is None or wrong.problem is None:
        return None
    key = "before" if spec.deadline.before else "derive"
    at: Path = ("obligations", index, "deadline", key)
    due, bound = wrong.problem.due_on, f"{BOUNDS[wrong.problem.bound]} ({wrong.problem.bound_on:%Y-%m-%d})"
    problem = f"no room in period {wrong.occurrence.label}: due {due:%Y-%m-%d}, {bound}"
    return fault(plan, at, problem, ADVICE)
