"""From what was found to one reading: which kind, which dates, why, and what is unsure."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from plans.phrase import wording
from plans.phrase.duties import collect
from plans.phrase.expand import Asked, dates_of
from plans.phrase.found import Deadline, Found
from plans.phrase.frequencies import joined
from plans.phrase.gathered import counted_deadlines, has_year, once, report_year, without_absorbed
from plans.phrase.moment import Moment
from plans.phrase.operators import Op
from plans.phrase.parties import parties_of
from plans.phrase.reading import Kind, PhraseReading, Relation
from plans.phrase.refusals import PAST_WHY
from plans.phrase.rhythm import Rhythm, placed, rhythm_of
from plans.phrase.sentence import Sentence
from plans.phrase.terms import computed

YearFrom = Literal["printed", "asked", "context", "today"]
_EARLY_MONTH = 3


@dataclass
class _Draft:
    """A reading while it is put together."""

    found: Found
    asked: Asked
    year_from: YearFrom | None = None
    due: set[date] = field(default_factory=set)
    why: list[str] = field(default_factory=list)
    warnings: dict[str, None] = field(default_factory=dict)

    def warn(self, *texts: str) -> None:
        self.warnings.update(dict.fromkeys(texts))


def read_phrase(
    text: str,
    *,
    year: int | None = None,
    context_date: date | None = None,
    strict: bool = True,
    year_from: Literal["asked", "today"] = "asked",
) -> PhraseReading:
    """Read one sentence. ``year`` dates what repeats and what prints no year; else the year of ``context_date`` does.

    ``year_from`` says whose year it is. ``strict``: "trước ngày D" ends with D-1, else with D. Never raises for any text; linear in its length.
    """
    found = collect(Sentence.read(text))
    draft = _Draft(found, Asked(year or (context_date.year if context_date else None), context_date, strict))
    draft.year_from = year_from if year else "context" if context_date else None
    deadlines = counted_deadlines(found)
    printed = report_year(found)
    year_printed = has_year(deadlines) or printed is not None
    rhythm = rhythm_of(
        found, deadlines, year_printed=year_printed, in_context=context_date is not None and year is None
    )
    deadlines = [placed(found, d, rhythm) for d in without_absorbed(deadlines)]
    if found.standing and deadlines and all(d.op == "within" for d in deadlines):
        draft.warn(wording.STANDING_TOO)
    if not rhythm.repeats:
        deadlines = [replace(d, moments=tuple(once(m) for m in d.moments)) for d in deadlines]
    if printed is not None and not has_year(deadlines):
        draft.asked, draft.year_from = replace(draft.asked, year=printed), "printed"
    if found.s.without_marks and any(t.bare == "sau" for t in found.s.tokens):
        draft.warn(wording.SIX_OR_NEXT)
    for deadline in deadlines:
        _settle(draft, deadline, rhythm)
    if rhythm.repeats and draft.due and wording.mixed(found, deadlines):
        draft.warn(wording.MIXED)
    if draft.due and rhythm.freqs & {"biennial", "quinquennial"} and not year_printed:
        draft.warn(wording.WHICH_YEAR)
    draft.warn(
        *(
            f"“{found.s.part(*place)}”: không rõ đây có phải là một thời hạn nữa; cần kiểm tra lại."
            for place in found.doubts
        )
    )
    return _reading(draft, deadlines, rhythm)


def _settle(draft: _Draft, deadline: Deadline, rhythm: Rhythm) -> None:
    """Dates and reasons of one deadline."""
    s = draft.found.s
    for moment in deadline.moments:
        fragment = (
            s.part(deadline.start, deadline.end) if len(deadline.moments) == 1 else s.part(moment.start, moment.end)
        )
        result = dates_of(moment, deadline.op, draft.asked)
        if not result.days and not result.problems:
            draft.warn(wording.missing(fragment, moment, draft.asked.year, repeats=rhythm.repeats))
        draft.warn(*(f"“{fragment}”: {problem}." for problem in result.problems))
        draft.due.update(result.days)
        draft.why += wording.steps(fragment, moment, deadline.op, result.days, strict=draft.asked.strict)
        _check_year(draft, fragment, moment, result.days, rhythm)
    if deadline.unsure:
        draft.warn(f"“{s.part(deadline.start, deadline.end)}”: {deadline.unsure}.")


def _check_year(draft: _Draft, fragment: str, moment: Moment, days: tuple[date, ...], rhythm: Rhythm) -> None:
    """A year that was not printed with the date is named; a date before the document's own day is doubted."""
    today, asked = draft.asked.today, draft.asked.year
    if moment.year and days and asked is not None and days[-1].year < asked and draft.year_from in ("asked", "context"):
        draft.warn(
            f"“{fragment}”: ngày {days[-1]:%d/%m/%Y} trước năm {asked}; có thể là việc đã qua hoặc phạm vi áp dụng, cần kiểm tra."
        )
    if moment.year or moment.shift or not days:
        return
    draft.why.append(wording.year_step(fragment, draft.asked.year, draft.year_from))
    if rhythm.repeats:
        if today is not None and moment.each == "monthly" and not draft.found.frequencies:
            draft.warn(
                f"“{fragment}”: văn bản không nói lặp lại hằng tháng; có thể chỉ là tháng liền sau ngày văn bản, cần kiểm tra."
            )
        return
    if today is not None and days[-1] < today:
        draft.warn(f"“{fragment}”: ngày {days[-1]:%d/%m/%Y} trước ngày văn bản {today:%d/%m/%Y}; kiểm tra lại năm.")
    if draft.year_from == "printed" and days[-1].month <= _EARLY_MONTH and not moment.offset:
        draft.warn(f"“{fragment}”: văn bản không ghi năm của hạn; có thể là năm {days[-1].year + 1}, cần kiểm tra.")


