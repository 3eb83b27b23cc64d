"""Dates and terms that an operator governs: "trước ngày 15/9", "chậm nhất 05 ngày sau khi", "trong quý I/2024"."""

from dataclasses import replace

from plans.phrase import context as said
from plans.phrase.found import Deadline, Found
from plans.phrase.days import days_at
from plans.phrase.moment import Moment
from plans.phrase.moments import moments_at
from plans.phrase.operators import Op, Operator, operator_at
from plans.phrase.sentence import Sentence
from plans.phrase.terms import Term, anchor_at, event_end, term_at

_DATA_WHY = "kỳ số liệu, không phải thời hạn gửi"
_AIM_WHY = "mốc mục tiêu, không phải thời hạn"
_NEXT_DAYS = ("ngày làm việc tiếp theo", "ngày làm việc liền kề", "ngày làm việc kế tiếp", "ngày làm việc sau")
PAST_WHY = "việc đã qua hoặc phạm vi áp dụng, không phải thời hạn"


def governed_at(found: Found, i: int) -> int | None:
    """The deadline or term that starts with an operator here."""
    s = found.s
    operator = operator_at(s, i)
    if operator is None or _belongs_before(s, i):
        return None
    moments = moments_at(s, operator.end)
    solid = bool(moments) and any(m.months or m.weekday is not None or m.shift or m.each for m in moments)
    if not solid or operator.after:
        end = _term(found, operator)
        if end is not None:
            return end
    if in_force(s, i):
        return None
    if moments and operator.after and any(m.dated for m in moments) and _not_taken(s, i):
        return _dated(found, replace(operator, after=False), moments)
    late = (
        moments_at(s, s.skip(operator.end, "sau"))
        if not moments and operator.op == "by" and s.is_word(operator.end, "sau")
        else []
    )
    if late:
        return _dated(
            found,
            operator,
            [replace(m, unsure=m.unsure or "“chậm nhất sau ngày” không rõ; đọc là chậm nhất ngày đó") for m in late],
        )
    if not moments or operator.after:
        return _before_event(found, operator) or _unread(found, operator)
    return _dated(found, operator, moments)


def in_force(s: Sentence, i: int) -> bool:
    """Behind "có hiệu lực": when the document takes effect, which is nobody's deadline."""
    return any(s.after(j, "hiệu lực", plain=True) for j in range(max(0, i - 5), i))


def _belongs_before(s: Sentence, i: int) -> bool:
    """ "tháng trước", "năm trước", "kỳ trước": not "before"."""
    return s.is_word(i, "trước") and (s.is_any(i - 1, "như") or s.is_any(i + 1, "đây", "mắt", "đó"))


def _term(found: Found, operator: Operator) -> int | None:
    s = found.s
    start = s.skip(operator.end, "sau", "là", "khoảng") if not operator.after else operator.end
    following = next((j for p in _NEXT_DAYS if (j := s.after(start, p))), None)
    if following is not None:
        direction, event, since, end = anchor_at(s, following)
        return _keep(found, Term(start, end, 1, "working_day", event, direction, since), operator) if event else None
    ordinal = s.after(start, "ngày thứ")
    if ordinal is not None and s.number(ordinal) is not None:
        direction, event, since, end = anchor_at(s, ordinal + 1)
        if event:
            return _keep(found, Term(start, end, s.number(ordinal), "day", event, direction, since), operator)
    term = term_at(s, start)
    if term is None or in_force(s, operator.start):
        return None
    if said.said_before(s, said.VALID, operator.start, 12):
        return None
    limited = operator.op in ("within", "by") and (term.unit == "working_day" or _says_term(s, operator))
    counted_back = operator.op == "before"
    if counted_back and not term.event:
        term = _counted_back(s, term)
    earlier = "" if operator.after else _earlier(found)
    if not term.event and not limited and not earlier:
        return None if not counted_back or term.unit == "hour" else _keep(found, term, operator)
    if not term.event:
        term = replace(term, event=earlier)
    return _keep(found, replace(term, direction="before") if counted_back else term, operator)


def _earlier(found: Found) -> str:
    """The event said before the number: "khi xảy ra tai nạn (trong vòng 24 giờ)"."""
    latest = [
        next((e for e in reversed(events[-4:]) if not e.sudden), None) for events in (found.pending, found.events)
    ]
    last = max((e for e in latest if e is not None), key=lambda e: e.start, default=None)
    return last.since if last is not None else ""


def _says_term(s: Sentence, operator: Operator) -> bool:
    return s.at(operator.start).bare in ("khong", "cham", "muon", "tre", "toi", "thoi") or any(
        s.is_any(j, "hạn", "vòng") for j in range(operator.start, operator.end)
    )


