"""The dictionary before a PDF stream, read token by token, and names and strings as PDF spells them (ISO 32000-2, 7.3)."""

import re
from collections.abc import Iterator
from typing import Any

from portal.upload_budget import Unchecked

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_TOKEN = re.compile(
    rb"(?P<blank>[\x00\t\n\x0c\r ]+|%[^\r\n]*)|(?P<open><<|\[)|(?P<close>>>|\])|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*>)|(?P<string>\()|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
)
_STRING = re.compile(rb"\\.|[()]", re.DOTALL)
_LITERAL = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_SHORT = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
DEEPEST = 32


def unescaped(name: bytes) -> bytes:
    """``/J#61va`` as ``/Java``."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name) if b"#" in name else name


def literal(text: bytes) -> bytes:
    """The bytes of a string between its brackets."""

    def one(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8) & 255]) if found[1] else _SHORT.get(found[2], found[2])

    return _LITERAL.sub(one, text)


def _tokens(text: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise Unchecked
        kind, at = found.lastgroup, found.end()
        if kind == "string":
            start, at = at, _string_end(text, at)
            yield kind, text[start : at - 1]
        elif kind != "blank":
            yield kind, found[0]


def _string_end(text: bytes, at: int) -> int:
    depth = 1
    for found in _STRING.finditer(text, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    raise Unchecked


def dictionary(text: bytes) -> dict[bytes, Any]:
    """The one dictionary that the text is; Unchecked for anything else, and for a key given twice."""
    stack: list[list[Any]] = [[]]
    for kind, token in _tokens(text):
        if kind == "open":
            stack.append([token])
        elif kind == "close":
            if len(stack) == 1:
                raise Unchecked
            done = stack.pop()
            if (done[0] == b"<<") != (token == b">>"):
                raise Unchecked
            stack[-1].append(_pairs(done[1:]) if token == b">>" else done[1:])
        else:
            stack[-1].append(unescaped(token) if kind == "name" else token)
        if len(stack) > DEEPEST:
            raise Unchecked
    if len(stack) != 1 or len(stack[0]) != 1 or not isinstance(stack[0][0], dict):
        raise Unchecked
    return stack[0][0]


def _pairs(items: list[Any]) -> dict[bytes, Any]:
    """Keys and values; ``5 0 R`` is one value."""
    found: dict[bytes, Any] = {}
    at = 0
    while at + 1 < len(items):
        key, width = items[at], 3 if items[at + 3 : at + 4] == [b"R"] else 1
        if not isinstance(key, bytes) or not key.startswith(b"/") or key in found:
            raise Unchecked
        found[key] = items[at + 1] if width == 1 else tuple(items[at + 1 : at + 4])
        at += 1 + width
    if at != len(items):
        raise Unchecked
    return found


def filters(stream: dict[bytes, Any]) -> list[bytes]:
    """Names of the filters; Unchecked where they stand elsewhere or take parameters that change the bytes."""
    if any(key in stream for key in (b"/F", b"/FFilter", b"/FDecodeParms")):
        raise Unchecked
    names = stream.get(b"/Filter", stream.get(b"/Fl", []))
    names = [names] if isinstance(names, bytes) else names
    params = stream.get(b"/DecodeParms", stream.get(b"/DP", []))
    params = params if isinstance(params, list) else [params]
    plain = all(p == b"null" or (isinstance(p, dict) and _changes_nothing(p)) for p in params)
    if not isinstance(names, list) or not all(isinstance(n, bytes) and n.startswith(b"/") for n in names) or not plain:
        raise Unchecked
    return names


def _changes_nothing(params: dict[bytes, Any]) -> bool:
    return (params.get(b"/Predictor", b"1"), params.get(b"/EarlyChange", b"1")) == (b"1", b"1")
