"""Numbers: digits, words ("hai mươi lăm", "mười lăm"), Roman quarters, and both forms side by side ("07 (bảy)")."""

from dataclasses import dataclass

from plans.phrase.sentence import Sentence

_UNITS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
}
_LAST_UNITS = {**_UNITS, "mốt": 1, "nhăm": 5}
_ROMAN = {"i": 1, "l": 1, "ii": 2, "ll": 2, "il": 2, "iii": 3, "lll": 3, "iv": 4, "lv": 4, "v": 5, "vi": 6}
TEN = 10


@dataclass(frozen=True)
class Number:
    """A number, the position behind it, and whether its two printed forms contradict each other."""

    value: int
    end: int
    clash: bool = False


def number_at(s: Sentence, i: int) -> Number | None:
    """Digits or words, with the other form in brackets when it is printed."""
    first = _plain(s, i)
    if first is None or s.at(first.end).text != "(":
        return first
    second = _plain(s, first.end + 1)
    if second is None or s.at(second.end).text != ")":
        return first
    return Number(first.value, second.end + 1, clash=first.value != second.value)


def roman_at(s: Sentence, i: int) -> Number | None:
    """A quarter's number: I to IV, also as a scanner misreads them, or 1 to 4 ("01")."""
    value = s.number(i)
    if value is not None:
        return Number(value, i + 1)
    if s.number(i) is None and s.at(i).text == "1" and s.at(i + 1).text == "V":
        return Number(4, i + 2)
    found = _ROMAN.get(s.at(i).text.lower())
    return None if found is None else Number(found, i + 1)


def _plain(s: Sentence, i: int) -> Number | None:
    value = s.number(i)
    return Number(value, i + 1) if value is not None else words_at(s, i)


def words_at(s: Sentence, i: int) -> Number | None:
    """A number below 100 in words."""
    if s.is_word(i, "mười"):
        unit = _unit(s, i + 1, _LAST_UNITS)
        return Number(TEN + unit, i + 2) if unit else Number(TEN, i + 1)
    unit = _unit(s, i, _UNITS)
    if unit is None:
        return None
    if s.is_any(i + 1, "mươi", "mười") and unit > 1:
        last = _unit(s, i + 2, _LAST_UNITS)
        return Number(unit * TEN + last, i + 3) if last else Number(unit * TEN, i + 2)
    return Number(unit, i + 1)


def _unit(s: Sentence, i: int, names: dict[str, int]) -> int | None:
    token = s.at(i)
    if token.low in names:
        return names[token.low]
    if token.kind != "word" or token.low not in ("mot", "bon", "sau", "bay", "tam", "chin", "muoi", "lam", "nam", "tu"):
        return None
    return next((value for name, value in names.items() if s.is_word(i, name)), None)
