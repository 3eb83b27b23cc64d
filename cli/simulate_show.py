"""A simulation on a terminal: days and kinds with counts, or differences grouped for people."""

from typing import Any

from cli.output import Format, show
from obligations.services.simulating.diff import Difference, Differences, Group, grouped
from obligations.services.simulating.simulate import Simulation
from obligations.services.simulating.summary import by_day, pacing, waiting_lines
from obligations.settings import Settings

_SHOWN_AGENCIES = 3


def show_course(course: Simulation, settings: Settings) -> None:
    """One row a day and kind; below, how the mail is paced and what waits for a person."""
    show(by_day(course.messages), Format.table)
    for line in [*pacing(course.messages, settings), *waiting_lines(course.waiting)]:
        print(line)


def show_differences(found: Differences, *, full: bool) -> None:
    """One row for all agencies for which a step changes in the same way, or with ``full`` one for each agency."""
    if full:
        rows = [_each(name, d) for name in ("added", "removed", "moved", "changed") for d in getattr(found, name)]
    else:
        rows = [_together(group) for group in grouped(found)]
    show(rows, Format.table)
    counts = {name: len(getattr(found, name)) for name in ("added", "removed", "moved", "changed")}
    print(", ".join(f"{count} {name}" for name, count in counts.items()))
    for line in waiting_lines(found.waiting):
        print(line)


def _each(change: str, difference: Difference) -> dict[str, Any]:
    told = difference.after or difference.before
    return {
        "change": change,
        "obligation": f"{difference.obligation} {difference.period}",
        "step": difference.step,
        "before": f"{difference.before.at:%a %Y-%m-%d %H:%M}" if difference.before else None,
        "after": f"{difference.after.at:%a %Y-%m-%d %H:%M}" if difference.after else None,
        "what": difference.what,
        "agency": difference.agency,
        "subject": told.subject if told else None,
    }


def _together(group: Group) -> dict[str, Any]:
    more = len(group.agencies) - _SHOWN_AGENCIES
    return {
        "change": group.change,
        "obligation": f"{group.obligation} {group.period}",
        "step": group.step,
        "kind": group.kinds,
        "before": f"{group.before:%a %Y-%m-%d}" if group.before else None,
        "after": f"{group.after:%a %Y-%m-%d}" if group.after else None,
        "what": group.what,
        "agencies": len(group.agencies),
        "who": ", ".join(group.agencies[:_SHOWN_AGENCIES]) + (f" and {more} more" if more > 0 else ""),
        "subject": group.subject,
    }
