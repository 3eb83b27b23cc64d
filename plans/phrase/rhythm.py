"""Whether a duty repeats, and how often: what is said outright, what reports are called, what the dates imply."""

import itertools
from bisect import bisect_left
from dataclasses import dataclass, replace

from plans.phrase.context import DATA
from plans.phrase.found import Deadline, Found
from plans.phrase.frequencies import Frequency
from plans.phrase.moment import EACH_MONTH, QUARTER_ENDS, QUARTER_STARTS, Freq, Moment

_REPORT_WORDS = ("báo cáo", "sơ kết", "tổng kết", "giao ban", "định kỳ")
_REACH = 60
_PERIOD_ENDS: dict[Freq, tuple[int, ...]] = {
    "monthly": EACH_MONTH, "quarterly": QUARTER_ENDS, "semiannual": (6, 12), "nine-month": (9,), "annual": (12,),
}  # fmt: skip
_PERIOD_NEXT: dict[Freq, tuple[int, ...]] = {
    "monthly": EACH_MONTH, "quarterly": QUARTER_STARTS, "semiannual": (1, 7), "nine-month": (10,), "annual": (1,),
}  # fmt: skip


@dataclass(frozen=True)
class Rhythm:
    """``freqs`` of the duty, empty for once; ``repeats`` also when the rhythm has no name of ours (``other``)."""

    freqs: frozenset[Freq]
    repeats: bool
    other: str | None = None


def rhythm_of(found: Found, deadlines: list[Deadline], *, year_printed: bool, in_context: bool) -> Rhythm:
    """How often the duty of a sentence repeats; ``in_context``: read on a known day, so "tháng sau" is one month."""
    marks = _own(found) if deadlines or found.terms or not _of_data(found) else []
    strong = {m.freq for m in marks if m.strong and m.freq}
    other = next((found.s.part(m.start, m.end) for m in marks if m.freq is None), None)
    named = {m.freq for m in marks if not m.strong and not m.weak and m.freq}
    said = strong | named
    follows = bool(said) and "monthly" not in said
    within = {
        m.each for d in deadlines for m in d.moments if m.each and m.each != "annual" and not (follows and m.following)
    }
    trailing = any(m.each == "annual" for d in deadlines for m in d.moments)
    by_name = (
        named
        if _named_counts(found, deadlines, year_printed=year_printed, strong=bool(strong or within or trailing))
        else set()
    )
    freqs = strong | by_name | within
    listed = any(
        len(m.months) > 1 and not m.span and m.each is None and not m.year for d in deadlines for m in d.moments
    )
    if (trailing or (listed and not year_printed)) and not freqs:
        both = all(word in found.s.text.lower() for word in ("sơ kết", "tổng kết")) and len(deadlines) > 1
        freqs = {"semiannual", "annual"} if both else {_spread(deadlines)}
    yearless = any(m.months and not m.year for d in deadlines for m in d.moments)
    if (
        in_context
        and not marks
        and not found.periodic
        and all(m.following or m.offset for d in deadlines for m in d.moments)
    ):
        return Rhythm(frozenset(), repeats=False)
    if (
        not freqs
        and deadlines
        and (not year_printed or yearless)
        and (_next_year(deadlines) or any(m.weak for m in marks))
    ):
        freqs = (
            {_spread(deadlines)}
            if _next_year(deadlines) and named == set()
            else {m.freq for m in marks if m.weak and m.freq}
        )
        freqs = freqs or {_spread(deadlines)}
    return Rhythm(frozenset(freqs), bool(freqs) or other is not None, other)


def _own(found: Found) -> list[Frequency]:
    """The frequencies without one that a more exact one explains: "hằng năm: mỗi tháng 01 lần"."""
    marks = found.frequencies
    return [
        m for i, m in enumerate(marks) if not (m.strong and i + 1 < len(marks) and _explained(found, m, marks[i + 1]))
    ]


def _explained(found: Found, mark: Frequency, following: Frequency) -> bool:
    return found.s.at(mark.end).text == ":" and following.start == mark.end + 1 and following.strong


def _of_data(found: Found) -> bool:
    """Whether the sentence speaks of a data window first and of no duty."""
    first = found.frequencies[0].start if found.frequencies else len(found.s)
    return any(DATA.at(found.s, i) for i in range(min(first, 40)))


def _spread(deadlines: list[Deadline]) -> Freq:
    """Evenly spread days of the year: two half a year apart are semiannual, four are quarterly, twelve monthly."""
    days = [m for d in deadlines for m in d.moments if not m.span and m.each in (None, "annual")]
    if len({m.day for m in days}) != 1:
        return "annual"
    months = sorted({month + 12 * m.offset for m in days for month in m.months})
    steps = {b - a for a, b in itertools.pairwise(months)}
    table: dict[tuple[int, int], Freq] = {(2, 6): "semiannual", (4, 3): "quarterly", (12, 1): "monthly"}
    return table.get((len(months), steps.pop()), "annual") if len(steps) == 1 else "annual"


