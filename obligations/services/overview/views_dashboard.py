"""The coordinator's first page: every period with its counts, and what waits for a person."""

from collections.abc import Collection
from dataclasses import dataclass

from obligations.services.context import Context
from obligations.services.overview.period_counts import PeriodRow, count_open, open_periods, period_rows
from obligations.services.overview.today import Today, today
from obligations.services.overview.today_roles import for_roles

__all__ = ["Dashboard", "PeriodRow", "dashboard", "period_rows"]
SHOWN = 20
"""Open periods on the first page; the page of all periods has the others."""


@dataclass(frozen=True)
class Dashboard:
    """What needs a coordinator today, and the open periods that are due first; ``open`` counts all that are open."""

    today: Today
    periods: list[PeriodRow]
    open: int


def dashboard(ctx: Context, roles: Collection[str] = ()) -> Dashboard:
    """The first page; of the day's work what these roles do or need to know. Its queries are as many for one plan as for a hundred."""
    return Dashboard(for_roles(today(ctx), roles), open_periods(ctx, SHOWN), count_open(ctx))
