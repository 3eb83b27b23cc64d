"""``vnmail[s]://user:pass@host:port/?from=address&starttls=yes&pool=16``: e-mail as an Apprise plugin.

One message, one recipient. The stock plugin makes a connection and a TLS context a message, a new Message-ID a try,
and hides the server's codes (notifications reference, sections 1 and 2).
"""

import re
import smtplib
import socket
from typing import Any

from apprise.plugins.base import NotifyBase

from notifications.job import JOB
from notifications.message import Mail, Outcome
from notifications.mime import build_mime
from notifications.smtp_pool import SmtpPool, SmtpServer

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})")
_QUEUED = re.compile(r"queued as (\S+)", re.IGNORECASE)
_OK = range(200, 300)


class NotifyVnMail(NotifyBase):  # type: ignore[misc]  # apprise ships no types
    """Pooled SMTP with typed outcomes; plain Apprise users get True or False."""

    service_name = "dondoc mail"
    protocol = "vnmail"
    secure_protocol = "vnmails"
    request_rate_per_sec = 0

    def __init__(self, sender: str = "", starttls: bool = False, pool: int = 16, to: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sender = sender or f"dondoc@{self.host}"
        self.to = to
        security = "tls" if self.secure else "starttls" if starttls else "none"
        port = self.port or {"tls": 465, "starttls": 587, "none": 25}[security]
        self.pool = SmtpPool(SmtpServer(self.host, port, self.user, self.password, security), pool)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read our own parameters beside Apprise's."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=True)
        if parts is None:
            return None
        given = parts["qsd"]
        parts["sender"] = NotifyBase.unquote(given.get("from", ""))
        parts["to"] = NotifyBase.unquote(given.get("to", ""))
        parts["starttls"] = given.get("starttls", "no").lower() in ("yes", "true", "1")
        parts["pool"] = int(given["pool"]) if given.get("pool", "").isdigit() else 16
        return parts

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 - apprise's signature
        """The address again; without the password unless asked for."""
        login = f"{self.user}:{'****' if privacy else self.password}@" if self.user else ""
        scheme = self.secure_protocol if self.secure else self.protocol
        return f"{scheme}://{login}{self.host}:{self.pool.server.port}/?from={self.sender}"

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:  # noqa: ARG002 - apprise's signature
        """Send the job's message, or a plain one to ``to`` when used without dondoc."""
        job = JOB.get()
        mail = job.mail if job else Mail(f"{abs(hash((title, body)))}@{self.host}", "email", self.to, title, body)
        outcome = self.deliver(mail)
        if job:
            job.outcome = outcome
        return outcome.kind == "accepted"

    def close(self) -> None:
        """Close kept connections."""
        self.pool.close()

    def deliver(self, mail: Mail) -> Outcome:
        """One SMTP transaction; the phase tells what a broken connection means."""
        try:
            content = build_mime(mail, self.sender)
        except (ValueError, IndexError) as error:
            return Outcome("permanent", "address", str(error)[:200], phase="build")
        progress = ["connect"]
        try:
            with self.pool.connection() as client:
                return _transact(client, self.sender, mail.target, content, progress)
        except smtplib.SMTPAuthenticationError as error:
            return Outcome("configuration", str(error.smtp_code), _text(error.smtp_error), phase="auth")
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error, progress[0])
        except (smtplib.SMTPException, OSError) as error:
            return _broken(error, progress[0])


def _transact(client: smtplib.SMTP, sender: str, target: str, content: bytes, progress: list[str]) -> Outcome:
    progress[0] = "mail"
    code, text = client.mail(sender)
    if code not in _OK:
        return _refused(code, text, "mail")
    progress[0] = "rcpt"
    code, text = client.rcpt(target)
    if code not in _OK:
        return _refused(code, text, "rcpt")
    progress[0] = "data"
    code, text = client.docmd("DATA")
    if code != 354:  # noqa: PLR2004 - RFC 5321 4.2.3
        return _refused(code, text, "data")
    client.send(_dotted(content))
    progress[0] = "after-dot"
    client.send(b".\r\n")
    code, text = client.getreply()
    if code not in _OK:
        return _refused(code, text, "after-dot")
    found = _QUEUED.search(_text(text))
    return Outcome("accepted", str(code), _text(text), provider_id=found.group(1) if found else None, phase="accepted")


def _dotted(content: bytes) -> bytes:
    """Dot-stuffing and a final line end (RFC 5321 4.5.2)."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _refused(code: int, text: bytes | str, phase: str) -> Outcome:
    """4xx may pass later; 5xx about the mailbox is the recipient's, about policy or login ours."""
    words = _text(text)
    if code < 0 or code == 421:  # noqa: PLR2004 - smtplib's -1: the connection broke; RFC 5321 3.8
        return _broken(ConnectionError(words or "the server closed the connection"), phase)
    if code < 500:  # noqa: PLR2004
        return Outcome("temporary", str(code), words, phase=phase)
    enhanced = _ENHANCED.match(words)
    if code in (530, 535, 538) or (enhanced and enhanced.group(2) == "7"):
        return Outcome("configuration", str(code), words, phase=phase)
    if phase == "mail":
        return Outcome("configuration", str(code), words, phase=phase)
    return Outcome("permanent", str(code), words, phase=phase)


def _broken(error: BaseException, phase: str) -> Outcome:
    """Before the final dot the server has nothing; after it nobody knows."""
    kind = "unknown" if phase == "after-dot" else "temporary"
    reason = "timeout" if isinstance(error, (TimeoutError, socket.timeout)) else type(error).__name__
    return Outcome(kind, reason, str(error)[:200], phase=phase)  # type: ignore[arg-type]


def _text(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
