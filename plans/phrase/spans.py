"""Printed spans: "quý I/2024", "tháng 6 năm 2024", "6 tháng đầu năm", "năm 2024", and their beginning, middle, end."""

from dataclasses import replace

from plans.phrase.moment import EACH_MONTH, LAST_DAY, QUARTER_ENDS, Freq, Moment, Shift
from plans.phrase.numerals import number_at, roman_at
from plans.phrase.sentence import Sentence
from plans.phrase.tails import FIRST_YEAR, MONTHS, Months, each_at, month_list, months_after, next_at, year_after

QUARTERS, QUARTER, HALF, MIDDLE = 4, 3, 6, 15
_TENTHS = {"thượng": 10, "trung": 20, "hạ": LAST_DAY}
_YEAR_DIGITS = len("2024")


def spans_at(s: Sentence, i: int) -> list[Moment]:
    """The spans (ends of whole months) that start here; empty when none does."""
    found = _part(s, i) or _tenth(s, i) or _first_days(s, i) or whole_at(s, i)
    if found is None:
        return []
    return [found if found.year is not None else year_after(s, found)]


def _first_days(s: Sentence, i: int) -> Moment | None:
    """“10 ngày đầu tháng 12/2025”, “tuần đầu của tháng 10”, “nửa đầu tháng 7”."""
    count = number_at(s, i)
    if count is not None and s.is_word(count.end, "ngày") and s.is_word(count.end + 1, "đầu"):
        day, j = count.value, count.end + 2
    elif s.is_word(i, "tuần") and s.is_word(i + 1, "đầu"):
        day, j = 7, s.skip(i + 2, "tiên")
    elif s.is_word(i, "nửa") and s.is_any(i + 1, "đầu", "cuối"):
        day, j = (MIDDLE if s.is_word(i + 1, "đầu") else LAST_DAY), i + 2
    else:
        return None
    month = _month(s, s.skip(j, "của"))
    if month is None or not month.months or not 1 <= day <= LAST_DAY:
        return None
    unsure = f"“{s.part(i, month.end)}” hiểu theo thói quen; nên ấn định ngày cụ thể"
    return replace(month, start=i, day=day, span=1, unsure=unsure)


def whole_at(s: Sentence, i: int) -> Moment | None:
    """A whole month, quarter, half or year."""
    return _quarter(s, i) or _month(s, i) or _halves(s, i) or _year(s, i) or _slash(s, i)


def _quarter(s: Sentence, i: int) -> Moment | None:
    start = i
    if s.is_word(i, "quý") or s.at(i).bare == "quy":
        i += 1
    elif s.at(i).text == "Q" and s.at(i + 1).text == ".":
        i += 2
    else:
        return None
    first = roman_at(s, i)
    if (
        first is None
        or first.value > 12
        or (s.at(start).bare == "quy" and first.value > QUARTERS and not s.is_word(start, "quý"))
    ):
        return _this_quarter(s, start, i) if s.is_word(start, "quý") else None
    numbers, end = [first.value], first.end
    while len(numbers) < QUARTERS:
        ranged = roman_at(s, s.skip(end, "-", "quý")) if s.at(end).text == "-" else None
        if ranged is not None and ranged.value <= QUARTERS:
            numbers = []  # a range ends with its last quarter
        j = s.skip(end, ",", "và", "quý", "-")
        more = roman_at(s, j) if j > end else None
        if more is None or more.value > QUARTERS or (s.at(more.end).text in (".", ":") and s.at(j).kind == "num"):
            break
        if not s.is_word(j - 1, "quý") and s.at(j).kind == "num":
            break
        numbers.append(more.value)
        end = more.end
    wrong = next((n for n in numbers if not 1 <= n <= QUARTERS), None)
    problem = None if wrong is None else f"không có quý {wrong}; kiểm tra lại văn bản"
    return Moment(start, end, tuple(QUARTER * n for n in numbers), LAST_DAY, QUARTER, problem=problem)


def _this_quarter(s: Sentence, start: int, i: int) -> Moment | None:
    if s.is_any(i, "này"):
        return Moment(start, i + 1, day=LAST_DAY, span=QUARTER, shift=Shift("quarter", 0))
    following = next_at(s, i)
    return (
        None if following is None else Moment(start, following, day=LAST_DAY, span=QUARTER, shift=Shift("quarter", 1))
    )


def _month(s: Sentence, i: int) -> Moment | None:
    if not (s.is_word(i, "tháng") or (s.at(i).low == "thang" and s.number(i + 1))):
        return None
    ranged = s.number(i + 1) and s.at(i + 2).text == "-" and s.number(i + 3) and s.at(i + 4).text in ("/", "-")
    found = month_list(s, i + 3 if ranged else i + 1)
    if found is not None:
        return Moment(i, found.end, found.months, LAST_DAY, 1, lunar=found.lunar, problem=found.problem)
    placed = months_after(s, i)
    if placed is not None and placed.each == "quarterly":
        return Moment(i, placed.end, placed.months, LAST_DAY, 1, each="quarterly")
    if s.is_any(i + 1, "này", "nay"):
        return Moment(i, i + 2, day=LAST_DAY, span=1, shift=Shift("month", 0))
    following = next_at(s, i + 1)
    return None if following is None else Moment(i, following, day=LAST_DAY, span=1, shift=Shift("month", 1))


