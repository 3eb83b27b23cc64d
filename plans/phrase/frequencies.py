"""How often a duty repeats: "hằng quý", "6 tháng một lần", "báo cáo tháng, quý, 6 tháng, năm", "2 năm một lần"."""

from dataclasses import dataclass

from plans.phrase.moment import Freq
from plans.phrase.numerals import number_at, roman_at
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence
from plans.phrase.tails import FIRST_YEAR, next_at

ORDER: tuple[Freq, ...] = (
    "daily", "weekly", "monthly", "quarterly", "semiannual", "nine-month", "annual", "biennial", "quinquennial",
)  # fmt: skip
_UNITS: dict[str, Freq] = {"ngày": "daily", "tuần": "weekly", "tháng": "monthly", "quý": "quarterly", "năm": "annual"}
_MANY: dict[tuple[int, str], Freq] = {
    (1, "ngày"): "daily", (1, "tuần"): "weekly", (7, "ngày"): "weekly", (1, "tháng"): "monthly", (1, "quý"): "quarterly",
    (3, "tháng"): "quarterly", (6, "tháng"): "semiannual", (9, "tháng"): "nine-month", (12, "tháng"): "annual",
    (1, "năm"): "annual", (2, "năm"): "biennial", (5, "năm"): "quinquennial", (2, "quý"): "semiannual",
}  # fmt: skip
_TIMES: dict[tuple[int, str], Freq] = {
    (1, "ngày"): "daily", (1, "tuần"): "weekly", (1, "tháng"): "monthly", (1, "quý"): "quarterly", (1, "năm"): "annual",
    (2, "năm"): "semiannual", (4, "năm"): "quarterly", (12, "năm"): "monthly", (4, "tháng"): "weekly",
}  # fmt: skip
_EACH = ("hằng", "hàng", "mỗi", "từng")
_REPORTS: Phrases[bool] = Phrases.of(
    ("báo cáo", "sơ kết", "tổng kết", "định kỳ", "kỳ", "giao ban", "tổng hợp", "kết quả", "công tác", "họp", "kế hoạch",
     "đánh giá", "kiểm điểm", "đối với", "số liệu", "tình hình")
)  # fmt: skip
_WEAK_BEFORE: Phrases[bool] = Phrases.of(
    ("bình quân", "trung bình", "dự toán", "dự toán ngân sách", "dự toán chi", "ngân sách", "kinh phí", "tăng", "giảm", "%",
     "kế hoạch", "chương trình", "chỉ tiêu", "nhiệm vụ", "tăng trưởng", "ngân sách nhà nước")
)  # fmt: skip


@dataclass(frozen=True)
class Frequency:
    """A frequency and its words. ``strong``: said as such, not only by the name of a report. ``freq`` None: another rhythm."""

    start: int
    end: int
    freq: Freq | None
    strong: bool
    weak: bool = False


def frequency_at(s: Sentence, i: int, *, after: Frequency | None) -> Frequency | None:
    """The frequency that starts here; ``after`` is the one just before, whose list it may continue."""
    return _said(s, i) or _times(s, i) or _noun(s, i, after)


def _said(s: Sentence, i: int) -> Frequency | None:
    """“hằng tháng”, “thường niên”, “mỗi tháng”, “hằng tháng, quý, năm” one by one."""
    if s.after(i, "thường niên"):
        return Frequency(i, i + 2, "annual", strong=s.after(i - 2, "báo cáo", plain=True) != i)
    years = s.after(i, "các năm") or s.after(i, "những năm")
    later = next_at(s, years) if years is not None else None
    if later is not None:
        return Frequency(i, later, "annual", strong=False, weak=True)
    if not s.is_any(i, *_EACH):
        return None
    if s.after(i + 1, "học kỳ"):
        return Frequency(i, i + 3, None, strong=True)
    number = number_at(s, i + 1)
    many = _unit(s, number.end) if number is not None and number.value > 1 else None
    if number is not None and many is not None:
        return Frequency(i, number.end + 1, _MANY.get((number.value, many)), strong=True)
    unit = _unit(s, i + 1)
    if unit is None:
        return None
    again = _count_after(s, i + 2, unit)
    if again is not None:
        return Frequency(i, again[1], again[0], strong=True)
    weak = _described(s, i) or s.is_plain(i, "từng")
    return Frequency(i, i + 2, _UNITS[unit], strong=not weak, weak=weak)


