"""``dondoc plan`` over time: previews, refusals with the words that allow, rollback, history."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dondoc, refused
from tests.plan197 import FILES, PLAN, REPORT

Ask = Callable[..., Any]
TEXT = (FILES / "197-kh-ubnd.yaml").read_text(encoding="utf-8")
AS_OF = ("--as-of", "2026-11-19T10:00")
DOCUMENT = """
amendments:
  - document: Quyết định số 2345/QĐ-UBND
    issued_on: 2026-11-16
    kind: correct
    obligations: [bao-cao-hang-nam]
    note: thời hạn gửi báo cáo là trước ngày 01/12 hằng năm
    changes:
      deadline: {freq: yearly, op: before, month: 12, day: 1, from_year: 2024, phrase: trước ngày 01/12 hằng năm, basis: plan}
"""


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    path = tmp_path / "corrected.yaml"
    path.write_text(TEXT + DOCUMENT, encoding="utf-8")
    return path


def test_check_lists_the_documents(empty_home: Path, ask: Ask, corrected: Path) -> None:
    assert ask("plan", "check", corrected)["amendments"] == ["đính chính: Quyết định số 2345/QĐ-UBND ngày 16/11/2026"]


def test_deadlines_and_explain_name_the_document(empty_home: Path, dondoc: Dondoc, ask: Ask, corrected: Path) -> None:
    found = ask("deadlines", corrected, "--from", "2026-01-01", "--to", "2026-12-31")
    (row,) = [r for r in found if r["obligation"] == REPORT]
    assert (row["due_on"], row["practical_due_on"]) == ("2026-11-30", "2026-11-30")
    said = dondoc("explain", corrected, "V.b4", "2026").out
    assert "Đính chính theo Quyết định số 2345/QĐ-UBND ngày 16/11/2026, áp dụng như nội dung ban đầu" in said


def test_a_dry_run_shows_what_applying_then_does(home: Path, ask: Ask, corrected: Path) -> None:
    ask("period", "confirm", PLAN, "V.b4", "2026", "--as-of", "2026-11-19T09:30")
    ask("tick", "--as-of", "2026-11-20T08:00")
    later = ("--as-of", "2026-11-20T09:00")
    rows = ask("plan", "diff", corrected, *later)
    assert {"obligation": REPORT, "what": "period 2026: due_on", "before": "2026-10-31", "after": "2026-11-30"} in rows
    seen = ask("plan", "apply", corrected, "--dry-run", *later)
    told = len(seen["notices"])
    assert told > 100
    assert {n["kind"] for n in seen["notices"]} == {"correction"}
    assert "Thời hạn đã thông báo: hết thứ Bảy, 31/10/2026" in seen["notices"][0]["text"]
    assert (seen["refused"], seen["version"]) == ([], 2)
    assert [v["version"] for v in ask("plan", "history", PLAN)] == [1]
    applied = ask("plan", "apply", corrected, *later)
    assert (applied["version"], applied["corrected"]) == (2, told)
    assert applied["periods"] == seen["periods"]
    (status,) = [p for p in ask("status")["periods"] if p["obligation"] == REPORT]
    assert (status["due_on"], status["overdue"]) == ("2026-11-30", 0)
    assert ask("tick", *later)["delivered"]["recorded"] == told
    assert ask("plan", "apply", corrected, *later)["corrected"] == 0
    assert ask("tick", *later)["delivered"]["recorded"] == 0


def test_the_preview_for_people_names_periods_and_shows_one_notice(home: Path, dondoc: Dondoc, corrected: Path) -> None:
    out = dondoc("plan", "apply", corrected, "--dry-run", *AS_OF).out
    assert "period 2026: due_on" in out
    assert "2026-11-30" in out
    assert "period 2026: due_on" in dondoc("plan", "apply", corrected, *AS_OF).out


def test_rollback_and_history(home: Path, dondoc: Dondoc, ask: Ask, corrected: Path) -> None:
    refused(dondoc("plan", "rollback", PLAN, *AS_OF), "only one version")
    ask("plan", "apply", corrected, *AS_OF)
    assert ask("plan", "rollback", PLAN, "--dry-run", *AS_OF)["version"] == 3
    refused(dondoc("plan", "rollback", PLAN, "--to", "2", *AS_OF), "in force already")
    refused(dondoc("plan", "rollback", PLAN, "--to", "7", *AS_OF), "has no version 7")
    refused(dondoc("plan", "rollback", "khong-co", *AS_OF), "khong-co")
    assert ask("plan", "rollback", PLAN, *AS_OF)["version"] == 3
    assert [(v["version"], v["in_force"], v["repeats"]) for v in ask("plan", "history", PLAN)] == [
        (1, False, None),
        (2, False, None),
        (3, True, 1),
    ]
    assert ask("plan", "diff", FILES / "197-kh-ubnd.yaml", *AS_OF) == []


def test_losing_data_is_refused_with_the_words_that_allow_it(
    home: Path, dondoc: Dondoc, ask: Ask, tmp_path: Path
) -> None:
    without = tmp_path / "without.yaml"
    without.write_text(TEXT.replace("      - so-ban-nganh\n", "", 1), encoding="utf-8")
    ask("period", "confirm", PLAN, "V.b4", "2026", "--received", "so-y-te", "--as-of", "2026-11-19T09:30")
    answer = dondoc("plan", "apply", without, *AS_OF)
    refused(answer, "so-y-te has already sent its report", "--allow unassign:so-y-te")
    assert [v["version"] for v in ask("plan", "history", PLAN)] == [1]
    seen = ask("plan", "apply", without, "--dry-run", *AS_OF)
    assert [need["allow"] for need in seen["refused"]] == ["unassign:so-y-te"]
    refused(dondoc("plan", "apply", without, "--allow", "so-y-te", *AS_OF), "allows nothing")
    assert ask("plan", "apply", without, "--allow", "unassign:so-y-te", *AS_OF)["version"] == 2