def _next_year(deadlines: list[Deadline]) -> bool:
    return any(m.offset == 1 and not m.span for d in deadlines for m in d.moments)


def _named_counts(found: Found, deadlines: list[Deadline], *, year_printed: bool, strong: bool) -> bool:
    """A report's name makes a duty repeat unless its date has a year."""
    if found.terms and not deadlines:
        return strong or found.terms[0][0].event.lower().endswith(
            ("kết thúc quý", "kết thúc tháng", "kết thúc kỳ", "kết thúc năm", "kỳ báo cáo")
        )
    if deadlines:
        yearless = any(m.months and not m.year for d in deadlines for m in d.moments)
        return strong or not year_printed or yearless
    text = found.s.text.lower()
    return any(word in text for word in _REPORT_WORDS) or found.s.without_marks


def placed(found: Found, deadline: Deadline, rhythm: Rhythm) -> Deadline:
    """The deadline with the months that only its report's rhythm tells: "tháng cuối kỳ báo cáo", "báo cáo tháng: ngày 25"."""
    return replace(deadline, moments=tuple(_placed(found, deadline, m, rhythm) for m in deadline.moments))


def _placed(found: Found, deadline: Deadline, moment: Moment, rhythm: Rhythm) -> Moment:
    near = _near(found, deadline)
    if moment.following and near and "monthly" not in near and moment.months == EACH_MONTH:
        months = {m for freq in near for m in _PERIOD_NEXT.get(freq, ())}
        doubt = "kỳ báo cáo không rõ là kỳ nào; kiểm tra lại tháng đến hạn" if len(near) > 1 else moment.unsure
        return replace(moment, months=tuple(sorted(months)), each=_one(near), unsure=doubt)
    if moment.months or moment.day is None or moment.shift is not None:
        if not moment.each and not moment.months and moment.weekday is not None and "weekly" in rhythm.freqs:
            return replace(moment, each="weekly")
        return moment
    near = _near(found, deadline) or set(rhythm.freqs)
    span = _span_before(found, deadline)
    if span is not None and moment.of_period is None:
        return replace(moment, months=span.months, year=span.year, each=span.each, offset=span.offset)
    later = bisect_left(found.deadlines, deadline.end, key=lambda d: d.start)
    following = next((m for d in found.deadlines[later : later + 3] for m in d.moments if m.each and m.months), None)
    if moment.of_period is None and following is not None and following.each in near and following.each != "annual":
        return replace(moment, months=following.months, each=following.each)
    if moment.of_period is not None:
        table = _PERIOD_NEXT if moment.of_period else _PERIOD_ENDS
        months = {m for freq in near for m in table.get(freq, ())}
        return replace(moment, months=tuple(sorted(months)), each=moment.each or _one(near))
    if near == {"monthly"}:
        return replace(moment, months=EACH_MONTH, each="monthly")
    dated = next(
        (
            m
            for d in found.deadlines[later : later + 1]
            for m in d.moments
            if m.dated and m.problem is None and len(m.months) == 1
        ),
        None,
    )
    return replace(moment, months=dated.months, year=dated.year) if dated is not None and not near else moment


def _span_before(found: Found, deadline: Deadline) -> Moment | None:
    """“vào tháng 1 và tháng 7 hằng năm, trước ngày 15”: the months said right before a bare day."""
    before = next((d for d in reversed(found.deadlines) if d.end <= deadline.start), None)
    near = before is not None and deadline.start - before.end <= 2
    return (
        before.moments[-1]
        if before is not None and near and before.moments[-1].span == 1 and before.moments[-1].months
        else None
    )


def _one(freqs: frozenset[Freq] | set[Freq]) -> Freq | None:
    return next(iter(sorted(freqs))) if freqs else None


def _near(found: Found, deadline: Deadline) -> set[Freq]:
    """The list of frequencies right before a deadline, or else the one right behind it, in the same clause."""
    around = _around(found.frequencies, deadline)
    before = [m for m in around if m.end <= deadline.start and not _apart(found, m.end, deadline.start)]
    if before:
        return {m.freq for m in _list_end(before) if m.freq}
    after = [m for m in around if m.start >= deadline.end and not _apart(found, deadline.end, m.start)]
    return {after[0].freq} if after and after[0].freq else set()


def _around(marks: list[Frequency], deadline: Deadline) -> list[Frequency]:
    first = bisect_left(marks, deadline.start - _REACH, key=lambda m: m.start)
    return marks[first : bisect_left(marks, deadline.end + _REACH, key=lambda m: m.start)]


def _list_end(marks: list[Frequency]) -> list[Frequency]:
    chosen = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if chosen[-1].start - mark.end > 4:
            break
        chosen.append(mark)
    return chosen


def _apart(found: Found, i: int, j: int) -> bool:
    return any(found.s.at(k).text == ";" for k in range(i, min(j, i + _REACH))) or j - i > _REACH
