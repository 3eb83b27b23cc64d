"""What lists show when there is nothing, on a day, and as tables; a short simulation."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import PLAN

Ask = Callable[..., Any]
YEAR = ("--from", "2026-01-01", "--to", "2026-12-31")


def test_no_deadline_is_an_empty_list(home: Path, ask: Ask) -> None:
    assert ask("deadlines", PLAN, "--from", "2026-01-01", "--to", "2026-01-02") == []


def test_status_of_nothing_is_an_empty_list(bare_home: Path, ask: Ask) -> None:
    assert ask("status")["periods"] == []


def test_lists_are_tables_too(home: Path, dondoc: Dondoc) -> None:
    for command in (("status",), ("deadlines", PLAN, *YEAR), ("agencies", "list"), ("messages", "list")):
        answer = dondoc(*command)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.strip()


def test_agencies_on_a_day(home: Path, ask: Ask) -> None:
    everyone, then = ask("agencies", "list"), ask("agencies", "list", "--on", "2024-06-01")
    assert {row["code"] for row in then} < {row["code"] for row in everyone}
    assert all(date.fromisoformat(row["valid_from"]) <= date(2024, 6, 1) for row in then)


def test_a_short_simulation_has_the_published_shape(home: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    arrivals = tmp_path / "arrivals.csv"
    arrivals.write_text("agency,obligation,period,at\nkhong-co,bao-cao-hang-nam,2026,hôm qua\n", encoding="utf-8")
    window = ("--from", "2026-11-20", "--to", "2026-11-20", "--format", "json")
    assert json.loads(dondoc("simulate", *window).out) == []
    refused(dondoc("simulate", *window, "--arrivals", arrivals), "line 2")
    arrivals.write_text("agency,at\n", encoding="utf-8")
    refused(dondoc("simulate", *window, "--arrivals", arrivals), "obligation, period")


def test_simulating_without_a_plan_says_what_to_do(bare_home: Path, dondoc: Dondoc) -> None:
    refused(dondoc("simulate", *YEAR), "dondoc plan apply")
