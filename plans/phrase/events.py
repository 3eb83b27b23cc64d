"""Events that start a duty without a number: "ngay sau khi …", "đột xuất", "khi có yêu cầu", "kịp thời báo cáo"."""

from typing import Literal

from plans.phrase import context as said
from plans.phrase.found import Event, Found
from plans.phrase.phrases import Phrases
from plans.phrase.terms import event_end, term_at

_Sort = Literal["at once", "on demand", "request", "sudden", "pending", "case", "prompt", "same day"]

_WORDS: Phrases[_Sort] = Phrases(
    {
        "ngay sau khi": "at once", "ngay khi": "at once", "ngay sau": "at once", "ngay lập tức sau khi": "at once", "ngay từ khi": "at once",
        "khi có": "on demand", "khi phát hiện": "on demand", "khi xảy ra": "on demand", "khi phát sinh": "on demand",
        "khi cần thiết": "on demand", "khi được yêu cầu": "on demand", "khi cơ quan": "on demand", "khi cần": "on demand",
        "khi thay đổi": "on demand", "lúc có": "on demand", "khi nhận được": "on demand",
        "theo yêu cầu": "request", "đột xuất": "sudden",
        "sau khi": "pending", "khi kết thúc": "pending", "kể từ khi": "pending", "kể từ ngày": "pending", "từ khi": "pending", "sau ngày": "pending",
        "trường hợp": "case", "nếu có": "case", "nếu phát sinh": "case", "trong quá trình": "case",
        "kịp thời báo cáo": "prompt", "báo cáo kịp thời": "prompt", "báo cáo ngay": "prompt", "kịp thời phản ánh": "prompt",
        "phản ánh kịp thời": "prompt", "thông báo ngay": "prompt", "thông tin kịp thời": "prompt", "báo ngay": "prompt", "kịp thời thông tin": "prompt",
        "ngay trong ngày làm việc": "same day", "trong ngày làm việc": "same day", "ngay trong ngày": "same day",
    },
    plain=True,
)  # fmt: skip
_STARTS_AT: dict[_Sort, int] = {"on demand": 1, "request": 0, "case": 0, "same day": 0, "sudden": 0, "prompt": 0}


def event_at(found: Found, i: int) -> int | None:
    """The event that starts here, kept for what follows; the position behind it."""
    s = found.s
    known = _WORDS.at(s, i)
    if known is None:
        return None
    sort, end = known
    if sort == "sudden":
        return _sudden(found, i, end)
    if sort == "prompt":
        return _prompt(found, i, end)
    start = i + _STARTS_AT[sort] if sort in _STARTS_AT else end
    start = i + 1 if sort == "pending" and s.is_one(i, "khi") else start
    last = max(event_end(s, start), end)
    text = s.part(start, last)
    since = f"{s.at(start - 1).low} {text}" if s.is_one(start - 1, "khi", "ngày") else text
    event = Event(i, last, text, since, op={"at once": "by", "same day": "within"}.get(sort))  # type: ignore[arg-type]
    if sort in ("pending", "case"):
        return _pending(found, event, end)
    found.events.append(event)
    return last


def _pending(found: Found, event: Event, end: int) -> int:
    """“Sau khi kết thúc cuộc thanh tra 15 ngày”, or an event that a later number counts from."""
    s = found.s
    found.pending.append(event)
    term = term_at(s, event.end)
    if term is not None and not term.event and event.text:
        found.keep(term, event.since, "by")
        return term.end
    return end


def _sudden(found: Found, i: int, end: int) -> int:
    s = found.s
    follows = _WORDS.at(s, s.skip(end, ",", "hoặc", "và", "(", ":"))
    if follows is not None and follows[0] in ("on demand", "request", "at once"):
        return end
    found.events.append(Event(i, end, s.part(i, end), s.part(i, end), sudden=True))
    return end


def _prompt(found: Found, i: int, end: int) -> int:
    """“kịp thời báo cáo”: a duty only where a case that starts it is said."""
    s = found.s
    if s.is_one(end - 1, "ngay") and s.is_one(end, "khi", "sau", "trong"):
        return end - 1
    case = next((e for e in reversed(found.pending) if i - e.end < said.NEAR), None)
    if case is not None:
        found.events.append(Event(case.start, end, case.text, case.since))
    return end
