"""The override file: single days off or worked, each with the document that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import yaml

from calendars.errors import CalendarFileError

FIELDS = ("day", "kind", "name", "document", "known_since", "confirmed")
MAX_BYTES = 2_000_000
_MAPPING, _SEQUENCE, _SCALAR = yaml.MappingNode, yaml.SequenceNode, yaml.ScalarNode


@dataclass(frozen=True)
class Override:
    """One day that differs from the package: ``off`` or ``worked``, by which document, known since when.

    ``name`` is the Vietnamese reason shown to people; ``confirmed`` is False while the document was only read second-hand.
    """

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
    """The days of a file, in its order. Raises CalendarFileError; nothing of a wrong file is used."""
    file = str(path)
    root = _compose(file, _text(path))
    if not isinstance(root, _MAPPING):
        raise CalendarFileError(file, 1, "(file)", "the file is empty or not a mapping", "Begin it with 'days:'")
    days = _fields(file, root, ("days",))["days"]
    if not isinstance(days, _SEQUENCE):
        raise CalendarFileError(file, _line(days), "days", "this is not a list", "Write one '- day: ...' entry a day")
    found: dict[date, int] = {}
    result = []
    for number, node in enumerate(days.value, 1):
        override = _override(file, number, node)
        if override.day in found:
            problem = f"{override.day} is given twice, first on line {found[override.day]}"
            raise CalendarFileError(file, _line(node), f"days[{number}].day", problem, "Keep one entry a day")
        found[override.day] = _line(node)
        result.append(override)
    return tuple(result)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as source:
            raw = source.read(MAX_BYTES + 1)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise CalendarFileError(str(path), 1, "(file)", problem, "Check the path and its rights") from error
    if len(raw) > MAX_BYTES:
        raise CalendarFileError(str(path), 1, "(file)", "larger than 2 MB", "Give only the days that differ")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CalendarFileError(str(path), line, "(file)", "not UTF-8 text", "Save it as UTF-8") from error


def _compose(file: str, text: str) -> yaml.Node | None:
    """The node tree, so that every value keeps its line. Nothing is constructed: no tag, no object, no alias bomb."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"this is not YAML: {error.problem}"
        raise CalendarFileError(file, line, "(file)", problem, "Check indentation, colons and quotes") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise CalendarFileError(file, 1, "(file)", "this is not YAML text", "Write it as in vn.yaml") from error


def _fields(file: str, node: yaml.MappingNode, names: tuple[str, ...], prefix: str = "") -> Mapping[str, yaml.Node]:
    """The values of a mapping that must have exactly these keys, each once."""
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in names:
            raise CalendarFileError(file, _line(key), prefix + name, "unknown field", f"Use {', '.join(names)}")
        if name in found:
            raise CalendarFileError(file, _line(key), prefix + name, "given twice", "Keep one of them")
        found[name] = value
    for name in names:
        if name not in found:
            raise CalendarFileError(file, _line(node), prefix + name, "this field is missing", "Add it")
    return found


def _override(file: str, number: int, node: yaml.Node) -> Override:
    prefix = f"days[{number}]."
    if not isinstance(node, _MAPPING):
        raise CalendarFileError(file, _line(node), f"days[{number}]", "not an entry", f"Give {', '.join(FIELDS)}")
    nodes = _fields(file, node, FIELDS, prefix)
    values = {name: _word(file, prefix + name, nodes[name]) for name in FIELDS}

    def wrong(name: str, advice: str) -> CalendarFileError:
        return CalendarFileError(file, _line(nodes[name]), prefix + name, f"{values[name]!r} is not accepted", advice)

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
    return Override(
        day=dates["day"],
        kind="off" if values["kind"] == "off" else "worked",
        name=values["name"],
        document=values["document"],
        known_since=dates["known_since"],
        confirmed=values["confirmed"] == "true",
    )


def _word(file: str, key: str, node: yaml.Node) -> str:
    """A scalar as written (``off`` stays a word, a date stays text)."""
    text = str(node.value).strip() if isinstance(node, _SCALAR) else ""
    if not text:
        raise CalendarFileError(file, _line(node), key, "this is empty or not a plain value", "Write one value")
    return text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
