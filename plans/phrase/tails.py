"""What follows a day: which month of which period, which year, which calendar."""

from dataclasses import dataclass

from plans.phrase.moment import EACH_MONTH, Freq, Moment, Shift
from plans.phrase.numerals import Number, number_at
from plans.phrase.sentence import Sentence

_EACH = ("hằng", "hàng", "mỗi", "từng")
_ORDINALS = {"nhất": 1, "hai": 2, "ba": 3, "1": 1, "2": 2, "3": 3}
_NEXT = (
    "liền kề sau",
    "sau liền kề",
    "tiếp theo",
    "kế tiếp",
    "liền kề",
    "liền sau",
    "kế sau",
    "sau đó",
    "tiếp sau",
    "sau",
    "tới",
)
_LUNAR_MONTHS = {"giêng": 1, "chạp": 12, "gieng": 1, "chap": 12}
MONTHS, FIRST_YEAR = 12, 1900


@dataclass(frozen=True)
class Months:
    """Which months are meant, how often they come round, and the position behind the words."""

    end: int
    months: tuple[int, ...] = ()
    each: Freq | None = None
    of_period: int | None = None
    following: bool = False
    lunar: bool = False
    shift: Shift | None = None
    problem: str | None = None


def each_at(s: Sentence, i: int, unit: str) -> int | None:
    """“hằng tháng”, “mỗi quý”: the position behind, or None."""
    return i + 2 if s.is_any(i, *_EACH) and s.is_word(i + 1, unit) else None


def next_at(s: Sentence, i: int) -> int | None:
    """“sau”, “tiếp theo”, “liền kề” and so on, with “năm báo cáo” or “quý báo cáo” after it: the position behind."""
    for phrase in _NEXT:
        end = s.after(i, phrase)
        if end is not None:
            again = s.skip(end, "của", "với", "sau")
            if s.is_any(again, "tháng", "quý", "kỳ", "năm"):
                return s.after(again + 1, "báo cáo") or end
            return end
    return None


def months_after(s: Sentence, i: int) -> Months | None:
    """The month part behind a day: "tháng 9", "hằng tháng", "tháng cuối quý", "của tháng đầu quý sau"."""
    i = s.skip(i, "của", "vào", "trong", "-", "/")
    if s.is_word(i, "các") and s.is_word(i + 1, "tháng"):
        i += 1
    every = each_at(s, i, "tháng")
    if every is not None:
        return Months(every, EACH_MONTH, "monthly")
    if not (s.is_word(i, "tháng") or (s.at(i).low == "thang" and s.number(i + 1))):
        return None
    return month_list(s, i + 1) or _placed(s, i + 1) or _loose_month(s, i + 1)


def month_at(s: Sentence, i: int) -> Number | None:
    """The number of a month behind the word "tháng", also by its lunar name; 13 and more are given back as printed."""
    name = _LUNAR_MONTHS.get(s.at(i).low)
    if name is not None:
        return Number(name, i + 1)
    if s.without_marks and s.at(i).bare == "sau":
        return None  # without its marks "tháng sáu" looks like "tháng sau"; the reading says so
    found = number_at(s, i)
    if found is None or found.value >= FIRST_YEAR:
        return None
    if s.is_word(i, "năm") and (number_at(s, i + 1) or next_at(s, i + 1)):  # "tháng, năm 2024" and not the month of May
        return None
    return found


def month_list(s: Sentence, i: int) -> Months | None:
    """“9”, “6 và tháng 12”, “3, 6, 9, 12”."""
    found = month_at(s, i)
    if found is None:
        return None
    lunar, months = s.at(i).low in _LUNAR_MONTHS, [found.value]
    end = found.end
    while len(months) < MONTHS and (more := _another_month(s, end)) is not None:
        months.append(more.value)
        end = more.end
    wrong = next((m for m in months if not 1 <= m <= MONTHS), None)
    problem = None if wrong is None else f"không có tháng {wrong}; kiểm tra lại văn bản"
    return Months(end, tuple(months), lunar=lunar, problem=problem)


def _another_month(s: Sentence, i: int) -> Number | None:
    j = s.skip(i, ",", "và", ";")
    if j == i:
        return None
    named = s.is_word(j, "tháng")
    found = month_at(s, j + named) if named or s.at(j).kind == "num" else None
    if found is None or not 1 <= found.value <= MONTHS:
        return None
    closed = s.at(found.end).kind != "word" or s.is_any(found.end, "hằng", "hàng", "năm", "và", "mỗi", "của")
    dated = s.at(found.end).text in ("/", "-") and (s.number(found.end + 1) or 0) >= FIRST_YEAR
    return found if named or dated or (closed and s.at(found.end).text not in ("/", "-", "%")) else None


