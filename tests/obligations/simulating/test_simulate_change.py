"""What would go otherwise if days, a plan or a date came: by agency and step, on two copies, with nothing touched."""

from datetime import date
from pathlib import Path

import pytest

from models.enums import SubmissionForm
from obligations.errors import DondocError
from obligations.services.context import App
from obligations.services.running.tick import run_tick
from obligations.services.simulating.change import Changes, MovedDue
from obligations.services.simulating.diff import Difference, Differences, compare, grouped, simulate_changes
from obligations.services.simulating.simulate import Arrival, days_of, simulate
from tests.obligations.small_world import CODES, DUTY, PLAN, settle, small_plan
from tests.plan197 import hanoi

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The two copies lie in memory whatever the installation lies on; test_simulate_copy reads both kinds."""

AUTUMN = (date(2026, 10, 15), date(2026, 11, 30))
DAY = """\
  - day: {day}
    kind: "{kind}"
    name: Nghỉ bù
    document: 1/TB
    known_since: {known}
    confirmed: true
"""


def days_file(folder: Path, *days: tuple[str, str, str]) -> Path:
    path = folder / "days.yaml"
    path.write_text("days:\n" + "".join(DAY.format(day=d, kind=k, known=s) for d, k, s in days), encoding="utf-8")
    return path


@pytest.fixture
def opened(app: App, tmp_path: Path) -> App:
    """The period is open and everyone was told so on 01/10."""
    settle(app, tmp_path, small_plan())
    run_tick(app, hanoi(2026, 10, 1, 8))
    return app


def differ(app: App, changes: Changes, days: tuple[date, date] = AUTUMN, *arrivals: Arrival) -> Differences:
    return simulate_changes(app, days_of(app, *days), changes, arrivals)


def moves(rows: list[Difference]) -> dict[str, tuple[str, str]]:
    """Step to its day before and after; all agencies alike."""
    found: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        was, now = (f"{told.at:%d/%m}" if told else "" for told in (row.before, row.after))
        found.setdefault(row.step, set()).add((was, now))
    assert all(len(days) == 1 for days in found.values()), found
    return {step: next(iter(days)) for step, days in found.items()}


def due(day: date, label: str = "2026") -> Changes:
    return Changes(dues=(MovedDue(PLAN, DUTY, label, day),))


def test_nothing_that_comes_changes_nothing(opened: App, tmp_path: Path) -> None:
    same = Changes(days_file(tmp_path, ("2026-10-30", "worked", "2026-10-15")), (small_plan(),))
    found = differ(opened, same)
    assert (found.added, found.removed, found.moved, found.changed) == ([], [], [], [])


def test_a_day_off_moves_what_counts_from_the_last_working_day(opened: App, tmp_path: Path) -> None:
    found = differ(opened, Changes(days_file(tmp_path, ("2026-10-30", "off", "2026-10-15"))))
    assert moves(found.moved) == {"T-7": ("21/10", "20/10"), "T-1": ("29/10", "28/10"), "T0": ("30/10", "29/10")}
    assert {row.agency for row in found.moved} == set(CODES)
    assert (found.added, found.removed) == ([], [])
    assert found.changed == []


def test_days_count_from_the_day_they_are_known(opened: App, tmp_path: Path) -> None:
    """Announced on 22/10: the reminder of 21/10 has gone and is not repeated."""
    path = days_file(tmp_path, ("2026-10-30", "off", "2026-10-22"), ("2026-10-31", "worked", "2026-10-22"))
    found = differ(opened, Changes(path))
    assert "T-7" not in moves(found.moved)
    assert found.added == []
    later = days_file(tmp_path, ("2026-10-30", "off", "2026-12-01"))
    assert differ(opened, Changes(later)).moved == []


def test_a_changed_plan_moves_the_open_period_and_its_reminders(opened: App) -> None:
    found = differ(opened, Changes(plans=(small_plan(11, 10),)))
    assert moves(found.moved) == {
        "T-7": ("21/10", "30/10"), "T-1": ("29/10", "09/11"), "T0": ("30/10", "10/11"), "T+1": ("02/11", "11/11"),
    }  # fmt: skip
    assert all({"day", "text"} <= {*row.what} for row in found.moved)


def test_an_obligation_that_comes_adds_what_it_says(opened: App) -> None:
    plan = small_plan()
    second = plan.obligations[0].model_copy(update={"code": "viec-hai", "title": "Việc hai", "clauses": ["V.b2"]})
    both = plan.model_copy(update={"obligations": [plan.obligations[0], second]})
    found = differ(opened, Changes(plans=(both,)), (date(2027, 9, 1), date(2027, 12, 1)))
    assert {row.obligation for row in found.added} == {"viec-hai"}
    assert moves(found.added)["open"] == ("", "01/10")
    assert found.removed == []
    assert {(row.obligation, *row.what) for row in found.changed} == {(DUTY, "subject", "text")}


def test_a_moved_date_of_an_open_period_repeats_the_reminders_that_went(opened: App) -> None:
    for day in (21, 22):
        run_tick(opened, hanoi(2026, 10, day, 8))
    found = differ(opened, due(date(2026, 11, 10)), (date(2026, 10, 23), date(2026, 11, 30)))
    assert moves(found.added) == {"T-7": ("", "30/10")}
    assert moves(found.moved) == {"T-1": ("29/10", "09/11"), "T0": ("30/10", "10/11"), "T+1": ("02/11", "11/11")}


def test_the_date_of_a_period_to_come_moves_before_anyone_is_told_the_printed_one(opened: App) -> None:
    year = (date(2027, 9, 1), date(2027, 12, 1))
    found = differ(opened, due(date(2027, 11, 10), "2027"), year)
    assert moves(found.changed) == {"open": ("01/10", "01/10")}
    assert moves(found.moved)["T0"] == ("29/10", "10/11")
    assert (found.added, found.removed) == ([], [])


def test_several_changes_come_together(opened: App, tmp_path: Path) -> None:
    path = days_file(tmp_path, ("2026-11-10", "off", "2026-10-15"))
    found = differ(opened, Changes(path, (small_plan(11, 9),), (MovedDue(PLAN, DUTY, "2026", date(2026, 11, 10)),)))
    assert moves(found.moved)["T0"] == ("30/10", "09/11")


def test_a_report_arrives_in_both_worlds(opened: App) -> None:
    sent = Arrival(hanoi(2026, 11, 3, 9), CODES[0], None, DUTY, "2026", SubmissionForm.signed)
    found = differ(opened, due(date(2026, 11, 10)), AUTUMN, sent)
    mine = [row for row in (*found.removed, *found.moved) if row.agency == CODES[0]]
    assert moves(mine) == {
        "T-7": ("21/10", "30/10"), "T-1": ("29/10", ""), "T0": ("30/10", ""), "T+1": ("02/11", ""),
    }  # fmt: skip
    assert [row for row in found.added if row.agency == CODES[0]] == []


def test_for_people_agencies_with_the_same_difference_share_a_row(opened: App) -> None:
    rows = grouped(differ(opened, due(date(2026, 11, 10))))
    assert [(row.change, row.step, row.kinds, len(row.agencies)) for row in rows] == [
        ("moved", "T-7", "before", 3),
        ("moved", "T-1", "tomorrow", 3),
        ("moved", "T0", "today", 3),
        ("moved", "T+1", "overdue", 3),
    ]
    assert (rows[0].before, rows[0].after) == (date(2026, 10, 21), date(2026, 10, 30))


@pytest.mark.parametrize(
    ("plan", "duty", "label", "why"),
    [
        ("khac", DUTY, "2026", "khac"),
        (PLAN, "khac", "2026", "no obligation"),
        (PLAN, DUTY, "2019", "no such period"),
        (PLAN, DUTY, "2027", "after the days asked for"),
    ],
)
def test_a_date_that_cannot_move_is_refused_by_name(opened: App, plan: str, duty: str, label: str, why: str) -> None:
    with pytest.raises(DondocError, match=why):
        differ(opened, Changes(dues=(MovedDue(plan, duty, label, date(2027, 11, 10)),)))


def test_the_date_of_a_closed_period_is_refused(opened: App) -> None:
    run_tick(opened, hanoi(2027, 1, 5, 8))
    with pytest.raises(DondocError, match="closed"):
        differ(opened, due(date(2027, 1, 20)), (date(2027, 1, 6), date(2027, 2, 1)))


def test_the_same_course_compared_with_itself_differs_in_nothing(opened: App) -> None:
    course = simulate(opened, days_of(opened, *AUTUMN), texts=True)
    found = compare(course, course)
    assert [*found.added, *found.removed, *found.moved, *found.changed] == []
    assert course.messages
