"""The pages as a careless or ill-meaning person uses them: every form filled with nonsense, every address bent."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote

import httpx

from tests.fuzz.findings import Findings

LEAVE = ("/logout", "/a/logout", "/me/sessions/end", "/accounts/", "/pauses")
"""Would end the run's own sessions, or change who may do what."""
NASTY = (
    "", " ", "0", "-1", "1e309", "99999999999999999999", "null", "true", "[]", "{}", "\x00", "\x1b[31m", "\u202egnp.exe",
    "đ" * 400, "x" * 21_000, "\r\nSet-Cookie: a=b", "a\r\nBcc: x@y.example", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "%00",
    "%s%n%x", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' OR 1=1 --", "../../etc/passwd",
    "31/02/2026", "29/02/2024", "00/00/0000", "2026-13-01", "01/01/0001", "31/12/9999", "1/1/10000", "12h60", "24:00", "🇻🇳", "ﬁ",
    "A\u0301", "é\u0300" * 50, "\ud7ff", "\ufffe", "http://[", "//evil.example", "javascript:alert(1)", "a@b", "0912345678", "+84 912",
)  # fmt: skip
FILES: tuple[tuple[str, bytes], ...] = (
    ("a.pdf", b"%PDF-1.7\n%%EOF\n"), ("a.docx", b"PK\x03\x04"), ("a.xlsx", b"PK\x05\x06" + b"\0" * 18), ("a.csv", b"a;b\n1;2\n"),
    ("", b""), ("../a.pdf", b"%PDF-"), ("a\x00.docx", b"\0" * 100), ("đ" * 200 + ".xlsx", b"x"), ("a.csv", b"\xff\xfe\0"),
)  # fmt: skip


@dataclass
class Form:
    """One form of a page: where it goes and what it asks for, with the values it came with."""

    action: str
    kind: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms, self.links, self._select = path, list[Form](), list[str](), ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"])
        if tag == "form":
            self.forms.append(Form(told.get("action") or self.path, told.get("method", "get").lower()))
        if not self.forms:
            return
        form = self.forms[-1]
        if tag == "select":
            self._select = told.get("name", "")
        name = self._select if tag == "option" else told.get("name", "")
        if not name or tag not in ("input", "textarea", "option", "button", "select"):
            return
        if told.get("type") == "file":
            form.files.append(name)
        else:
            form.fields.setdefault(name, []).append(told.get("value", ""))


def fuzz_pages(
    clients: Mapping[str, httpx.Client],
    begin: Mapping[str, Sequence[str]],
    most: int,
    on: Callable[[], object],
    seed: int = 197,
) -> Findings:
    """About ``most`` requests by the signed-in ``clients``; each begins at its own pages and finds forms from there. ``on`` moves the clock: no two requests come at one moment."""
    chance, found = random.Random(seed), Findings()
    known = {who: _walk(client, begin[who], found) for who, client in clients.items()}
    while found.asked < most:
        on()
        who = chance.choice(list(clients))
        forms, paths = known[who]
        client = clients[who]
        if forms and chance.random() < 0.7:
            _post(client, chance, chance.choice(forms), found)
        else:
            _bend(client, chance, chance.choice(paths), found)
        if chance.random() < 0.002:
            known[who] = _walk(client, begin[who], found)
    return found


def _walk(client: httpx.Client, paths: Sequence[str], found: Findings) -> tuple[list[Form], list[str]]:
    forms, links = [], list(paths)
    for path in paths:
        reader = _Reader(path)
        reader.feed(_ask(client, found, "GET", path).text)
        forms += [form for form in reader.forms if not form.action.startswith(LEAVE)]
        links += [link for link in reader.links if not link.startswith(("/static", *LEAVE))]
    return forms, sorted(set(links))


def _post(client: httpx.Client, chance: random.Random, form: Form, found: Findings) -> None:
    """The form with some of its values kept, others bent, a few left out or added."""
    data: dict[str, str | list[str]] = {}
    for name, values in form.fields.items():
        dice = chance.random()
        if name == "csrf" and dice < 0.97 or dice < 0.4:  # noqa: RUF021
            data[name] = chance.choice(values)
        elif dice < 0.9:
            data[name] = _value(chance)
    if chance.random() < 0.1:
        data[chance.choice(("action", "page", "key", "row:9", "column:author", "x"))] = _value(chance)
    if form.kind == "get":
        _ask(client, found, "GET", form.action, params=data)
        return
    files = None
    if form.files and chance.random() < 0.6:
        name, content = chance.choice(FILES)
        files = [(chance.choice(form.files), (name, content, "application/octet-stream"))]
    _ask(client, found, "POST", form.action, data=data, files=files)


def _bend(client: httpx.Client, chance: random.Random, path: str, found: Findings) -> None:
    """An address with a part of it, its question or its method changed."""
    plain, _, question = path.partition("?")
    parts = plain.split("/")
    if chance.random() < 0.5:
        parts[chance.randrange(1, len(parts))] = quote(_value(chance)[:300], safe="")
    asked = [*filter(None, question.split("&"))]
    for _ in range(chance.randrange(3)):
        name = chance.choice(
            ("page", "year", "show", "q", "agency", "state", "kind", "plan", "group", "period", "done", "next", "x")
        )
        asked.append(f"{name}={quote(_value(chance)[:500], safe='')}")
    method = chance.choice(("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"))
    headers = {"accept": chance.choice(("text/html", "application/json", "*/*", "x"))} if chance.random() < 0.1 else {}
    if chance.random() < 0.05:
        headers["content-type"] = chance.choice(
            ("multipart/form-data", "application/x-www-form-urlencoded; charset=x", "text/xml")
        )
    body = chance.randbytes(chance.randrange(200)) if method == "POST" and chance.random() < 0.5 else None
    _ask(
        client, found, method, "/".join(parts) + ("?" + "&".join(asked) if asked else ""), headers=headers, content=body
    )


def _value(chance: random.Random) -> str:
    dice = chance.random()
    if dice < 0.7:
        return chance.choice(NASTY)
    if dice < 0.9:
        return str(chance.randrange(-(10 ** chance.randrange(1, 22)), 10 ** chance.randrange(1, 22)))
    return "".join(chr(chance.choice((chance.randrange(32, 127), chance.randrange(160, 0xD7FF)))) for _ in range(20))


def _ask(client: httpx.Client, found: Findings, method: str, path: str, **more: object) -> httpx.Response:
    began = time.monotonic()
    answer = client.request(method, path, **more)  # type: ignore[arg-type]  # as httpx takes them
    found.note(f"{method} {path} {more!r}", answer.status_code, time.monotonic() - began)
    return answer
