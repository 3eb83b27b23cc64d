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

_SHOWN = 4
_ADVICE = "Correct the phrase or the rule, so that both say the same."
_RHYTHMS: dict[str, set[str]] = {
    "yearly": {"annual", "semiannual", "nine-month"},
    "semiannual": {"semiannual"},
    "quarterly": {"quarterly"},
    "monthly": {"monthly"},
    "weekly": {"weekly"},
}
"""What a phrase may say of a rule's frequency; one phrase may date several duties of a year."""


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
    if reading.kind != ("one-off" if deadline.freq == "once" else "periodic"):
        return "freq"
    if deadline.freq != "once" and not _RHYTHMS[deadline.freq] & set((reading.freq or "").split("+")):
        return "freq"
    if reading.op != deadline.op:
        return "op"
    if reading.time != deadline.time:
        return "time"
    year = deadline.on.year if deadline.on else deadline.from_year or plan.issued_on.year
    of_year, in_year = _due(plan, deadline, year), _falling_in(plan, deadline, year)
    same = of_year <= set(reading.due) or (bool(in_year) and in_year <= set(reading.due))
    if deadline.freq == "yearly":
        same = same or {_yearly(day) for day in of_year} <= {_yearly(day) for day in reading.due}
    return None if same else "on" if deadline.on else "weekday" if deadline.weekday else "day"


def _due(plan: PlanFile, deadline: Deadline, year: int) -> set[date]:
    """The last days of the rule for the periods of a year."""
    printed = [deadline.printed_for(span) for span in deadline.spans_in(year)]
    return {last_day(deadline, day, strict=plan.policy.before == "strict") for day in printed}


def _falling_in(plan: PlanFile, deadline: Deadline, year: int) -> set[date]:
    """The last days that fall in a year, whatever period they end; for rules that repeat within the year."""
    if deadline.freq in ("once", "yearly"):
        return set()
    days = set().union(*(_due(plan, deadline, each) for each in (year - 1, year, year + 1)))
    return {day for day in days if day.year == year}


def _yearly(day: date) -> tuple[int, int]:
    """“Trước 01/01 hằng năm” is 31/12 of the year before or of the year itself: one rule."""
    return day.month, day.day


def _said(reading: PhraseReading) -> str:
    days = ", ".join(day.isoformat() for day in reading.due[:_SHOWN]) or "no date"
    days += " …" if len(reading.due) > _SHOWN else ""
    time = f" {reading.time}" if reading.time else ""
    return f"{reading.kind} {reading.freq or ''} {reading.op or ''} {days}{time}".replace("  ", " ")


def _ruled(plan: PlanFile, deadline: Deadline) -> str:
    time = f" {deadline.time}" if deadline.time else ""
    days = sorted(_due(plan, deadline, deadline.on.year if deadline.on else deadline.from_year or plan.issued_on.year))
    shown = ", ".join(day.isoformat() for day in days[:_SHOWN]) + (" …" if len(days) > _SHOWN else "")
    return f"{deadline.freq} {deadline.op} {shown}{time}"
