"""One pass over the tokens: deadlines, terms, frequencies, and the dates that are none of these."""

from collections.abc import Callable
from dataclasses import replace

from plans.phrase import context as said
from plans.phrase.days import days_at
from plans.phrase.events import event_at
from plans.phrase.found import Found
from plans.phrase.frequencies import frequency_at, times_a
from plans.phrase.governed import governed_at
from plans.phrase.loose import header_at, loose_at
from plans.phrase.numerals import number_at
from plans.phrase.ranges import range_at
from plans.phrase.refusals import in_force
from plans.phrase.sentence import Sentence
from plans.phrase.terms import term_at

_NAMED_SPANS = ("giai đoạn", "nhiệm kỳ", "năm học", "niên độ", "thời kỳ", "khóa", "nhiệm kì")
_DATA_REACH = 30


def collect(s: Sentence) -> Found:
    """Everything a sentence says about time; linear in its length."""
    found = Found(s)
    steps: tuple[Callable[[Found, int], int | None], ...] = (
        _citation, _named_span, _data, range_at, header_at, governed_at, _frequency, _term, event_at, _mark, loose_at,
    )  # fmt: skip
    i = 0
    while i < len(s):
        i = next((end for step in steps if (end := step(found, i)) is not None and end > i), i + 1)
    return found


def _citation(found: Found, i: int) -> int | None:
    """A document's number, and the day printed right behind it."""
    s = found.s
    if s.at(i).kind != "code":
        return None
    j = s.skip(i + 1, ",", "(")
    days = days_at(s, j)
    if not days:
        return i + 1
    return found.ignore(i, days[-1].end, "số và ngày của văn bản viện dẫn")


def _named_span(found: Found, i: int) -> int | None:
    """“giai đoạn 2021-2025”, “năm học 2024-2025”."""
    s = found.s
    for name in _NAMED_SPANS:
        end = s.after(i, name)
        if end is None:
            continue
        j = s.skip(end, "năm", "từ")
        while s.at(j).kind == "num" and len(s.at(j).text) == len("2024"):
            j = s.skip(j + 1, "-", "đến", "năm", "/", "tới")
        return found.ignore(i, s.skip_back(j), "giai đoạn, không phải thời hạn") if j > end else None
    return None


def _data(found: Found, i: int) -> int | None:
    """Where the text begins to speak of data: dates behind it, up to the clause's end, are a data window."""
    if said.DATA.at(found.s, i) is not None:
        found.data_until = max(found.data_until, i + _DATA_REACH)
    elif found.s.at(i).text in said.STOPS:
        found.data_until = -1
    return None


def _frequency(found: Found, i: int) -> int | None:
    last = found.frequencies[-1] if found.frequencies else None
    frequency = frequency_at(found.s, i, after=last)
    if frequency is None:
        return _times_of_last(found, i)
    found.frequencies.append(frequency)
    return frequency.end


def _times_of_last(found: Found, i: int) -> int | None:
    """“Hằng năm … báo cáo 02 lần”: the count belongs to the frequency before it."""
    s, last = found.s, found.frequencies[-1] if found.frequencies else None
    number = number_at(s, i)
    if (
        number is None
        or last is None
        or not s.is_word(number.end, "lần")
        or s.is_any(i - 1, "lần", "thứ", "gấp")
        or i - last.end > 25
    ):
        return None
    better = times_a(last.freq, number.value)
    if better is None:
        return None
    found.frequencies[-1] = replace(last, freq=better)
    return number.end + 1


def _term(found: Found, i: int) -> int | None:
    """A term without an operator: "07 ngày làm việc kể từ ngày nhận", "thời hạn giải quyết: 05 ngày làm việc"."""
    s = found.s
    term = term_at(s, i)
    if term is None:
        return None
    headed = term.unit == "working_day" and said.said_before(s, said.HEADER, i)
    if not term.event and not headed:
        return None
    if in_force(s, i) or said.said_before(s, said.VALID, i, 12):
        return found.ignore(i, term.end, "thời điểm văn bản có hiệu lực, không phải thời hạn")
    limited = s.is_one(i - 2, "ít", "tối") or s.is_one(i - 1, "thiểu", "đa")
    found.terms.append((term, "by" if limited else "within"))
    return term.end


def _mark(found: Found, i: int) -> int | None:
    s = found.s
    money = said.NOT_STANDING.at(s, i)
    if money is not None:
        return money[1]
    standing = said.STANDING.at(s, i)
    if standing is not None:
        found.standing = found.standing or s.part(i, standing[1])
        return standing[1]
    known = said.PERIODIC.at(s, i)
    if known is not None:
        found.periodic = found.periodic or s.part(i, known[1])
        return known[1]
    rule = said.BY_RULE.at(s, i)
    if rule is not None and said.said_before(s, said.REPORTING, i, 20):
        found.periodic = found.periodic or s.part(i, rule[1])
        return rule[1]
    return None