def _halves(s: Sentence, i: int) -> Moment | None:
    """“6 tháng đầu năm”, “9 tháng đầu năm 2024”, “sáu tháng cuối năm”, “nửa đầu năm”."""
    start = i
    count = number_at(s, i)
    if count is not None and s.is_word(count.end, "tháng"):
        length, i = count.value, count.end + 1
    elif s.is_word(i, "nửa"):
        length, i = HALF, i + 1
    else:
        return None
    if not s.is_any(i, "đầu", "cuối") or not 1 <= length < MONTHS:
        return None
    month = length if s.is_word(i, "đầu") else MONTHS
    i = s.skip(i + 1, "của")
    if not s.is_word(i, "năm") and s.at(i).low != "nam":
        return None
    year = s.number(i + 1)
    if year is not None and year >= FIRST_YEAR:
        return Moment(start, i + 2, (month,), LAST_DAY, length, year=year)
    return Moment(start, i + 1, (month,), LAST_DAY, length)


def _year(s: Sentence, i: int) -> Moment | None:
    year = s.number(i + 1)
    lost = s.at(i).text == "nam"
    if (s.is_word(i, "năm") or lost) and year is not None and len(s.at(i + 1).text) == _YEAR_DIGITS:
        second = s.number(s.skip(i + 3, "năm")) if s.at(i + 2).text == "-" else None
        if second is not None and second >= FIRST_YEAR:
            return Moment(i, s.skip(i + 3, "năm") + 1, (MONTHS,), LAST_DAY, MONTHS * max(1, second - year + 1), year=second,
                          unsure="văn bản nêu nhiều năm; lấy cuối năm sau cùng, cần kiểm tra")  # fmt: skip
        outside = None if FIRST_YEAR <= year <= 2100 else f"năm {year} nằm ngoài khoảng 1900-2100; kiểm tra lại văn bản"
        return Moment(i, i + 2, (MONTHS,), LAST_DAY, MONTHS, year=year, problem=outside)
    if s.is_word(i, "năm") and s.is_any(i + 1, "nay", "này"):
        return Moment(i, i + 2, day=LAST_DAY, span=MONTHS, shift=Shift("year", 0))
    following = next_at(s, i + 1) if s.is_word(i, "năm") else None
    return None if following is None else Moment(i, following, (MONTHS,), LAST_DAY, MONTHS, offset=1)


def _slash(s: Sentence, i: int) -> Moment | None:
    """“6/2024”."""
    month, year = s.number(i), s.number(i + 2)
    if month is None or year is None or s.at(i + 1).text != "/" or len(s.at(i + 2).text) != _YEAR_DIGITS:
        return None
    if not 1 <= month <= MONTHS or not FIRST_YEAR <= year <= 2100 or s.at(i + 3).text in ("/", "-"):
        return None
    return Moment(i, i + 3, (month,), LAST_DAY, 1, year=year)


def _part(s: Sentence, i: int) -> Moment | None:
    """“cuối quý I/2024”, “cuối mỗi tháng”, “giữa tháng 6”, “đầu năm 2025” (Civil Code 2015, art. 146)."""
    if not s.is_any(i, "cuối", "đầu", "giữa"):
        return None
    place = s.at(i).bare
    j = s.skip(i + 1, "của", "mỗi", "hằng", "hàng", "từng", "các")
    whole = whole_at(s, j)
    if whole is None:
        found = _each_unit(s, j)
        if found is None:
            return None
        length, months = found.end, found.months
        whole = Moment(j, length, months, LAST_DAY, MONTHS // len(months), each=found.each)
    whole = whole if whole.year is not None else year_after(s, whole)
    return replace(_edge(whole, i, place), vague=whole.each is not None and whole.year is None)


def _each_unit(s: Sentence, i: int) -> Months | None:
    units: tuple[tuple[str, tuple[int, ...], Freq], ...] = (
        ("tháng", EACH_MONTH, "monthly"), ("quý", QUARTER_ENDS, "quarterly"), ("năm", (MONTHS,), "annual"),
    )  # fmt: skip
    for word, months, each in units:
        if s.is_word(i, word):
            end = s.after(i + 1, "báo cáo") or i + 1
            return Months(each_at(s, end, word) or end, months, each)
    return None


def _edge(whole: Moment, start: int, place: str) -> Moment:
    """The last, first or middle day of a span."""
    if place == "cuoi" or not whole.months:
        return replace(whole, start=start, span=0 if whole.months else whole.span)
    back = whole.span - 1
    months, day = whole.months, MIDDLE
    if place == "dau":
        months, day = tuple(m - back for m in whole.months), 1
    elif whole.span == MONTHS:
        months, day = (HALF,), 30
    elif whole.span > 1:
        months = tuple(m - back // 2 for m in whole.months)
    unsure = (
        None
        if place == "giua"
        else "“đầu kỳ” đọc là ngày đầu tiên của kỳ (Điều 146 Bộ luật Dân sự); nên ấn định ngày cụ thể"
    )
    return replace(whole, start=start, span=0, months=months, day=day, unsure=unsure)


def _tenth(s: Sentence, i: int) -> Moment | None:
    """“trung tuần tháng 6”: days 11 to 20, by usage and not by law."""
    day = _TENTHS.get(s.at(i).low)
    if day is None or not s.is_word(i + 1, "tuần"):
        return None
    month = _month(s, i + 2)
    if month is None or not month.months:
        return None
    unsure = f"“{s.part(i, month.end)}” hiểu theo thói quen là đến ngày {day if day < LAST_DAY else 'cuối'} của tháng; nên ấn định ngày cụ thể"
    return Moment(i, month.end, month.months, day, unsure=unsure, problem=month.problem)
