"""Duties that come round within the year: labels, due days, data windows, phrases, and what a file may not say."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.rules.wording import period_name, period_text
from plans.checking import check_plan_alone
from plans.occurrences import Occurrence, occurrences
from plans.periods import decree_window, spans
from plans.phrase.judge import read_phrase
from tests.plans.builders import plan_with

DECREE = {"rule": "nd-09", "basis": "plan", "why": "Điều 12 Nghị định 09/2019/NĐ-CP"}


def repeating(freq: str, op: str, phrase: str, **more: Any) -> dict[str, Any]:
    return {"freq": freq, "op": op, "phrase": phrase, "from_year": 2026, "basis": "plan", **more}


MONTHLY = repeating("monthly", "before", "trước ngày 25 hằng tháng", day=25)
NEXT_MONTH = repeating("monthly", "by", "chậm nhất ngày 05 của tháng sau", day=5, month_offset=1)
QUARTERLY = repeating("quarterly", "before", "trước ngày 20 của tháng cuối quý", day=20)
NEXT_QUARTER = repeating("quarterly", "by", "chậm nhất ngày 10 tháng đầu quý sau", day=10, month_offset=1)
WEEKLY = repeating("weekly", "before", "trước 15 giờ thứ Sáu hằng tuần", weekday=5, time="15:00")
HALVES = repeating(
    "semiannual", "before", "báo cáo 6 tháng trước ngày 10/7 và trước ngày 10/01 năm sau", day=10, month_offset=1
)


def periods(
    deadline: dict[str, Any], since: date = date(2026, 1, 1), until: date = date(2026, 12, 31), **more: Any
) -> list[Occurrence]:
    plan = plan_with(deadline=deadline, **more)
    return occurrences(plan, plan.obligations[0], since, until)


@pytest.mark.parametrize(
    ("deadline", "first", "due", "count"),
    [
        (MONTHLY, "2026-01", "2026-01-24", 12),
        (NEXT_MONTH, "2026-01", "2026-02-05", 11),  # the report of December is due in 2027
        (QUARTERLY, "2026-Q1", "2026-03-19", 4),
        (NEXT_QUARTER, "2026-Q1", "2026-04-10", 3),
        (HALVES, "2026-H1", "2026-07-09", 1),
        (WEEKLY, "2026-W01", "2026-01-02", 52),
    ],
    ids=lambda v: v["phrase"] if isinstance(v, dict) else str(v),
)  # fmt: skip
def test_each_period_has_its_label_and_day(deadline: dict[str, Any], first: str, due: str, count: int) -> None:
    found = periods(deadline)
    assert (found[0].label, found[0].due_on.isoformat(), len(found)) == (first, due, count)
    assert len({o.label for o in found}) == len(found)
    assert [o.due_on for o in found] == sorted(o.due_on for o in found)
    assert all(o.opens_on <= o.due_on for o in found)


@pytest.mark.parametrize(
    "deadline", [MONTHLY, NEXT_MONTH, QUARTERLY, NEXT_QUARTER, HALVES, WEEKLY], ids=lambda d: d["phrase"]
)
def test_the_phrase_says_the_rule(deadline: dict[str, Any]) -> None:
    plan = plan_with(deadline=deadline)
    assert check_plan_alone(plan) == []
    own = {o.due_on for o in periods(deadline, date(2027, 1, 1), date(2027, 12, 31)) if o.due_on.year == 2027}
    assert own <= set(read_phrase(deadline["phrase"], year=2027).due) | set(
        read_phrase(deadline["phrase"], year=2026).due
    )


@pytest.mark.parametrize(
    ("deadline", "key"),
    [({**MONTHLY, "day": 24}, "day"), ({**QUARTERLY, "month_offset": 1}, "day"), ({**WEEKLY, "weekday": 4}, "weekday"),
     ({**QUARTERLY, "freq": "monthly"}, "freq"), ({**WEEKLY, "time": "16:00"}, "time")],
    ids=lambda v: str(v)[:30],
)  # fmt: skip
def test_a_phrase_of_another_rhythm_is_refused(deadline: dict[str, Any], key: str) -> None:
    (error,) = check_plan_alone(plan_with(deadline=deadline))
    assert error.key.endswith(f".deadline.{key}")


def test_a_month_without_that_day_ends_with_its_last() -> None:
    monthly = repeating("monthly", "by", "chậm nhất ngày 31 hằng tháng", day=31)
    assert [o.due_on.day for o in periods(monthly)][:4] == [31, 28, 31, 30]


@pytest.mark.parametrize(
    ("freq", "label", "start", "end"),
    [
        ("monthly", "2026-03", "2026-02-15", "2026-03-14"),
        ("monthly", "2026-01", "2025-12-15", "2026-01-14"),
        ("quarterly", "2026-Q1", "2025-12-15", "2026-03-14"),
        ("semiannual", "2026-H1", "2025-12-15", "2026-06-14"),
        ("semiannual", "2026-H2", "2026-06-15", "2026-12-14"),
        ("yearly", "2026", "2025-12-15", "2026-12-14"),
    ],
)
def test_the_decree_s_data_window(freq: str, label: str, start: str, end: str) -> None:
    span = next(s for s in spans(freq, 2026) if s.label == label)  # type: ignore[arg-type]
    assert tuple(day.isoformat() for day in decree_window(span)) == (start, end)


def test_a_data_window_comes_only_when_the_file_asks() -> None:
    assert periods(QUARTERLY)[1].data_from is None
    found = periods(QUARTERLY, data_window=DECREE)[1]
    assert (found.data_from, found.data_to) == (date(2026, 3, 15), date(2026, 6, 14))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"deadline": {**MONTHLY, "month": 3}}, "month must be left out"),
        ({"deadline": {**WEEKLY, "weekday": None}}, "weekday must be given"),
        ({"deadline": {**WEEKLY, "weekday": 8}}, "less than or equal to 7"),
        ({"deadline": {**WEEKLY, "month_offset": 1}}, "month_offset must be left out"),
        ({"deadline": {**QUARTERLY, "year_offset": 1}}, "year_offset must be left out"),
        ({"deadline": QUARTERLY, "opens": {"month": 1, "day": 1}}, "leave opens out"),
        ({"deadline": WEEKLY, "data_window": DECREE}, "use rule: nd-09, or leave it out"),
        ({"deadline": MONTHLY, "data_window": {"basis": "plan", "why": "x"}}, "give either from and to, or rule"),
        ({"deadline": QUARTERLY, "kind": "one_off"}, "cannot have a deadline of freq quarterly"),
    ],
)
def test_what_a_file_may_not_say(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        plan_with(**more)


@pytest.mark.parametrize(
    ("label", "text", "name"),
    [
        ("2026", "năm 2026", "2026"),
        ("2026-Q1", "quý I năm 2026", "quý I năm 2026"),
        ("2026-Q4", "quý IV năm 2026", "quý IV năm 2026"),
        ("2026-H1", "6 tháng đầu năm 2026", "6 tháng đầu năm 2026"),
        ("2026-H2", "6 tháng cuối năm 2026", "6 tháng cuối năm 2026"),
        ("2026-03", "tháng 3 năm 2026", "tháng 3 năm 2026"),
        ("2026-W05", "tuần 05 năm 2026", "tuần 05 năm 2026"),
        ("2026-Q7", "2026-Q7", "2026-Q7"),
        ("đợt 1", "đợt 1", "đợt 1"),
    ],
)
def test_a_label_as_readers_know_it(label: str, text: str, name: str) -> None:
    assert (period_text(label), period_name(label)) == (text, name)


@given(year=st.integers(1900, 2099), freq=st.sampled_from(["yearly", "semiannual", "quarterly", "monthly", "weekly"]))
def test_periods_fill_the_year_without_gap_or_overlap(year: int, freq: str) -> None:
    found = [*spans(freq, year), *spans(freq, year + 1)]  # type: ignore[arg-type]
    assert all((b.first - a.last).days == 1 for a, b in pairwise(found))
    assert all(period_text(span.label) != span.label for span in found)
