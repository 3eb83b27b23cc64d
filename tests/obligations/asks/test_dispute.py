"""A dispute is read back by its agency and taken back while nobody has decided; on both databases."""

from pathlib import Path

import pytest

from models.enums import AssignmentState
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.asks.dispute import dispute_of, withdraw_dispute
from obligations.services.audit import verify
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code
from obligations.services.planning.open_periods import open_due_periods
from tests.obligations.small_world import owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, NOW = hanoi(2026, 10, 1, 9), hanoi(2026, 10, 12, 9)


def clerk(ctx: Context, code: str) -> Actor:
    return Actor(f"agency:{code}", code, csrf="", agency_id=agency_by_code(ctx, code).id)


def test_it_is_read_back_and_withdrawn_with_what_was_paused(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    with app.write(NOW, "agency:so-a") as ctx:
        dispute_assignment(ctx, owed(ctx, "so-a").public_id, "Thuộc Sở B.", "12/SA-VP", "so-b")
        seen = dispute_of(ctx, owed(ctx, "so-a"))
        assert seen is not None
        assert (seen.reason, seen.evidence) == ("Thuộc Sở B.", "12/SA-VP")
        assert dispute_of(ctx, owed(ctx, "so-b")) is None, "paused by another's dispute"
    with app.write(NOW, "agency:so-b") as ctx:
        with pytest.raises(NotFound):
            withdraw_dispute(ctx, clerk(ctx, "so-b"), owed(ctx, "so-a").public_id)
        with pytest.raises(Refused):
            withdraw_dispute(ctx, clerk(ctx, "so-b"), owed(ctx, "so-b").public_id)
    with app.write(NOW, "agency:so-a") as ctx:
        withdraw_dispute(ctx, clerk(ctx, "so-a"), owed(ctx, "so-a").public_id)
        assert {owed(ctx, code).state for code in ("so-a", "so-b")} == {AssignmentState.open}
        with pytest.raises(Refused):
            withdraw_dispute(ctx, clerk(ctx, "so-a"), owed(ctx, "so-a").public_id)
        assert verify(ctx.session) == []
