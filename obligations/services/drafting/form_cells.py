"""What stands in a filled-in form file, cell by cell with its place, before anybody judges it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.cleaning import line


@dataclass(frozen=True)
class FormCell:
    """``where`` in words a person can follow; ``problem``: why it cannot be read, empty for none."""

    where: str
    text: str = ""
    problem: str = ""


@dataclass(frozen=True)
class TaskCells:
    """One task: its id, the texts by part, the mark for "không phát sinh"."""

    id: FormCell
    parts: Mapping[str, FormCell]
    nil: FormCell

    @property
    def all(self) -> tuple[FormCell, ...]:
        """Every cell that an agency fills in."""
        return (*self.parts.values(), self.nil)


@dataclass(frozen=True)
class FormCells:
    """The whole file. ``figures`` map the columns that the file has of ``FIGURE`` to cells; ``notices`` are for people."""

    code: str = ""
    tasks: tuple[TaskCells, ...] = ()
    figures: tuple[Mapping[str, FormCell], ...] = ()
    notices: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole is not taken; the text is for the person who sent it."""


def plain(text: str) -> str:
    """A label as it is compared: one line, case does not matter."""
    return line(text).casefold()
