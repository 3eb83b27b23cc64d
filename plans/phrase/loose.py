"""Dates without an operator: under a heading, repeating by themselves, in a range, or alone."""

from plans.phrase import context as said
from plans.phrase.found import Deadline, Found
from plans.phrase.moment import Moment
from plans.phrase.moments import moments_at
from plans.phrase.operators import Op, operator_at
from plans.phrase.sentence import Sentence

_REACH, _NEAR, _YEARLY = 12, 4, 40
_DONE: tuple[str, ...] = ("thành", "xong")


def header_at(found: Found, i: int) -> int | None:
    """“Thời hạn gửi báo cáo: ngày 20 hằng tháng”, “hoàn thành quý II/2024”, “thời gian: 8h00 ngày 20/5/2024”."""
    s = found.s
    header = said.HEADER.at(s, i)
    if (
        header is None
        or found.by_data(i)
        or said.said_before(s, said.VALID, i + 3, 12)
        or said.said_before(s, said.FORMER, i)
        or s.is_one(i - 1, "tại", "quá", "trễ")
    ):
        return None
    place = _value_of(s, header[1], wide=not s.is_one(i, "hoàn", "tổ", "diễn", "khai"))
    if place is None or operator_at(s, place) is not None or (s.is_word(place, "từ")):
        return None
    moments = moments_at(s, place)
    if s.is_one(i, "tổ", "diễn", "khai") and not s.is_any(place, "ngày"):
        return None
    if not moments or not any(m.dated or m.each or m.shift or m.months or m.weekday is not None for m in moments):
        return None
    limit = (any(s.is_any(j, "hạn", "thành") for j in range(i, place)) or s.is_word(i, "tiến")) and not s.is_word(
        i, "ngày"
    )
    spans = all(m.span for m in moments)
    op: Op = "within" if spans else "by" if limit else "on"
    end = max(m.end for m in moments)
    if spans and operator_at(s, end) is not None:
        return None  # "Thời gian báo cáo: quý I trước ngày 10/3"
    found.deadlines.append(Deadline(i, end, op, tuple(moments)))
    return end


def _value_of(s: Sentence, i: int, *, wide: bool) -> int | None:
    """Where the value of a heading begins: behind ":" or "là", or right here."""
    if moments_at(s, i):
        return i
    for j in range(i, min(i + _REACH if wide else i + 2, len(s))):
        if s.at(j).text in (".", ";", ",") or s.at(j).kind == "code":
            return None
        if s.is_one(j, "từ") or operator_at(s, j) is not None or said.DATA.at(s, j) is not None:
            return None
        if wide and j < i + _NEAR and s.is_word(j, "ngày") and moments_at(s, j):
            return j
        if s.at(j).text == ":" or s.is_word(j, "là"):
            return s.skip(j + 1, "là", ":", "-")
    return None


def loose_at(found: Found, i: int) -> int | None:
    """A moment on its own."""
    s = found.s
    moments = moments_at(s, i)
    if not moments or all(m.time and not m.each and not m.months and m.weekday is None for m in moments):
        return None
    end = max(m.end for m in moments)
    op: Op = "within" if all(m.span for m in moments) else "on"
    if any(m.problem for m in moments) and s.at(i).kind == "num" and i > 0:
        return None  # "15/20": a mark, a share, not a date
    if found.by_data(i) or s.is_one(i - 1, "từ", "đến", "tính", "chốt"):
        return found.ignore(i, end, "kỳ số liệu, không phải thời hạn gửi")
    alone = _alone(s, i, end)
    if alone or _repeats(s, moments, i):
        bare = (
            alone
            and all(m.months and not m.year and not m.each and not m.lunar for m in moments)
            and not s.is_any(i, "ngày")
        )
        unsure = "câu chỉ có con số, không nói đó là thời hạn" if bare and not moments[0].span else None
        found.deadlines.append(Deadline(i, end, op, tuple(moments), unsure))
        return end
    if _bracketed(found, i, end):
        found.deadlines.append(
            Deadline(i, end, op, tuple(moments), "văn bản ghi ngày trong ngoặc, không nói rõ trước hay vào ngày đó")
        )
        return end
    if _opens_clause(s, i, end, moments) or _cell(s, i, end) or _labelled(s, i, end) or _of_year(found, i, moments):
        found.deadlines.append(Deadline(i, end, op, tuple(moments)))
        return end
    found.years += [m for m in moments if m.span and m.year and m.problem is None]
    if any(m.dated and not m.span for m in moments) and not _cited(s, i):
        found.doubts.append((i, end))
    if any(m.months for m in moments):
        found.ignore(i, end, "văn bản không nói đó là thời hạn (ngày của văn bản khác, kỳ hoặc năm được nhắc tới)")
    return end if any(m.months for m in moments) else None


