"""What applying a file would change."""

from typing import Any

import pytest

from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.diff import Change, diff_plan
from plans.schema import PlanFile
from tests.plan197 import hanoi
from tests.plans.builders import plan_with, yearly

NOW = hanoi(2026, 11, 19, 9)


def plan(**fields: Any) -> PlanFile:
    return plan_with(deadline=yearly(11, 1), **fields)


def differences(app: App, file: PlanFile) -> list[Change]:
    with app.read(NOW) as ctx:
        return diff_plan(ctx, file)


@pytest.fixture
def applied(app: App) -> App:
    with app.write(NOW, "test") as ctx:
        apply_plan(ctx, plan())
    return app


def test_a_new_plan_is_all_new(app: App) -> None:
    assert differences(app, plan()) == [Change("viec", "obligation", None, "Việc")]


def test_the_same_file_differs_in_nothing(applied: App) -> None:
    assert differences(applied, plan()) == []


def test_a_changed_field_is_named_with_both_values(applied: App) -> None:
    assert differences(applied, plan(title="Việc khác")) == [Change("viec", "title", "Việc", "Việc khác")]


def test_an_obligation_that_was_dropped_is_gone_once(applied: App) -> None:
    renamed = plan(code="viec-moi")
    assert {(c.obligation, c.before, c.after) for c in differences(applied, renamed)} == {
        ("viec", "Việc", None),
        ("viec-moi", None, "Việc"),
    }
    with applied.write(NOW, "test") as ctx:
        apply_plan(ctx, renamed)
    assert differences(applied, renamed) == []
