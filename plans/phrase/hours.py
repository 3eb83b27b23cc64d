"""Hours of the day: "17h00", "9h30'", "17 giờ 00 phút", "17:00", "2 giờ chiều", "cuối giờ chiều"."""

from dataclasses import dataclass

from plans.phrase.numerals import number_at
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

_LAST_HOUR, _LAST_MINUTE, NOON = 24, 59, 12
_VAGUE: Phrases[bool] = Phrases.of(
    ("cuối giờ chiều", "cuối giờ sáng", "cuối giờ làm việc", "cuối giờ hành chính", "hết giờ hành chính", "hết giờ làm việc",
     "đầu giờ sáng", "đầu giờ chiều", "giờ hành chính", "cuối buổi chiều", "cuối buổi sáng")
)  # fmt: skip


@dataclass(frozen=True)
class Hour:
    """``text`` is HH:MM, or None when the hour is not a number (``problem`` says so) or is 24:00 (``midnight``); ``wrong``: no such hour."""

    text: str | None
    end: int
    problem: str | None = None
    midnight: bool = False
    wrong: bool = False


def hour_at(s: Sentence, i: int) -> Hour | None:
    """The hour that starts here, if any."""
    i = s.skip(i, "lúc", "khoảng")
    vague = _VAGUE.at(s, i)
    if vague is not None:
        return Hour(None, vague[1], f"“{s.part(i, vague[1])}” không nêu giờ cụ thể; cần ấn định giờ")
    return _colon(s, i) or _worded(s, i)


def _colon(s: Sentence, i: int) -> Hour | None:
    hour, minute = s.number(i), s.number(i + 2)
    if hour is None or minute is None or s.at(i + 1).text != ":" or not (s.glued(i) and s.glued(i + 1)):
        return None
    if len(s.at(i + 2).text) != len("00"):
        return None
    end = i + 5 if s.at(i + 3).text == ":" and s.number(i + 4) is not None else i + 3
    return _hour(s, hour, minute, end)


def _worded(s: Sentence, i: int) -> Hour | None:
    hour = number_at(s, i)
    if hour is None or not (s.at(hour.end).low in ("h", "g", "giờ", "gio") or s.is_word(hour.end, "giờ")):
        return None
    i = hour.end + 1
    minute = 0
    if s.is_word(i, "rưỡi"):
        return _hour(s, hour.value, 30, i + 1)
    value = s.number(i)
    if value is not None and _minute_follows(s, i):
        minute, i = value, i + 1
        i = s.skip(i, "'", '"', "phút", "ph", "p")
    return _hour(s, hour.value, minute, i)


def _minute_follows(s: Sentence, i: int) -> bool:
    """“17h00” and “17 giờ 30” yes; “15 giờ 20/5” no."""
    if s.is_any(i + 1, "phút", "'", "p", "ph"):
        return True
    return len(s.at(i).text) == len("00") and s.at(i + 1).text not in ("/", "-", ".") and not s.is_word(i + 1, "tháng")


def _hour(s: Sentence, hour: int, minute: int, end: int) -> Hour | None:
    if s.is_any(end, "chiều", "tối") and not s.is_any(end + 1, "thứ") and hour < NOON:
        hour, end = hour + NOON, end + 1
    elif s.is_any(end, "sáng", "trưa", "chiều", "tối"):
        end += 1
    if hour == _LAST_HOUR and minute == 0:
        return Hour(None, end, midnight=True)
    if hour >= _LAST_HOUR or minute > _LAST_MINUTE:
        return Hour(None, end, f"không có giờ {hour} giờ {minute:02d} phút; kiểm tra lại văn bản", wrong=True)
    return Hour(f"{hour:02d}:{minute:02d}", end)