def _keep(found: Found, term: Term, operator: Operator) -> int:
    op: Op = "by" if operator.after else "within" if operator.within else operator.op
    found.terms.append((term, op))
    return term.end


def _counted_back(s: Sentence, term: Term) -> Term:
    """ "trước 05 ngày so với ngày khai mạc", "trước ít nhất 05 ngày tính đến ngày …"."""
    i = s.after(term.end, "so với") or s.after(term.end, "tính đến")
    if i is None:
        return replace(term, direction="before")
    end = event_end(s, i)
    return replace(term, direction="before", event=s.part(i, end), end=end)


def _before_event(found: Found, operator: Operator) -> int | None:
    """ "trước khi tổ chức ít nhất 05 ngày", "trước ngày khai mạc 07 ngày làm việc"."""
    s = found.s
    if operator.op != "before":
        return None
    start = s.skip(operator.end, "khi", "lúc")
    start -= 2 if s.after(start - 2, "thời điểm") == start else 0
    last = event_end(s, start)
    named = _named_day(found, operator, start)
    if named is not None:
        return named
    term = term_at(s, s.skip(last, ",", "ít", "nhất", "tối", "thiểu", "chậm", "là", "trong", "vòng"))
    if term is None or last == start:
        return None
    found.terms.append((replace(term, event=s.part(start, last), direction="before"), "before"))
    return term.end


def _named_day(found: Found, operator: Operator, start: int) -> int | None:
    """ "trước ngày sáp nhập 01/7/2025", "trước ngày khóa sổ (ngày 31 tháng 12)"."""
    s = found.s
    if not s.is_word(start, "ngày"):
        return None
    for j in range(start + 1, start + 8):
        if s.at(j).text in (",", ".", ";", ":") or s.at(j).kind == "code":
            return None
        moments = [m for m in days_at(s, j) if m.dated]
        if moments:
            return _dated(found, operator, moments)
    return None


def _unread(found: Found, operator: Operator) -> int | None:
    """A strong operator whose date could not be read is said, never dropped in silence."""
    s = found.s
    strong = s.at(operator.start).bare in ("cham", "muon", "tre") and operator.op in ("by", "before")
    if not strong:
        return None
    direction, event, _, end = anchor_at(s, operator.end)
    if event:
        found.terms.append((Term(operator.start, end, None, "day", event, direction), operator.op))
        return end
    found.ignored.append((s.part(operator.start, operator.end + 6), "không đọc được thời điểm"))
    return operator.end


def _dated(found: Found, operator: Operator, moments: list[Moment]) -> int:
    end = max(m.end for m in moments)
    refused, unsure = _judged(found, operator, moments, end)
    if refused is not None:
        found.years += [m for m in moments if m.year and refused == _DATA_WHY]
        return found.ignore(operator.start, end, refused)
    op = operator.op
    if op == "on" and all(m.span for m in moments):
        op = "within"
    s = found.s
    soft = operator.until and not any(s.is_word(j, "hết") for j in range(operator.start, operator.end))
    prolonged = operator.until and s.is_one(operator.start - 1, "dài", "hạn")
    weak = soft or prolonged or (op == "within" and _reported(s, operator.start))
    found.deadlines.append(Deadline(operator.start, end, op, tuple(moments), unsure, weak))
    return end


def _judged(found: Found, operator: Operator, moments: list[Moment], end: int) -> tuple[str | None, str | None]:
    """Why these are no deadline, or why they may be none."""
    s, i = found.s, operator.start
    if said.said_before(s, said.VALID, i, 25):
        return "thời hạn hiệu lực hoặc thời gian diễn ra, không phải hạn thực hiện", None
    if said.said_before(s, said.FORMER, i):
        return PAST_WHY, None
    if operator.until:
        return _until(found, operator, moments, end)
    if found.by_data(i) and (operator.op in ("on", "within") or s.is_one(i - 1, "chốt")):
        return _DATA_WHY, None
    if operator.op == "before" and _scope(s, i, end):
        return PAST_WHY, None
    if _past(s, i) or (s.is_one(end, "thì", "được", "mà", "vẫn", "chưa", "nhưng", "còn") and operator.op == "before"):
        return PAST_WHY, None
    return _span(found, operator, end) if all(m.span for m in moments) else (None, None)


