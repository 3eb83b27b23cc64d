"""A simulation reads the installation and leaves it as it was, whatever database it lies on."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from models.tables import metadata
from obligations.services.agencies.registry import apply_registry
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.running.tick import run_tick
from obligations.services.simulating.change import Changes, MovedDue
from obligations.services.simulating.diff import simulate_changes
from obligations.services.simulating.simulate import days_of, simulate_messages
from plans.reading import read_registry
from plans.schema import PlanFile
from tests.obligations.small_world import settle, small_plan
from tests.plan197 import HANOI, hanoi
from tests.plans.builders import REGISTRY, plan_with, write, yearly


def monday_plan(month: int, day: int) -> PlanFile:
    """Due at the end of a Monday; the day before it in working days is a Saturday that is worked."""
    return plan_with(
        assigned_to=["cac-so"],
        receiver="tong-hop",
        deadline=yearly(month, day, op="by"),
        opens={"month": month, "day": 1},
    )


def adopt_small(app: App, folder: Path, plan: PlanFile) -> None:
    with app.write(hanoi(2025, 12, 1, 9), "test") as ctx:
        apply_registry(ctx, read_registry(write(folder, REGISTRY, "registry.yaml")))
        apply_plan(ctx, plan, date(2026, 1, 1))


def told(app: App, kind: str, month: int) -> list[str]:
    rows = simulate_messages(app, date(2026, month, 1), date(2026, month, 28), [])
    return [m.at.astimezone(HANOI).isoformat() for m in rows if m.kind == kind]


def test_a_worked_saturday_in_january_carries_the_reminder(app: App, tmp_path: Path) -> None:
    adopt_small(app, tmp_path, monday_plan(1, 12))
    assert told(app, "tomorrow", 1) == ["2026-01-10T08:00:00+07:00"]


def test_a_worked_saturday_in_august_carries_the_reminder(app: App, tmp_path: Path) -> None:
    adopt_small(app, tmp_path, monday_plan(8, 24))
    assert told(app, "tomorrow", 8) == ["2026-08-22T08:00:00+07:00"]
    assert told(app, "open", 8) == ["2026-08-03T08:00:00+07:00"]


def test_an_agency_without_an_address_is_shown_with_none(app: App, tmp_path: Path) -> None:
    adopt_small(app, tmp_path, monday_plan(8, 24))
    rows = simulate_messages(app, date(2026, 8, 1), date(2026, 9, 30), [])
    assert {(m.agency, m.address, m.channel) for m in rows} == {("so-b", None, None)}
    assert all(m.kind != "leader" for m in rows)


def test_supposing_changes_leaves_every_row_and_the_trail_as_they_were(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    run_tick(app, hanoi(2026, 10, 1, 8))
    days = tmp_path / "days.yaml"
    day = '{day: 2026-11-06, kind: "off", name: Nghỉ, document: 1/TB, known_since: 2026-10-15, confirmed: true}'
    days.write_text(f"days:\n  - {day}\n", encoding="utf-8")
    before = rows_of(app)
    changes = Changes(days, (small_plan(11, 9),), (MovedDue("mau", "viec", "2026", date(2026, 11, 10)),))
    assert simulate_changes(app, days_of(app, date(2026, 10, 15), date(2026, 10, 31)), changes).removed
    assert rows_of(app) == before


def rows_of(app: App) -> dict[str, list[str]]:
    """Every row of every table, the audit trail among them."""
    with app.read(hanoi(2026, 12, 1)) as ctx:
        return {
            table.name: sorted(repr(row) for row in ctx.session.execute(select(table)))
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_files_of_the_installation_keep_their_bytes(app: App, tmp_path: Path) -> None:
    adopt_small(app, tmp_path, monday_plan(8, 24))
    before = contents(tmp_path / "home")
    assert simulate_messages(app, date(2026, 8, 1), date(2026, 9, 30), [])
    due = Changes(dues=(MovedDue("mau", "viec", "2026", date(2026, 8, 20)),))
    assert simulate_changes(app, days_of(app, date(2026, 8, 1), date(2026, 9, 30)), due).moved
    assert contents(tmp_path / "home") == before


def contents(home: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in home.rglob("*") if p.is_file() and not p.name.endswith("-shm")}
