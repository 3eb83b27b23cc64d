"""YAML text to plain values and the line of every key, refusing what a plan file never needs.

The YAML 1.2 core types only: ``on`` and ``no`` stay words, 17:00 stays a clock time, dates stay text for the models.
Aliases are refused (so no alias bomb), so are duplicate keys, tags, several documents and deep nesting.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from plans.source import Path

MAX_DEPTH = 20
MAX_NODES = 200_000

_INT = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]\d+)?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


class TreeError(Exception):
    """Where (path and line from 1), what is wrong, what to do."""

    def __init__(self, path: Path, line: int, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.path, self.line, self.problem, self.advice = path, line, problem, advice


class _Builder:
    def __init__(self, events: Iterator[Any]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {}
        self.nodes = 0

    def build(self) -> Any:
        self._expect(yaml.StreamStartEvent)
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            raise TreeError(
                (), 1, "the file is empty", "Write the plan, or take plans/files/197-kh-ubnd.yaml as a model."
            )
        value = self._node(next(self.events), ())
        self._expect(yaml.DocumentEndEvent)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise TreeError(
                (), _line(after), "a second document begins here", "Keep one document a file; remove the line ---."
            )
        return value

    def _expect(self, kind: type[Any]) -> None:
        event = next(self.events)
        if not isinstance(event, kind):
            raise TreeError((), _line(event), "this is not one YAML document", "Check the indentation.")

    def _node(self, event: Any, path: Path) -> Any:
        self.nodes += 1
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise TreeError(path, _line(event), "anchors and aliases (& and *) are not allowed", "Write the value out.")
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            raise TreeError(
                path, _line(event), "the file is nested too deeply or has too many values", "Flatten or split it."
            )
        if event.tag is not None and event.tag != "!":
            raise TreeError(path, _line(event), f"the tag {event.tag} is not allowed", "Remove the tag.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise TreeError(
                    path, _line(event), "a key must be a plain word", "Quote the value if it begins with & * [ or {."
                )
            key = str(event.value)
            here = (*path, key)
            if key in result:
                first = self.lines[here]
                raise TreeError(
                    here, _line(event), f"the key is given twice, first on line {first}", "Keep one of them."
                )
            self.lines[here] = _line(event)
            result[key] = self._node(next(self.events), here)
        return result

    def _sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self._node(event, (*path, len(result))))
        return result


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> Any:
    text = str(event.value)
    if event.style not in {None, ""}:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 18 and _INT.fullmatch(text):  # noqa: PLR2004 - what a 64-bit integer surely holds
        return int(text)
    return float(text) if len(text) <= 18 and _FLOAT.fullmatch(text) else text  # noqa: PLR2004 - same


def parse_tree(text: str) -> tuple[Any, dict[Path, int]]:
    """Values and the line (from 1) of every key and item. Raises TreeError."""
    # libyaml when the wheel has it: 2 MB of hostile text takes a moment instead of half a minute.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(iter(yaml.parse(text, Loader=loader)))
    try:
        return builder.build(), builder.lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise TreeError(
            (), line, f"this is not YAML: {error.problem or error.context}", "Check indentation, colons and quotes."
        ) from error
    except yaml.YAMLError as error:
        raise TreeError((), 1, "this is not YAML text", "Save the file as plain UTF-8 text.") from error
