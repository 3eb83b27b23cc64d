"""One promise and what a run found of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

Figure = int | float


@dataclass(frozen=True)
class Check:
    """``promise`` says what must be so; None is a figure that is only reported."""

    name: str
    found: Figure
    promise: str | None = None
    kept: bool = True

    def as_json(self) -> dict[str, Any]:
        """For prove.json."""
        return asdict(self)


def exactly(name: str, found: int, wanted: int = 0) -> Check:
    """A count that may have one value only."""
    return Check(name, found, f"= {wanted:,}", found == wanted)


def at_most(name: str, found: float, limit: float) -> Check:
    """A figure with a limit that it may reach."""
    return Check(name, found, f"<= {limit:,}", found <= limit)


def at_least(name: str, found: float, limit: float) -> Check:
    """A figure below which a run proves too little."""
    return Check(name, found, f">= {limit:,}", found >= limit)


def reported(name: str, found: Figure) -> Check:
    """No promise, but a reader should know it."""
    return Check(name, found)


def table(row: str, checks: Sequence[Check]) -> str:
    """Lines a person reads: name, figure, promise, verdict."""
    lines = [row]
    for check in checks:
        figure = (
            f"{check.found:,.3f}"
            if isinstance(check.found, float)
            else f"{check.found:,}"
            if isinstance(check.found, int)
            else check.found
        )
        verdict = "" if check.promise is None else "kept" if check.kept else "BROKEN"
        lines.append(f"  {check.name:<62}{figure:>14}  {check.promise or '':<14}{verdict}")
    return "\n".join(lines)
