"""Dates and terms that an operator governs: "trước ngày 15/9", "chậm nhất 05 ngày sau khi", "trong quý I/2024"."""

from dataclasses import replace

from plans.phrase import context as said
from plans.phrase.days import days_at
from plans.phrase.found import Deadline, Found
from plans.phrase.moment import Moment
from plans.phrase.moments import moments_at
from plans.phrase.operators import Op, Operator, operator_at
from plans.phrase.refusals import AIM_WHY, DATA_WHY, in_force, judged, not_taken, reported
from plans.phrase.sentence import Sentence
from plans.phrase.terms import Term, anchor_at, event_end, term_at

_NEXT_DAYS = ("ngày làm việc tiếp theo", "ngày làm việc liền kề", "ngày làm việc kế tiếp", "ngày làm việc sau")


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
    if moments and operator.after and any(m.dated for m in moments) and not_taken(s, i):
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


def _belongs_before(s: Sentence, i: int) -> bool:
    """“tháng trước”, “năm trước”, “kỳ trước”: not “before”."""
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
    """“trước 05 ngày so với ngày khai mạc”, “trước ít nhất 05 ngày tính đến ngày …”."""
    i = s.after(term.end, "so với") or s.after(term.end, "tính đến")
    if i is None:
        return replace(term, direction="before")
    end = event_end(s, i)
    return replace(term, direction="before", event=s.part(i, end), end=end)


def _before_event(found: Found, operator: Operator) -> int | None:
    """“trước khi tổ chức ít nhất 05 ngày”, “trước ngày khai mạc 07 ngày làm việc”."""
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
    """“trước ngày sáp nhập 01/7/2025”, “trước ngày khóa sổ (ngày 31 tháng 12)”."""
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
    number = next((j for j in range(operator.end + 1, operator.end + 5) if s.at(j).kind == "num"), None)
    if (
        operator.op == "before"
        and s.is_word(operator.end, "ngày")
        and number is not None
        and not s.is_any(number + 1, "ngày")
    ):
        found.doubts.append((operator.start, number + 1))
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
    refused, unsure = judged(found, operator, moments, end)
    if refused is not None:
        unclear = refused == DATA_WHY and any(m.each for m in moments) and operator.op in ("on", "by")
        if unclear or (
            refused == AIM_WHY and operator.op == "within" and said.said_before(found.s, said.DO, operator.start, 8)
        ):
            found.doubts.append((operator.start, end))
        found.years += [m for m in moments if m.year and refused == DATA_WHY]
        return found.ignore(operator.start, end, refused)
    op = operator.op
    if op == "on" and all(m.span for m in moments):
        op = "within"
    s = found.s
    soft = operator.until and not any(s.is_word(j, "hết") for j in range(operator.start, operator.end))
    prolonged = operator.until and s.is_one(operator.start - 1, "dài", "hạn")
    of_report = op == "within" and reported(s, operator.start)
    weak = soft or prolonged or of_report
    if of_report and not said.said_before(s, said.RESULTS, operator.start, 12):
        found.doubts.append((operator.start, end))
    found.deadlines.append(Deadline(operator.start, end, op, tuple(moments), unsure, weak))
    return end
