"""What one pass over a sentence collects."""

from dataclasses import dataclass, field, replace

from plans.phrase.frequencies import Frequency
from plans.phrase.moment import Moment
from plans.phrase.operators import Op
from plans.phrase.sentence import Sentence
from plans.phrase.terms import Term


@dataclass(frozen=True)
class Deadline:
    """Moments governed by one operator; ``unsure`` says why they may be no deadline; ``weak`` gives way to any other."""

    start: int
    end: int
    op: Op
    moments: tuple[Moment, ...]
    unsure: str | None = None
    weak: bool = False


@dataclass(frozen=True)
class Event:
    """An event. ``text`` names it, ``since`` is how a number counts from it ("khi kết thúc hội nghị")."""

    start: int
    end: int
    text: str
    since: str
    sudden: bool = False
    op: Op | None = None


@dataclass
class Found:
    """Everything seen, in order of the text.

    ``ignored`` holds dates that are no deadlines and why, ``doubts`` dates that may be a second deadline, ``pending``
    events that only a number may count from.
    """

    s: Sentence
    deadlines: list[Deadline] = field(default_factory=list)
    terms: list[tuple[Term, Op]] = field(default_factory=list)
    frequencies: list[Frequency] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    years: list[Moment] = field(default_factory=list)
    pending: list[Event] = field(default_factory=list)
    doubts: list[tuple[int, int]] = field(default_factory=list)
    standing: str | None = None
    periodic: str | None = None
    data_until: int = -1

    def ignore(self, i: int, j: int, why: str) -> int:
        """Note a stretch that is no deadline and go on behind it."""
        self.ignored.append((self.s.part(i, j), why))
        return j

    def keep(self, term: Term, event: str, op: Op) -> None:
        """Keep a term that counts from an event said elsewhere."""
        self.terms.append((replace(term, event=event), op))

    def by_data(self, i: int) -> bool:
        """Whether a position lies in a stretch that speaks of the data reported on."""
        return i < self.data_until
