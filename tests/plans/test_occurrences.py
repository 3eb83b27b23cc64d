from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.occurrences import occurrences
from tests.plans.builders import plan_with, yearly

SPAN = (date(2024, 1, 1), date(2028, 12, 31))


def dues(**obligation: object) -> list[date]:
    plan = plan_with(**obligation)  # type: ignore[arg-type]
    return [o.due_on for o in occurrences(plan, plan.obligations[0], *SPAN)]


@pytest.mark.parametrize(
    ("op", "policy", "day"),
    [
        ("before", "strict", 31),
        ("before", "inclusive", 1),
        ("by", "strict", 1),
        ("on", "strict", 1),
        ("within", "inclusive", 1),
    ],
)
def test_what_the_wording_means(op: str, policy: str, day: int) -> None:
    due = dues(policy={"before": policy}, deadline=yearly(11, 1, op))[0]
    assert due == date(2024, 10 if day == 31 else 11, day)


def test_before_an_hour_is_that_minute_of_the_day_itself() -> None:
    plan = plan_with(deadline=yearly(11, 1, time="17:00"))
    found = occurrences(plan, plan.obligations[0], *SPAN)[0]
    assert (found.due_on, found.time) == (date(2024, 11, 1), "17:00")
    assert found.reasons[1] == "“trước 17h00 ngày 01/11” nghĩa là đến 17h00 của chính ngày đó"


def test_before_the_first_of_march_ends_with_february() -> None:
    assert dues(deadline=yearly(3, 1)) == [date(y, 2, 29 if isleap(y) else 28) for y in range(2024, 2029)]


def test_the_29th_of_february_exists_every_year_as_its_last_day() -> None:
    assert dues(deadline=yearly(2, 29, "by")) == [date(y, 2, 29 if isleap(y) else 28) for y in range(2024, 2029)]


def test_a_day_of_the_next_year_belongs_to_the_period_before_it() -> None:
    plan = plan_with(deadline=yearly(1, 1, year_offset=1))
    first = occurrences(plan, plan.obligations[0], *SPAN)[0]
    assert (first.label, first.printed_on, first.due_on) == ("2024", date(2025, 1, 1), date(2024, 12, 31))
    assert first.reasons[1] == "“trước ngày 01/01” nghĩa là hết ngày 31/12/2024"


def test_nothing_is_due_before_the_plan_was_issued() -> None:
    assert dues(deadline=yearly(1, 9, "by"))[0] == date(2025, 1, 9)
    assert dues(deadline=yearly(1, 10, "by"))[0] == date(2024, 1, 10)


def test_a_period_without_an_opening_day_opens_thirty_days_before_but_never_before_the_plan() -> None:
    plan = plan_with(deadline=yearly(1, 20, "by"))
    assert [o.opens_on for o in occurrences(plan, plan.obligations[0], *SPAN)][:2] == [
        date(2024, 1, 10),
        date(2024, 12, 21),
    ]


def test_an_end_document_ends_it() -> None:
    ended = {"document": "KH 9", "on": "2026-10-30"}
    assert dues(deadline=yearly(11, 1), ended_by=ended) == [date(2024, 10, 31), date(2025, 10, 31)]


def test_the_last_year_and_the_first_period_bound_it() -> None:
    assert dues(deadline=yearly(11, 1, until_year=2026), first_period="2025") == [
        date(2025, 10, 31),
        date(2026, 10, 31),
    ]


def test_a_standing_task_has_no_occurrence() -> None:
    assert dues(kind="standing") == []


def test_a_letter_is_named_as_the_basis() -> None:
    letter = yearly(11, 1, basis="letter", basis_document="Công văn số 5/STC")
    plan = plan_with(deadline=letter)
    found = occurrences(plan, plan.obligations[0], *SPAN)[0]
    assert found.basis_note == "Theo công văn hướng dẫn: Công văn số 5/STC"
    assert found.reasons[0] == "Theo công văn hướng dẫn: Công văn số 5/STC, ghi “hằng năm”"


@given(
    month=st.integers(1, 12),
    day=st.integers(1, 28),
    op=st.sampled_from(["before", "by", "on", "within"]),
    strict=st.booleans(),
    offset=st.sampled_from([-1, 0, 1]),
    since=st.dates(date(2023, 1, 1), date(2050, 1, 1)),
    length=st.integers(0, 4000),
)
def test_any_rule_in_any_span(
    month: int, day: int, op: str, strict: bool, offset: int, since: date, length: int
) -> None:
    plan = plan_with(
        {"before": "strict" if strict else "inclusive"}, deadline=yearly(month, day, op, year_offset=offset)
    )
    until = since + timedelta(days=length)
    found = occurrences(plan, plan.obligations[0], since, until)
    assert [o.due_on for o in found] == sorted({o.due_on for o in found})
    assert len({o.label for o in found}) == len(found)
    for one in found:
        assert max(since, plan.issued_on) <= one.due_on <= until
        assert plan.issued_on <= one.opens_on <= one.due_on
        assert one.printed_on - one.due_on == timedelta(days=int(op == "before" and strict))
    whole = occurrences(plan, plan.obligations[0], date(2023, 1, 1), date(2070, 1, 1))
    assert found == [o for o in whole if since <= o.due_on <= until]
