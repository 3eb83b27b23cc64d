"""Sentences in the style of official documents, written for these tests, with what each says."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A sentence, the year it is asked for, and its reading; None is null."""

    text: str
    year: int
    kind: str
    freq: str | None
    op: str | None
    due: tuple[date, ...]
    time: str | None


def samples(name: str = "sentences.txt") -> list[Sample]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [_sample(line) for line in lines if line and not line.startswith("#")]


def _sample(line: str) -> Sample:
    text, year, kind, freq, op, due, time = (part.strip() for part in line.split(" | "))
    days = sorted({day for part in due.split("+") for day in _days(part, int(year))})
    return Sample(text, int(year), kind, _null(freq), _null(op), tuple(days), _null(time))


def _null(word: str) -> str | None:
    return None if word == "-" else word


def _days(due: str, year: int) -> Iterator[date]:
    if due == "-":
        return
    rule, _, number = due.partition(":")
    if rule == "week":
        day = date(year, 1, 1)
        day += timedelta(days=(int(number) - day.weekday()) % 7)
        while day.year == year:
            yield day
            day += timedelta(days=7)
    elif number:
        months = {"each": range(1, 13), "q3": range(3, 13, 3), "q1": range(1, 13, 3)}[rule]
        yield from (date(year, month, min(int(number), monthrange(year, month)[1])) for month in months)
    else:
        yield from (date.fromisoformat(day) for day in due.split(","))


def parties() -> list[tuple[str, tuple[str, ...], str | None, str | None, str | None]]:
    """Sentences with their actors, receiver, the body it goes through and the final reader."""
    lines = (Path(__file__).parent / "parties.txt").read_text(encoding="utf-8").splitlines()
    rows = [[part.strip() for part in line.split(" | ")] for line in lines if line and not line.startswith("#")]
    return [
        (text, () if actors == "-" else tuple(actors.split("; ")), _null(receiver), _null(via), _null(reader))
        for text, actors, receiver, via, reader in rows
    ]
