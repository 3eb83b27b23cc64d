"""Plan and registry files from disk to models: whole and checked, or one clear error."""

from pathlib import Path as FilePath
from typing import Any, TypeVar

from pydantic import ValidationError

from plans.base import SourcedModel
from plans.checking import check_plan_alone, check_registry
from plans.communes import with_communes
from plans.errors import PlanFileError
from plans.explain_error import MISSING, explain
from plans.registry import RegistryFile
from plans.schema import PlanFile
from plans.source import SourceMap, item_names
from plans.yaml_tree import TreeError, parse_tree

MAX_BYTES = 2_000_000
"""The largest real plan takes some tens of kilobytes; more is a mistake or an attack."""

File = TypeVar("File", bound=SourcedModel)


def read_plan(path: FilePath | str) -> PlanFile:
    """One plan file, consistent in itself. Raises PlanFileError; ``others`` holds what else is wrong."""
    plan = _read(path, PlanFile)
    _refuse(check_plan_alone(plan))
    return plan


def read_plan_bytes(data: bytes, file: str) -> PlanFile:
    """The same of what came without a path, such as an upload; ``file`` names it in errors."""
    plan = _parse(_decoded(data, file), file, PlanFile)
    _refuse(check_plan_alone(plan))
    return plan


def read_registry(path: FilePath | str) -> RegistryFile:
    """One registry file, consistent in itself, with its communes expanded. Raises PlanFileError."""
    registry = with_communes(_read(path, RegistryFile))
    _refuse(check_registry(registry))
    return registry


def _read(path: FilePath | str, model: type[File]) -> File:
    file = str(path)
    return _parse(_decoded(_bytes(FilePath(path), file), file), file, model)


def _parse(text: str, file: str, model: type[File]) -> File:
    try:
        value, lines = parse_tree(text)
    except TreeError as error:
        raise PlanFileError(file, error.line, SourceMap().key(error.path), error.problem, error.advice) from error
    if not isinstance(value, dict):
        problem = "the file is empty" if value is None else "the file must be 'key: value' lines at its top"
        raise PlanFileError(file, 1, "(file)", problem, "Take plans/files/197-kh-ubnd.yaml as a model.")
    return _validate(value, model, SourceMap(file, lines, item_names(value)))


def _validate(value: dict[str, Any], model: type[File], source: SourceMap) -> File:
    try:
        result = model.model_validate(value)
    except ValidationError as error:
        found = []
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            path, problem, advice = explain(detail, model)
            found.append(PlanFileError(source.file, source.line(path), source.key(path), problem, advice))
        # A misspelt key is both unknown and missing: the line that holds it comes first.
        _refuse(sorted(found, key=lambda e: (e.problem == MISSING, e.line)), error)
        raise  # pragma: no cover - pydantic never raises without an error
    result.read_from(source)
    return result


def _refuse(found: list[PlanFileError], cause: Exception | None = None) -> None:
    if found:
        found[0].others = tuple(found[1:])
        raise found[0] from cause


def _decoded(data: bytes, file: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"byte {error.start} is not UTF-8"
        raise PlanFileError(
            file, line, "(file)", problem, "Save the file as UTF-8 (not UTF-16, TCVN3 or VNI)."
        ) from error
    if not text.strip():
        raise PlanFileError(file, 1, "(file)", "the file is empty", "Take plans/files/197-kh-ubnd.yaml as a model.")
    return text


def _bytes(path: FilePath, file: str) -> bytes:
    try:
        if not path.is_file():  # a pipe or device could block for ever
            raise PlanFileError(file, 1, "(file)", "there is no such file", "Check the path.")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PlanFileError(
            file, 1, "(file)", f"cannot be read: {error.strerror}", "Check the path and its rights."
        ) from error
    if len(data) > MAX_BYTES:
        size = path.stat().st_size
        problem = f"the file has {size:,} bytes, more than {MAX_BYTES:,}"
        raise PlanFileError(
            file, 1, "(file)", problem, "Check that it is the plan file; split a registry that is really so large."
        )
    return data
