"""``dondoc holidays``, and the deadlines that follow from it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import FILES, PLAN

Ask = Callable[..., Any]
HEAD = "day,kind,name,document,known_since,confirmed\n"
SWAP = "2027-10-29,off,Nghỉ hoán đổi,1/VPCP,2026-11-19,true\n2027-10-23,worked,Làm bù,1/VPCP,2026-11-19,false\n"
NOW = ("--as-of", "2026-11-20T09:00")
YEAR = ("--from", "2027-01-01", "--to", "2027-12-31")


@pytest.fixture
def swap(tmp_path: Path) -> Path:
    path = tmp_path / "swap.csv"
    path.write_text(HEAD + SWAP, encoding="utf-8")
    return path


def test_the_list_has_its_published_shape(bare_home: Path, ask: Ask) -> None:
    days = {row["day"]: row for row in ask("holidays", "list", "--year", "2026")}
    row = days["2026-01-02"]
    assert {k: row[k] for k in ("weekday", "kind", "source", "document", "known_since", "confirmed", "status")} == {
        "weekday": "thứ Sáu",
        "kind": "off",
        "source": "national",
        "document": "12729/VPCP-KGVX",
        "known_since": "2025-12-25",
        "confirmed": True,
        "status": "đã công bố",
    }
    assert days["2026-01-10"]["kind"] == "worked"
    assert "2026-11-24" not in days


def test_the_culture_day_appears_with_its_switch(bare_home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_CULTURE_DAY", "1")
    days = {row["day"]: row["status"] for row in ask("holidays", "list", "--year", "2026")}
    assert days["2026-11-24"] == "dự kiến"


def test_a_dry_run_then_the_import_say_the_same_and_only_the_second_lasts(
    home: Path, dondoc: Dondoc, ask: Ask, swap: Path
) -> None:
    shown = dondoc("holidays", "import", swap, "--dry-run", *NOW)
    assert (shown.code, shown.err) == (0, "")
    assert not [row for row in ask("holidays", "list", "--year", "2027") if row["source"] == "imported"]
    done = dondoc("holidays", "import", swap, *NOW)
    assert shown.out.splitlines()[1:] == done.out.splitlines()[1:]
    assert shown.out.startswith("dry run, nothing is changed: import 1")
    assert "2027-10-29 -> 2027-10-28" in done.out
    rows = {row["day"]: row for row in ask("holidays", "list", "--year", "2027")}
    assert (rows["2027-10-29"]["source"], rows["2027-10-29"]["number"]) == ("imported", 1)
    assert rows["2027-10-23"]["status"] == "dự kiến"


def test_deadlines_of_slug_and_file_follow_an_import(home: Path, dondoc: Dondoc, ask: Ask, swap: Path) -> None:
    assert dondoc("holidays", "import", swap, *NOW).code == 0
    applied = ask("deadlines", PLAN, *YEAR)
    assert applied == ask("deadlines", FILES / "197-kh-ubnd.yaml", *YEAR)
    report = next(row for row in applied if row["obligation"] == "bao-cao-hang-nam")
    assert report["practical_due_on"] == "2027-10-28"
    assert {"rule", "source", "text", "from", "to"} == report["steps"][0].keys()


def test_json_of_an_import_is_whole(home: Path, ask: Ask, swap: Path) -> None:
    result = ask("holidays", "import", swap, "--dry-run", *NOW)
    assert (result["dry_run"], result["number"], result["periods"], result["messages"]) == (True, 1, [], [])
    assert [d["day"] for d in result["days"]] == ["2027-10-23", "2027-10-29"]
    assert result["occurrences"][0]["practical_before"] == "2027-10-29"
    assert len(result["warnings"]) == 1


def test_a_wrong_file_is_one_line_that_names_the_place(home: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(HEAD + "2027-02-30,off,Nghỉ,1/X,2026-11-19,true\n", encoding="utf-8")
    refused(dondoc("holidays", "import", path, *NOW), "wrong.csv:2: day: '2027-02-30'", "Write a day that exists")
    refused(dondoc("holidays", "import", tmp_path / "none.yaml", *NOW), "cannot be read")
    refused(dondoc("holidays", "list", "--year", "2101"), "1900-2100")


def test_a_wrong_file_in_the_settings_is_a_wrong_setting(
    home: Path, dondoc: Dondoc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("days: 3\n", encoding="utf-8")
    monkeypatch.setenv("DONDOC_HOLIDAYS_FILE", str(path))
    answer = dondoc("holidays", "list")
    assert answer.code == 2
    assert "DONDOC_HOLIDAYS_FILE" in answer.err


def test_deadlines_of_a_file_make_no_database(empty_home: Path, dondoc: Dondoc) -> None:
    answer = dondoc("deadlines", FILES / "197-kh-ubnd.yaml", *YEAR, "--format", "json")
    assert len(json.loads(answer.out)) == 2
    assert not empty_home.exists()


def test_a_database_that_does_not_answer_is_said(
    empty_home: Path, dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    answer = dondoc("deadlines", FILES / "197-kh-ubnd.yaml", *YEAR, "--format", "json")
    assert len(json.loads(answer.out)) == 2
    assert "imported days off are not counted" in answer.err


def test_bad_spans_and_names_are_refused(home: Path, dondoc: Dondoc) -> None:
    refused(dondoc("deadlines", PLAN, "--from", "2027-02-01", "--to", "2027-01-01"), "lies before")
    refused(dondoc("deadlines", "khong-co", *YEAR), "applied: 197-kh-ubnd")
    refused(dondoc("explain", PLAN, "V.b9", "2027"), "bao-cao-hang-nam")
    refused(dondoc("explain", PLAN, "V.b4", "1999"), "2024, 2025")
    assert dondoc("deadlines", PLAN, "--from", "2027-02-30", "--to", "2027-12-31").code == 2


def test_explain_reads_as_a_note(home: Path, dondoc: Dondoc) -> None:
    out = dondoc("explain", PLAN, "V.b4", "2026").out
    parts = [out.index(title) for title in ("Căn cứ:", "Cách xác định:", "Thời hạn:", "Nhắc, đôn đốc:", "Lịch nghỉ:")]
    assert parts == sorted(parts)
    assert "“trước ngày 01/11” nghĩa là hết ngày 31/10" in out
    assert "31/10/2026 là thứ Bảy; ngày làm việc cuối trong hạn là 30/10/2026" in out
