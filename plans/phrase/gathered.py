"""Which of the found dates count: vague ones yield to exact ones, hours said apart join their days."""

from dataclasses import replace

from plans.phrase import wording
from plans.phrase.context import FINISH, said_before
from plans.phrase.found import Deadline, Found
from plans.phrase.moment import Moment, Shift, as_window
from plans.phrase.moments import moments_at
from plans.phrase.sentence import Sentence


def once(moment: Moment) -> Moment:
    """“tháng sau” of one document is the month after its own."""
    return replace(moment, months=(), each=None, shift=Shift("month", 1)) if moment.following else moment


def counted_deadlines(found: Found) -> list[Deadline]:
    """The deadlines that count, each list of months in a row read as one span."""
    if not found.deadlines and not found.terms:
        found.deadlines += _promoted(found)
    strong = [d for d in _merged(found.deadlines) if not d.weak]
    for d in found.deadlines:
        if d.weak and strong:
            found.ignored.append((found.s.part(d.start, d.end), "kỳ được báo cáo, không phải thời hạn gửi"))
    kept = strong or [replace(d, unsure=d.unsure or wording.MAY_BE_PERIOD) for d in found.deadlines]
    return [replace(d, moments=tuple(map(as_window, d.moments))) if d.op == "within" else d for d in kept]


def _promoted(found: Found) -> list[Deadline]:
    """Where nothing else is dated, a day right behind a verb of doing is the day to do it, said to be unsure."""
    kept = []
    for i, end in found.doubts:
        moments = moments_at(found.s, i)
        passive = any(found.s.is_plain(j, "được") for j in range(max(0, i - 5), i))
        if moments and not passive and not found.s.is_plain(end, "của") and said_before(found.s, FINISH, i, 10):
            kept.append(Deadline(i, end, "on", tuple(moments), wording.NO_OPERATOR))
    found.doubts = [place for place in found.doubts if not any(d.start == place[0] for d in kept)]
    return kept


def _says_day(deadline: Deadline) -> bool:
    return any(m.months or m.day or m.weekday is not None or m.shift or m.each for m in deadline.moments)


def _merged(deadlines: list[Deadline]) -> list[Deadline]:
    """An hour said apart ("trước ngày 15/9 … trước 17 giờ") belongs to the days; a vague end of a period yields to a day."""
    days = [d for d in deadlines if _says_day(d)]
    hours = [m.time for d in deadlines if not _says_day(d) for m in d.moments if m.time]
    if not days:
        return deadlines
    exact = [d for d in days if not all(m.vague for m in d.moments)]
    kept = exact or days
    if len(set(hours) | {m.time for d in kept for m in d.moments if m.time}) > 1:
        kept = [
            replace(d, moments=tuple(replace(m, unsure=m.unsure or wording.SEVERAL_HOURS) for m in d.moments))
            for d in kept
        ]
    elif hours:
        kept = [replace(d, moments=tuple(replace(m, time=m.time or hours[0]) for m in d.moments)) for d in kept]
    return kept


def has_year(deadlines: list[Deadline]) -> bool:
    """Whether any of them prints its year."""
    return any(m.year for d in deadlines for m in d.moments)


def report_year(found: Found) -> int | None:
    """The one year printed in the sentence outside the deadline; a plan's or a budget's own year does not count."""
    years = {m.year for m in found.years if m.year and not _planned(found.s, m.start)}
    return years.pop() if len(years) == 1 else None


def _planned(s: Sentence, i: int) -> bool:
    return any(
        s.after(j, word)
        for j in range(max(0, i - 8), i)
        for word in ("kế hoạch", "dự toán", "phương hướng", "chương trình", "nhiệm vụ")
    )


def without_absorbed(deadlines: list[Deadline]) -> list[Deadline]:
    """Without the months a bare day behind them belongs to: “vào tháng cuối quý, trước ngày 12”."""
    return [d for d, following in zip(deadlines, [*deadlines[1:], None], strict=False) if not _absorbed(d, following)]


def _absorbed(deadline: Deadline, following: Deadline | None) -> bool:
    if following is None or following.start - deadline.end > 2:
        return False
    return deadline.moments[-1].span == 1 and all(m.day and not m.months and not m.shift for m in following.moments)
