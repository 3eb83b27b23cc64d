"""Agencies over time from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import FILES, PLAN

Ask = Callable[..., Any]
ON = ("--on", "2026-11-19", "--decision", "15/QĐ-UBND, 18/11/2026", "--as-of", "2026-11-19T10:00")
RULING = ("--decision", "20/QĐ-UBND, 19/11/2026", "--as-of", "2026-11-19T15:00")
DUTY = (PLAN, "V.b4", "2026")

pytestmark = pytest.mark.usefixtures("home")


def test_a_merger_is_previewed_done_once_and_explained(ask: Ask, dondoc: Dondoc) -> None:
    ask("period", "confirm", *DUTY, "--as-of", "2026-11-19T09:30")
    merge = ("agencies", "merge", "so-cong-thuong", "--into", "so-tai-chinh", *ON)
    shown = ask(*merge, "--dry-run")
    assert [(d["source"], d["target"], d["how"]) for d in shown["settled"]["duties"]] == [
        ("so-cong-thuong", "so-tai-chinh", "covered")
    ]
    assert [t["address"] for t in shown["settled"]["told"]] == ["vanthu.so-tai-chinh@hungyen.example"]
    assert ask("agencies", "show", "so-cong-thuong")["valid_to"] is None
    assert ask(*merge)["settled"]["duties"] == shown["settled"]["duties"]
    again = ask(*merge)
    assert (again["already"], again["settled"]["duties"]) == (True, [])
    card = ask("agencies", "show", "so-tai-chinh")
    assert [k["code"] for k in card["predecessors"]] == ["so-ke-hoach-dau-tu", "so-cong-thuong"]
    (why,) = ask("agencies", "why", "so-tai-chinh", *DUTY)
    assert "Sở Công Thương sáp nhập vào Sở Tài chính từ ngày 19/11/2026" in why["lines"][-1]
    assert "  - 19/11/2026: đầu việc của Sở Công Thương" in dondoc("agencies", "why", "so-tai-chinh", *DUTY).out
    assert ask("agencies", "import", FILES / "hung-yen.yaml")["changed"] == 0
    (period,) = [p for p in ask("status")["periods"] if p["obligation"] == "bao-cao-hang-nam"]
    assert (period["assigned"], period["moved"], period["awaiting_assignment"]) == (233, 1, 0)


def test_a_split_waits_first_in_the_list_until_it_is_decided(ask: Ask, dondoc: Dondoc) -> None:
    split = ("agencies", "split", "so-cong-thuong", "--into", "so-noi-vu,so-tu-phap", *ON)
    assert ask(*split)["settled"]["duties"][0]["target"] is None
    assert next(p["awaiting_assignment"] for p in ask("status")["periods"]) == 1
    (row,) = ask("agencies", "awaiting", "--as-of", "2026-11-19T11:00")
    assert (row["agency"], row["due_has_passed"]) == ("so-cong-thuong", True)
    decide = ("agencies", "decide", "so-cong-thuong", *DUTY, "--to", "so-noi-vu", *RULING)
    refused(dondoc(*decide), "31/10/2026", "thời hạn mới")
    assert ask(*decide, "--due", "2026-12-11", "--dry-run")["agencies"] == ["so-noi-vu"]
    done = ask(*decide, "--due", "2026-12-11")
    assert (done["due_on"], ask("agencies", "awaiting")) == ("2026-12-11", [])


def test_a_dispute_is_recorded_and_kept(ask: Ask) -> None:
    paper = ("--reason", "không thuộc chức năng", "--document", "CV 9/SCT ngày 18/11/2026")
    asked = ask("agencies", "dispute", "so-cong-thuong", *DUTY, *paper, "--proposes", "so-tu-phap", *RULING[2:])
    assert asked == {"agency": "so-cong-thuong", "state": "awaiting_assignment", "due_on": "2026-10-31"}
    assert {r["kind"] for r in ask("agencies", "awaiting")} == {"disputed", "paused"}
    done = ask("agencies", "decide", "so-cong-thuong", *DUTY, "--keep", "--due", "2026-12-11", *RULING)
    assert (done["outcome"], ask("agencies", "awaiting")) == ("keep", [])


def test_a_renaming_gets_a_code_from_its_name(ask: Ask) -> None:
    done = ask("agencies", "rename", "so-cong-thuong", "--to-name", "Sở Công nghiệp và Thương mại", *ON)
    assert done["targets"] == ["so-cong-nghiep-va-thuong-mai"]
    ended = ask("agencies", "end", "thanh-tra-tinh", *ON)
    assert [d["how"] for d in ended["settled"]["duties"]] == ["stopped"]


def test_rates_stand_side_by_side(ask: Ask, dondoc: Dondoc) -> None:
    shown = ask("period", "rates", PLAN, "V.b4")
    assert ([p["period"] for p in shown["periods"]], shown["scope"]) == (["2026"], None)
    refused(dondoc("period", "rates", PLAN, "V.b4", "1999"), "no period 1999")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("merge", "so-x", "--into", "so-tai-chinh"), "no agency has the code 'so-x'"),
        (("merge", "so-noi-vu", "--into", "so-noi-vu"), "into itself"),
        (("merge", "so-noi-vu", "--into", "ubnd-huyen-an-thi"), "ended on 2025-06-30"),
        (("end", "so-tai-chinh"), "--roles-to"),
        (("split", "so-noi-vu", "--into", "so-tu-phap"), "at least two"),
    ],
)
def test_what_cannot_be_is_refused(dondoc: Dondoc, arguments: tuple[str, ...], says: str) -> None:
    refused(dondoc("agencies", *arguments, *ON), says)


def test_a_duty_nobody_named_has_no_reason(dondoc: Dondoc, tmp_path: Path) -> None:
    refused(dondoc("agencies", "why", "ubnd-huyen-an-thi", *DUTY), "not on the list of the opening day")
    refused(dondoc("agencies", "show", tmp_path.name), "no agency has the code")
    assert dondoc("agencies", "why", "so-tai-chinh", PLAN).code == 2
