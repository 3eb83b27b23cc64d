"""From one day to another: a data window, how long something lasts, or days the last of which is a limit."""

from plans.phrase import context as said
from plans.phrase.found import Deadline, Found
from plans.phrase.moment import Moment
from plans.phrase.moments import moments_at
from plans.phrase.operators import Op
from plans.phrase.sentence import Sentence

_START = "mốc bắt đầu, không phải thời hạn"
_SEVERAL_DAYS = "văn bản nêu một khoảng ngày; lấy ngày cuối làm hạn"
_SPAN = "văn bản nêu một khoảng thời gian; lấy ngày cuối của khoảng làm hạn, cần kiểm tra lại"


def range_at(found: Found, i: int) -> int | None:
    """“từ ngày D1 đến [hết] ngày D2”, “từ nay đến …”, “từ ngày D”."""
    s = found.s
    if not s.is_word(i, "từ") and s.after(i, "kể từ") is None:
        return None
    now = s.after(i, "từ nay") or s.after(i, "kể từ nay")
    if now is not None and s.is_any(now, "đến", "tới"):
        return _from_now(found, i, now)
    first = moments_at(s, s.skip(i, "kể", "từ"))
    if not first:
        return None
    end = _end(first)
    j = s.skip(end, ",", ")", "cho")
    if not (s.is_any(j, "đến", "tới") or s.at(j).text == "-"):
        return _start(found, i, first)
    last = moments_at(s, s.skip(j, "đến", "tới", "hết", "-", "trước"))
    if not last:
        return found.ignore(i, end, _START)
    if all(m.time and not m.months for m in last):
        return found.ignore(i, _end(last), "khung giờ, không phải thời hạn")
    return _window(found, i, j, first, last)


def _end(moments: list[Moment]) -> int:
    return max(m.end for m in moments)


def _start(found: Found, i: int, first: list[Moment]) -> int:
    """Only a beginning, or “từ ngày 15-20/6/2025”, or a meeting that begins at an hour."""
    s, end = found.s, _end(first)
    dashed = any(s.at(j).text == "-" and s.at(j + 2).text == "/" for j in range(i, end))
    if dashed and first[0].dated and said.said_before(s, said.FINISH, i):
        found.deadlines.append(Deadline(i, end, "by", tuple(first), _SEVERAL_DAYS))
        return end
    if any(m.time and m.dated for m in first):
        found.deadlines.append(Deadline(i, end, "on", tuple(first)))
        return end
    return found.ignore(i, end, _START)


def _window(found: Found, i: int, j: int, first: list[Moment], last: list[Moment]) -> int:
    """Both ends are said; the second is a limit only where the clause speaks of one."""
    s, end = found.s, _end(last)
    limit = said.said_before(s, said.PERIOD_HEADER, i) or said.said_before(s, said.LIMIT, i)
    limit = limit and not said.said_before(s, said.VALID, i)
    repeats = any(m.each for m in last)
    if repeats and not found.by_data(i) and (limit or said.said_after(s, said.FINISH, end)):
        found.deadlines.append(Deadline(i, end, "by", tuple(last), _SEVERAL_DAYS))
        return end
    if found.by_data(i) or not limit or _reported(s, i) or repeats or any(m.each for m in first):
        found.data_until = -1
        return found.ignore(i, end, "khoảng thời gian (kỳ số liệu hoặc thời gian diễn ra), không phải thời hạn")
    op: Op = "within" if all(m.span for m in last) else "by"
    hard = any(s.is_word(k, "hết") for k in range(j, end))
    found.deadlines.append(Deadline(i, end, op, tuple(last), _SPAN, weak=not hard))
    return end


def _reported(s: Sentence, i: int) -> bool:
    """“Thời gian báo cáo: từ …”, or a remark in brackets."""
    reports = any(s.after(k, "báo cáo", plain=True) for k in range(max(0, i - 3), i))
    return reports or any(s.at(k).text == "(" for k in range(max(0, i - 5), i))


def _from_now(found: Found, i: int, now: int) -> int | None:
    """“từ nay đến ngày 15/12/2025”."""
    s = found.s
    last = moments_at(s, s.skip(now, "đến", "tới", "hết"))
    if not last:
        return None
    end = _end(last)
    if all(m.span >= 12 for m in last):
        return found.ignore(i, end, "mốc mục tiêu, không phải thời hạn")
    unsure = (
        None
        if said.said_after(s, said.DONE, end, 20)
        else "“từ nay đến …” có thể chỉ là khoảng thời gian; kiểm tra lại"
    )
    found.deadlines.append(Deadline(i, end, "by", tuple(last), unsure))
    return end
