"""What a plan file makes happen in a year is written down for people, and a change of it is read before it is kept."""

from difflib import unified_diff
from pathlib import Path

import pytest

from plans.reading import read_plan
from tests.obligations.make_snapshots import FOLDER, make_pages, page_path, plan_files, years_of

ADVICE = "read the difference; if it is wanted: python -m tests.obligations.make_snapshots"


@pytest.mark.parametrize("path", plan_files(), ids=lambda path: path.stem)
def test_the_years_of_a_plan_are_as_they_were_reviewed(path: Path) -> None:
    for target, page in make_pages(path).items():
        kept = target.read_text(encoding="utf-8") if target.exists() else ""
        name = target.name
        lines = list(
            unified_diff(kept.splitlines(), page.splitlines(), f"{name} (reviewed)", f"{name} (now)", "", "", 1)
        )
        assert not lines, "\n".join([ADVICE, *lines[:80]])


def test_every_plan_of_the_library_has_its_pages_and_no_page_is_left_over() -> None:
    plans = [read_plan(path) for path in plan_files()]
    wanted = {page_path(plan, year).name for plan in plans for year in years_of(plan)}
    assert {f"197-kh-ubnd-{year}.md" for year in (2024, 2025, 2026, 2027)} <= wanted
    assert {path.name for path in FOLDER.iterdir()} == wanted
