"""A whole point in time as printed: hour, weekday, day or span, in any order, and lists of them."""

from dataclasses import replace

from plans.phrase.days import days_at
from plans.phrase.feasts import feast_at, sixty_year
from plans.phrase.hours import Hour, hour_at
from plans.phrase.moment import EACH_MONTH, Moment, Shift
from plans.phrase.numerals import number_at
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence
from plans.phrase.spans import spans_at
from plans.phrase.tails import each_at

_WEEKDAYS = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tư": 2,
    "bốn": 2,
    "4": 2,
    "năm": 3,
    "5": 3,
    "sáu": 4,
    "6": 4,
    "bảy": 5,
    "7": 5,
}
_SHIFTS: Phrases[Shift] = Phrases(
    {
        "ngày hôm nay": Shift("day", 0), "hôm nay": Shift("day", 0), "sáng nay": Shift("day", 0), "chiều nay": Shift("day", 0),
        "ngày hôm sau": Shift("day", 1), "ngày mai": Shift("day", 1), "sáng mai": Shift("day", 1), "chiều mai": Shift("day", 1),
        "ngày kia": Shift("day", 2), "tuần này": Shift("week", 0), "tuần sau": Shift("week", 1), "tuần tới": Shift("week", 1),
    }
)  # fmt: skip
_STARTS = frozenset(
    [
        "ngay",
        "cac",
        "nhung",
        "mung",
        "ram",
        "thu",
        "chu",
        "thang",
        "quy",
        "q",
        "nam",
        "cuoi",
        "dau",
        "giua",
        "thuong",
        "trung",
        "ha",
        "nua",
        "hom",
        "sang",
        "chieu",
        "toi",
        "trua",
        "mai",
        "tuan",
        "tet",
        "giao",
        "gio",
        "le",
        "luc",
        "khoang",
        "ky",
        "dot",
        "buoi",
        "het",
        "nghi",
        "dip",
        "mot",
        "hai",
        "ba",
        "bon",
        "tu",
        "lam",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "lich",
    ]
)
"""Every word that can open a point in time, without diacritics."""

_NTH_WEEKDAY = "thứ của một tuần trong tháng không phải ngày cố định; cần ấn định ngày"
SUNDAY = 6
_LONGEST_LIST = 24


def moments_at(s: Sentence, i: int) -> list[Moment]:
    """The points or spans that start here, as one list that shares its ending; empty when there are none."""
    token = s.at(i)
    if token.kind == "word" and token.bare not in _STARTS:
        return []
    found = _group(s, i)
    while found and len(found) < _LONGEST_LIST:
        more = _another(s, found[-1])
        if not more:
            break
        found += more
    return _shared(found)


def _another(s: Sentence, last: Moment) -> list[Moment]:
    after = _behind_note(s, last.end)
    i = s.skip(after, ",", "và", "hoặc", "&")
    if i == after or last.shift is not None:
        return []
    more = spans_at(s, i) if last.span or last.vague else days_at(s, i)
    same = [m for m in more if m.months and (m.span > 0) == (last.span > 0)]
    bare = s.at(i).kind == "num" and not last.months
    monthly = bool(more) and not last.months and last.day is not None and more[0].each == "monthly"
    return [] if len(same) < len(more) or bare or not (last.months or monthly) else same


def _behind_note(s: Sentence, i: int) -> int:
    """Past a short remark in brackets: "15/4/2025 (đợt 1) và 15/9/2025 (đợt 2)"."""
    if s.at(i).text != "(":
        return i
    close = next((j for j in range(i + 1, i + 6) if s.at(j).text == ")"), None)
    if close is None or any(s.is_any(j, "trước", "ngày", "/") for j in range(i, close)):
        return i
    return close + 1


def _shared(found: list[Moment]) -> list[Moment]:
    """“15/6 và 15/12 năm 2024”: the year, “hằng năm” and the calendar of the last hold for all before it."""
    if len(found) < 2:
        return found
    last = found[-1]
    year, every = last.year, last.each if last.each == "annual" else None
    time = found[0].time
    if last.each == "monthly":
        found = [replace(m, months=m.months or last.months, each=m.each or "monthly") for m in found]
    return [
        replace(m, year=m.year or (year if m.offset == 0 else None), each=m.each or every, time=m.time or time,
                lunar=m.lunar or (last.lunar and last.month_is_plain), end=last.end)
        for m in found
    ]  # fmt: skip


def _group(s: Sentence, start: int) -> list[Moment]:
    hour = hour_at(s, start)
    if hour is not None and s.is_word(hour.end, "và") and (second := hour_at(s, hour.end + 1)) is not None:
        hour = Hour(None, second.end, "câu có nhiều giờ khác nhau; cần tách từng hạn", midnight=True)
    if hour is not None and s.at(hour.end).text == "-" and (until := hour_at(s, hour.end + 1)) is not None:
        hour = Hour(hour.text, until.end)
    i = s.skip(hour.end, ",", "vào", "(", "của", "-", "cùng") if hour else start
    part = s.skip(i, "buổi", "sáng", "chiều", "tối")
    i = part if part > i and s.is_any(part, "ngày", "thứ") else i
    weekday, i = _weekday(s, i)
    days = _dates(s, i, after_hour=hour is not None)
    if days:
        return [_after(s, replace(m, start=start, weekday=weekday), hour) for m in days]
    if weekday is not None:
        others = _more_weekdays(s, i)
        if others:
            last = _week(s, Moment(start, s.skip_back(others[-1][1]), weekday=weekday), hour)
            return [replace(last, weekday=each) for each in (weekday, *(day for day, _ in others))]
        return [_week(s, Moment(start, s.skip_back(i), weekday=weekday), hour)]
    return [_hour_alone(s, start, hour)] if hour else []


