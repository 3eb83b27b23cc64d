"""One page of everything an agency owes to everyone: open, to come, all the time, and done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from obligations.services.accounts.access import Actor
from obligations.services.context import Context
from obligations.services.member.ahead import ComingRow, StandingRow, ahead
from obligations.services.views.agency import DutyView, agency_page


@dataclass(frozen=True)
class Month:
    """``first``: the first day of the month in which its rows are due. Opened duties come before those that are not."""

    first: date
    open: list[DutyView]
    coming: list[ComingRow]


@dataclass(frozen=True)
class Everything:
    """``overdue`` and what else is open from earlier months stands in its own month, before the present one."""

    agency: str
    months: list[Month]
    standing: list[StandingRow]
    done: list[DutyView]
    closed: list[DutyView]
    """Not sent, of periods that are closed."""

    @property
    def has_closed(self) -> bool:
        """Whether it shows what the asker's personal link does not open."""
        owed = (duty for month in self.months for duty in month.open)
        return not all(duty.opened for duty in (*owed, *self.done, *self.closed))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of this agency."""
        return not (self.months or self.standing or self.done or self.closed)


def everything(ctx: Context, actor: Actor) -> Everything:
    """All of it, by the month of the last working day in time."""
    shown, later = agency_page(ctx, actor), ahead(ctx, actor)
    return Everything(shown.agency, _months(shown.open, later.coming), later.standing, shown.done, shown.closed)


def _months(duties: Iterable[DutyView], coming: Iterable[ComingRow]) -> list[Month]:
    opened = [(_first(d.standing.practical_due_on), d, None) for d in duties]
    planned = [(_first(c.practical_due_on), None, c) for c in coming]
    rows = sorted([*opened, *planned], key=lambda row: row[0])
    found = []
    for first, group in groupby(rows, key=lambda row: row[0]):
        mine = list(group)
        found.append(Month(first, [d for _, d, _ in mine if d], [c for _, _, c in mine if c]))
    return found


def _first(day: date) -> date:
    return day.replace(day=1)
