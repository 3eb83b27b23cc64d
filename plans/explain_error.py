"""What a pydantic error means to the person who writes a plan file: the problem and what to do."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from plans.source import Path

MISSING = "this key is missing"

_ADVICE = {
    "missing": "Add it.",
    "literal_error": "Use one of the values listed.",
    "date_from_datetime_parsing": "Write a day that exists as YYYY-MM-DD.",
    "date_parsing": "Write a day that exists as YYYY-MM-DD.",
    "string_type": "Write text; put a number or true/false in quotes.",
    "int_type": "Write a whole number without quotes.",
    "bool_type": "Write true or false.",
    "list_type": "Write a list: one '- item' a line.",
    "model_type": "Write 'key: value' lines, indented under this key.",
    "string_pattern_mismatch": "Codes are lower-case letters, digits and hyphens; clauses look like V.b4(a); times like 17:00.",
}


def explain(error: ErrorDetails, top: type[BaseModel]) -> tuple[Path, str, str]:
    """Path of the key, problem, advice."""
    path = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        return path, "unknown key", _did_you_mean(path, top)
    problem = error["msg"].removeprefix("Value error, ")
    problem = problem[:1].lower() + problem[1:]
    if error["type"] == "missing":
        problem = MISSING
    advice = _ADVICE.get(error["type"], "Correct the value; plans/files/schema/ lists what each key takes.")
    return path, problem.rstrip("."), advice


def _did_you_mean(path: Path, top: type[BaseModel]) -> str:
    allowed = _keys_at(path[:-1], top)
    near = get_close_matches(str(path[-1]), allowed, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Remove it; known keys here: {', '.join(allowed)}." if allowed else "Remove it."


def _keys_at(path: Path, top: type[BaseModel]) -> list[str]:
    """Keys the model at a path takes, found through its JSON Schema."""
    schema = top.model_json_schema()
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    node: Any = schema
    for part in path:
        node = _target(node, definitions)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return sorted(_target(node, definitions).get("properties", {}))


def _target(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    for choice in (node, *node.get("anyOf", [])):
        if "$ref" in choice:
            found: Mapping[str, Any] = definitions[choice["$ref"].rsplit("/", 1)[-1]]
            return found
    return next((c for c in node.get("anyOf", []) if c.get("type") == "array"), node)
