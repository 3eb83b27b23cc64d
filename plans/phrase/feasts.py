"""Lunar feasts and the years of the sixty: "Tết Nguyên đán Ất Tỵ", "Giỗ Tổ Hùng Vương", "30 Tết"."""

from dataclasses import replace

from plans.phrase.moment import Moment
from plans.phrase.numerals import number_at
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence
from plans.phrase.tails import year_after

_STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
_BRANCHES = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
_SPELLINGS = {"tí": "tý", "tị": "tỵ", "kỉ": "kỷ", "mẹo": "mão"}
_CYCLE = 60
_FEASTS: Phrases[tuple[int, int]] = Phrases(
    {
        "tết nguyên đán": (1, 1), "tết âm lịch": (1, 1), "tết cổ truyền": (1, 1), "nghỉ tết nguyên đán": (1, 1),
        "tết trung thu": (8, 15), "rằm trung thu": (8, 15), "tết đoan ngọ": (5, 5), "giỗ tổ hùng vương": (3, 10),
        "ngày giỗ tổ hùng vương": (3, 10), "giao thừa": (12, 30), "lễ vu lan": (7, 15), "tết": (1, 1),
        "dịp tết nguyên đán": (1, 1), "kỳ nghỉ tết nguyên đán": (1, 1), "kỳ nghỉ tết": (1, 1), "đợt nghỉ tết nguyên đán": (1, 1), "nghỉ tết": (1, 1),
    }
)  # fmt: skip
_LONG_FEAST = "kỳ nghỉ Tết gồm nhiều ngày; ở đây tính theo mùng 1 Tết, nên ấn định ngày dương lịch"


def feast_at(s: Sentence, i: int) -> list[Moment]:
    """A feast, or a day of Tết ("mùng 5 Tết", "29 Tết")."""
    i = s.skip(i, "ngày") if s.is_any(i + 1, "mùng") or s.is_word(i + 2, "tết") else i
    day = number_at(s, i + 1) if s.is_word(i, "mùng") else None
    late = s.number(i)
    if day is not None and s.is_word(day.end, "tết"):
        found = Moment(i, _behind(s, day.end), (1,), day.value, lunar=True)
    elif late in (29, 30) and s.is_word(i + 1, "tết"):
        found = Moment(i, _behind(s, i + 1), (12,), late, lunar=True)
    else:
        feast = _FEASTS.at(s, i)
        if feast is None or s.is_any(i - 1, "lễ", ","):
            return []
        (month, number), end = feast
        found = Moment(i, end, (month,), number, lunar=True, unsure=_LONG_FEAST if month == 1 else None)
    found = sixty_year(s, found)
    year = s.number(found.end)
    if year is not None and len(s.at(found.end).text) == len("2024"):
        return [replace(found, year=year, end=found.end + 1)]
    return [year_after(s, found)]


def _behind(s: Sentence, i: int) -> int:
    feast = _FEASTS.at(s, i)
    return feast[1] if feast else i + 1


def sixty_year(s: Sentence, moment: Moment) -> Moment:
    """The moment with "năm Giáp Thìn" read as its place in the sixty."""
    i = s.skip(moment.end, "năm", "của", "xuân", "-")
    stem, branch = _spelt(s, i), _spelt(s, i + 1)
    if stem not in _STEMS or branch not in _BRANCHES:
        return moment
    a, b = _STEMS.index(stem), _BRANCHES.index(branch)
    place = next((n for n in range(_CYCLE) if n % 10 == a and n % 12 == b), None)
    return moment if place is None else replace(moment, end=i + 2, cycle=place, lunar=True)


def _spelt(s: Sentence, i: int) -> str:
    low = s.at(i).low
    return _SPELLINGS.get(low, low)


def year_of_cycle(place: int, near: int) -> int:
    """The year of the sixty that lies nearest to another year."""
    year = near - (near - 4 - place) % _CYCLE
    return year if near - year <= _CYCLE // 2 else year + _CYCLE
