"""Two schedulers at the same step: the second waits and finds it done."""

import threading
from datetime import datetime

from sqlmodel import select

from benchmarks.world import APPLIED, HANOI, OPENING, add_agencies, yearly_plan
from models.tables import AuditEntry, Period
from obligations.services.context import App, Context
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods

LONG_AFTER = datetime(2027, 6, 1, 8, tzinfo=HANOI)


def twice(app: App, moment: datetime, work: str) -> None:
    """One scheduler has done the step and not committed when the other comes to it."""
    errors: list[BaseException] = []

    def step(ctx: Context) -> None:
        (open_due_periods if work == "open" else close_due_periods)(ctx)

    def other() -> None:
        try:
            with app.write(moment, "second") as ctx:
                step(ctx)
        except Exception as error:  # noqa: BLE001 - shown by the test
            errors.append(error)

    thread = threading.Thread(target=other)
    with app.write(moment, "first") as ctx:
        step(ctx)
        thread.start()
        thread.join(0.3)  # it gets as far as it can
    thread.join()
    assert errors == []


def test_a_period_opens_and_closes_once(app: App) -> None:
    with app.write(APPLIED, "test") as ctx:
        add_agencies(ctx, 2)
        apply_plan(ctx, yearly_plan())
    twice(app, OPENING, "open")
    with app.read(OPENING) as ctx:
        assert len(ctx.session.exec(select(Period)).all()) == 1
    twice(app, LONG_AFTER, "close")
    with app.read(LONG_AFTER) as ctx:
        closed = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "period.closed")).all()
    assert len(closed) == 1
