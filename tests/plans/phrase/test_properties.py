"""What holds for any text: a result, one reading for one meaning, dates only inside what was printed or asked."""

import json
import random
import re
import time
import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plans.phrase.judge import read_phrase
from plans.phrase.normalise import clean, fold
from tests.plans.phrase.samples import samples

SAMPLES = samples()
YEARS = st.integers(1900, 2100)
WORDS = sorted({word for s in SAMPLES for word in s.text.split()})
sentences = st.sampled_from([s.text for s in SAMPLES])
jumbles = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
dates = st.dates(date(1900, 1, 2), date(2100, 12, 30))


@given(text=st.one_of(st.text(max_size=300), jumbles), year=st.none() | YEARS, context=st.none() | dates)
def test_any_text_has_a_reading_that_prints(text: str, year: int | None, context: date | None) -> None:
    found = read_phrase(text, year=year, context_date=context)
    printed = json.loads(json.dumps(found.to_json(), ensure_ascii=False))
    assert list(printed)[:10] == ["kind", "freq", "op", "due", "time", "actors", "receiver", "rel", "why", "warnings"]
    assert list(found.due) == sorted(set(found.due))
    if found.kind in ("none", "standing"):
        assert (found.due, found.freq, found.op) == ((), None, None)


@given(text=st.one_of(sentences, jumbles, st.text(max_size=80)), year=YEARS)
def test_the_unicode_form_changes_nothing(text: str, year: int) -> None:
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    assert len({read_phrase(form, year=year) for form in forms}) == 1


@given(text=sentences, year=YEARS, gap=st.sampled_from(["  ", " \n", "\t ", "\u00a0"]))
def test_case_and_spacing_change_no_date(text: str, year: int, gap: str) -> None:
    plain = read_phrase(text, year=year)
    for other in (text.upper(), text.lower(), text.replace(" ", gap)):
        found = read_phrase(other, year=year)
        assert (found.kind, found.freq, found.op, found.due, found.time) == (
            plain.kind, plain.freq, plain.op, plain.due, plain.time,
        )  # fmt: skip


@given(text=st.one_of(sentences, jumbles), year=YEARS)
def test_the_policy_moves_only_before_and_by_one_day(text: str, year: int) -> None:
    strict, inclusive = read_phrase(text, year=year), read_phrase(text, year=year, strict=False)
    assert (strict.kind, strict.op) == (inclusive.kind, inclusive.op)
    if strict.op in ("by", "on", "within") and "trước" not in text.lower():
        assert strict.due == inclusive.due
    allowed = set(inclusive.due) | {day - timedelta(days=1) for day in inclusive.due}
    edge = {date(year, 12, 31), date(year, 1, 1)}  # a date that enters or leaves the year with the policy
    assert set(strict.due) - edge <= allowed


@given(text=st.one_of(sentences, jumbles), year=YEARS)
def test_due_lies_near_the_year_printed_or_asked_for(text: str, year: int) -> None:
    printed = {int(number) for number in re.findall(r"[0-9]{4}", clean(text))}
    for day in read_phrase(text, year=year).due:
        assert any(abs(day.year - near) <= 1 for near in printed | {year})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.text[:50])
def test_lost_diacritics_keep_the_dates_or_are_said(sample: object) -> None:
    text, year = sample.text, sample.year  # type: ignore[attr-defined]
    bare = " ".join(fold(word) if not word.isupper() else word for word in text.split())
    found = read_phrase(bare, year=year)
    assert found.due in ((), sample.due) or found.warnings  # type: ignore[attr-defined]


@given(text=sentences, seed=st.integers(0, 10**6), year=YEARS)
def test_noise_never_breaks_the_reader(text: str, seed: int, year: int) -> None:
    chance = random.Random(seed)
    letters = list(text)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(["", " ", "l", "O", "/", "(", "\n", "ạ", "9", "\u0301", letters[place] * 2])
    assert read_phrase("".join(letters), year=year).kind in ("one-off", "periodic", "standing", "relative", "none")


@given(day=dates)
def test_a_printed_day_is_that_day_in_every_dress(day: date) -> None:
    dresses = (
        f"chậm nhất ngày {day.day}/{day.month}/{day.year}", f"chậm nhất ngày {day:%d-%m-%Y}", f"chậm nhất {day:%d.%m.%Y}",
        f"chậm nhất ngày {day.day} tháng {day.month} năm {day.year}", f"CHẬM NHẤT NGÀY {day:%d/%m/%Y}",
    )  # fmt: skip
    assert {read_phrase(text).due for text in dresses} == {(day,)}
    assert read_phrase(f"trước ngày {day:%d/%m/%Y}").due == (day - timedelta(days=1),)


@settings(max_examples=30)
@given(year=YEARS, day=st.integers(1, 28))
def test_what_repeats_falls_inside_the_year(year: int, day: int) -> None:
    monthly = read_phrase(f"trước ngày {day:02d} hằng tháng", year=year).due
    weekly = read_phrase("thứ Sáu hằng tuần", year=year).due
    assert {d.year for d in (*monthly, *weekly)} == {year}
    assert len(monthly) == 12
    assert len(weekly) in (52, 53)


@pytest.mark.parametrize(
    "piece", ["trước ngày 15/9, ", "ngày 1, 2, 3, ", "các ", "(", "từ ngày 1/1 đến ", "thời hạn ", "năm ", "1/", "<a "]
)
def test_cost_grows_with_length(piece: str) -> None:
    """Four times the text takes about four times as long: far below the sixteen of a quadratic reader."""

    def cost(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        read_phrase(text, year=2026)
        return time.process_time() - start

    cost(2000)
    assert cost(16000) < 10 * max(cost(4000), 0.02)
