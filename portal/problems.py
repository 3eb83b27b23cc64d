"""Errors as programs see them: RFC 9457, one short list of types, each described in docs/api.md."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from obligations.errors import Refused, WrongValue
from portal import texts_vi as texts

TYPE = "urn:dondoc:problem:"
BY_STATUS = {
    400: "malformed",
    401: "token",
    403: "forbidden",
    404: "not-found",
    405: "method",
    409: "refused",
    413: "too-large",
    415: "media-type",
    421: "host",
    422: "invalid",
    429: "too-often",
}


def status_of(problem: Refused) -> int:
    """409 for what cannot be done now, 422 for what was given wrongly: the same on pages and for programs."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if isinstance(problem, WrongValue) else HTTPStatus.CONFLICT


KEY_REUSED = "idempotency-key-reused"
CURSOR, CURSOR_GONE, OWN_TOKEN = "cursor", "cursor-gone", "agency-token"
ACCOUNTS = "account-token"
MARKS = {
    "sign-in": "sign-in",
    "csrf": "csrf",
    "origin": "csrf",
    ACCOUNTS: "forbidden",
    **{mark: mark for mark in (KEY_REUSED, CURSOR, CURSOR_GONE, OWN_TOKEN)},
}
"""Marks that our own code gives an HTTP error, and the type they become."""
ROLE, SCOPE = "role:", "scope:"


def is_mark(detail: str) -> bool:
    """Whether a detail is a mark of ours; a library's English text never reaches anybody."""
    return detail in MARKS or detail == "link" or detail.startswith((ROLE, SCOPE))


def problem(
    status: int,
    detail: str,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> JSONResponse:
    """The answer. ``detail``: a mark of ours, or a text for people; empty for the general advice of its status."""
    title, advice = texts.error_text(status)
    body: dict[str, Any] = {
        "type": TYPE + _kind(status, detail),
        "title": title,
        "status": status,
        "detail": _said(detail) or advice,
        "instance": f"urn:dondoc:request:{request_id}",
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def wrong_values(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Where each wrong value stands: ``pointer`` (RFC 6901) in the body, or ``parameter`` by name; ``detail`` in English.

    ``errors``: as pydantic lists them. What was given is never repeated.
    """
    found = []
    for error in errors:
        place, *path = (str(part) for part in error["loc"])
        if error.get("type") == "json_invalid" and isinstance(error["loc"][-1], int):
            path = []  # the place of a character, not of a value
        where = (
            {"pointer": "".join(f"/{_escaped(part)}" for part in path)}
            if place == "body"
            else {"parameter": ".".join(path)}
        )
        found.append({**where, "detail": str(error["msg"])})
    return found


def named_values(problem: WrongValue) -> list[dict[str, str]]:
    """The same of what a rule of ours does not take, in Vietnamese."""
    return [named_value(field, said) for field, said in problem.every]


def named_value(field: str, said: str) -> dict[str, str]:
    """One of them."""
    return {"pointer": f"/{field}", "detail": said}


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _kind(status: int, detail: str) -> str:
    for mark, kind in ((ROLE, "role"), (SCOPE, "scope")):
        if detail.startswith(mark):
            return kind
    other = "internal" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "malformed"
    return MARKS.get(detail) or BY_STATUS.get(status, other)


def _said(detail: str) -> str:
    if detail.startswith(ROLE):
        return texts.needed_roles(detail.removeprefix(ROLE))
    if detail.startswith(SCOPE):
        return texts.API["scope"].format(scope=detail.removeprefix(SCOPE))
    if detail in MARKS:
        return texts.API.get(detail, "")
    return detail


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": f"`{TYPE}` with one of the kinds in docs/api.md"},
        "title": {"type": "string", "description": "Vietnamese"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Vietnamese, for a person"},
        "instance": {"type": "string", "description": "This request, as the log names it"},
        "errors": {
            "type": "array",
            "description": "What is wrong with which value (422)",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "Into the body (RFC 6901)"},
                    "parameter": {"type": "string"},
                    "detail": {
                        "type": "string",
                        "description": "English; Vietnamese where a rule of the service says it",
                    },
                },
            },
        },
    },
}
"""How an error is described at /api/openapi.json."""
