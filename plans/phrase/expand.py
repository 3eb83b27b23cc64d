"""From what is printed to calendar dates of the year asked for."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from plans.phrase.days import FIRST_YEAR, LAST_YEAR
from plans.phrase.feasts import year_of_cycle
from plans.phrase.lunar import lunar_to_solar, month_length
from plans.phrase.moment import Moment, Shift

DAY = timedelta(days=1)
LEAP_DAY = (2, 29)
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_SOLAR_SAFE_MONTHS = 10


@dataclass(frozen=True)
class Dates:
    """Inclusive last days, sorted; ``problems`` say why a date is missing or unsure."""

    days: tuple[date, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a reading is asked with: the year, the day of the document, and how "trước ngày D" is read."""

    year: int | None
    today: date | None
    strict: bool = True


def dates_of(moment: Moment, op: str, asked: Asked) -> Dates:
    """The inclusive last days of one moment."""
    if moment.problem is not None or not all(1 <= month <= 12 for month in moment.months):
        return Dates(problems=(moment.problem or "không có tháng như văn bản ghi; kiểm tra lại",))
    unsure = (moment.unsure,) if moment.unsure else ()
    if moment.shift is not None or (
        moment.weekday is not None and not moment.dated and moment.each not in ("weekly", "monthly")
    ):
        return _from_today(moment, op, asked, unsure)
    year = moment.year or asked.year
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return Dates(problems=unsure)
    printed, problems = _printed(moment, year)
    days = {last for first, day in printed if (last := _last(moment, op, first, day, strict=asked.strict))}
    if moment.year is None and moment.offset == 0 and moment.cycle is None:
        days = {d for d in days if d.year == year}
    return Dates(tuple(sorted(days)), (*unsure, *problems))


def _printed(moment: Moment, year: int) -> tuple[list[tuple[date, date]], tuple[str, ...]]:
    """First and last day of what is printed; the years around too, for "trước ngày 01/01" falls in the year before."""
    if moment.nth is not None:
        return [(day, day) for month in moment.months for day in _nth(moment, year, month)], ()
    if moment.weekday is not None and not moment.dated:
        return [(day, day) for day in _weekly(moment.weekday, year)], ()
    years = [year + moment.offset] if moment.year or moment.offset else [year - 1, year, year + 1]
    if moment.cycle is not None:
        years = [year_of_cycle(moment.cycle, year)]
    found: list[tuple[date, date]] = []
    problems: list[str] = []
    for each in years:
        for month in moment.months:
            days = _lunar(moment, each, month) if moment.lunar else _solar(moment, each, month)
            problem = None if days is None else _wrong_weekday(moment, days[1])
            if days is not None and problem is None:
                found.append(days)
            elif each in (year + moment.offset, *years[:1]) and (len(years) == 1 or each == year):
                problems.append(problem or _missing(moment, each, month))
    return found, (*problems, *_lunar_doubt(moment))


def _missing(moment: Moment, year: int, month: int) -> str:
    calendar = " âm lịch" if moment.lunar else ""
    return f"năm {year} không có ngày {moment.day:02d}/{month:02d}{calendar}; cần ấn định ngày"


def _lunar_doubt(moment: Moment) -> Iterator[str]:
    late = moment.lunar and moment.months and moment.months[0] > _SOLAR_SAFE_MONTHS
    if late and moment.cycle is None:
        yield "tháng 11, tháng Chạp âm lịch thường rơi vào đầu năm dương lịch sau; kiểm tra năm âm lịch được nói đến"


def _solar(moment: Moment, year: int, month: int) -> tuple[date, date] | None:
    assert moment.day is not None
    if not FIRST_YEAR - 1 <= year <= LAST_YEAR + 1:
        return None
    length = monthrange(year, month)[1]
    if (month, moment.day) == LEAP_DAY and length < moment.day:
        return None
    last = date(year, month, min(moment.day, length))
    if not moment.span:
        return last, last
    start = year * 12 + month - moment.span
    return date(start // 12, start % 12 + 1, 1), last


def _lunar(moment: Moment, year: int, month: int) -> tuple[date, date] | None:
    assert moment.day is not None
    whole = moment.span > 0 or (month, moment.day) == (12, 30)
    day = month_length(year, month) if whole else moment.day
    last = lunar_to_solar(year, month, day, leap=moment.lunar_leap)
    if last is None:
        return None
    first = lunar_to_solar(year, month, 1, leap=moment.lunar_leap) if moment.span else last
    return first or last, last


def _nth(moment: Moment, year: int, month: int) -> Iterator[date]:
    """The first or last such weekday of a month."""
    edge = date(year, month, 1 if moment.nth == 1 else monthrange(year, month)[1])
    step = ((moment.weekday or 0) - edge.weekday()) % 7
    yield edge + DAY * (step if moment.nth == 1 else -((7 - step) % 7))


def _weekly(weekday: int, year: int) -> Iterator[date]:
    day = date(year, 1, 1) - DAY * 7
    day += DAY * ((weekday - day.weekday()) % 7)
    while day.year <= year:
        yield day
        day += DAY * 7
    yield day


def _wrong_weekday(moment: Moment, day: date) -> str | None:
    if moment.weekday is None or moment.weekday == day.weekday():
        return None
    return (
        f"ngày {day:%d/%m/%Y} là {WEEKDAYS[day.weekday()]}, không phải {WEEKDAYS[moment.weekday]}; "
        "văn bản mâu thuẫn, cần hỏi lại nơi ban hành"
    )


def _last(moment: Moment, op: str, first: date, day: date, *, strict: bool) -> date | None:
    """“trước ngày D” ends with D-1 (strict), “trước tháng 6” with 31/5, “trước 17h00 ngày D” on D itself."""
    if op != "before" or moment.time is not None or moment.midnight:
        return day
    if moment.span:
        return first - DAY
    return day - DAY if strict else day


def _from_today(moment: Moment, op: str, asked: Asked, unsure: tuple[str, ...]) -> Dates:
    today = asked.today
    if today is None:
        return Dates(
            problems=(
                *unsure,
                "hạn tính theo ngày của văn bản (“hôm nay”, “tuần này”, thứ trong tuần…) nhưng chưa biết ngày đó; cần cung cấp ngày văn bản",
            )
        )
    first, last = _shifted(moment, today)
    if moment.weekday is not None and moment.dated is False:
        last = first + DAY * ((moment.weekday - first.weekday()) % 7)
        first = last
    found = _last(moment, op, first, last, strict=asked.strict)
    guess = ("không nêu tuần nào; lấy ngày đầu tiên kể từ ngày văn bản",) if moment.shift is None else ()
    return Dates((found,) if found else (), (*unsure, *guess))


def _shifted(moment: Moment, today: date) -> tuple[date, date]:
    shift = moment.shift or Shift("day", 0)
    if shift.unit == "day":
        return (today + DAY * shift.by,) * 2
    if shift.unit == "week":
        monday = today - DAY * today.weekday() + DAY * 7 * shift.by
        return monday, monday + DAY * 6
    length = {"month": 1, "quarter": 3, "year": 12}[shift.unit]
    index = ((today.year * 12 + today.month - 1) // length + shift.by) * length
    first = date(index // 12, index % 12 + 1, 1)
    end = index + length - 1
    last = date(end // 12, end % 12 + 1, monthrange(end // 12, end % 12 + 1)[1])
    if shift.unit == "month" and moment.day is not None and not moment.span:
        day = date(last.year, last.month, min(moment.day, last.day))
        return day, day
    return first, last