def _described(s: Sentence, i: int) -> bool:
    """“dự toán hằng năm”, “bình quân hằng năm”: a word for a thing, not how often something is done."""
    known = (_WEAK_BEFORE.at(s, i - length) for length in (1, 2, 3, 4) if i >= length)
    return any(found is not None and found[1] == i for found in known)


def _unit(s: Sentence, i: int) -> str | None:
    return next((unit for unit in _UNITS if s.is_word(i, unit)), None)


def _count_after(s: Sentence, i: int, unit: str) -> tuple[Freq | None, int] | None:
    """“mỗi năm 02 lần”, “mỗi tháng một lần”."""
    number = number_at(s, i)
    if number is None or not s.is_any(number.end, "lần", "kỳ"):
        return None
    return _TIMES.get((number.value, unit)), number.end + 1


def _times(s: Sentence, i: int) -> Frequency | None:
    """“6 tháng một lần”, “02 năm/lần”, “2 lần/năm”, “một năm hai lần”, “năm một lần”."""
    number = number_at(s, i)
    if number is None or (s.is_word(i, "năm") and s.is_any(i + 1, "một", "1", "01")):
        return _bare_times(s, i)
    if s.is_any(number.end, "lần", "kỳ"):
        j = s.skip(number.end + 1, "/", "trong", "một", "mỗi", "1", "01", "hằng", "hàng")
        unit = _unit(s, j) if j > number.end + 1 else None
        return Frequency(i, j + 1, _TIMES.get((number.value, unit)), strong=True) if unit else None
    unit = _unit(s, number.end)
    return None if unit is None else _every(s, i, number.end + 1, number.value, unit)


def _bare_times(s: Sentence, i: int) -> Frequency | None:
    """“năm một lần”, “quý 01 lần”."""
    unit = _unit(s, i)
    count = number_at(s, i + 1) if unit else None
    if unit is None or count is None or count.value != 1 or not s.is_word(count.end, "lần"):
        return None
    return Frequency(i, count.end + 1, _UNITS[unit], strong=True)


def _every(s: Sentence, i: int, j: int, count: int, unit: str) -> Frequency | None:
    """What follows “6 tháng”: “một lần”, “/lần”, or nothing where “định kỳ” stands before."""
    once = number_at(s, j)
    if once is not None and s.is_word(once.end, "lần"):
        many = _MANY.get((count, unit)) if once.value == 1 else _TIMES.get((once.value, unit))
        return Frequency(i, once.end + 1, many, strong=True)
    if s.at(j).text == "/" and s.is_word(j + 1, "lần"):
        return Frequency(i, j + 2, _MANY.get((count, unit)), strong=True)
    if (
        s.is_any(j, "hoặc", "và", "/")
        and (count, unit) in _MANY
        and (other := _times(s, j + 1)) is not None
        and other.freq
    ):
        return Frequency(i, j, _MANY[count, unit], strong=True)  # "03 tháng hoặc 06 tháng một lần"
    named = s.after(i - 2, "định kỳ") == i and (count, unit) in _MANY
    if named and s.number(j) is None and not s.is_any(j, "đầu", "cuối", "làm"):
        return Frequency(i, j, _MANY[count, unit], strong=True)
    return None


