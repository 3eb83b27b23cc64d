"""Texts word by word and figures against the year before."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obligations.rules.compare import MOST_WORDS, Piece, compared, figure_of, jump

WORDS = st.lists(st.sampled_from(["hội", "nghị", "đã", "tổ chức", "02", "\n", ",", "xã", ""]), max_size=30).map(
    " ".join
)


@given(before=WORDS | st.text(max_size=60), now=WORDS | st.text(max_size=60))
def test_both_texts_can_be_read_off(before: str, now: str) -> None:
    pieces = compared(before, now)
    assert "".join(p.text for p in pieces if p.kind != "added") == before
    assert "".join(p.text for p in pieces if p.kind != "removed") == now
    assert all(p.text for p in pieces)


def test_only_the_changed_words_are_marked() -> None:
    assert compared("Đã tổ chức 02 hội nghị.", "Đã tổ chức 03 hội nghị.") == [
        Piece("same", "Đã tổ chức "),
        Piece("removed", "02 "),
        Piece("added", "03 "),
        Piece("same", "hội nghị."),
    ]
    assert compared("", "") == []
    assert compared("a", "") == [Piece("removed", "a")]


def test_a_long_text_is_compared_by_lines() -> None:
    lines = [f"dòng {n}\n" for n in range(MOST_WORDS)]
    assert [p.text for p in compared("".join(lines), "".join([*lines, "x\n"]))] == [
        "".join(lines),
        "".join([*lines, "x\n"]),
    ]
    changed = [*lines[:5], "dòng khác\n", *lines[6:]]
    assert [p.text for p in compared("".join(lines), "".join(changed)) if p.kind != "same"] == [
        "dòng 5\n",
        "dòng khác\n",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234.567,5", "1234567.5"),
        ("1.234", "1234"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1 234", "1234"),
        ("1\u00a0234,0", "1234.0"),
        ("-3", "-3"),
        ("0", "0"),
        ("", None),
        ("hai", None),
        ("12 hội nghị", None),
        ("1,2,3", None),
        ("1.2.3", None),
        ("1e5", None),
        ("٣", "3"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str | None) -> None:
    assert figure_of(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("12", "12000", "×1.000"),
        ("12", "13.500", "×1.000"),
        ("12.000", "11", "÷1.000"),
        ("1,5", "1.600.000", "×1.000.000"),
        ("1", "90.000", "×90.000"),
        ("12", "120", None),
        ("12", "0", None),
        ("", "12000", None),
        ("nhiều", "12000", None),
        ("-2", "2.000", "×1.000"),
    ],
)
def test_a_leap_of_a_thousand_asks_for_the_unit(before: str, now: str, said: str | None) -> None:
    assert jump(before, now) == said


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_may_stand_where_a_number_should(before: str, now: str) -> None:
    assert jump(before, now) is None or figure_of(before)
