"""The file of plan 197 against the clauses of the document, and the dates it yields."""

from datetime import date

import pytest

from calendars.working_days import load_calendar
from obligations.services.cascade_dates import dated
from plans.checking import check_plan
from plans.deadline import Deadline
from plans.library import HUNG_YEN, PLAN_197
from plans.occurrences import occurrences
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile

OBLIGATIONS = {
    "bao-cao-hang-nam": ["V.b4(a)", "I.3(c)"],
    "hoi-nghi-quan-triet": ["V.b2", "III.1.b4"],
    "ke-hoach-doanh-nhan": ["V.b3", "III.3.b1(a)"],
    "tong-hop-bao-cao": ["V.b4(b)"],
    "ke-hoach-don-vi": ["V.b1(a)"],
    "chinh-sach-doanh-nhan-o-nuoc-ngoai": ["III.3.b3(b)"],
    "chuong-trinh-dao-tao-doanh-nhan": ["III.3.b4(a)"],
    "chuong-trinh-ho-tro-phap-ly": ["III.3.b4(b)"],
}
PRODUCTS = ["III.3.b3(b)", "III.3.b4(a)", "III.3.b4(b)"]
CLAUSES = [
    "I.3(a)",
    "I.3(b)",
    "I.3(c)",
    "III.1.b1",
    "III.1.b2",
    "III.1.b3",
    "III.1.b4",
    "III.2.b1",
    "III.2.b2",
    "III.2.b3",
    "III.2.b4",
    "III.3.b1(a)",
    "III.3.b1(b-e)",
    "III.3.b2",
    "III.3.b3(a)",
    "III.3.b3(b)",
    "III.3.b4(a)",
    "III.3.b4(b)",
    "III.4.b1",
    "III.4.b2",
    "III.5.b1",
    "III.5.b2",
    "III.5.b3",
    "III.5.b4",
    "III.5.b5",
    "III.5.b6",
    "III.6.b1",
    "III.6.b2",
    "III.7.b1",
    "III.7.b2",
    "V.b1(a)",
    "V.b1(b)",
    "V.b2",
    "V.b3",
    "V.b4(a)",
    "V.b4(b)",
    "V.final",
]


@pytest.fixture(scope="module")
def plan() -> PlanFile:
    return read_plan(PLAN_197)


def test_the_plan_and_its_registry_are_sound(plan: PlanFile) -> None:
    assert check_plan(plan, read_registry(HUNG_YEN)) == []


def test_every_clause_stands_in_the_file_and_no_other(plan: PlanFile) -> None:
    cited = [c for o in plan.obligations for c in o.clauses] + [c for o in plan.outline for c in o.clauses]
    assert sorted(cited) == sorted(CLAUSES + PRODUCTS)


def test_repeated_clauses_are_one_obligation(plan: PlanFile) -> None:
    assert {o.code: o.clauses for o in plan.obligations} == OBLIGATIONS


def test_the_yearly_report_has_every_standing_task_in_order(plan: PlanFile) -> None:
    assert plan.obligation("bao-cao-hang-nam").outline == [item.id for item in plan.outline]
    assert [item.clauses for item in plan.outline[:2]] == [["I.3(a)", "V.final"], ["I.3(b)", "V.b1(b)"]]


def test_only_the_plan_own_dates_are_its_own(plan: PlanFile) -> None:
    bases = {o.code: o.deadline.basis for o in plan.obligations if o.deadline}
    assert [code for code, basis in bases.items() if basis == "plan"] == [
        "bao-cao-hang-nam",
        "hoi-nghi-quan-triet",
        "ke-hoach-doanh-nhan",
    ]
    internal = [
        o.deadline for o in plan.obligations if isinstance(o.deadline, Deadline) and o.deadline.basis == "internal"
    ]
    assert {(d.set_by, d.set_on) for d in internal} == {("Chuyên viên theo dõi, tổng hợp", date(2024, 1, 15))}
    assert len(internal) == 5
    assert all(d.why for d in internal)


def test_a_clause_finds_its_obligation(plan: PlanFile) -> None:
    found = {
        label: plan.obligation(label).code for label in ("v.B4", "V.b4(b)", "III.1.b4", "i.3(C)", " BAO-CAO-HANG-NAM ")
    }
    assert found == {
        "v.B4": "bao-cao-hang-nam",
        "V.b4(b)": "tong-hop-bao-cao",
        "III.1.b4": "hoi-nghi-quan-triet",
        "i.3(C)": "bao-cao-hang-nam",
        " BAO-CAO-HANG-NAM ": "bao-cao-hang-nam",
    }
    with pytest.raises(KeyError):
        plan.obligation("II.1")


