"""What is matched with what."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from obligations.rules.register.rows import Incoming


class Sureness(StrEnum):
    """How a document stands to the duties."""

    sure = "sure"
    doubtful = "doubtful"
    unmatched = "unmatched"
    recorded = "recorded"


@dataclass(frozen=True)
class Sender:
    """A body that may have sent something: every name it has or had, its code in the document system."""

    key: int
    names: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True)
class Owed:
    """A duty that a document may answer.

    ``cited``: numbers of the plan; ``recorded``: số đến, số ký hiệu and day of each arrival that was entered for it already,
    the day only of those that came by the document system. ``stated``: số ký hiệu of what its agency says it has sent.
    """

    key: str
    sender: int
    title: str
    cited: tuple[str, ...]
    year: int
    opens_on: date
    is_open: bool = True
    recorded: tuple[tuple[str, str, date | None], ...] = ()
    issued_on: date | None = None
    """Of the document that assigns it: nothing answers it before that day."""
    stated: tuple[str, ...] = ()
    when: str = ""
    """The period in words: "quý III năm 2026"."""


@dataclass(frozen=True)
class Match:
    """One document with the duty it answers, or those it may answer, best first."""

    row: Incoming
    sureness: Sureness
    owed: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
