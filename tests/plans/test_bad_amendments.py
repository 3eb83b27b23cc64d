"""Amendments that cannot be: refused with file, line, key and what to do."""

from pathlib import Path

import pytest

from plans.checking import check_plan
from plans.errors import PlanFileError
from plans.reading import read_plan, read_registry
from tests.plans.builders import PLAN, REGISTRY, write
from tests.plans.test_bad_files import line_of, refused

SECOND = PLAN[PLAN.index("  - code") : PLAN.index("outline:")].replace("bao-cao", "thong-ke").replace("V.b1", "V.b2")
TWO = PLAN.replace("outline:", SECOND + "outline:")
ENDED = "    ended_by: {document: KH 63, on: 2026-05-01}\n"
DUE = "{freq: yearly, op: by, month: 12, day: 1, from_year: 2024, phrase: x, basis: plan}"
HEAD = "  - {document: QĐ 12, issued_on: 2026-09-20"
AMEND = f"{HEAD}, kind: amend, effective_on: 2026-10-01, obligations: [bao-cao], changes: {{deadline: {DUE}}}}}\n"
REPEAL = f"{HEAD}, kind: repeal, effective_on: 2026-10-01, obligations: [bao-cao]}}\n"


def replace(code: str, by: str, on: str = "2026-10-01") -> str:
    return f"{HEAD}, kind: replace, effective_on: {on}, obligations: [{code}], replaced_by: {by}}}\n"


def fault(folder: Path, *amendments: str, text: str = TWO) -> PlanFileError:
    error = refused(write(folder, text + "amendments:\n" + "".join(amendments)))
    assert error.advice
    return error


@pytest.mark.parametrize(
    ("amendment", "key", "problem"),
    [
        (AMEND.replace("[bao-cao]", "[bao-kao]"), "obligations[0]", "unknown obligation 'bao-kao'"),
        (AMEND.replace("[bao-cao]", "[]"), "obligations", "at least 1 item"),
        (AMEND.replace("[bao-cao]", "[bao-cao, bao-cao]"), "obligations[1]", "duplicate obligation"),
        (AMEND.replace("2026-10-01", "2023-10-01"), "effective_on", "before the plan was issued (2024-01-10)"),
        (AMEND.replace("2026-09-20", "2023-09-20"), "issued_on", "before the plan was (2024-01-10)"),
        (AMEND.replace("2026-09-20", "2026-09-31"), "issued_on", "valid date"),
        (AMEND.replace("kind: amend", "kind: update"), "kind", "'correct', 'amend', 'supplement'"),
        (AMEND.replace(", effective_on: 2026-10-01", ""), "", "effective_on must be given"),
        (AMEND.replace("kind: amend", "kind: correct"), "", "leave effective_on out"),
        (AMEND.replace("kind: amend", "kind: repeal"), "", "changes must be left out"),
        (REPEAL.replace("repeal", "amend"), "", "give changes"),
        (REPEAL.replace("}", ", open_periods: move}"), "", "open_periods is for"),
        (REPEAL.replace("}", ", replaced_by: thong-ke}"), "", "replaced_by is for kind replace"),
        (AMEND.replace("month: 12", "month: 13"), "changes.deadline.month", "less than or equal to 12"),
        (AMEND.replace("deadline:", "deadlin:"), "changes.deadlin", "unknown key"),
        (AMEND.replace(f"{{deadline: {DUE}}}", "{}"), "changes", "says nothing"),
        (AMEND.replace("freq: yearly", "freq: once"), "changes.deadline", "on must be given"),
        (
            AMEND.replace(DUE, "{freq: once, op: by, on: 2027-01-01, phrase: x, basis: plan}"),
            "changes",
            "cannot have a deadline of freq once",
        ),
        (AMEND.replace(f"deadline: {DUE}", "outline: [III.9]"), "changes.outline[0]", "no outline item"),
        (
            AMEND.replace(f"deadline: {DUE}", "opens: {month: 12, day: 1}"),
            "changes.opens",
            "opens after it is due (2024-11-01)",
        ),
        (replace("bao-cao", "bao-kao"), "replaced_by", "unknown obligation 'bao-kao'"),
        (replace("bao-cao", "bao-cao"), "replaced_by", "leads back"),
    ],
)
def test_one_amendment_that_cannot_be(tmp_path: Path, amendment: str, key: str, problem: str) -> None:
    error = fault(tmp_path, amendment)
    assert error.key == f"amendments[QĐ 12]{'.' if key else ''}{key}"
    assert error.line == line_of(TWO + "amendments:\n" + amendment, "QĐ 12")
    assert problem in error.problem


@pytest.mark.parametrize(
    ("amendments", "key", "problem"),
    [
        ([AMEND, AMEND.replace("QĐ 12", "QĐ 30")], "amendments[QĐ 30].changes.deadline", "QĐ 12 and QĐ 30 both change"),
        ([REPEAL, REPEAL.replace("QĐ 12", "QĐ 30")], "amendments[QĐ 30].obligations", "is ended twice"),
        ([REPEAL, AMEND.replace("QĐ 12", "QĐ 30")], "amendments[QĐ 30].effective_on", "has ended by then"),
        (
            [replace("bao-cao", "thong-ke"), replace("thong-ke", "bao-cao", "2027-01-01")],
            "amendments[QĐ 12].replaced_by",
            "leads back",
        ),
        (
            [REPEAL.replace("bao-cao", "thong-ke"), replace("bao-cao", "thong-ke").replace("QĐ 12", "QĐ 30")],
            "amendments[QĐ 30].replaced_by",
            "has itself ended by then",
        ),
    ],
)
def test_two_that_contradict_each_other(tmp_path: Path, amendments: list[str], key: str, problem: str) -> None:
    error = fault(tmp_path, *amendments)
    assert error.key == key
    assert problem in error.problem


def test_an_end_written_twice_is_refused(tmp_path: Path) -> None:
    text = TWO.replace("    deadline:\n", ENDED + "    deadline:\n", 1)
    assert "is ended twice, by KH 63 and by QĐ 12" in fault(tmp_path, REPEAL, text=text).problem


def test_an_unknown_agency_in_a_change_is_found_against_the_registry(tmp_path: Path) -> None:
    text = TWO + "amendments:\n" + AMEND.replace(f"deadline: {DUE}", "assigned_to: [cac-xo], receiver: cac-so")
    path = write(tmp_path, text)
    found = check_plan(read_plan(path), read_registry(write(tmp_path, REGISTRY, "registry.yaml")))
    assert [e.key for e in found] == [
        "amendments[QĐ 12].changes.assigned_to[0]",
        "amendments[QĐ 12].changes.receiver",
    ]
    assert {e.line for e in found} == {line_of(text, "QĐ 12")}


def test_two_documents_from_two_days_are_sound(tmp_path: Path) -> None:
    later = AMEND.replace("QĐ 12", "QĐ 30").replace("2026-10-01", "2027-01-01")
    assert len(read_plan(write(tmp_path, TWO + "amendments:\n" + later + AMEND)).amendments) == 2
