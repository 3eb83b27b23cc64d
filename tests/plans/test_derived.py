"""Derived deadlines and structured bases in plan files: what is read, and what is refused with its place."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from calendars.working_days import load_calendar
from obligations.services.cascade_dates import dated
from obligations.services.planning.cascade_room import check_room
from plans.basis import basis_note
from plans.deadline import Deadline
from plans.errors import PlanFileError
from plans.occurrences import occurrences
from plans.reading import read_plan
from plans.schema import PlanFile
from tests.plans.builders import PLAN, plan_with, write, yearly

CALENDAR = load_calendar()
SECOND = """\
  - code: tong-hop
    title: Tổng hợp
    kind: periodic
    clauses: [V.b2]
    assigned_to: [tong-hop]
    consolidates: bao-cao
    deadline:
      freq: yearly
      op: by
      derive: {from: bao-cao, working_days: 10}
      before: {month: 11, day: 25, working_days: 2, basis: letter, basis_number: 9/UBND, basis_on: 2024-01-12}
      basis: internal
      set_by: Chuyên viên
      set_on: 2024-01-15
      why: văn bản không nêu
"""


def text(*changes: tuple[str, str]) -> str:
    found = PLAN.replace("outline:\n", SECOND + "outline:\n")
    for old, new in changes:
        assert old in found
        found = found.replace(old, new, 1)
    return found


def chain(tmp_path: Path, *changes: tuple[str, str]) -> PlanFile:
    return read_plan(write(tmp_path, text(*changes)))


def test_each_step_from_the_source_to_the_day_is_a_reason(tmp_path: Path) -> None:
    plan = chain(tmp_path)
    (found,) = dated(plan, plan.obligation("tong-hop"), date(2026, 1, 1), date(2026, 12, 31), CALENDAR)
    assert (found.label, found.due_on, found.opens_on) == ("2026", date(2026, 11, 13), date(2026, 11, 1))
    assert found.reasons == (
        "Ấn định nội bộ, không phải hạn trong văn bản: Chuyên viên ấn định ngày 15/01/2024. Lý do: văn bản không nêu",
        "“Báo cáo hằng năm”: ngày làm việc cuối trong hạn là 30/10/2026",
        "10 ngày làm việc sau ngày đó là 13/11/2026",
        "Hạn của nơi nhận báo cáo tổng hợp: 25/11/2026. Theo công văn hướng dẫn số 9/UBND ngày 12/01/2024",
        "02 ngày làm việc trước ngày đó là 23/11/2026",
        "Lấy ngày sớm hơn: 13/11/2026",
        "Hạn là hết ngày 13/11/2026",
    )
    assert (found.basis, found.basis_number, found.basis_on) == ("internal", None, None)


def test_the_readers_date_alone_is_enough(tmp_path: Path) -> None:
    plan = chain(tmp_path, ("      derive: {from: bao-cao, working_days: 10}\n", "      from_year: 2025\n"))
    found = dated(plan, plan.obligation("tong-hop"), date(2024, 1, 1), date(2026, 12, 31), CALENDAR)
    assert [(o.label, o.due_on) for o in found] == [("2025", date(2025, 11, 21)), ("2026", date(2026, 11, 23))]


def test_a_span_of_days_gives_what_the_whole_time_gives_within_it(tmp_path: Path) -> None:
    plan = chain(tmp_path)
    spec = plan.obligation("tong-hop")
    whole = dated(plan, spec, date(2024, 1, 1), date(2100, 12, 31), CALENDAR)
    assert [o.label for o in whole] == [str(year) for year in range(2024, 2101)]
    some = dated(plan, spec, date(2026, 11, 14), date(2028, 11, 13), CALENDAR)
    assert some == [o for o in whole if date(2026, 11, 14) <= o.due_on <= date(2028, 11, 13)]


def test_without_a_calendar_a_derived_deadline_has_no_date(tmp_path: Path) -> None:
    plan = chain(tmp_path)
    with pytest.raises(ValueError, match="no printed date"):
        occurrences(plan, plan.obligation("tong-hop"), date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("change", "key", "problem"),
    [
        (("{from: bao-cao,", "{from: bao-coa,"), ".derive.from", "unknown obligation 'bao-coa'"),
        (("{from: bao-cao,", "{from: tong-hop,"), ".derive.from", "derives from itself"),
        (("working_days: 10", "working_days: 0"), ".derive.working_days", "greater than or equal to 1"),
        (("working_days: 2", "working_days: 0"), ".before.working_days", "greater than or equal to 1"),
        (("month: 11, day: 25,", "month: 11, day: 31,"), ".before.day", "month 11 has no day 31"),
        (("month: 11, day: 25,", "on: 2026-11-25,"), "", "before takes on when freq is once"),
        (("      derive:", "      month: 11\n      derive:"), "", "when derive is given, month must be left out"),
        (("      op: by\n", "      op: before\n"), "", "set op: by"),
        ((", basis_on: 2024-01-12", ""), ".before", "basis_on must be given"),
        (("basis: letter,", "basis: internal,"), ".before", "set_by, set_on, why must be given"),
    ],
)
def test_a_wrong_chain_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], key: str, problem: str
) -> None:
    with pytest.raises(PlanFileError) as caught:
        chain(tmp_path, change)
    assert caught.value.key == f"obligations[tong-hop].deadline{key}"
    assert problem in caught.value.problem
    assert caught.value.line > text().splitlines().index("  - code: tong-hop")
    assert caught.value.advice


def test_a_circle_of_two_is_refused_at_both(tmp_path: Path) -> None:
    first = (
        "      month: 11\n      day: 1\n      from_year: 2024\n",
        "      derive: {from: tong-hop, working_days: 1}\n",
    )
    with pytest.raises(PlanFileError) as caught:
        chain(tmp_path, first, ("op: before", "op: by"))
    both = (caught.value, *caught.value.others)
    assert [e.problem for e in both] == ["the deadline derives from itself, directly or round a circle"] * 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ("month: 11, day: 25,", "month: 11, day: 3,"),
            "due 2024-10-31, not after the last day the agencies have (2024-10-31)",
        ),
        (("month: 11, day: 25,", "month: 10, day: 1,"), "due 2024-09-27, not after the last day"),
        (
            ("    consolidates: bao-cao\n", "    consolidates: bao-cao\n    opens: {month: 11, day: 20}\n"),
            "due 2024-11-14, before the period opens (2024-11-20)",
        ),
    ],
)
def test_no_room_is_refused_with_file_line_key_and_what_to_do(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    found = check_room(chain(tmp_path, change), CALENDAR)
    assert len(found) == 1
    assert found[0].key == "obligations[tong-hop].deadline.before"
    assert found[0].problem.startswith("no room in period 2024: ")
    assert problem in found[0].problem
    assert "working_days" in found[0].advice
    assert found[0].file.endswith("plan.yaml")
    assert text(change).splitlines()[found[0].line - 1].startswith("      before:")


def test_there_is_room_in_the_shipped_chain_until_2100(tmp_path: Path) -> None:
    assert check_room(chain(tmp_path), CALENDAR) == []


LETTER: dict[str, Any] = {"basis": "letter", "basis_number": "5/STC-DN", "basis_on": "2024-02-01"}


def test_a_letter_has_number_and_day_apart() -> None:
    plan = plan_with(deadline=yearly(11, 1, **LETTER))
    found = occurrences(plan, plan.obligations[0], date(2024, 1, 1), date(2024, 12, 31))[0]
    assert (found.basis_number, found.basis_on) == ("5/STC-DN", date(2024, 2, 1))
    assert found.basis_note == "Theo công văn hướng dẫn số 5/STC-DN ngày 01/02/2024"


def test_the_plan_itself_has_its_own_number_and_day() -> None:
    plan = plan_with(deadline=yearly(11, 1))
    found = occurrences(plan, plan.obligations[0], date(2024, 1, 1), date(2024, 12, 31))[0]
    assert (found.basis_number, found.basis_on) == ("1", date(2024, 1, 10))
    assert found.basis_note == "Theo văn bản giao: KH 1"


@pytest.mark.parametrize(
    ("basis", "problem"),
    [
        ({"basis": "letter"}, "basis_number, basis_on must be given"),
        ({"basis": "letter", "basis_number": "5"}, "basis_on must be given"),
        ({**LETTER, "basis_document": "Công văn số 5"}, "basis_number, basis_on must be left out"),
        ({**LETTER, "basis": "plan"}, "basis_number, basis_on must be left out"),
        ({**LETTER, "set_by": "x"}, "set_by must be left out"),
        ({"basis": "internal", "set_by": "x", "set_on": "2024-01-01"}, "why must be given"),
    ],
)
def test_a_basis_that_is_not_whole_is_refused(basis: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Deadline.model_validate(yearly(11, 1, **basis))


def test_a_letter_known_by_its_name_alone_still_reads() -> None:
    named = Deadline.model_validate(yearly(11, 1, basis="letter", basis_document="Công văn số 5/STC"))
    assert basis_note(named, "KH 1") == "Theo công văn hướng dẫn: Công văn số 5/STC"


def test_a_data_window_carries_its_basis() -> None:
    window = {"from": {"month": 1, "day": 1}, "to": {"month": 10, "day": 31}, "why": "chốt số liệu"}
    noted = {}
    for basis, more in {"internal": {}, "plan": {}, "letter": {"basis_number": "7", "basis_on": "2024-03-01"}}.items():
        plan = plan_with(deadline=yearly(11, 1), data_window={**window, "basis": basis, **more})
        found = occurrences(plan, plan.obligations[0], date(2025, 1, 1), date(2025, 12, 31))[0]
        noted[found.data_basis] = (found.data_basis_note, found.reasons[2])
    assert noted["internal"][0] == "Ấn định nội bộ: chốt số liệu"
    assert noted["letter"][0] == "Theo công văn hướng dẫn số 7 ngày 01/03/2024: chốt số liệu"
    assert noted["plan"][1] == "Kỳ số liệu từ 01/01/2025 đến 31/10/2025, theo văn bản giao: chốt số liệu"