def _cited(s: Sentence, i: int) -> bool:
    """Whether a document, an event of the past or a start stands before the date."""
    return any(s.at(j).kind == "code" or said.DOCUMENT.at(s, j) for j in range(max(0, i - 14), i))


def _repeats(s: Sentence, moments: list[Moment], i: int) -> bool:
    """“ngày 25 hằng tháng”, “15 giờ thứ Sáu hằng tuần”, “tháng 12 hằng năm”."""
    end = max(m.end for m in moments)
    if s.is_any(i - 1, "trong", "của") or s.is_one(i - 1, "tuần", "tháng") or s.is_plain(end, "là"):
        return False
    if len(moments) > 2 and moments[-1].offset == 1 and all(m.dated and not m.span for m in moments):
        return True
    if all(m.vague for m in moments) and i > 0 and s.at(i - 1).kind != "mark":
        return False
    return any(
        m.each is not None and (m.day is not None or m.weekday is not None or m.time) and not m.offset for m in moments
    )


def _alone(s: Sentence, i: int, end: int) -> bool:
    """The whole text is the moment, as in the time column of an annex."""
    return i <= 1 and s.skip(end, ".", ";", ",", ")") >= len(s) and all(s.at(j).kind == "mark" for j in range(i))


def _bracketed(found: Found, i: int, end: int) -> bool:
    """“báo cáo 6 tháng (15/6)”: behind the name of a report."""
    last = found.frequencies[-1] if found.frequencies else None
    s = found.s
    return (
        last is not None
        and s.at(i - 1).text in ("(", ":")
        and i - last.end <= 2
        and s.at(end).text in (")", ";", ",", ".", "")
    )


def _cell(s: Sentence, i: int, end: int) -> bool:
    """A table's cell: between bars."""
    return s.at(i - 1).text == "|" and (s.at(end).text in ("|", "") or s.at(end).kind == "num")


def _labelled(s: Sentence, i: int, end: int) -> bool:
    """“Sở Y tế: tháng 3/2026; …”, “khai mạc: 20h00 ngày 13/9/2025”."""
    closes = s.at(end).text in (";", ".", ",", "", ")") or said.FINISH.at(s, end) is not None
    return s.at(i - 1).text == ":" and closes and not any(s.is_one(j, "kỳ", "liệu") for j in range(max(0, i - 6), i))


def _of_year(found: Found, i: int, moments: list[Moment]) -> bool:
    """“Hằng năm, tháng 3 đăng ký, tháng 9 tổ chức”: months of every year that open their clause."""
    yearly = any(f.freq == "annual" and f.strong and i - f.end < _YEARLY for f in found.frequencies[-3:])
    opens = found.s.at(i - 1).text == "," or found.s.at(i - 1).low == "và"
    return yearly and opens and all(m.span and not m.year and m.months for m in moments)


def _opens_clause(s: Sentence, i: int, end: int, moments: list[Moment]) -> bool:
    """“Quý II/2024: ban hành …”, “Tháng 6/2024, hoàn thành …”."""
    if s.at(end).text not in (":", ",") or not (all(m.span for m in moments) or s.at(end).text == ":"):
        return False
    starts = i == 0 or s.at(i - 1).text in (".", ";", "-", "+", "*")
    return starts and said.FINISH.at(s, end + 1) is not None
