"""Printed days: "15/9/2024", "ngày 15 tháng 9 năm 2024", "ngày 20 của tháng cuối quý", "mùng 5", "ngày 10, 20 và 30"."""

from calendar import monthrange
from dataclasses import replace

from plans.phrase.moment import LAST_DAY, Moment
from plans.phrase.numerals import Number, number_at
from plans.phrase.sentence import Sentence
from plans.phrase.tails import MONTHS, Months, each_at, months_after, next_at, year_after

FIRST_YEAR, LAST_YEAR, CENTURY, SHORT_YEAR, LEAP_YEAR = 1900, 2100, 2000, 2, 2024
_COUNTED = frozenset(
    [
        "ngày",
        "giờ",
        "buổi",
        "nhiệm",
        "đơn",
        "xã",
        "trường",
        "hồ",
        "người",
        "chỉ",
        "dự",
        "huyện",
        "hộ",
        "địa",
        "cơ",
        "tiêu",
        "cuộc",
        "thôn",
        "phường",
        "đại",
        "phiếu",
        "số",
        "công",
        "nội",
        "xóm",
        "thành",
        "vụ",
        "văn",
        "đảng",
        "tổ",
        "doanh",
    ]
)
_BLANKS = 12
_SIGNS = ("/", "-", ".")


def days_at(s: Sentence, i: int) -> list[Moment]:
    """The days that start here, sharing one month and year; empty when none does."""
    start = i
    i = s.skip(i, "các", "những") if s.is_word(s.skip(i, "các", "những"), "ngày") else i
    named = s.is_word(i, "ngày") or (s.at(i).low == "ngay" and _opens_day(s, i + 1))
    i += named
    if named and s.is_word(i, "thứ") and s.number(i + 1) and months_after(s, i + 2):
        i += 1
    found = _blank(s, start, i) if named else []
    early = s.skip(i, "mùng")
    found = (
        found
        or _numeric(s, start, early, named=named or early > i)
        or _counted(s, start, i, named=named)
        or _edge(s, start, i, named=named)
    )
    return [each for moment in found for each in _turned(year_after(s, moment) if moment.year is None else moment)]


def _turned(moment: Moment) -> list[Moment]:
    """“ngày 25 các tháng 4, 7, 10 và 01 năm sau”: only the months behind the turn are of the next year."""
    months = moment.months
    turn = next((n for n in range(1, len(months)) if months[n] < months[n - 1]), None)
    if moment.offset != 1 or turn is None:
        return [moment]
    return [
        replace(moment, months=months[:turn], offset=0, each=moment.each or "annual"),
        replace(moment, months=months[turn:]),
    ]


def _blank(s: Sentence, start: int, i: int) -> list[Moment]:
    """“ngày … tháng 9 năm 2025”, “ngày .../.../2025”: a day left blank."""
    end = i
    while end < i + _BLANKS and s.at(end).text in (".", "…", "_"):
        end += 1
    if end == i or (end == i + 1 and s.at(i).text == "."):
        return []
    while end < i + 2 * _BLANKS and (s.at(end).text in ("/", ".", "…", "_", "-") or s.at(end).kind == "num"):
        end += 1
    month = months_after(s, end)
    return [Moment(start, month.end if month else end, day=1, problem="văn bản để trống ngày; cần bổ sung ngày")]


def _opens_day(s: Sentence, i: int) -> bool:
    return s.at(i).kind == "num" or s.is_any(i, "mùng", "rằm")


def _numeric(s: Sentence, start: int, i: int, *, named: bool) -> list[Moment]:
    """D/M, D/M/Y with any sign, Y-M-D, and the end of "20-25/6"."""
    if named and s.at(i + 1).text == "-" and s.at(i + 3).text == "/" and s.number(i + 4) is not None:
        i += 2
    stuck = s.glued(i - 1) and s.at(i - 1).kind == "word" and i - 1 >= start and not s.is_word(i - 1, "ngày")
    if stuck or (start == i and s.glued(i - 1) and s.at(i - 1).kind == "word" and not s.is_word(i - 1, "trước")):
        return [Moment(start, i + 1, day=1, problem="có chữ dính liền với số; kiểm tra lại bản gốc")] if named else []
    first, sign, second = s.number(i), s.at(i + 1).text, s.number(i + 2)
    if first is None or second is None or sign not in _SIGNS:
        return []
    again = s.at(i + 3).text
    third = s.number(i + 4) if again in _SIGNS else None
    if len(s.at(i).text) == len("2024"):
        return [_day(start, i + 5, third, second, first)] if third is not None else []
    if len(s.at(i + 2).text) > len("09") or s.at(i + 3).text == "%" or (not named and _counts(s, i + 3)):
        return []
    if third is not None and again == sign and len(s.at(i + 4).text) in (SHORT_YEAR, len("2024")):
        year = third + CENTURY if len(s.at(i + 4).text) == SHORT_YEAR else third
        return [_day(start, i + 5, first, second, year)]
    yearly = s.is_any(i + 3, "hằng", "hàng", "năm") and sign == "-"
    plain = sign == "/" or ((named or yearly) and second <= MONTHS)
    return [_day(start, i + 3, first, second, None)] if plain else []


def _counts(s: Sentence, i: int) -> bool:
    """“12/11 nhiệm vụ”, “01/11 trường”: so many of so many."""
    return s.at(i).low in _COUNTED


def _day(start: int, end: int, day: int | None, month: int, year: int | None) -> Moment:
    assert day is not None
    return Moment(start, end, (month,), day, year=year, problem=impossible(day, month, year))


