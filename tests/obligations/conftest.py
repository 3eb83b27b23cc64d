"""Names that tests of services share live in tests.plan197, and a period of one report here."""

import pytest

from obligations.services.context import App
from tests import builders as build
from tests.builders import OPENED
from tests.plan197 import FILES, HANOI, PLAN, REPORT, Adopt, hanoi

__all__ = ["FILES", "HANOI", "PLAN", "REPORT", "Adopt", "hanoi"]


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
