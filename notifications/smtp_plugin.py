"""``vnmail[s]://user:pass@host:port/?from=address&starttls=yes&pool=16&timeout=120``: e-mail as an Apprise plugin.

One message, one recipient. The stock plugin makes a connection and a TLS context a message, a new Message-ID a try,
and hides the server's codes (notifications reference, sections 1 and 2).
"""

import smtplib
import uuid
from typing import Any
from urllib.parse import quote, unquote, urlencode

from notifications.apprise_parts import PluginBase
from notifications.job import JOB
from notifications.message import Mail, Outcome
from notifications.mime import address, build_mime
from notifications.smtp_pool import ANSWER_TIMEOUT, SmtpPool, SmtpServer
from notifications.smtp_reply import broken, refused
from notifications.smtp_transaction import Envelope, StaleConnection, transact

PORTS = {"tls": 465, "starttls": 587, "none": 25}
MOST_KEPT = 64


class NotifyVnMail(PluginBase):  # type: ignore[misc]  # apprise's hints are partial
    """Pooled SMTP with typed outcomes; plain Apprise users get True or False."""

    service_name = "dondoc mail"
    protocol = "vnmail"
    secure_protocol = "vnmails"
    request_rate_per_sec = 0

    def __init__(
        self,
        sender: str = "",
        to: str = "",
        starttls: bool = False,
        pool: int = 16,
        timeout: float = ANSWER_TIMEOUT,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sender = address(sender or f"dondoc@{self.host}")
        self.to = to
        security = "tls" if self.secure else "starttls" if starttls else "none"
        hello = self.sender.partition("@")[2]
        server = SmtpServer(self.host, self.port or PORTS[security], self.user, self.password, security, hello, timeout)
        self.width = min(max(pool, 1), MOST_KEPT)
        self.pool = SmtpPool(server, self.width)

    @staticmethod
    def parse_url(url: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:  # noqa: ARG004 - apprise's signature
        """Read our own parameters beside Apprise's."""
        parts: dict[str, Any] | None = PluginBase.parse_url(url, verify_host=True)
        if parts is None:
            return None
        given = parts["qsd"]
        parts["sender"] = unquote(given.get("from", ""))
        parts["to"] = unquote(given.get("to", ""))
        parts["starttls"] = given.get("starttls", "no").lower() in ("yes", "true", "1")
        parts["pool"] = int(given.get("pool") or 16)
        parts["timeout"] = float(given.get("timeout") or ANSWER_TIMEOUT)
        return parts

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 - apprise's signature
        """The address again; without the password unless asked for."""
        server = self.pool.server
        login = ""
        if server.user:
            password = "****" if privacy else quote(server.password or "", safe="")
            login = f"{quote(server.user, safe='')}:{password}@"
        scheme = self.secure_protocol if self.secure else self.protocol
        options = {"from": self.sender, "starttls": "yes" if server.security == "starttls" else "no"}
        return f"{scheme}://{login}{server.host}:{server.port}/?{urlencode(options)}"

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002 - apprise's signature
        """Send the job's message, or a plain one to ``to`` when used without dondoc."""
        job = JOB.get()
        mail = job.mail if job else Mail(f"{uuid.uuid4().hex}@{self.host}", "email", self.to, title, body)
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
        except ValueError as error:
            return Outcome("permanent", "malformed", str(error), phase="build")
        progress = ["connect"]
        try:
            return self._hand_over(Envelope(self.sender, mail.target, content), progress)
        except smtplib.SMTPResponseException as error:
            return refused(error.smtp_code, error.smtp_error, progress[0])
        except (smtplib.SMTPException, OSError) as error:
            return broken(error, progress[0])

    def _hand_over(self, envelope: Envelope, progress: list[str]) -> Outcome:
        try:
            with self.pool.connection(progress) as kept:
                return transact(kept, envelope, progress)
        except StaleConnection:
            with self.pool.connection(progress, fresh=True) as kept:
                return transact(kept, envelope, progress)
