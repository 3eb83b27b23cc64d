"""Turning a path in a model into an error that names its file, line and key."""

from collections.abc import Iterable, Iterator

from plans.base import SourcedModel
from plans.errors import PlanFileError
from plans.source import Path


def fault(model: SourcedModel, path: Path, problem: str, advice: str) -> PlanFileError:
    """An error at a path of a model that was (or was not) read from a file."""
    source = model.source
    return PlanFileError(source.file or "(not from a file)", source.line(path), source.key(path), problem, advice)


def repeats(model: SourcedModel, items: Iterable[tuple[Path, str]], what: str) -> Iterator[PlanFileError]:
    """A fault for every value that came before; names where."""
    seen: dict[str, Path] = {}
    for path, value in items:
        if value in seen:
            yield fault(
                model,
                path,
                f"duplicate {what} {value!r}, first on line {model.source.line(seen[value])}",
                "Rename or remove one of them.",
            )
        else:
            seen[value] = path