def impossible(day: int, month: int, year: int | None) -> str | None:
    """Why there is no such day, or None."""
    printed = f"{day:02d}/{month:02d}" + (f"/{year}" if year else "")
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        return f"năm {year} nằm ngoài khoảng {FIRST_YEAR}-{LAST_YEAR}; kiểm tra lại văn bản"
    if not 1 <= month <= MONTHS:
        return f"ngày {printed} không tồn tại (không có tháng {month}); kiểm tra lại văn bản"
    if not 1 <= day <= monthrange(year or LEAP_YEAR, month)[1]:
        return f"ngày {printed} không tồn tại; kiểm tra lại văn bản"
    return None


def _counted(s: Sentence, start: int, i: int, *, named: bool) -> list[Moment]:
    """“15 tháng 9”, “15 hằng tháng”, “20 của tháng cuối quý”, “10, 20 và 30 hằng tháng”, “mùng 5”, “rằm”."""
    days, end = _day_numbers(s, i, named=named)
    if not days:
        return []
    last = s.skip(end, ",", "và")
    dated = _numeric(s, start, last, named=False) if last > end else []
    if dated and named:
        moments = [
            replace(dated[0], start=start, day=d.value, problem=impossible(d.value, dated[0].months[0], dated[0].year))
            for d in days
        ]
        return [replace(m, end=dated[0].end) for m in (*moments, dated[0])]
    early = s.is_any(i, "mùng", "rằm")
    plain = s.is_word(end, "tháng") or s.at(end).low == "thang"
    if not named and s.is_word(i - 1, "thứ"):
        return []
    found = months_after(s, end) if named or early or plain or s.is_any(end, "hằng", "hàng", "mỗi") else None
    if (
        plain
        and not named
        and not early
        and (found is None or found.each or found.of_period is not None or not found.months)
    ):
        return []
    if found is None:
        return [Moment(start, end, day=day.value) for day in days] if named or early else []
    full = s.is_any(i, "rằm")  # the day of the full moon is a lunar one; "mùng" is said of both calendars
    doubt = (
        "“mùng” thường là ngày âm lịch; ở đây đọc là dương lịch vì văn bản không ghi âm lịch"
        if early and not full
        else None
    )
    moments = [_in_months(start, day, found) for day in days]
    return [replace(m, lunar=m.lunar or full, unsure=None if m.lunar or m.each else doubt) for m in moments]


def _day_numbers(s: Sentence, i: int, *, named: bool) -> tuple[list[Number], int]:
    if s.is_word(i, "rằm"):
        return [Number(15, i + 1)], i + 1
    early = s.is_word(i, "mùng")
    first = number_at(s, i + early)
    if first is None or first.value > 99 or not (named or early or s.at(i).kind == "num"):
        return [], i
    days, end = [first], first.end
    while named and len(days) < LAST_DAY and (more := _another_day(s, end)) is not None:
        days.append(more)
        end = more.end
    return days, end


def _another_day(s: Sentence, i: int) -> Number | None:
    j = s.skip(i, ",", "và", ";")
    if j == i:
        return None
    j = s.skip(j, "ngày")
    found = number_at(s, j) if s.at(j).kind == "num" else None
    if found is None or found.value > LAST_DAY or s.at(found.end).text in _SIGNS:
        return None
    ends = s.is_any(found.end, ",", "và", "tháng", "của", "hằng", "hàng", "mỗi", ";")
    return found if ends else None


def _in_months(start: int, day: Number, found: Months) -> Moment:
    clash = "hai cách ghi ngày (số và chữ) không khớp nhau; kiểm tra lại văn bản" if day.clash else None
    problem = found.problem or clash
    if problem is None and found.months and found.each is None:
        problem = next((p for m in found.months if (p := impossible(day.value, m, None)) and not found.lunar), None)
    if problem is None and not 1 <= day.value <= LAST_DAY:
        problem = f"không có ngày {day.value}; kiểm tra lại văn bản"
    return Moment(
        start, found.end, found.months, day.value, each=found.each, of_period=found.of_period, following=found.following,
        lunar=found.lunar, shift=found.shift, problem=problem,
    )  # fmt: skip


def _edge(s: Sentence, start: int, i: int, *, named: bool) -> list[Moment]:
    """“ngày cuối cùng của tháng”, “ngày đầu tiên của quý”, “ngày làm việc cuối cùng của tháng”."""
    if not named:
        return []
    working = s.after(i, "làm việc")
    i = working or i
    last = s.is_word(i, "cuối")
    if not last and not s.is_word(i, "đầu"):
        return []
    i = s.skip(i + 1, "cùng", "tiên")
    i = s.skip(i, "của", "trong", "mỗi", "hằng", "hàng", "từng")
    unsure = (
        "ngày làm việc phụ thuộc lịch nghỉ; ở đây lấy ngày dương lịch, cần đối chiếu lịch làm việc" if working else None
    )
    found = _edge_months(s, i, last=last)
    if found is None:
        return []
    day = LAST_DAY if last else 1
    return [Moment(start, found.end, found.months, day, each=found.each, following=found.following, unsure=unsure)]


def _edge_months(s: Sentence, i: int, *, last: bool) -> Months | None:
    if s.is_word(i, "tháng"):
        return months_after(s, i)
    if s.is_any(i - 1, "hằng", "hàng", "mỗi", "từng") and s.is_word(i, "năm"):
        return Months(i + 1, (12 if last else 1,), "annual")
    if s.is_word(i, "quý"):
        return Months(next_at(s, i + 1) or i + 1, tuple(range(3 if last else 1, 13, 3)), "quarterly")
    if s.is_word(i, "năm"):
        return Months(i, (12 if last else 1,)) if s.number(i + 1) else Months(i + 1, (12 if last else 1,), "annual")
    every = each_at(s, i, "tuần")
    return None if every is None else Months(every, (), "weekly")
