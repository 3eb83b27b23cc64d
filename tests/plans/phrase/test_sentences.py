"""What sentences say: the wording table of the domain and real variation, each written out with its reading."""

from dataclasses import replace
from datetime import date

import pytest

from plans.phrase.judge import read_phrase
from tests.plans.phrase.samples import Sample, parties, samples

SAMPLES = samples()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.text[:60])
def test_a_sentence_says(sample: Sample) -> None:
    found = read_phrase(sample.text, year=sample.year)
    assert replace(sample, kind=found.kind, freq=found.freq, op=found.op, due=found.due, time=found.time) == sample


@pytest.mark.parametrize(
    "sample", [s for s in SAMPLES if s.op and not s.due and s.kind == "one-off"], ids=lambda s: s.text[:60]
)
def test_a_date_that_is_missing_or_impossible_is_said(sample: Sample) -> None:
    assert read_phrase(sample.text, year=sample.year).warnings


@pytest.mark.parametrize(("text", "actors", "receiver", "via", "reader"), parties(), ids=lambda v: str(v)[:40])
def test_who_sends_what_to_whom(
    text: str, actors: tuple[str, ...], receiver: str | None, via: str | None, reader: str | None
) -> None:
    found = read_phrase(text, year=2026)
    assert (found.actors, found.receiver, found.via, found.reader) == (actors, receiver, via, reader)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "event", "direction"),
    [
        (
            "trong thời hạn 07 ngày làm việc kể từ ngày nhận được đề nghị",
            7,
            "working_day",
            "ngày nhận được đề nghị",
            "after",
        ),
        ("trong thời hạn 07 (bảy) ngày kể từ ngày ký", 7, "day", "ngày ký", "after"),
        ("trong vòng 24 giờ kể từ khi phát hiện", 24, "hour", "khi phát hiện", "after"),
        ("chậm nhất 05 ngày sau khi kết thúc hội nghị", 5, "day", "khi kết thúc hội nghị", "after"),
        ("trong thời hạn một tháng kể từ ngày phê duyệt", 1, "month", "ngày phê duyệt", "after"),
        ("trong 02 tuần kể từ ngày công bố", 2, "week", "ngày công bố", "after"),
        ("chậm nhất 10 ngày trước khi khai mạc kỳ họp", 10, "day", "khi khai mạc kỳ họp", "before"),
        ("trước khi tổ chức hội nghị ít nhất 05 ngày làm việc", 5, "working_day", "tổ chức hội nghị", "before"),
        ("ngay sau khi nhận được công văn", None, "day", "nhận được công văn", "after"),
        ("báo cáo khi có yêu cầu", None, "day", "có yêu cầu", "after"),
    ],
)
def test_a_term_counts_from_its_event(text: str, amount: int | None, unit: str, event: str, direction: str) -> None:
    found = read_phrase(text)
    assert found.kind == "relative"
    assert found.rel is not None
    assert (found.rel.amount, found.rel.unit, found.rel.event, found.rel.direction) == (amount, unit, event, direction)
    assert found.due == ()


def test_a_term_from_a_known_day_is_counted_without_that_day() -> None:
    own = read_phrase("trong thời hạn 10 ngày kể từ ngày ký", context_date=date(2026, 3, 5))
    assert own.due == (date(2026, 3, 15),)
    assert read_phrase("trong thời hạn 01 tháng kể từ ngày ban hành", context_date=date(2026, 1, 31)).due == (
        date(2026, 2, 28),
    )
    assert read_phrase("trong thời hạn 10 ngày làm việc kể từ ngày ký", context_date=date(2026, 3, 5)).due == ()
    assert read_phrase("trong thời hạn 10 ngày kể từ ngày nhận", context_date=date(2026, 3, 5)).due == ()


def test_before_a_day_is_read_by_the_policy_asked_for() -> None:
    text = "trước ngày 15/9/2026"
    assert read_phrase(text).due == (date(2026, 9, 14),)
    assert read_phrase(text, strict=False).due == (date(2026, 9, 15),)


def test_without_any_year_nothing_is_guessed() -> None:
    found = read_phrase("trước ngày 15/9")
    assert (found.due, found.year) == ((), None)
    assert "năm" in found.warnings[0]


def test_the_printed_year_wins() -> None:
    assert read_phrase("trước ngày 15/9/2024", year=2030).due == (date(2024, 9, 14),)
    found = read_phrase("Báo cáo kết quả năm 2025 trước ngày 15/12.", year=2030)
    assert (found.due, found.year, found.year_from) == ((date(2025, 12, 14),), 2025, "printed")


def test_a_plan_of_next_year_does_not_date_its_own_submission() -> None:
    assert read_phrase("Gửi dự toán năm 2027 trước ngày 20/7.", year=2026).due == (date(2026, 7, 19),)


def test_a_date_before_the_document_is_doubted() -> None:
    found = read_phrase("Gửi trước ngày 10/01.", context_date=date(2026, 12, 20))
    assert found.due == (date(2026, 1, 9),)
    assert any("20/12/2026" in warning for warning in found.warnings)


def test_days_counted_from_the_document() -> None:
    today = date(2026, 11, 20)  # a Friday
    assert read_phrase("trước 10h sáng mai", context_date=today).due == (date(2026, 11, 21),)
    assert read_phrase("trong tháng này", context_date=today).due == (date(2026, 11, 30),)
    assert read_phrase("chậm nhất thứ Ba tuần sau", context_date=today).due == (date(2026, 11, 24),)
    assert read_phrase("trước ngày 05 tháng sau", context_date=today).due == (date(2026, 12, 4),)
    assert read_phrase("trước 10h sáng mai").warnings


def test_two_hours_in_one_sentence_are_not_merged() -> None:
    found = read_phrase("Gửi trước 10h00 ngày 05/5/2026, trả lời trước 15h00 ngày 08/5/2026.")
    assert found.due == (date(2026, 5, 5), date(2026, 5, 8))
    assert found.time is None
    assert found.warnings


def test_the_first_weekday_of_each_month() -> None:
    due = read_phrase("Thứ Hai đầu tiên hằng tháng", year=2026).due
    assert [d.isoformat() for d in due[:3]] == ["2026-01-05", "2026-02-02", "2026-03-02"]
    assert {d.weekday() for d in due} == {0}
    assert len(due) == 12


def test_every_step_names_its_words_and_its_rule() -> None:
    why = read_phrase("Định kỳ trước ngày 01/11 hàng năm, gửi báo cáo", year=2026).why
    assert why[0] == "“trước ngày 01/11 hàng năm” là hết ngày 31/10/2026 (đọc chặt: trước ngày D là hết ngày D-1)."
    assert "năm được hỏi" in why[1]
