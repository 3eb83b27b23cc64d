"""Whether the phrase of a deadline says what its rule says; a plan that contradicts its own text is refused."""

from collections.abc import Iterator
from datetime import date

from plans.deadline import Deadline
from plans.errors import PlanFileError
from plans.finding import fault
from plans.occurrences import last_day
from plans.phrase.judge import read_phrase
from plans.phrase.reading import PhraseReading
from plans.schema import ObligationSpec, PlanFile
from plans.source import Path

_ADVICE = "Correct the phrase or the rule, so that both say the same."
_YEARLY_RHYTHMS = {"annual", "semiannual", "nine-month"}
_RHYTHM = {"once": "one-off", "yearly": "periodic"}


def check_phrases(plan: PlanFile) -> Iterator[PlanFileError]:
    """A fault for every deadline whose phrase, read with certainty, says something else than its rule."""
    for path, _, deadline, reading in _read(plan):
        differs = None if _open(reading) else _difference(plan, deadline, reading)
        if differs is not None:
            said = f"the phrase “{deadline.phrase}” reads as {_said(reading)}, the rule says {_ruled(plan, deadline)}"
            yield fault(plan, (*path, differs), said, _ADVICE)


def phrase_warnings(plan: PlanFile) -> list[str]:
    """Phrases that could not be read with certainty, for a person to look at; the plan stands."""
    return [
        f"{spec.code}: “{deadline.phrase}”: {' '.join(reading.warnings) or 'tính theo sự kiện, không đối chiếu được với ngày.'}"
        for _, spec, deadline, reading in _read(plan)
        if _open(reading)
    ]


def _read(plan: PlanFile) -> Iterator[tuple[Path, ObligationSpec, Deadline, PhraseReading]]:
    for index, spec in enumerate(plan.obligations):
        deadline = spec.deadline
        if deadline is None or deadline.phrase is None or deadline.basis == "internal":
            continue
        year = deadline.on.year if deadline.on else deadline.from_year
        reading = read_phrase(deadline.phrase, year=year, strict=plan.policy.before == "strict")
        yield ("obligations", index, "deadline"), spec, deadline, reading


def _open(reading: PhraseReading) -> bool:
    """No date was read and the reading says why, or it counts from an event no file dates."""
    return not reading.due and (bool(reading.warnings) or reading.kind == "relative")


def _difference(plan: PlanFile, deadline: Deadline, reading: PhraseReading) -> str | None:
    """The key that the phrase contradicts, or None."""
    if reading.kind != _RHYTHM[deadline.freq]:
        return "freq"
    if deadline.freq == "yearly" and not _YEARLY_RHYTHMS & set((reading.freq or "").split("+")):
        return "freq"
    if reading.op != deadline.op:
        return "op"
    if reading.time != deadline.time:
        return "time"
    due = _due(plan, deadline)
    same = due in reading.due or (deadline.freq == "yearly" and _yearly(due) in {_yearly(day) for day in reading.due})
    return None if same else ("on" if deadline.on else "day")


def _due(plan: PlanFile, deadline: Deadline) -> date:
    printed_on = deadline.on or deadline.printed_in(deadline.from_year or plan.issued_on.year)
    return last_day(deadline, printed_on, strict=plan.policy.before == "strict")


def _yearly(day: date) -> tuple[int, int]:
    """“Trước 01/01 hằng năm” is 31/12 of the year before or of the year itself: one rule."""
    return day.month, day.day


def _said(reading: PhraseReading) -> str:
    days = ", ".join(day.isoformat() for day in reading.due) or "no date"
    time = f" {reading.time}" if reading.time else ""
    return f"{reading.kind} {reading.freq or ''} {reading.op or ''} {days}{time}".replace("  ", " ")


def _ruled(plan: PlanFile, deadline: Deadline) -> str:
    time = f" {deadline.time}" if deadline.time else ""
    return f"{_RHYTHM[deadline.freq]} {deadline.freq} {deadline.op} {_due(plan, deadline).isoformat()}{time}"
