"""An exact moment as people say it in a hurry: "trước 10h sáng mai", "17 giờ hôm nay", "9h30 ngày 25/11"."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_HOUR = re.compile(
    r"(?<![\d/.-])(?P<hour>\d{1,2})\s*(?:giờ|h|g|:)\s*"
    r"(?:(?P<minute>\d{1,2})(?![\d/.-]|\s*(?:tháng|/))(?:\s*(?:phút|ph)\b)?|(?P<half>rưỡi))?"
)
_DATE = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s*(?:[/.-]|tháng)\s*(?P<month>\d{1,2})(?:\s*(?:[/.-]|năm)\s*(?P<year>\d{4}))?(?!\d)"
)
_WEEKDAY = re.compile(
    r"\b(?:thứ\s+(?P<name>hai|ba|tư|năm|sáu|bảy|[2-7])|(?P<sunday>chủ nhật))\b(?:\s+tuần\s+(?P<week>này|sau|tới))?"
)
_NEAR = re.compile(r"\b(?:hôm\s+nay|ngày\s+mai|ngày\s+kia|mai|nay|mốt)\b")
_PART = re.compile(r"\b(?:sáng|trưa|chiều|tối|đêm)\b")
_FILLER = re.compile(r"\b(?:trước|chậm nhất|đến hết|đến|vào|lúc|là|thời hạn|hạn|ngày|buổi|hết)\b|[,;()]")
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
_AHEAD = {"nay": 0, "mai": 1, "kia": 2, "mốt": 2}
_CLOCK: dict[str, dict[int, int]] = {
    "sáng": {h: h for h in range(1, 12)},
    "trưa": {11: 11, 12: 12, 1: 13, 13: 13},
    "chiều": {**{h: h + 12 for h in range(1, 7)}, **{h: h for h in range(13, 19)}},
    "tối": {**{h: h + 12 for h in range(6, 12)}, **{h: h for h in range(18, 24)}},
    "đêm": {10: 22, 11: 23, 22: 22, 23: 23},
}
"""What an hour means in each part of the day; any other is unclear."""
_CLEAR_FROM = 7
"""From here on an hour without a part of the day is that hour; 1 to 6 may be the morning's or the afternoon's."""
_MIDNIGHT = 24


def read_moment(text: str, now: datetime) -> datetime:
    """The moment a phrase names, in the time zone of ``now`` (aware); an ISO moment is taken as it is.

    ValueError says in Vietnamese what is unclear: nothing is guessed. Without an hour or a day, with two of either, with
    an hour that may be the morning's or the afternoon's, or with a word that is not understood, it is refused.
    """
    try:
        if _ISO.match(text.strip()):
            return _iso(text.strip(), now)
        return _read(text, now)
    except _Unclear as unclear:
        raise ValueError(f"“{text.strip()}”: {unclear}") from None


class _Unclear(Exception):
    """What is not said, or said twice."""


def _read(text: str, now: datetime) -> datetime:
    rest = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    rest, hour = _one(_HOUR, rest, "giờ", "ví dụ 10h sáng mai, 17h00 hôm nay")
    rest, dated = _at_most_one(_DATE, rest, "ngày")
    rest, weekday = _at_most_one(_WEEKDAY, rest, "thứ trong tuần")
    rest, near = _at_most_one(_NEAR, rest, "ngày")
    rest, part = _at_most_one(_PART, rest, "buổi")
    if left := " ".join(_FILLER.sub(" ", rest).split()):
        raise _Unclear(f"không hiểu “{left}”")
    day = _day(dated, weekday, near, now.date())
    moment = _moment(day, hour, part[0] if part else None, now)
    if moment <= now:
        raise _Unclear(f"{moment:%H:%M ngày %d/%m/%Y} đã qua")
    return moment


def _iso(text: str, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Unclear("không có thời điểm này; ghi dạng 2026-11-24T10:00") from None
    if ":" not in text:
        raise _Unclear("chưa rõ giờ; ghi dạng 2026-11-24T10:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def _one(pattern: re.Pattern[str], rest: str, what: str, example: str) -> tuple[str, re.Match[str]]:
    rest, found = _at_most_one(pattern, rest, what)
    if found is None:
        raise _Unclear(f"chưa rõ {what}; {example}")
    return rest, found


def _at_most_one(pattern: re.Pattern[str], rest: str, what: str) -> tuple[str, re.Match[str] | None]:
    found = list(pattern.finditer(rest))
    if len(found) > 1:
        raise _Unclear(f"có {len(found)} {what}; chỉ ghi một")
    return (pattern.sub(" ", rest), found[0]) if found else (rest, None)


def _day(dated: re.Match[str] | None, weekday: re.Match[str] | None, near: re.Match[str] | None, today: date) -> date:
    """The one day that every mention of a day agrees on."""
    days = [
        *([_dated(dated, today)] if dated else []),
        *([today + timedelta(days=_AHEAD[near[0].split()[-1]])] if near else []),
    ]
    if weekday and days and days[0].weekday() != _number(weekday):
        raise _Unclear(f"ngày {days[0]:%d/%m/%Y} không phải {weekday[0]}")
    if weekday and not days:
        days = [_next(weekday, today)]
    if not days:
        raise _Unclear("chưa rõ ngày: hôm nay, ngày mai, hay ngày nào")
    if len(set(days)) > 1:
        raise _Unclear("có hai ngày khác nhau; chỉ ghi một")
    return days[0]


def _dated(found: re.Match[str], today: date) -> date:
    """A day without a year is the next one."""
    year = int(found["year"]) if found["year"] else today.year
    try:
        day = date(year, int(found["month"]), int(found["day"]))
        return day if found["year"] or day >= today else day.replace(year=year + 1)
    except ValueError:
        raise _Unclear(f"không có ngày {found[0].strip()}") from None


def _number(found: re.Match[str]) -> int:
    if found["sunday"]:
        return 6
    return int(found["name"]) - 2 if found["name"].isdigit() else _WEEKDAYS[found["name"]]


def _next(found: re.Match[str], today: date) -> date:
    wanted = _number(found) - today.weekday()
    if found["week"]:
        return today + timedelta(days=wanted + (0 if found["week"] == "này" else 7))
    if not wanted:
        raise _Unclear(f"{found[0]} là hôm nay hay tuần sau; ghi rõ ngày, tháng")
    return today + timedelta(days=wanted % 7)


def _moment(day: date, found: re.Match[str], part: str | None, now: datetime) -> datetime:
    hour, minute = int(found["hour"]), 30 if found["half"] else int(found["minute"] or 0)
    if part is not None:
        if hour not in _CLOCK[part]:
            raise _Unclear(f"{hour} giờ {part} là mấy giờ; ghi theo 24 giờ, ví dụ 14h00")
        hour = _CLOCK[part][hour]
    elif hour < _CLEAR_FROM and not found["hour"].startswith("0"):
        raise _Unclear(f"{hour} giờ sáng hay chiều; ghi theo 24 giờ, ví dụ 14h00 hoặc 02h00")
    if hour == _MIDNIGHT and not minute:
        return datetime.combine(day + timedelta(days=1), time(), now.tzinfo)
    if hour >= _MIDNIGHT or minute > 59:  # noqa: PLR2004 - minutes of an hour
        raise _Unclear(f"không có {found[0].strip()}")
    return datetime.combine(day, time(hour, minute), now.tzinfo)
