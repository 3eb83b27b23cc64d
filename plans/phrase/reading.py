"""The result of reading one phrase, in the shape the command prints."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from plans.phrase.operators import Op
from plans.phrase.terms import Direction, TermUnit

Kind = Literal["one-off", "periodic", "standing", "relative", "none"]


@dataclass(frozen=True)
class Relation:
    """A term counted from an event. ``amount`` None: at once or on demand."""

    amount: int | None
    unit: TermUnit
    event: str
    direction: Direction


@dataclass(frozen=True)
class PhraseReading:
    """What a Vietnamese deadline sentence says.

    ``due`` are inclusive last days, sorted; ``freq`` joins several with "+"; ``time`` is HH:MM on those days; ``via`` and
    ``reader`` are the body a report goes through and the one it is finally for. ``year`` is the year the dates were
    computed for and ``year_from`` where it came from: printed, asked, context, today, or None when none was
    needed or known.
    ``why`` and ``warnings`` are Vietnamese sentences; an unsure date never stands without a warning.
    """

    kind: Kind
    freq: str | None
    op: Op | None
    due: tuple[date, ...]
    time: str | None
    actors: tuple[str, ...]
    receiver: str | None
    rel: Relation | None
    why: tuple[str, ...]
    warnings: tuple[str, ...]
    via: str | None = None
    reader: str | None = None
    year: int | None = None
    year_from: Literal["printed", "asked", "context", "today"] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values in the published order of keys; dates ISO, unknown null, lists always lists."""
        value = asdict(self)
        for name in ("actors", "why", "warnings"):
            value[name] = list(value[name])
        value["due"] = [day.isoformat() for day in self.due]
        return value
