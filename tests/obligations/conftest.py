"""Names that tests of services share live in tests.plan197, and a period of one report here."""

import pytest

from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.confirm_period import confirm_period
from tests import builders as build
from tests.builders import OPENED
from tests.plan197 import FILES, HANOI, PLAN, REPORT, Adopt, hanoi
from tests.prepared import Prepared

__all__ = ["FILES", "HANOI", "PLAN", "REPORT", "Adopt", "hanoi"]
LATE = hanoi(2026, 11, 19, 9)


@pytest.fixture
def owing(app: App, adopt: Adopt, prepared: Prepared) -> App:
    """The confirmed 2026 period of plan 197 with an overdue notice planned for everybody, at LATE."""

    def prepare() -> None:
        adopt(LATE)
        with app.write(LATE, "test") as ctx:
            confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ())
            plan_reminders(ctx)

    prepared.once(app, "owing", prepare)
    return app


@pytest.fixture
def period_id(app: App) -> int:
    """A period that five agencies owe."""
    with app.write(OPENED, "test") as ctx:
        plan = build.add_plan(ctx.session)
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan))
        for number in range(5):
            agency = build.add_agency(ctx.session, name=f"Sở thứ {number}")
            build.add_assignment(ctx.session, period, agency)
        return period.id or 0
