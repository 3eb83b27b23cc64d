"""A plan whose phrase contradicts its own rule is refused, by place and with both readings."""

from pathlib import Path
from typing import Any

import pytest

from plans.checking import check_plan_alone
from plans.checking_phrases import phrase_warnings
from plans.errors import PlanFileError
from plans.library import PLAN_197
from plans.reading import read_plan
from tests.plans.builders import PLAN, plan_with, write, yearly


def once(on: str, phrase: str, op: str, **more: Any) -> dict[str, Any]:
    return {"freq": "once", "op": op, "on": on, "phrase": phrase, "basis": "plan", **more}


def test_plan_197_says_what_it_rules() -> None:
    plan = read_plan(PLAN_197)
    assert check_plan_alone(plan) == []
    assert phrase_warnings(plan) == []


@pytest.mark.parametrize(
    ("deadline", "kind"),
    [
        (yearly(11, 1, phrase="trước ngày 01/11 hàng năm"), "periodic"),
        (yearly(1, 1, phrase="trước ngày 01/01 hằng năm"), "periodic"),
        (yearly(1, 10, phrase="báo cáo hằng năm trước ngày 10/01 năm sau", year_offset=1), "periodic"),
        (yearly(6, 15, "by", phrase="chậm nhất ngày 15 tháng 6 hằng năm"), "periodic"),
        (yearly(10, 20, phrase="trước 17h00 ngày 20/10 hằng năm", time="17:00"), "periodic"),
        (once("2024-09-15", "hoàn thành trước ngày 15/9/2024", "before"), "one_off"),
        (once("2024-03-31", "trong quý I năm 2024", "within"), "one_off"),
        (once("2024-06-30", "chậm nhất 30/6", "by"), "one_off"),
    ],
)
def test_agreement_is_accepted(deadline: dict[str, Any], kind: str) -> None:
    assert check_plan_alone(plan_with(kind=kind, deadline=deadline)) == []


@pytest.mark.parametrize(
    ("deadline", "kind", "key"),
    [
        (yearly(11, 2, phrase="trước ngày 01/11 hàng năm"), "periodic", "day"),
        (yearly(11, 1, "by", phrase="trước ngày 01/11 hàng năm"), "periodic", "op"),
        (yearly(11, 1, phrase="trước 17h00 ngày 01/11 hàng năm"), "periodic", "time"),
        (yearly(11, 25, phrase="trước ngày 25 hằng tháng"), "periodic", "freq"),
        (yearly(9, 15, phrase="trước ngày 15/9/2024"), "periodic", "freq"),
        (yearly(9, 15, phrase="thường xuyên kiểm tra"), "periodic", "freq"),
        (once("2024-09-16", "trước ngày 15/9/2024", "before"), "one_off", "on"),
        (once("2025-09-15", "trước ngày 15/9/2024", "before"), "one_off", "on"),
        (once("2024-11-01", "trước ngày 01/11 hằng năm", "before"), "one_off", "freq"),
    ],
)
def test_contradiction_is_refused(deadline: dict[str, Any], kind: str, key: str) -> None:
    (error,) = check_plan_alone(plan_with(kind=kind, deadline=deadline))
    assert error.key == f"obligations[0].deadline.{key}"
    assert deadline["phrase"] in error.problem
    assert "the rule says" in error.problem


def test_the_policy_of_the_plan_reads_both() -> None:
    deadline = once("2024-09-15", "trước ngày 15/9/2024", "before")
    assert check_plan_alone(plan_with({"before": "inclusive"}, kind="one_off", deadline=deadline)) == []


def test_a_phrase_that_cannot_be_read_is_a_warning_only() -> None:
    plan = plan_with(deadline=yearly(12, 15, phrase="định kỳ hằng năm theo quy định"))
    assert check_plan_alone(plan) == []
    (warning,) = phrase_warnings(plan)
    assert warning.startswith("viec: “định kỳ hằng năm theo quy định”")


def test_a_letter_is_checked_and_an_internal_date_is_not() -> None:
    letter = yearly(11, 2, phrase="trước ngày 01/11 hằng năm", basis="letter", basis_document="CV 1")
    assert len(check_plan_alone(plan_with(deadline=letter))) == 1
    internal = yearly(
        11, 2, phrase="trước ngày 01/11 hằng năm", basis="internal", set_by="A", set_on="2024-02-01", why="x"
    )
    assert check_plan_alone(plan_with(deadline=internal)) == []


def test_a_file_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, PLAN.replace("day: 1\n", "day: 2\n"))
    with pytest.raises(PlanFileError) as caught:
        read_plan(path)
    assert caught.value.line == PLAN[: PLAN.index("day: 1")].count("\n") + 1
    assert "before 2024-10-31" in caught.value.problem
    assert "before 2024-11-01" in caught.value.problem
    assert "Correct the phrase or the rule" in caught.value.advice