def _reading(draft: _Draft, deadlines: list[Deadline], rhythm: Rhythm) -> PhraseReading:
    found = draft.found
    relation, term_op = _relation(draft, deadlines)
    kind = _kind(draft, deadlines, rhythm, relation)
    if kind == "periodic" and not draft.due and not deadlines:
        draft.warn(wording.no_date(found, rhythm))
    if kind != "relative" and relation is not None and relation.amount is None:
        relation = None
    time = _time(draft, deadlines)
    parties = parties_of(found.s)
    freq = joined(set(rhythm.freqs)) if kind in ("periodic", "relative") else None
    if freq is None and kind in ("one-off", "relative"):
        freq = "once"
    used = bool(draft.due) and not all(m.year for d in deadlines for m in d.moments)
    return PhraseReading(
        kind, freq, _op(deadlines, term_op), tuple(sorted(draft.due)), time, parties.actors, parties.receiver, relation,
        tuple(_why(draft, kind, rhythm)), tuple(draft.warnings), parties.via, parties.reader,
        draft.asked.year if used else None, draft.year_from if used else None,
    )  # fmt: skip


def _kind(draft: _Draft, deadlines: list[Deadline], rhythm: Rhythm, relation: Relation | None) -> Kind:
    if rhythm.freqs == {"daily"} and draft.found.standing and not deadlines:
        return "standing"
    if rhythm.repeats and (deadlines or relation is None or relation.amount is None):
        return "periodic"
    if deadlines:
        return "one-off"
    if draft.found.periodic and (relation is None or relation.amount is None):
        return "periodic"
    if relation is not None:
        return "relative"
    told = any(why == PAST_WHY for _, why in draft.found.ignored)
    return "standing" if draft.found.standing and not told else "none"


def _relation(draft: _Draft, deadlines: list[Deadline]) -> tuple[Relation | None, Op | None]:
    found = draft.found
    if found.terms:
        term, op = found.terms[0]
        relation = Relation(term.amount, term.unit, term.event, term.direction)
        fragment = found.s.part(term.start, term.end)
        draft.why.append(wording.term_step(fragment, relation))
        day = computed(term, draft.asked.today)
        if day is not None and not deadlines:
            draft.due.add(day)
            draft.why.append(wording.counted(fragment, day))
        if not term.event:
            draft.warn(f"“{fragment}”: văn bản không nói tính từ khi nào; cần xác định mốc bắt đầu.")
        if term.clash:
            draft.warn(f"“{fragment}”: số và chữ không khớp nhau; cần hỏi lại nơi ban hành.")
        if len({(t.amount, t.unit, t.event) for t, _ in found.terms}) > 1:
            draft.warn("Câu có nhiều thời hạn tính theo sự kiện; kết quả chỉ nêu thời hạn đầu tiên, cần tách câu.")
        return relation, op
    if found.events:
        event = found.events[0]
        return Relation(None, "day", event.text, "after"), event.op
    return None, None


def _op(deadlines: list[Deadline], term_op: Op | None) -> Op | None:
    if not deadlines:
        return term_op
    return next((d.op for d in deadlines if not any(m.shift for m in d.moments)), deadlines[0].op)


def _time(draft: _Draft, deadlines: list[Deadline]) -> str | None:
    times = {m.time for d in deadlines for m in d.moments}
    named = times - {None}
    if len(named) == 1 and None not in times and not any(wording.SEVERAL_HOURS in w for w in draft.warnings):
        return named.pop()
    if named:
        draft.warn("Các hạn trong câu có giờ khác nhau (hoặc chỉ một hạn ghi giờ); cần tách từng hạn.")
    return None


def _why(draft: _Draft, kind: Kind, rhythm: Rhythm) -> list[str]:
    found = draft.found
    lines = list(dict.fromkeys(draft.why))
    lines += [
        wording.frequency_step(found.s.part(f.start, f.end), f.freq)
        for f in found.frequencies
        if f.freq in rhythm.freqs and f.freq
    ]
    lines += [f"“{fragment}”: {why}." for fragment, why in found.ignored]
    if kind in ("standing", "none", "relative"):
        lines.append(wording.kind_step(kind, found))
    return list(dict.fromkeys(lines))