def _dates(s: Sentence, i: int, *, after_hour: bool) -> list[Moment]:
    known = _SHIFTS.at(s, i)
    if known is not None:
        printed = days_at(s, s.skip(known[1], ",", "("))
        return printed[:1] if printed and printed[0].dated else [Moment(i, known[1], shift=known[0])]
    if after_hour and s.is_word(i, "mai"):
        return [Moment(i, i + 1, shift=Shift("day", 1))]
    return feast_at(s, i) or [sixty_year(s, m) for m in days_at(s, i) or spans_at(s, i)]


def _weekday(s: Sentence, i: int) -> tuple[int | None, int]:
    j = s.skip(i, "ngày", "(")
    part = s.skip(j, "buổi", "sáng", "chiều", "tối")
    j = part if s.is_any(part, "thứ", "chủ") else j
    if s.is_word(j, "thứ") and s.at(j + 1).low in _WEEKDAYS:
        return _WEEKDAYS[s.at(j + 1).low], s.skip(j + 2, ",", "(", "-")
    if s.without_marks and s.is_word(j, "thứ"):
        name = next((n for n in _WEEKDAYS if s.is_word(j + 1, n)), None)
        if name is not None:
            return _WEEKDAYS[name], s.skip(j + 2, ",", "(", "-")
    if s.after(j, "chủ nhật"):
        return SUNDAY, s.skip(j + 2, ",", "(", "-")
    return None, i


def _more_weekdays(s: Sentence, i: int) -> list[tuple[int, int]]:
    """“thứ Ba và thứ Năm hằng tuần”: the weekdays after the first and the positions behind them."""
    found: list[tuple[int, int]] = []
    while len(found) < SUNDAY:
        j = s.skip(found[-1][1] if found else i, "và", ",")
        weekday, end = _weekday(s, j)
        if weekday is None or not s.is_any(j, "thứ", "chủ", "ngày"):
            break
        found.append((weekday, end))
    return found


def _after(s: Sentence, moment: Moment, hour: Hour | None) -> Moment:
    """A weekday or an hour printed behind the day, in brackets or not."""
    i = s.skip(moment.end, "(", ",", "-", "là") if s.at(moment.end).text in ("(", ",") else moment.end
    weekday, j = _weekday(s, i)
    if weekday is not None and moment.weekday is None and (i > moment.end or s.is_word(i, "thứ")):
        moment = moment.until(s.skip(s.skip_back(j), ")"), weekday=weekday)
    i = s.skip(moment.end, ")") if s.at(moment.start).text == "(" or moment.weekday is not None else moment.end
    moment = moment.until(i)
    if hour is None:
        hour, moment = _late_hour(s, moment)
    if hour is None:
        return moment
    return replace(moment, time=hour.text, midnight=hour.midnight,
                   problem=moment.problem or (hour.problem if hour.wrong else None), unsure=moment.unsure or hour.problem)  # fmt: skip


def _late_hour(s: Sentence, moment: Moment) -> tuple[Hour | None, Moment]:
    i = s.skip(moment.end, "(", ",")
    j = s.skip(i, "lúc", "trước", "vào")
    if j == i and i == moment.end:
        return None, moment
    hour = hour_at(s, j)
    if hour is None or (j == i and s.at(moment.end).text != "("):
        return None, moment
    if days_at(s, s.skip(hour.end, ",", ")", "vào")):  # "trước ngày 15/9, trước 17 giờ ngày 20/9": another deadline
        return None, moment
    return hour, moment.until(s.skip(hour.end, ")"))


def _week(s: Sentence, moment: Moment, hour: Hour | None) -> Moment:
    """A weekday without a date: of every week, of this or the next one, or not said."""
    i = s.skip(moment.end, "của", "trong", ")")
    every = each_at(s, i, "tuần")
    if every is not None:
        moment = moment.until(every, each="weekly")
    elif s.is_word(i, "tuần"):
        if s.is_any(i + 1, "đầu", "cuối", "thứ"):
            end = next((j + 1 for j in range(i + 2, i + 8) if s.is_word(j, "tháng")), i + 2)
            moment = moment.until(end, each="monthly", problem=_NTH_WEEKDAY)
        elif s.is_any(i + 1, "này", "sau", "tới"):
            moment = moment.until(i + 2, shift=Shift("week", 0 if s.is_word(i + 1, "này") else 1))
        else:
            moment = moment.until(s.after(i + 1, "báo cáo") or i + 1, each="weekly")
    elif s.is_any(i, "cuối", "đầu", "thứ"):
        moment = _of_month(s, moment, i)
    return replace(moment, time=hour.text, unsure=hour.problem) if hour else moment


def _of_month(s: Sentence, moment: Moment, i: int) -> Moment:
    """“thứ Hai đầu tiên của mỗi tháng”, “thứ Sáu cuối cùng hằng tháng”."""
    nth = -1 if s.is_word(i, "cuối") else 1
    end = s.skip(s.skip(i + 1, "tiên", "cùng"), "của", "trong", "mỗi", "hằng", "hàng", "từng")
    if s.is_word(i, "thứ") or not s.is_word(end, "tháng") or number_at(s, end + 1):
        return replace(moment, problem=_NTH_WEEKDAY)
    return moment.until(end + 1, months=EACH_MONTH, each="monthly", nth=nth)


def _hour_alone(s: Sentence, start: int, hour: Hour) -> Moment:
    every = each_at(s, hour.end, "ngày")
    return Moment(start, every or hour.end, time=hour.text, unsure=hour.problem, each="daily" if every else None)
