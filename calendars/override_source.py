"""The rows of an override file with the line of every value, before they are understood."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from calendars.errors import CalendarFileError

FIELDS = ("day", "kind", "name", "document", "known_since", "confirmed")
MAX_BYTES = 2_000_000
_MAPPING, _SEQUENCE, _SCALAR = yaml.MappingNode, yaml.SequenceNode, yaml.ScalarNode


@dataclass(frozen=True)
class Row:
    """One entry: the text of each field, and the line (from 1) it stands on. ``prefix`` names its place in errors."""

    line: int
    prefix: str
    values: Mapping[str, str]
    lines: Mapping[str, int]


def read_rows(path: Path) -> Iterator[Row]:
    """Entries of a ``.csv``, or else of YAML, in order. Raises CalendarFileError for what is not readable as such."""
    file, text = str(path), _text(path)
    return _csv_rows(file, text) if path.suffix.lower() == ".csv" else _yaml_rows(file, text)


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
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise CalendarFileError(str(path), line, "(file)", "not UTF-8 text", "Save it as UTF-8") from error


def _csv_rows(file: str, text: str) -> Iterator[Row]:
    """Comma, or the semicolon that spreadsheets write in a Vietnamese locale."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    cells = _cells(file, reader)
    names = [name.strip() for name in cells or ()]
    if sorted(names) != sorted(FIELDS):
        raise CalendarFileError(file, 1, "(header)", "not the columns of this file", f"Begin with {','.join(FIELDS)}")
    while cells is not None:
        line = reader.line_num + 1
        cells = _cells(file, reader)
        if cells is not None and any(cell.strip() for cell in cells):
            yield _csv_row(file, line, names, cells)


def _cells(file: str, reader: Iterator[list[str]]) -> list[str] | None:
    """The next record; None at the end."""
    try:
        return next(reader, None)
    except csv.Error as error:
        problem, line = f"this is not CSV: {error}", getattr(reader, "line_num", 1)
        raise CalendarFileError(file, line, "(row)", problem, "Check its quotes") from error


def _csv_row(file: str, line: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) != len(names):
        problem = f"{len(cells)} values where {len(names)} belong"
        raise CalendarFileError(file, line, "(row)", problem, "Put a text that holds a comma between double quotes")
    values = {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    for name in FIELDS:
        if not values[name]:
            raise CalendarFileError(file, line, name, "this is empty or not a plain value", "Write one value")
    values |= {name: values[name].lower() for name in ("kind", "confirmed")}  # spreadsheets write TRUE
    return Row(line, "", values, dict.fromkeys(FIELDS, line))


def _yaml_rows(file: str, text: str) -> Iterator[Row]:
    root = _compose(file, text)
    if not isinstance(root, _MAPPING):
        raise CalendarFileError(file, 1, "(file)", "the file is empty or not a mapping", "Begin it with 'days:'")
    days = _fields(file, root, ("days",))["days"]
    if not isinstance(days, _SEQUENCE):
        raise CalendarFileError(file, _line(days), "days", "this is not a list", "Write one '- day: ...' entry a day")
    for number, node in enumerate(days.value, 1):
        prefix = f"days[{number}]."
        if not isinstance(node, _MAPPING):
            raise CalendarFileError(file, _line(node), f"days[{number}]", "not an entry", f"Give {', '.join(FIELDS)}")
        nodes = _fields(file, node, FIELDS, prefix)
        values = {name: _word(file, prefix + name, nodes[name]) for name in FIELDS}
        yield Row(_line(node), prefix, values, {name: _line(nodes[name]) for name in FIELDS})


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


def _word(file: str, key: str, node: yaml.Node) -> str:
    """A scalar as written (``off`` stays a word, a date stays text)."""
    text = str(node.value).strip() if isinstance(node, _SCALAR) else ""
    if not text:
        raise CalendarFileError(file, _line(node), key, "this is empty or not a plain value", "Write one value")
    return text


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
