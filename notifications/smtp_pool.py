"""Kept SMTP connections with one cached TLS context; the phase of a failure is known."""

import base64
import queue
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CONNECT_TIMEOUT = 10.0
ANSWER_TIMEOUT = 120.0
"""RFC 5321 4.5.3.2.6 asks for ten minutes after the final dot; the lease of a message is five."""
PROBE_TIMEOUT = 5.0
MOST_USES = 100
LONGEST_IDLE = 30.0


@dataclass
class Kept:
    """An open connection with its age in uses and its last use (monotonic seconds)."""

    client: smtplib.SMTP
    uses: int = 0
    used_at: float = 0.0
    pipelining: bool = False
    """The server takes the whole envelope in one write, RSET included: it needs no probe of its own."""
    timeout: float = ANSWER_TIMEOUT


@dataclass
class SmtpServer:
    """Where and how to connect. ``security``: ``none``, ``starttls`` or ``tls``."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "none"
    hello: str = "localhost"
    """What EHLO says; given, so that no name is looked up."""
    timeout: float = ANSWER_TIMEOUT


class SmtpPool:
    """Connections of one server, shared by threads; at most ``size`` are kept idle."""

    def __init__(self, server: SmtpServer, size: int = 16) -> None:
        self.server = server
        self._idle: queue.LifoQueue[Kept] = queue.LifoQueue(size)
        self._tls = ssl.create_default_context() if server.security != "none" else None

    @contextmanager
    def connection(self, progress: list[str], *, fresh: bool = False) -> Iterator[Kept]:
        """A ready connection, a new one if ``fresh``; given back only when the block ends without an error.

        Tells its phase in ``progress``.
        """
        kept = (None if fresh else self._take()) or self._connect(progress)
        try:
            yield kept
        except BaseException:
            kept.client.close()
            raise
        kept.uses += 1
        kept.used_at = time.monotonic()
        self._give_back(kept)

    def close(self) -> None:
        """Say QUIT on every idle connection."""
        while True:
            try:
                kept = self._idle.get_nowait()
            except queue.Empty:
                return
            _quit(kept)

    def _take(self) -> Kept | None:
        """An idle connection that still answers; stale ones are dropped."""
        while True:
            try:
                kept = self._idle.get_nowait()
            except queue.Empty:
                return None
            young = kept.uses < MOST_USES and time.monotonic() - kept.used_at < LONGEST_IDLE
            if young and (kept.pipelining or self._answers(kept)):
                return kept
            _quit(kept)

    def _give_back(self, kept: Kept) -> None:
        try:
            self._idle.put_nowait(kept)
        except queue.Full:
            _quit(kept)

    def _connect(self, progress: list[str]) -> Kept:
        server = self.server
        client: smtplib.SMTP
        if server.security == "tls":
            client = smtplib.SMTP_SSL(
                server.host, server.port, server.hello, timeout=CONNECT_TIMEOUT, context=self._tls
            )
        else:
            client = smtplib.SMTP(server.host, server.port, server.hello, timeout=CONNECT_TIMEOUT)
        try:
            self._prepare(client, progress)
        except BaseException:
            client.close()
            raise
        return Kept(client, pipelining=client.has_extn("pipelining"), timeout=server.timeout)

    def _prepare(self, client: smtplib.SMTP, progress: list[str]) -> None:
        _undelayed(client)
        client.ehlo_or_helo_if_needed()
        if self.server.security == "starttls":
            client.starttls(context=self._tls)
            client.ehlo()
        if self.server.user:
            progress[0] = "auth"
            _login(client, self.server.user, self.server.password or "")
        patience(client, self.server.timeout)

    def _answers(self, kept: Kept) -> bool:
        """RSET both clears the last transaction and shows whether the server is still there."""
        try:
            patience(kept.client, PROBE_TIMEOUT)
            code, _ = kept.client.docmd("RSET")
            patience(kept.client, self.server.timeout)
        except (smtplib.SMTPException, OSError):
            return False
        return code == 250  # noqa: PLR2004 - RFC 5321 4.2.3


def _login(client: smtplib.SMTP, user: str, password: str) -> None:
    """``smtplib`` knows ASCII logins only; others go as UTF-8 by AUTH PLAIN (RFC 4616)."""
    if (user + password).isascii():
        client.login(user, password)
        return
    initial = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    code, text = client.docmd("AUTH", f"PLAIN {initial}")
    if code != 235:  # noqa: PLR2004 - RFC 4954 section 6
        raise smtplib.SMTPAuthenticationError(code, text)


def _undelayed(client: smtplib.SMTP) -> None:
    """The final dot is a write of its own; held back by Nagle's algorithm it would cost 40 ms a message."""
    if client.sock is not None:
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def patience(client: smtplib.SMTP, seconds: float) -> None:
    """How long the next answer may take, in seconds."""
    if client.sock is not None:
        client.sock.settimeout(seconds)


def _quit(kept: Kept) -> None:
    try:
        patience(kept.client, PROBE_TIMEOUT)
        kept.client.quit()
    except (smtplib.SMTPException, OSError):
        kept.client.close()
