"""Opening a period for many agencies, notices included, against bare inserts of as many rows in one transaction."""

import time

from sqlalchemy import insert, select
from sqlmodel import col

from benchmarks.databases import KINDS, fresh_app
from benchmarks.growth import exponent
from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from models.tables import metadata
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods

SIZES = (1_250, 2_500, 5_000, 10_000)
WRITTEN = ("assignment", "message", "message_item", "access_link")


def measure() -> dict[str, float]:
    """Seconds for 10,000 agencies, how that grows, and the share of it that bare inserts would take."""
    figures: dict[str, float] = {}
    for kind in KINDS:
        spent = {}
        for size in SIZES:
            with fresh_app(kind) as app:
                spent[size] = _open(app, size)
                bare = _bare(app)
        largest = SIZES[-1]
        figures[f"{kind}: 10,000 agencies, s"] = spent[largest]
        figures[f"{kind}: bare inserts of the same rows, s"] = bare
        figures[f"{kind}: ratio bare/ours"] = bare / spent[largest]
        figures[f"{kind}: growth exponent"] = exponent(spent)
    return figures


def _open(app: App, size: int) -> float:
    with app.write(APPLIED, "bench") as ctx:
        add_agencies(ctx, size)
        apply_plan(ctx, yearly_plan())
    began = time.perf_counter()
    with app.write(OPENING, "bench") as ctx:
        opened = open_due_periods(ctx)
    spent = time.perf_counter() - began
    if [o.assigned for o in opened] != [size]:
        raise RuntimeError(f"opened {opened}")
    return spent


def _bare(app: App) -> float:
    """The very rows that were written, taken out and put back by one plain statement a table."""
    tables = [metadata.tables[name] for name in WRITTEN]
    with app.database.write() as session:
        rows = [[dict(r) for r in session.execute(select(t).order_by(col(t.c.id))).mappings()] for t in tables]
        for table in reversed(tables):
            session.execute(table.delete())
    began = time.perf_counter()
    with app.database.write() as session:
        for table, values in zip(tables, rows, strict=True):
            session.connection().execute(insert(table), values)
    return time.perf_counter() - began
