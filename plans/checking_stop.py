"""A rule that stops chasing must leave room for the steps it stands beside."""

from collections.abc import Iterator

from plans.errors import PlanFileError
from plans.finding import fault
from plans.schema import ObligationSpec, PlanFile
from plans.source import Path


def check_stop(plan: PlanFile, spec: ObligationSpec, at: Path) -> Iterator[PlanFileError]:
    """Steps that could never be told because chasing has stopped by then."""
    if spec.stop is None:
        return
    if spec.urgency is not None:
        yield fault(
            plan, (*at, "stop"), "an ad-hoc request is reminded in hours and stops by itself", "Leave stop out."
        )
    after = spec.stop.after_days
    for place, step in enumerate(spec.reminders):
        if after is not None and step.days > after:  # working days are never fewer than calendar days
            yield fault(
                plan,
                (*at, "reminders", place),
                f"step {step.code} comes after chasing has stopped, {after} days after the due day",
                "Remove the step, or stop later.",
            )
    late = [step.code for step in spec.reminders if step.days > 0 and step.audience == "clerk"]
    most = spec.stop.notices
    if most is not None and len(late) > most:
        yield fault(
            plan,
            (*at, "stop", "notices"),
            f"{len(late)} steps after the due day ({', '.join(late)}), but at most {most} overdue notices",
            "Remove a step, or allow more notices.",
        )