def _span(found: Found, operator: Operator, end: int) -> tuple[str | None, str | None]:
    """A month, quarter or year is a limit where the clause says what to finish; else an aim or a story."""
    s, i = found.s, operator.start
    does = said.said_before(s, said.FINISH, operator.end)
    aims = said.said_before(s, said.AIM, i) or said.said_after(s, said.AIM, end, 10)
    if aims:
        return (
            (None, "câu nói “phấn đấu” hoặc chỉ tiêu; kiểm tra lại")
            if does and operator.op == "before"
            else (_AIM_WHY, None)
        )
    if operator.op != "within":
        return None, None
    if not does and said.said_after(s, said.NARRATIVE, end, 25):
        return "kỳ được nói tới trong câu kể, không phải thời hạn", None
    if does or said.said_after(s, said.FINISH, end, 30) or _whole(s, i, end):
        return None, None
    if s.is_plain(i, "trong") and i == said.clause_start(s, i):
        found.doubts.append((operator.start, end))
        return "kỳ được nói tới, câu không nêu việc phải hoàn thành", None
    return None, "không thấy việc phải hoàn thành; kiểm tra lại đây có phải thời hạn"


def _not_taken(s: Sentence, i: int) -> bool:
    """ "không nhận hồ sơ sau 17h00 ngày 20/8"."""
    return any(s.is_plain(j, "không") and s.is_one(j + 1, "nhận", "tiếp") for j in range(max(0, i - 5), i))


def _whole(s: Sentence, i: int, end: int) -> bool:
    return i <= 1 and end >= len(s) - 2


def _scope(s: Sentence, i: int, end: int) -> bool:
    """ "Đối với công trình khởi công trước ngày …, …", "các hợp đồng ký kết trước ngày … phải …": which cases are meant."""
    start = said.clause_start(s, i)
    done = said.DONE_TO.at(s, i - 2) or said.DONE_TO.at(s, i - 1)
    if done is None or done[1] != i:
        return False
    inside = any(s.at(j).text == "(" for j in range(max(start, i - 8), i))
    opens = s.after(start, "đối với", plain=True) or s.is_one(start, "các", "những", "trường", "hồ")
    later = any(operator_at(s, j) for j in range(end, min(end + 40, len(s))))
    return inside or bool(opens and later) or s.is_one(end, "phải", "còn", "chưa")


def _past(s: Sentence, i: int) -> bool:
    return any(s.at(j).low == "đã" for j in range(max(0, i - 6), i)) and not any(
        s.at(j).text in (",", ";", ".") for j in range(max(0, i - 6), i)
    )


def _until(found: Found, operator: Operator, moments: list[Moment], end: int) -> tuple[str | None, str | None]:
    """ "đến": a limit only where the clause speaks of one; a horizon, a data window or nothing elsewhere."""
    s, i = found.s, operator.start
    if found.by_data(i) or s.is_one(i - 1, "tính", "chốt", "lấy", "nhật"):
        return _DATA_WHY, None
    if said.said_before(s, said.RESULTS, i, 10) and not said.said_before(s, said.HEADER, i):
        return _DATA_WHY, None
    limit = said.said_before(s, said.LIMIT, i) or said.said_after(s, said.LIMIT, end)
    whole = all(m.span >= 12 for m in moments)
    if s.is_one(end, "có") or any(s.is_one(j, "còn", "đã", "mới", "chưa") for j in range(end, end + 5)):
        return PAST_WHY, None
    hard = any(s.is_word(j, "hết") for j in range(i, operator.end))
    aim = said.said_before(s, said.AIM, i) or said.said_after(s, said.AIM, end, 20)
    done = said.said_before(s, said.DONE, i) or said.DONE.at(s, s.skip(end, ","))
    if aim and (hard or said.DONE.at(s, s.skip(end, ","))) and done and not whole:
        return None, "câu có chỉ tiêu; kiểm tra lại đây là thời hạn hay mốc mục tiêu"
    if aim or (whole and not (hard and limit)):
        return _AIM_WHY, None
    if hard and not any(m.span for m in moments):
        return None, None
    if limit:
        return None, None if hard or said.said_before(
            s, said.LIMIT, i
        ) else "“đến” có thể chỉ là mốc mục tiêu; kiểm tra lại"
    return "mốc thời gian, văn bản không nói đó là thời hạn", None


def _reported(s: Sentence, i: int) -> bool:
    """ "kết quả … trong quý I": the span is what is reported on."""
    start = said.clause_start(s, i, 10)
    for j in range(i - 1, start - 1, -1):
        if s.at(j).text == "," or said.FINISH.at(s, j) and not s.is_any(j, "báo", "thực", "triển", "kiểm"):
            return False
        if said.DATA_PERIOD.at(s, j):
            return True
    return False
