"""Terms counted from an event: "07 ngày làm việc kể từ ngày nhận được", "05 ngày trước khi khai mạc", "ngay sau khi"."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from plans.phrase.agencies import body_at, verb_at
from plans.phrase.days import days_at
from plans.phrase.moment import Moment
from plans.phrase.numerals import number_at
from plans.phrase.phrases import Phrases
from plans.phrase.sentence import Sentence

TermUnit = Literal["day", "working_day", "month", "hour", "week", "year"]
Direction = Literal["after", "before"]

_UNITS: Phrases[TermUnit] = Phrases(
    {
        "ngày làm việc": "working_day", "ngày": "day", "ngày lịch": "day", "tháng": "month", "giờ": "hour", "giờ làm việc": "hour",
        "tiếng": "hour", "tuần": "week", "tuần làm việc": "week", "năm": "year", "quý": "month",
    }
)  # fmt: skip
_ANCHORS: Phrases[Direction] = Phrases(
    {
        "kể từ": "after", "tính từ": "after", "tính kể từ": "after", "kề từ": "after", "kê từ": "after", "từ khi": "after",
        "từ ngày": "after", "sau khi": "after", "sau": "after", "từ lúc": "after", "từ thời": "after", "trước khi": "before", "trước": "before", "tính đến": "before",
    }
)  # fmt: skip
_STOPS = (",", ";", ".", ":", "(", ")")
_STOP_WORDS: Phrases[bool] = Phrases.of(
    ("chậm nhất", "muộn nhất", "không quá", "trong thời hạn", "trong vòng", "có trách nhiệm", "phải", "thì", "để", "ít nhất",
     "tối thiểu", "nhưng", "đồng thời", "và gửi", "và báo cáo", "trước ngày", "gửi về", "gửi báo cáo", "tối đa", "đối với", "mà")
)  # fmt: skip
_LONGEST_EVENT, _SHORT_TAIL = 40, 12
_OWN = ("ký", "ban hành", "ký ban hành", "ban hành văn bản này", "ban hành văn bản", "ký văn bản này")


@dataclass(frozen=True)
class Term:
    """A term and the tokens it covers. ``amount`` None: at once or on demand."""

    start: int
    end: int
    amount: int | None
    unit: TermUnit
    event: str
    direction: Direction
    since: Moment | None = None
    clash: bool = False


def term_at(s: Sentence, i: int) -> Term | None:
    """A number, a unit and what it is counted from (``event`` empty when the words do not go on)."""
    number = number_at(s, i)
    if number is None or number.value > 3650:
        return None
    unit = _UNITS.at(s, number.end)
    if unit is None or (unit[0] in ("month", "year") and _is_date(s, unit[1])):
        return None
    name, end = unit
    amount = number.value * 3 if s.is_word(number.end, "quý") else number.value
    direction, event, since, last = anchor_at(s, s.skip(end, ","))
    if since is not None and s.is_any(last, "đến", "tới"):
        return None  # "15 ngày, từ ngày 15/11 đến ngày 29/11": how long it lasts
    if since is not None and direction == "before" and s.at(end).text == ",":
        return Term(i, end, amount, name, "", "after", clash=number.clash)  # "trong 07 ngày, trước ngày 10/6"
    if since is not None and direction == "before" and name not in ("day", "working_day", "hour"):
        return None  # "báo cáo 6 tháng trước ngày 10/7"
    if not event:
        return Term(i, end, amount, name, "", "after", clash=number.clash)
    return Term(i, last, amount, name, event, direction, since, clash=number.clash)


def _is_date(s: Sentence, i: int) -> bool:
    """“6 tháng đầu năm”, “15 tháng 9”, “02 năm 2024-2025”."""
    return s.is_any(i, "đầu", "cuối", "một") or (s.at(i).kind == "num" and not s.is_any(i + 1, "lần"))


def anchor_at(s: Sentence, i: int) -> tuple[Direction, str, Moment | None, int]:
    """What a term is counted from: direction, the event as printed, its date when it has one, the position behind."""
    i = s.skip(i, "là")
    found = _ANCHORS.at(s, i)
    if found is None:
        return "after", "", None, i
    direction, start = found
    if s.is_any(start - 1, "ngày", "khi", "lúc", "thời"):
        start -= 1
    dates = days_at(s, start)
    if dates:
        last = dates[-1].end
        return direction, s.part(start, last), dates[0], last
    last = event_end(s, start)
    return direction, s.part(start, last), None, last


def event_end(s: Sentence, i: int) -> int:
    """Where an event's words end."""
    for j in range(i, min(i + _LONGEST_EVENT, len(s))):
        if s.at(j).text in _STOPS or _STOP_WORDS.at(s, j):
            if s.at(j).text == "," and _continues(s, j + 1):
                continue
            return j
        if (
            j > i
            and number_at(s, j)
            and s.is_any(j + 1, "ngày", "tháng", "giờ", "tuần")
            and not s.is_one(j - 1, "số", "sau", "mỗi")
        ):
            return j
    return min(i + _LONGEST_EVENT, len(s))


def _continues(s: Sentence, i: int) -> bool:
    """Whether the words behind a comma still belong to the event: few, without a body, a verb or a date, to the end."""
    for j in range(i, i + _SHORT_TAIL):
        token = s.at(j)
        if token.text in (".", ";", "") and j > i:
            return True
        if (
            token.kind == "num"
            or token.text in (":", "(", ")")
            or token.low in ("có", "người")
            or body_at(s, j)
            or _STOP_WORDS.at(s, j)
            or verb_at(s, j, caseless=False)
        ):
            return False
    return False


def computed(term: Term, today: date | None) -> date | None:
    """The last day of a calendar term whose first day is printed or is the document's own (Civil Code 2015, art. 147)."""
    start = _start(term, today)
    if start is None or term.amount is None or term.amount > 3650:
        return None
    sign = 1 if term.direction == "after" else -1
    if term.unit in ("day", "week"):
        return start + timedelta(days=sign * term.amount * (7 if term.unit == "week" else 1))
    if term.unit in ("month", "year"):
        return _months_on(start, sign * term.amount * (12 if term.unit == "year" else 1))
    return None


def _start(term: Term, today: date | None) -> date | None:
    since = term.since
    if since is not None and since.year and since.dated and since.problem is None and not since.lunar:
        assert since.day is not None
        return (
            date(since.year, since.months[0], since.day) if len(since.months) == 1 and since.weekday is None else None
        )
    event = term.event.lower().removeprefix("ngày ").strip()
    return today if event in _OWN else None


def _months_on(day: date, months: int) -> date | None:
    index = day.year * 12 + day.month - 1 + months
    if not 1800 * 12 <= index < 2200 * 12:
        return None
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
