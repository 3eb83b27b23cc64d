"""Which rule each period goes by once documents have changed a plan."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.amending import end_of
from plans.checking import check_plan_alone
from plans.occurrences import Occurrence, occurrences
from plans.schema import PlanFile
from tests.plans.builders import yearly

SPAN = (date(2024, 1, 1), date(2028, 12, 31))
OPENS = {"month": 10, "day": 1}


def amendment(kind: str, effective_on: str | None = None, **more: Any) -> dict[str, Any]:
    base = {"document": "Quyết định số 12/QĐ-UBND", "issued_on": "2026-09-20", "kind": kind, "obligations": ["viec"]}
    return {**base, **({"effective_on": effective_on} if effective_on else {}), **more}


def plan(*amendments: dict[str, Any], **obligation: Any) -> PlanFile:
    spec = {"code": "viec", "title": "Việc", "kind": "periodic", "clauses": ["V.b1"], "assigned_to": []}
    spec |= {"deadline": yearly(11, 1), "opens": OPENS, **obligation}
    head = {"slug": "mau", "number": "1", "title": "Mẫu", "citation": "KH 1", "issued_on": "2024-01-10"}
    return PlanFile.model_validate({**head, "issuer": "UBND", "obligations": [spec], "amendments": list(amendments)})


def found(file: PlanFile) -> list[Occurrence]:
    return occurrences(file, file.obligations[0], *SPAN)


def dues(file: PlanFile) -> dict[str, str]:
    return {o.label: o.due_on.isoformat() for o in found(file)}


def test_a_correction_acts_as_if_the_plan_had_always_said_so() -> None:
    corrected = plan(amendment("correct", changes={"deadline": yearly(11, 15)}))
    assert dues(corrected)["2024"] == "2024-11-14"
    assert dues(corrected)["2026"] == "2026-11-14"
    assert "Đính chính theo Quyết định số 12/QĐ-UBND ngày 20/09/2026, áp dụng như nội dung ban đầu" in (
        found(corrected)[0].reasons
    )


def test_an_amendment_governs_periods_that_open_from_its_day() -> None:
    amended = plan(amendment("amend", "2026-10-01", changes={"deadline": yearly(11, 15)}))
    assert dues(amended) == {
        "2024": "2024-10-31",
        "2025": "2025-10-31",
        "2026": "2026-11-14",
        "2027": "2027-11-14",
        "2028": "2028-11-14",
    }
    by_label = {o.label: o for o in found(amended)}
    assert not any("12/QĐ-UBND" in reason for reason in by_label["2025"].reasons)
    assert by_label["2026"].reasons[-1] == (
        "Sửa đổi theo Quyết định số 12/QĐ-UBND ngày 20/09/2026, có hiệu lực từ ngày 01/10/2026"
    )
    assert by_label["2026"].basis_note.endswith("; sửa đổi theo Quyết định số 12/QĐ-UBND ngày 20/09/2026")


@pytest.mark.parametrize(
    ("open_periods", "due"), [(None, "2026-10-31"), ("keep", "2026-10-31"), ("move", "2026-11-14")]
)
def test_a_period_already_open_stays_unless_the_document_says_otherwise(open_periods: str | None, due: str) -> None:
    amended = plan(amendment("amend", "2026-10-02", changes={"deadline": yearly(11, 15)}, open_periods=open_periods))
    assert dues(amended)["2026"] == due
    assert dues(amended)["2025"] == "2025-10-31", "what was due before the document stays in any case"


def test_a_new_day_before_the_document_leaves_the_old_one_standing() -> None:
    amended = plan(
        amendment("amend", "2026-09-25", changes={"deadline": yearly(9, 1), "opens": {"month": 8, "day": 1}})
    )
    assert dues(amended)["2026"] == "2026-10-31"
    assert dues(amended)["2027"] == "2027-08-31"


def test_two_documents_act_in_the_order_of_their_days() -> None:
    later = amendment("amend", "2027-01-01", changes={"deadline": yearly(12, 1)}, document="Quyết định số 30/QĐ-UBND")
    first = amendment("amend", "2026-01-01", changes={"deadline": yearly(11, 15)})
    assert dues(plan(later, first)) == {
        "2024": "2024-10-31",
        "2025": "2025-10-31",
        "2026": "2026-11-14",
        "2027": "2027-11-30",
        "2028": "2028-11-30",
    }


def test_a_supplement_without_changes_adds_the_duty_from_its_day() -> None:
    assert list(dues(plan(amendment("supplement", "2026-10-10")))) == ["2026", "2027", "2028"]
    assert found(plan(amendment("supplement", "2026-10-10")))[0].opens_on == date(2026, 10, 10)


@pytest.mark.parametrize("kind", ["replace", "repeal"])
@pytest.mark.parametrize(
    ("effective_on", "last"), [("2026-10-31", "2025"), ("2026-11-01", "2026"), ("2026-10-30", "2025")]
)
def test_nothing_due_on_or_after_the_end_is_owed(kind: str, effective_on: str, last: str) -> None:
    ended = plan(amendment(kind, effective_on))
    assert list(dues(ended))[-1] == last
    by_document = plan(ended_by={"document": "KH 63", "on": effective_on})
    assert list(dues(by_document)) == list(dues(ended)), "one rule, whichever way the end is written"
    end = end_of(ended, ended.obligations[0])
    assert end is not None
    assert end.document == "Quyết định số 12/QĐ-UBND ngày 20/09/2026"


def test_the_spec_of_a_period_is_the_one_that_governs_it() -> None:
    amended = plan(amendment("amend", "2026-10-01", changes={"completes_on": "either", "assigned_to": ["so-a"]}))
    specs = {o.label: o.spec for o in found(amended)}
    assert (specs["2025"].completes_on, specs["2025"].assigned_to) == ("signed", [])
    assert (specs["2026"].completes_on, specs["2026"].assigned_to) == ("either", ["so-a"])


@given(
    days=st.lists(st.dates(date(2024, 2, 1), date(2028, 12, 31)), min_size=1, max_size=3, unique=True),
    months=st.lists(st.integers(1, 12), min_size=3, max_size=3),
    moves=st.lists(st.sampled_from(["keep", "move"]), min_size=3, max_size=3),
    since=st.dates(date(2023, 1, 1), date(2030, 1, 1)),
    length=st.integers(0, 2000),
)
def test_any_documents_leave_one_period_a_year_and_one_answer_for_any_span(
    days: list[date], months: list[int], moves: list[str], since: date, length: int
) -> None:
    documents = [
        amendment(
            "amend",
            day.isoformat(),
            changes={"deadline": yearly(month, 10, "by"), "opens": {"month": month, "day": 1}},
            open_periods=move,
        )
        for day, month, move in zip(days, months, moves, strict=False)
    ]
    file = plan(*documents)
    assert check_plan_alone(file) == []
    whole = occurrences(file, file.obligations[0], date(2023, 1, 1), date(2035, 12, 31))
    assert [o.label for o in whole] == sorted({o.label for o in whole})
    until = since + timedelta(days=length)
    part = occurrences(file, file.obligations[0], since, until)
    assert part == [o for o in whole if since <= o.due_on <= until]
    unamended = {o.label: o for o in found(plan())}
    for one in whole:
        if one.due_on < min(days):
            assert one.due_on == unamended[one.label].due_on
        assert all(a.effective_on is not None and a.effective_on <= one.due_on for a in one.amendments)
