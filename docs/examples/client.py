"""A typed client of dondoc's JSON interface. Needs Python 3.11 and httpx; copy it into your own system.

with Dondoc("https://…", "dondoc_…") as dondoc:
for duty in dondoc.own_duties():
print(duty.title, duty.due_on)
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import httpx

NEXT = re.compile(r'<([^>]+)>; rel="next"')
TRIES = 4
"""How often a request is sent when the server is away or busy; an act keeps its key, so it happens once."""


class Problem(Exception):
    """What the server answered instead (RFC 9457). ``detail`` is Vietnamese, for a person."""

    def __init__(self, status: int, kind: str, detail: str, errors: Sequence[Mapping[str, str]]) -> None:
        super().__init__(f"{status} {kind}: {detail}")
        self.status, self.kind, self.detail, self.errors = status, kind, detail, errors


@dataclass(frozen=True)
class Duty:
    """One thing the agency owes; ``state``: open, overdue, submitted, soft_received, accepted, returned, ..."""

    id: str
    title: str
    period: str
    due_on: date
    practical_due_on: date
    state: str


@dataclass(frozen=True)
class Receipt:
    """Xác nhận đã nhận."""

    id: str
    number: str
    version: int
    arrived_at: datetime


@dataclass(frozen=True)
class Entry:
    """What is said of one task of the outline."""

    clause: str
    result: str = ""
    difficulty: str = ""
    proposal: str = ""
    nil: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure."""

    name: str
    value: str
    unit: str = ""
    clause: str = ""
    kind: Literal["thuc_hien", "uoc", "luy_ke"] = "thuc_hien"
    """Done, estimated, or cumulated since January."""
    adjusted: str = ""
    """Last period's number put right; only with the reason."""
    adjusted_reason: str = ""


@dataclass(frozen=True)
class Report:
    """A report. A signed one needs its number, its date and a file; ``nil_rest``: tasks that are not named have nothing to report."""

    form: Literal["soft", "signed", "nil"]
    entries: Sequence[Entry] = ()
    figures: Sequence[Figure] = ()
    document_number: str = ""
    document_on: date | None = None
    note: str = ""
    nil_rest: bool = False
    files: Sequence[Path] = field(default=())


class Dondoc:
    """One token in use. Not for several threads at once."""

    def __init__(self, base: str, token: str, *, timeout: float = 30) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=f"{base.rstrip('/')}/api/v1", headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def own_duties(self) -> list[Duty]:
        """What the agency of the token owes."""
        return [_duty(row) for row in self.get("/own/duties")["open"]]

    def submit(self, duty: str, report: Report, *, key: str | None = None) -> Receipt:
        """Send a report. Keep ``key`` with your own record and give it again after a crash: it is then sent once."""
        body = {
            "form": report.form,
            "document_number": report.document_number,
            "document_on": report.document_on.isoformat() if report.document_on else None,
            "note": report.note,
            "entries": [vars(entry) for entry in report.entries],
            "figures": [vars(figure) for figure in report.figures],
            "nil_rest": report.nil_rest,
        }
        files = [("files", (path.name, path.read_bytes())) for path in report.files]
        made = self.act(f"/own/duties/{duty}/submissions", parts={"report": body}, files=files, key=key)
        arrived = datetime.fromisoformat(made["arrived_at"])
        return Receipt(made["public_id"], made["receipt_number"], made["version"], arrived)

    def walk(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page: ``/messages``, ``/agencies``, ``/requests``, ``/holidays`` (with ``year``) ..."""
        onward: str | None = str(httpx.URL(path, params=params) if params else path)
        while onward:
            answer = self._ask("GET", onward)
            yield from answer.json()
            found = NEXT.search(answer.headers.get("link", ""))
            onward = found[1].removeprefix("/api/v1") if found else None

    def get(self, path: str, **params: Any) -> Any:
        """Read one thing."""
        return self._ask("GET", path, params=params or None).json()

    def act(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        parts: Mapping[str, Any] | None = None,
        files: Sequence[tuple[str, tuple[str, bytes]]] = (),
        key: str | None = None,
    ) -> Any:
        """Do something once. ``parts``: JSON beside files."""
        headers = {"idempotency-key": key or secrets.token_urlsafe(16)}
        if parts is None:
            return self._ask("POST", path, json=body, headers=headers).json()
        form = [(name, (None, json.dumps(part), "application/json")) for name, part in parts.items()]
        return self._ask("POST", path, files=[*form, *files], headers=headers).json()

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._client.request(method, path, **more)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
                time.sleep(2**attempt)
                continue
            if answer.status_code not in (429, 502, 503, 504) or attempt == TRIES:
                return _checked(answer)
            time.sleep(float(answer.headers.get("retry-after", 2**attempt)))
        raise AssertionError("unreachable")


def verified(secret: str, headers: Mapping[str, str], body: bytes, *, now: float, tolerance: float = 300) -> Any:
    """The event of a webhook; ValueError unless it was signed with ``secret`` (``whsec_…``) within ``tolerance`` seconds."""
    event, at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(now - float(at)) > tolerance:
        raise ValueError("too old, or from the future")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, f"{event}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
    given = [part.removeprefix("v1,") for part in headers["webhook-signature"].split()]
    if not any(hmac.compare_digest(expected, each) for each in given):
        raise ValueError("not signed with this secret")
    return json.loads(body)


def _duty(row: Mapping[str, Any]) -> Duty:
    stands = row["standing"]
    due, practical = (date.fromisoformat(stands[name]) for name in ("due_on", "practical_due_on"))
    return Duty(row["public_id"], row["title"], row["period_text"], due, practical, stands["key"])


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    try:
        told = answer.json()
    except ValueError:
        told = {}
    kind = str(told.get("type", "")).removeprefix("urn:dondoc:problem:")
    raise Problem(answer.status_code, kind, str(told.get("detail", "")), told.get("errors", ()))