def _noun(s: Sentence, i: int, after: Frequency | None) -> Frequency | None:
    """The period in the name of a report: "báo cáo quý", "sơ kết 6 tháng", and lists of them."""
    found = _period(s, i)
    if found is None:
        return None
    listed = (
        after is not None
        and 0 < i - after.end <= 2
        and s.skip(after.end, ",", "và", "/", "hoặc", ";", "hằng", "-") == i
    )
    bracket = s.at(i - 1).text == "(" and any(s.is_any(j, "cáo", "kỳ", "kết") for j in range(i - 8, i - 1))
    if listed or bracket or _named_before(s, i) or _dated_after(s, i, found[1]):
        strong = (after.strong and listed) if after is not None else s.after(i - 2, "định kỳ") == i
        return Frequency(i, found[1], found[0], strong=bool(strong))
    return None


def _dated_after(s: Sentence, i: int, end: int) -> bool:
    """“… 9 tháng trước ngày 05/9 và cả năm (trước 10/01)”: a report's period with its own date."""
    j = s.skip(end, "gửi", ":", "(", "-")
    dated = s.is_any(j, "trước", "chậm", "muộn", "ngày") or s.at(end).text in ("(", ":")
    return dated and any(
        s.after(k, w, plain=True)
        for k in range(max(0, i - 40), i)
        for w in ("báo cáo", "sơ kết", "tổng kết", "hằng quý", "hằng tháng")
    )


def _named_before(s: Sentence, i: int) -> bool:
    for length in (1, 2):
        known = _REPORTS.at(s, i - length)
        if known is not None and known[1] == i:
            return True
    return s.at(i - 1).text == "+" or s.is_word(i - 1, "kỳ")


def _period(s: Sentence, i: int) -> tuple[Freq, int] | None:
    """A report's period and the position behind it: “6 tháng đầu năm”, “cả năm”, “quý”, “01 năm”."""
    number = number_at(s, i)
    if number is not None and s.is_word(number.end, "tháng") and number.value in (3, 6, 9, 12):
        return _months(s, number.end + 1, number.value)
    if s.after(i, "cả năm") and not (s.number(i + 2) or 0) >= FIRST_YEAR:
        return "annual", i + 2
    i = number.end if number is not None and number.value == 1 else i
    unit = _unit(s, i)
    if unit is None or unit == "ngày" or s.is_any(i - 1, "cuối", "đầu", "giữa", "trong"):
        return None
    end = i + 1
    if unit == "quý" and roman_at(s, end) and s.at(end + 1).text == "," and _names_period(s, end + 2):
        return "quarterly", end + 1  # "sơ kết quý I, 6 tháng, 9 tháng"
    return None if _one_of_them(s, end) else (_UNITS[unit], end)


def _months(s: Sentence, end: int, count: int) -> tuple[Freq, int] | None:
    if s.is_any(end, "đầu", "cuối") and s.is_word(end + 1, "năm"):
        end += 2
        if (s.number(end) or 0) >= FIRST_YEAR:
            return None
    elif s.number(end) is not None and s.at(end + 1).text not in ("/", "-"):
        return None
    return _MANY[count, "tháng"], end


def _one_of_them(s: Sentence, end: int) -> bool:
    """Whether one month, quarter or year is meant: “tháng 6”, “quý I”, “năm nay”, “năm trước”, “quý sau”."""
    if number_at(s, end) is not None or next_at(s, end) is not None:
        return True
    if s.is_any(end, "này", "nay", "học", "i", "ii", "iii", "iv", "cuối", "đầu"):
        return True
    return s.is_word(end, "trước") and not s.is_any(end + 1, "ngày", "lúc") and number_at(s, end + 1) is None


def times_a(freq: Freq | None, count: int) -> Freq | None:
    """“hằng năm … 02 lần” is semiannual; None when the count has no name of ours."""
    unit = next((unit for unit, name in _UNITS.items() if name == freq), "")
    return _TIMES.get((count, unit))


def _names_period(s: Sentence, i: int) -> bool:
    """Whether a list of reports goes on with "6 tháng"."""
    i = s.skip(i, "báo", "cáo", "sơ", "kết")
    number = number_at(s, i)
    return number is not None and s.is_word(number.end, "tháng")


def joined(found: set[Freq]) -> str | None:
    """Frequencies in one fixed order: "semiannual+annual"."""
    return "+".join(freq for freq in ORDER if freq in found) or None
