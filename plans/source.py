"""Where the keys of a file stand, so that an error found late still names its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""The way to a key from the top of a file: ``("obligations", 0, "deadline", "month")``."""


@dataclass(frozen=True, eq=False)
class SourceMap:
    """Lines (from 1) by path. All maps are equal: where a file lay never makes two plans differ."""

    file: str = ""
    lines: Mapping[Path, int] = field(default_factory=dict)
    names: Mapping[Path, str] = field(default_factory=dict)
    """Codes of list items, so that an error names the obligation and not its number."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceMap)

    def __hash__(self) -> int:
        return 0

    def line(self, path: Sequence[str | int]) -> int:
        """Line of the key, or of the nearest thing around it."""
        parts = tuple(path)
        while parts and parts not in self.lines:
            parts = parts[:-1]
        return self.lines.get(parts, 1)

    def key(self, path: Sequence[str | int]) -> str:
        """``("obligations", 0, "deadline")`` -> ``obligations[bao-cao].deadline``; the whole file is ``(file)``."""
        text = ""
        for place, part in enumerate(path, start=1):
            text += f"[{self.names.get(tuple(path[:place]), part)}]" if isinstance(part, int) else f".{part}"
        return text.removeprefix(".") or "(file)"


def item_names(value: Mapping[str, Any]) -> dict[Path, str]:
    """The ``code``, ``id`` or ``document`` of every item in the lists at the top of a file."""
    return {
        (key, place): str(name)
        for key, items in value.items()
        if isinstance(items, list)
        for place, item in enumerate(items)
        if isinstance(item, dict) and (name := item.get("code") or item.get("id") or item.get("document"))
    }
