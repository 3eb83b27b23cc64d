"""What the tests of asking share."""

import pytest

from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.confirm_period import confirm_period
from tests.obligations.asks.test_asks import NOW
from tests.plan197 import PLAN, REPORT, Adopt
from tests.prepared import Prepared


@pytest.fixture
def owing(app: App, adopt: Adopt, prepared: Prepared) -> App:
    """The confirmed 2026 period with an overdue notice planned for everybody."""

    def prepare() -> None:
        adopt(NOW)
        with app.write(NOW, "test") as ctx:
            confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ())
            plan_reminders(ctx)

    prepared.once(app, f"owing {NOW}", prepare)
    return app