def _placed(s: Sentence, i: int) -> Months | None:
    """“cuối quý”, “đầu tiên của quý sau”, “cuối kỳ báo cáo”, “thứ hai của quý”."""
    place, i = _place(s, i)
    if place is None:
        return None
    i = s.skip(i, "của", "trong", "mỗi", "hằng", "hàng", "từng", "các")
    if s.is_word(i, "quý"):
        end = s.after(i + 1, "báo cáo") or i + 1
        return Months(next_at(s, end) or end, tuple(range(place, MONTHS + 1, 3)), "quarterly")
    if s.is_word(i, "kỳ"):
        end = s.after(i + 1, "báo cáo") or i + 1
        after = next_at(s, end)
        return Months(after or end, of_period=1 if after else 0) if place == 3 or after else Months(end)
    if s.after(i, "6 tháng") or s.after(i, "sáu tháng"):
        return Months(i + 2, (6, 12), "semiannual")
    if s.is_word(i, "năm") and s.number(i + 1) is None:
        return Months(next_at(s, i + 1) or i + 1, (12 if place == 3 else 1,), "annual")
    return Months(i, of_period=0) if place == 3 else Months(i)


def _place(s: Sentence, i: int) -> tuple[int | None, int]:
    if s.is_word(i, "cuối"):
        return 3, s.skip(i + 1, "cùng")
    if s.is_word(i, "đầu"):
        return 1, s.skip(i + 1, "tiên")
    if s.is_word(i, "giữa"):
        return 2, i + 1
    if s.is_word(i, "thứ") and s.at(i + 1).low in _ORDINALS:
        return _ORDINALS[s.at(i + 1).low], i + 2
    return None, i


def _loose_month(s: Sentence, i: int) -> Months:
    """“tháng sau”, “tháng này”, “tháng báo cáo”, “tháng” alone: month by month."""
    if s.is_any(i, "này", "nay"):
        return Months(i + 1, shift=Shift("month", 0))
    following = next_at(s, i)
    if following is not None:
        if s.is_word(s.skip(following, "của"), "kỳ"):
            end = s.skip(following, "của") + 1
            return Months(s.after(end, "báo cáo") or end, of_period=1)
        return Months(following, EACH_MONTH, "monthly", following=True)
    if s.is_word(i, "trước"):
        return Months(i + 1, shift=Shift("month", -1))
    return Months(s.after(i, "báo cáo") or s.after(i, "đó") or i, EACH_MONTH, "monthly")


def year_after(s: Sentence, moment: Moment) -> Moment:
    """The moment with the year, the repetition and the calendar printed behind it."""
    moment = _calendar(s, moment)
    i = s.skip(moment.end, "của", "trong", "cùng")
    for sign in ("/", "-", "."):
        year = s.number(i + 1) if s.at(i).text == sign else None
        if year is not None and year >= FIRST_YEAR:
            return _calendar(s, moment.until(i + 2, year=year))
    every = each_at(s, i, "năm")
    if every is not None:
        return _calendar(s, moment.until(every, each=moment.each or "annual"))
    if not (s.is_word(i, "năm") or (s.at(i).low == "nam" and (s.number(i + 1) or 0) >= FIRST_YEAR)):
        return moment
    return _calendar(s, _year_words(s, moment, i + 1))


def _year_words(s: Sentence, moment: Moment, i: int) -> Moment:
    year = s.number(i)
    if year is not None and len(s.at(i).text) == len("2024"):
        return moment.until(i + 1, year=year)
    following = next_at(s, i)
    if following is not None:
        return moment.until(following, offset=1)
    if s.is_word(i, "trước") and s.number(i + 1) is None and not s.is_word(i + 1, "ngày"):
        end = (
            next_at(s, i + 1) or i + 1
        )  # as a deadline it falls in the year asked for: "năm trước liền kề năm tính thuế"
        return moment.until(end, each=moment.each or "annual")
    same = s.after(i, "báo cáo") or s.after(i, "kế hoạch") or s.after(i, "đó")
    if same is not None:
        return moment.until(same, each=moment.each or "annual")
    if s.is_any(i, "nay", "này"):
        return moment.until(i + 1)
    return moment


def _calendar(s: Sentence, moment: Moment) -> Moment:
    i = s.skip(moment.end, "(", "theo", "nhuận")
    end = s.after(i, "âm lịch") or (i + 1 if s.at(i).low in ("âl", "al") and s.at(i).text.isupper() else None)
    if end is None:
        end = s.after(i, "dương lịch")
        return moment if end is None else moment.until(s.skip(end, ")"))
    leap = any(s.is_word(j, "nhuận") for j in range(moment.end, i))
    return moment.until(s.skip(end, ")"), lunar=True, lunar_leap=leap)
