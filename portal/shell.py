"""The outermost layer: request id, known host, body limit, safe headers on every answer, and no trace to anyone."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.asking import is_loopback_host
from portal.body_limits import body_limit

log = logging.getLogger("dondoc.portal")

CSP = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
SAFE_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
    "x-robots-tag": "noindex",
}
HSTS = "max-age=31536000"
ANY_HOST = ("/healthz", "/readyz", "/metrics")

RawHeaders = list[tuple[bytes, bytes]]
ErrorPage = Callable[[Request, int, str], Awaitable[Response]]


class BodyTooLarge(Exception):
    """The body is over the limit of its path; said before it is parsed."""


class Shell:
    """ASGI middleware; ``error_page`` renders what a person sees for a status."""

    def __init__(self, app: ASGIApp, *, base_url: str, upload_limit_mb: int, error_page: ErrorPage) -> None:
        self.app = app
        base = urlsplit(base_url)
        self.host = base.netloc.lower()
        self.is_loopback = is_loopback_host(base.hostname or "")
        self.is_https = base.scheme == "https"
        self.upload_limit_mb = upload_limit_mb
        self.error_page = error_page
        safe = {**SAFE_HEADERS, "strict-transport-security": HSTS} if self.is_https else SAFE_HEADERS
        self.safe_headers = [(name.encode(), value.encode()) for name, value in safe.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request inside the shell."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["dondoc.request_id"] = secrets.token_hex(6)
        answer = _Answer(send, self._headers(scope))
        request = Request(scope, receive)
        try:
            problem = self._problem(scope)
            if problem:
                await (await self.error_page(request, *problem))(scope, receive, answer.send)
                return
            await self.app(scope, self._limited(scope, receive), answer.send)
        except BodyTooLarge:
            await self._fail(request, answer, 413)
        except Exception:
            log.exception("request %s failed", scope["dondoc.request_id"])
            await self._fail(request, answer, 500)

    async def _fail(self, request: Request, answer: "_Answer", status: int) -> None:
        if answer.begun:
            raise ConnectionError("the answer had begun when the request failed")
        response = await self.error_page(request, status, "")
        await response(request.scope, request.receive, answer.send)

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        """A foreign host name (DNS rebinding) or a body that announces itself as too large."""
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if scope["path"] not in ANY_HOST and not self._is_known(host):
            return 421, "host"
        length = headers.get("content-length", "0")
        return (413, "") if length.isdecimal() and int(length) > self._limit(scope) else None

    def _is_known(self, host: str) -> bool:
        """The address of the settings; on one machine, any of its loopback names with any port."""
        if host == self.host:
            return True
        return self.is_loopback and is_loopback_host(urlsplit(f"//{host}").hostname or "")

    def _limit(self, scope: Scope) -> int:
        return body_limit(scope["path"], self.upload_limit_mb)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        limit, seen = self._limit(scope), 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise BodyTooLarge
            return message

        return counted

    def _headers(self, scope: Scope) -> RawHeaders:
        return [*self.safe_headers, (b"x-request-id", str(scope["dondoc.request_id"]).encode())]


class _Answer:
    """Adds the headers that a route did not set itself."""

    def __init__(self, send: Send, headers: RawHeaders) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            given = message["headers"]
            has = {name for name, _ in given}  # ASGI: names in lower case
            message = {**message, "headers": [*given, *(pair for pair in self._headers if pair[0] not in has)]}
        await self._send(message)
