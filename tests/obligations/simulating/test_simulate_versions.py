"""A simulation that begins before a plan changed goes by the version of its day, and the change comes again."""

from collections import Counter
from datetime import date

import pytest

from obligations.services.context import App
from obligations.services.simulating.simulate import simulate_messages
from tests.obligations.versions import TOLD, World, deadline, document, plan_file, report

LAST = date(2026, 11, 30)


@pytest.fixture
def world(app: App) -> World:
    world = World(app)
    world.opened(plan_file())
    return world


def counted(app: App, since: date) -> Counter[tuple[str, str]]:
    """Day and kind of everything that would go."""
    return Counter((f"{m.at:%m-%d}", m.kind) for m in simulate_messages(app, since, LAST, []))


@pytest.mark.parametrize("since", [date(2026, 9, 15), date(2026, 10, 2)])
def test_the_correction_comes_again(world: World, since: date) -> None:
    world.apply(plan_file(report(deadline=deadline(11, 15), assigned_to=["so-a", "so-b", "so-d"])))
    world.deliver(TOLD)
    before = world.messages()
    found = counted(world.app, since)
    assert world.messages() == before
    assert found["10-02", "correction"] == 2
    assert (found["10-02", "ended"], found["10-02", "open"]) == (1, 1)
    assert found["11-04", "before"] == 3, "T-7 of the new date"
    assert ("10-21", "before") not in found, "T-7 of the old one"


def test_after_the_change_only_the_new_date_is_told(world: World) -> None:
    world.apply(plan_file(report(deadline=deadline(11, 15))))
    world.deliver(TOLD)
    found = counted(world.app, date(2026, 10, 3))
    assert {kind for _, kind in found} == {"before", "tomorrow", "today", "overdue"}
    assert found["11-04", "before"] == 3


def test_a_repeal_ends_what_was_simulated_until_then(world: World) -> None:
    world.apply(plan_file(amendments=[document("repeal", "2026-10-15")]))
    found = counted(world.app, date(2026, 10, 1))
    assert found == {("10-01", "open"): 3, ("10-02", "ended"): 3}
