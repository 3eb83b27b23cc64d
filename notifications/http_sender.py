"""One HTTP request with a whole deadline over kept connections: what came back, or how far it got."""

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from notifications.checked_transport import AddressRefused, CheckedTransport, Reach
from notifications.kit import HostPolicy
from notifications.message import Outcome

TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024
LONGEST_IDLE = 20.0


@dataclass(frozen=True)
class Answer:
    """A whole answer; ``content`` at most 64 KiB of it."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    reason: str


class HttpSender:
    """Asks by one kept connection a thread; redirects are never followed, whole addresses never logged.

    With a ``reach`` only addresses within it are connected to, whatever the host's name resolves to, past any proxy.
    """

    def __init__(
        self,
        hosts: HostPolicy,
        seconds: float = TOTAL_SECONDS,
        auth: tuple[str, str] | None = None,
        reach: Reach | None = None,
    ) -> None:
        self._hosts, self.seconds, self._auth, self._reach = hosts, seconds, auth, reach
        self._local = threading.local()
        self._clients: list[httpx.Client] = []
        self._lock = threading.Lock()

    def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Any = None,
        content: bytes | None = None,
    ) -> Answer | Outcome:
        """The answer, or the outcome of a request that got none. Never raises. ``content``: a body as it is."""
        return self._ask("POST", url, headers, {"json": json, "data": form, "content": content})

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer | Outcome:
        """The same for reading."""
        return self._ask("GET", url, headers, {})

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str] | None, body: Mapping[str, Any]
    ) -> Answer | Outcome:
        host = urlsplit(url).hostname or ""
        if not self._hosts.permits(host):
            return Outcome("configuration", "host", f"{host} is not an allowed host", phase="open")
        wire = self._wire()
        try:
            with _quiet(), wire.deadline(self.seconds) as ends_at:
                return self._read(wire, method, url, headers, body, ends_at)
        except AddressRefused as error:
            return Outcome("configuration", "address", str(error), phase="connect")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            return Outcome("temporary", type(error).__name__, "could not connect", phase="connect")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, ValueError) as error:
            return Outcome("configuration", type(error).__name__, "the address is not usable", phase="build")
        except (httpx.HTTPError, OSError) as error:
            return Outcome("unknown", type(error).__name__, "no answer to the request", phase="after-request")

    def close(self) -> None:
        """Close every connection of every thread."""
        with self._lock:
            for client in self._clients:
                client.close()
            self._clients.clear()
            self._local = threading.local()

    def _wire(self) -> "_Wire":
        wire: _Wire | None = getattr(self._local, "wire", None)
        if wire is None:
            limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=LONGEST_IDLE)
            proxy = self._hosts.proxy
            mounts = {f"all://{name}": None for name in ("127.0.0.1", "localhost", "[::1]")} if proxy else None
            checked = CheckedTransport(self._reach) if self._reach else None
            client = httpx.Client(
                timeout=self.seconds, follow_redirects=False, limits=limits, proxy=None if checked else proxy,
                mounts=None if checked else mounts, auth=self._auth, trust_env=False, transport=checked,
            )  # fmt: skip
            wire = self._local.wire = _Wire(client)
            with self._lock:
                self._clients.append(client)
        return wire

    def _read(
        self,
        wire: "_Wire",
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        body: Mapping[str, Any],
        ends_at: float,
    ) -> Answer:
        request = wire.client.build_request(
            method, url, **body, headers=dict(headers or {}), extensions={"trace": wire.trace}
        )
        # httpx takes the timeout from the request's extensions, which ours replaced.
        request.extensions["timeout"] = httpx.Timeout(self.seconds).as_dict()
        answer = wire.client.send(request, stream=True)
        content = b""
        try:
            for chunk in answer.iter_raw():
                content += chunk
                if len(content) > MOST_BYTES or time.monotonic() > ends_at:
                    break
        except httpx.HTTPError:
            content = b"" if answer.is_success else content  # cut short: its status stands, its body does not
        finally:
            answer.close()
        return Answer(answer.status_code, answer.headers, content[:MOST_BYTES], answer.reason_phrase)


class _Wire:
    """One thread's connection, which its deadline can cut: httpx's timeouts are per read."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self._stream: Any = None
        self._expired = threading.Event()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Remember the connection that carries the request."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._stream = info["return_value"]
            if self._expired.is_set():
                self._sever()

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[float]:
        """Cut the connection when the time is up; gives the monotonic moment of that."""
        self._expired.clear()
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield time.monotonic() + seconds
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._expired.set()
        self._sever()

    def _sever(self) -> None:
        if self._stream is not None:
            with suppress(OSError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


_SILENT = threading.local()


@contextmanager
def _quiet() -> Iterator[None]:
    """The client logs whole addresses at INFO; ours may hold a secret."""
    _SILENT.on = True
    try:
        yield
    finally:
        _SILENT.on = False


logging.getLogger("httpx").addFilter(lambda _: not getattr(_SILENT, "on", False))
