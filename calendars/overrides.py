"""The override file: single days off or worked, each with its document."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

_FIELDS = {"day", "kind", "name", "document", "known_since", "confirmed"}


class CalendarFileError(ValueError):
    """An override file is wrong; the text names file, entry, field and what to do."""


@dataclass(frozen=True)
class Override:
    """One day that differs from the package: ``off`` or ``worked``, by which document, known since when."""

    day: date
    kind: Literal["off", "worked"]
    name: str
    document: str
    known_since: date
    confirmed: bool

    def as_fact(self) -> list[str]:
        """What decides answers, for the calendar's version."""
        return [self.day.isoformat(), self.kind, self.name]


def read_overrides(path: Path) -> tuple[Override, ...]:
    """Read an override file. Raises CalendarFileError; nothing of a wrong file is used."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CalendarFileError(f"{path.name}: cannot be read: {error}. Give a UTF-8 YAML file") from error
    entries = loaded.get("days") if isinstance(loaded, dict) else None
    if not isinstance(entries, list):
        raise CalendarFileError(f"{path.name}: days: missing. Begin the file with 'days:' and a list of entries")
    found = tuple(_entry(path.name, number, entry) for number, entry in enumerate(entries, 1))
    doubled = sorted({o.day for o in found if [x.day for x in found].count(o.day) > 1})
    if doubled:
        raise CalendarFileError(f"{path.name}: {doubled[0]} is given twice. Keep one entry a day")
    return found


def _entry(file: str, number: int, entry: Any) -> Override:
    where = f"{file}: entry {number}"
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise CalendarFileError(f"{where}: must have exactly the fields {', '.join(sorted(_FIELDS))}")
    if entry["kind"] not in ("off", "worked"):
        raise CalendarFileError(f"{where}: kind: {entry['kind']!r}. Write off or worked")
    for name in ("day", "known_since"):
        if type(entry[name]) is not date:
            raise CalendarFileError(f"{where}: {name}: {entry[name]!r} is not a date. Write YYYY-MM-DD")
    if type(entry["confirmed"]) is not bool:
        raise CalendarFileError(f"{where}: confirmed: {entry['confirmed']!r}. Write true or false")
    return Override(**entry)