def test_no_actor_is_guessed_where_the_text_names_none(plan: PlanFile) -> None:
    assert [o.clauses[0] for o in plan.obligations if not o.assigned_to] == PRODUCTS


def test_the_oddities_are_kept_as_notes(plan: PlanFile) -> None:
    text = " ".join(f"{n.clause} {n.text}" for n in plan.notes)
    wanted = [
        "thiếu mục IV",
        "III.1.b4, V.b2",
        "III.3.b1(a), V.b3",
        "24 gạch đầu dòng",
        "ấn định nội bộ",
        "hai bước",
        "Câu dẫn",
        "ĐUTTTU",
        "Sở Tài chính",
        "cả hai mốc",
        "63/KH-UBND",
        "không có kỳ 2023",
        "104 xã, phường",
        "hằng năm",
    ]
    assert [w for w in wanted if w not in text] == []


SNAPSHOT = """
bao-cao-hang-nam 2024 opens 2024-10-01 due 2024-10-31 data 2023-12-28..2024-10-31 plan
bao-cao-hang-nam 2025 opens 2025-10-01 due 2025-10-31 data 2024-11-01..2025-10-31 plan
bao-cao-hang-nam 2026 opens 2026-10-01 due 2026-10-31 data 2025-11-01..2026-10-31 plan
bao-cao-hang-nam 2027 opens 2027-10-01 due 2027-10-31 data 2026-11-01..2027-10-31 plan
bao-cao-hang-nam 2028 opens 2028-10-01 due 2028-10-31 data 2027-11-01..2028-10-31 plan
hoi-nghi-quan-triet 2024 opens 2024-01-01 due 2024-03-31 data None..None plan
ke-hoach-doanh-nhan 2024 opens 2024-07-01 due 2024-09-14 data None..None plan
tong-hop-bao-cao 2024 opens 2024-11-01 due 2024-11-14 data None..None internal
tong-hop-bao-cao 2025 opens 2025-11-01 due 2025-11-14 data None..None internal
tong-hop-bao-cao 2026 opens 2026-11-01 due 2026-11-13 data None..None internal
tong-hop-bao-cao 2027 opens 2027-11-01 due 2027-11-12 data None..None internal
tong-hop-bao-cao 2028 opens 2028-11-01 due 2028-11-14 data None..None internal
ke-hoach-don-vi 2024 opens 2024-01-15 due 2024-03-31 data None..None internal
chinh-sach-doanh-nhan-o-nuoc-ngoai 2024 opens 2024-01-15 due 2024-12-31 data None..None internal
chuong-trinh-dao-tao-doanh-nhan 2024 opens 2024-01-15 due 2024-09-30 data None..None internal
chuong-trinh-ho-tro-phap-ly 2024 opens 2024-01-15 due 2024-12-31 data None..None internal
"""


def test_occurrences_from_2020_to_2028(plan: PlanFile) -> None:
    lines = [
        f"{spec.code} {o.label} opens {o.opens_on} due {o.due_on} data {o.data_from}..{o.data_to} {o.basis}"
        for spec in plan.obligations
        for o in dated(plan, spec, date(2020, 1, 1), date(2028, 12, 31), load_calendar())
    ]
    assert lines == SNAPSHOT.strip().splitlines()


def test_the_2026_period_says_why(plan: PlanFile) -> None:
    (period,) = occurrences(plan, plan.obligation("V.b4"), date(2026, 1, 1), date(2026, 12, 31))
    assert period.printed_on == date(2026, 11, 1)
    assert period.reasons[:2] == (
        "Văn bản ghi “trước ngày 01/11 hàng năm”",
        "“trước ngày 01/11” nghĩa là hết ngày 31/10",
    )
    assert period.reasons[2].startswith("Kỳ số liệu từ 01/11/2025 đến 31/10/2026, ấn định nội bộ: ")
    assert len(period.reasons) == 3


def test_the_quarter_and_the_internal_date_say_why(plan: PlanFile) -> None:
    span = (date(2024, 1, 1), date(2024, 12, 31))
    (conference,) = occurrences(plan, plan.obligation("V.b2"), *span)
    assert conference.reasons == (
        "Văn bản ghi “trong quý I năm 2024”",
        "“trong quý I năm 2024” nghĩa là hết ngày 31/03/2024",
    )
    (own_plan,) = occurrences(plan, plan.obligation("V.b1(a)"), *span)
    assert own_plan.basis_note.startswith(
        "Ấn định nội bộ, không phải hạn trong văn bản: Chuyên viên theo dõi, tổng hợp ấn định ngày 15/01/2024."
    )
    assert own_plan.reasons[1] == "Hạn nội bộ là hết ngày 31/03/2024"
