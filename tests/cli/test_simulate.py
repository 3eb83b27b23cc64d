"""The command that asks what goes, and what would go otherwise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from obligations.services.context import open_app
from obligations.settings import Settings
from tests.cli.conftest import KEY, Dondoc, refused
from tests.obligations.small_world import DUTY, PLAN, settle, small_plan
from tests.plans.builders import write

Ask = Callable[..., Any]
AUTUMN = ("--from", "2026-09-30", "--to", "2026-11-30")
CHANGED = """\
slug: mau
number: "1"
title: Mẫu
citation: KH 1
issued_on: 2024-01-10
issuer: UBND
obligations:
  - code: viec
    title: Việc
    kind: periodic
    clauses: [V.b1]
    assigned_to: [cac-so]
    receiver: so-a
    deadline: {freq: yearly, op: by, month: 11, day: 10, from_year: 2026, phrase: hằng năm, basis: plan}
    opens: {month: 10, day: 1}
"""


@pytest.fixture
def small_home(bare_home: Path, tmp_path: Path) -> Path:
    """Three departments and one report due 30/10/2026."""
    app = open_app(Settings(home=bare_home, secret_key=KEY))
    settle(app, tmp_path, small_plan())
    app.close()
    return bare_home


def test_days_and_kinds_are_counted_and_every_message_can_be_listed(small_home: Path, dondoc: Dondoc, ask: Ask) -> None:
    counted = dondoc("simulate", *AUTUMN)
    assert counted.code == 0
    rows = [line.split()[:5] for line in counted.out.splitlines() if line.startswith("2026-")]
    assert rows[0] == ["2026-10-01", "Thu", "open", "3", "3"]
    assert len(rows) == 5
    assert "pacing: 20 a minute" in counted.out
    full = dondoc("simulate", *AUTUMN, "--full").out.splitlines()
    listed = ask("simulate", *AUTUMN)
    assert len(full) == len(listed) + 1 == 16
    assert {"at", "agency", "address", "channel", "kind", "items", "subject"} <= listed[0].keys()
    assert listed[0]["items"] == [{"obligation": DUTY, "period": "2026", "plan": PLAN, "step": "open"}]


def test_without_days_it_is_the_next_thirty(small_home: Path, dondoc: Dondoc, ask: Ask) -> None:
    assert isinstance(ask("simulate"), list)
    assert dondoc("simulate").code == 0
    refused(dondoc("simulate", "--to", "2020-01-01"), "is over")


def test_what_would_change_is_grouped_for_people_and_whole_for_programs(
    small_home: Path, dondoc: Dondoc, ask: Ask, tmp_path: Path
) -> None:
    plan = write(tmp_path, CHANGED)
    days = tmp_path / "days.yaml"
    days.write_text(
        'days:\n  - {day: 2026-11-10, kind: "off", name: Nghỉ, document: 1/TB, known_since: 2026-09-01, confirmed: true}\n',
        encoding="utf-8",
    )
    suppose = (*AUTUMN, "--with-plan", plan, "--with-holidays", days, "--with-due", f"{PLAN}/V.b1/2026=2026-11-11")
    found = ask("simulate", *suppose)
    assert {"added", "removed", "moved", "changed"} <= found.keys()
    assert [row["after"]["at"][:10] for row in found["moved"] if row["step"] == "T0"] == ["2026-11-11"] * 3
    table = dondoc("simulate", *suppose).out.splitlines()
    counts = f"0 added, 0 removed, {len(found['moved'])} moved, {len(found['changed'])} changed"
    assert table[-2:] == [counts, "not in the list: 3 drafts until a person releases them"]
    assert {line.split()[0] for line in table[1:-2]} == {"changed", "moved"}
    assert len(table) < len(found["moved"]) + len(found["changed"]), "alike changes are one line"
    everyone = dondoc("simulate", *suppose, "--full").out.splitlines()
    assert len(everyone) == len(found["moved"]) + len(found["changed"]) + 3


def test_what_cannot_be_supposed_is_refused_in_one_line(small_home: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    for text in ("mau/viec=2026-11-11", "mau/viec/2026", "mau//2026=2026-11-11", "mau/viec/2026=morgen"):
        assert dondoc("simulate", *AUTUMN, "--with-due", text).code == 2
    refused(dondoc("simulate", *AUTUMN, "--with-due", "mau/viec/2028=2028-11-11"), "after the days asked for")
    refused(dondoc("simulate", *AUTUMN, "--with-holidays", tmp_path / "none.yaml"), "none.yaml")
    wrong = write(tmp_path, CHANGED.replace("op: by", "op: until"))
    refused(dondoc("simulate", *AUTUMN, "--with-plan", wrong), "plan.yaml:")
