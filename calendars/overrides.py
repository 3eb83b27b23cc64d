"""The override file: single days off or worked, each with the document that says so. YAML as ``vn.yaml``, or CSV."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from calendars.errors import CalendarFileError
from calendars.override_source import FIELDS, read_rows

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
LONGEST = 300
Origin = Literal["national", "own", "imported"]
Wrong = Callable[[str, str], CalendarFileError]


@dataclass(frozen=True)
class Override:
    """One day that differs from the package: ``off`` or ``worked``, by which document, known since when.

    ``name`` is the Vietnamese reason shown to people; ``confirmed`` is False while the document was only read second-hand.
    ``origin``: the national file of dondoc, the installation's own file, or an import into its database.
    """

    day: date
    kind: Literal["off", "worked"]
    name: str
    document: str
    known_since: date
    confirmed: bool
    origin: Origin = "own"

    def as_fact(self) -> list[str | bool]:
        """What decides answers, for the calendar's version."""
        return [self.day.isoformat(), self.kind, self.name, self.confirmed]

    def stored(self) -> dict[str, Any]:
        """Every field as JSON values."""
        dates = {"day": self.day.isoformat(), "known_since": self.known_since.isoformat()}
        return {"kind": self.kind, "name": self.name, "document": self.document, **dates} | {
            "confirmed": self.confirmed,
            "origin": self.origin,
        }

    @staticmethod
    def restored(values: Mapping[str, Any]) -> "Override":
        """The inverse of ``stored``."""
        dates = {name: date.fromisoformat(values[name]) for name in ("day", "known_since")}
        return Override(**{**values, **dates})


def read_overrides(path: Path, origin: Origin = "own") -> tuple[Override, ...]:
    """The days of a file, in its order. Raises CalendarFileError; nothing of a wrong file is used."""
    file = str(path)
    found: dict[date, tuple[int, str]] = {}
    result = []
    for row in read_rows(path):

        def wrong(name: str, advice: str, row: Any = row) -> CalendarFileError:
            problem = f"{row.values[name][:60]!r} is not accepted"
            return CalendarFileError(file, row.lines[name], row.prefix + name, problem, advice)

        override = replace(_override(row.values, wrong), origin=origin)
        if override.day in found:
            raise _twice(file, row.line, row.prefix, override, *found[override.day])
        found[override.day] = row.line, override.kind
        result.append(override)
    return tuple(result)


def _twice(file: str, line: int, prefix: str, override: Override, first: int, kind: str) -> CalendarFileError:
    if kind == override.kind:
        problem = f"{override.day} is given twice, first on line {first}"
        return CalendarFileError(file, line, prefix + "day", problem, "Keep one entry a day")
    problem = f"{override.day} cannot be both {kind} (line {first}) and {override.kind}"
    return CalendarFileError(file, line, prefix + "day", problem, "Keep the entry that the document says")


def _override(values: Mapping[str, str], wrong: Wrong) -> Override:
    if values["kind"] not in ("off", "worked"):
        raise wrong("kind", "Write off or worked")
    if values["confirmed"] not in ("true", "false"):
        raise wrong("confirmed", "Write true or false")
    dates: dict[str, date] = {}
    for name in ("day", "known_since"):
        try:
            dates[name] = date.fromisoformat(values[name])
        except ValueError as error:
            raise wrong(name, "Write a day that exists, as YYYY-MM-DD") from error
        if not FIRST_DAY <= dates[name] <= LAST_DAY:
            raise wrong(name, "Write a day of the years 1900 to 2100")
    words = {name: unicodedata.normalize("NFC", " ".join(values[name].split())) for name in ("name", "document")}
    for name, word in words.items():
        if len(word) > LONGEST:
            raise wrong(name, f"Write at most {LONGEST} characters")
        if not word.isprintable():
            raise wrong(name, "Write it without control or invisible characters")
    return Override(
        day=dates["day"],
        kind="off" if values["kind"] == "off" else "worked",
        name=words["name"],
        document=words["document"],
        known_since=dates["known_since"],
        confirmed=values["confirmed"] == "true",
    )


__all__ = ["FIELDS", "Origin", "Override", "read_overrides"]
