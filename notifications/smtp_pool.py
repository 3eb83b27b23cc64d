"""Kept SMTP connections with one cached TLS context; the phase of a failure is known."""

import queue
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CONNECT_TIMEOUT = 10.0
DATA_TIMEOUT = 120.0
"""RFC 5321 4.5.3.2.6 asks for ten minutes after the final dot; the lease of a message is five."""
MOST_USES = 100
LONGEST_IDLE = 30.0


@dataclass
class Kept:
    """An open connection with its age in uses and its last use (monotonic seconds)."""

    client: smtplib.SMTP
    uses: int = 0
    used_at: float = 0.0


@dataclass
class SmtpServer:
    """Where and how to connect. ``security``: ``none``, ``starttls`` or ``tls``."""

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    security: str = "none"


class SmtpPool:
    """Connections of one server, shared by threads; at most ``size`` are kept idle."""

    def __init__(self, server: SmtpServer, size: int = 16) -> None:
        self.server = server
        self._idle: queue.LifoQueue[Kept] = queue.LifoQueue(size)
        self._tls = ssl.create_default_context() if server.security != "none" else None

    @contextmanager
    def connection(self) -> Iterator[smtplib.SMTP]:
        """A ready connection; given back only when the block ends without an error."""
        kept = self._take() or self._connect()
        try:
            yield kept.client
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
            if kept.uses < MOST_USES and time.monotonic() - kept.used_at < LONGEST_IDLE and _answers(kept):
                return kept
            _quit(kept)

    def _give_back(self, kept: Kept) -> None:
        try:
            self._idle.put_nowait(kept)
        except queue.Full:
            _quit(kept)

    def _connect(self) -> Kept:
        server = self.server
        client: smtplib.SMTP
        if server.security == "tls":
            client = smtplib.SMTP_SSL(server.host, server.port, timeout=CONNECT_TIMEOUT, context=self._tls)
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=CONNECT_TIMEOUT)
        try:
            client.ehlo()
            if server.security == "starttls":
                client.starttls(context=self._tls)
                client.ehlo()
            if server.user:
                client.login(server.user, server.password or "")
            if client.sock is not None:
                client.sock.settimeout(DATA_TIMEOUT)
        except BaseException:
            client.close()
            raise
        return Kept(client)


def _answers(kept: Kept) -> bool:
    """RSET both clears the last transaction and shows whether the server is still there."""
    try:
        code, _ = kept.client.docmd("RSET")
    except (smtplib.SMTPException, OSError):
        return False
    return code == 250  # noqa: PLR2004 - RFC 5321 4.2.3


def _quit(kept: Kept) -> None:
    try:
        kept.client.quit()
    except (smtplib.SMTPException, OSError):
        kept.client.close()
