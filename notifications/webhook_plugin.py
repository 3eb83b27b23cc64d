"""``webhook[s]://user:pass@host:port/path``: a generic JSON webhook as an Apprise plugin, with typed outcomes."""

import uuid
from typing import Any
from urllib.parse import quote

from notifications.apprise_parts import PluginBase
from notifications.http_outcome import judge_status
from notifications.http_sender import TOTAL_SECONDS, HttpSender
from notifications.job import JOB
from notifications.kit import ChannelKit
from notifications.message import Mail, Outcome


class NotifyWebhook(PluginBase):  # type: ignore[misc]  # apprise's hints are partial
    """POSTs ``{id, to, subject, text, short}``; the receiver may drop what it has seen by ``Idempotency-Key``."""

    service_name = "dondoc webhook"
    protocol = "webhook"
    secure_protocol = "webhooks"
    request_rate_per_sec = 0

    def __init__(self, path: str = "/", timeout: float = TOTAL_SECONDS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        scheme = "https" if self.secure else "http"
        port = f":{self.port}" if self.port else ""
        self.seconds = timeout
        self.path = path
        self.address = f"{scheme}://{self.host}{port}{path}"
        self.use(ChannelKit())

    def use(self, kit: ChannelKit) -> None:
        """Take the hosts of an installation."""
        login = (self.user, self.password or "") if self.user else None
        self.sender = HttpSender(kit.hosts, self.seconds, login)

    @staticmethod
    def parse_url(url: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:  # noqa: ARG004 - apprise's signature
        """Read host, login, path and timeout."""
        parts: dict[str, Any] | None = PluginBase.parse_url(url, verify_host=True)
        if parts is not None:
            parts["path"] = parts.get("fullpath") or "/"
            parts["timeout"] = min(float(parts["qsd"].get("timeout") or TOTAL_SECONDS), TOTAL_SECONDS)
        return parts

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 - apprise's signature
        """The address again; login and path may be secrets and show only when asked for."""
        scheme = self.secure_protocol if self.secure else self.protocol
        port = f":{self.port}" if self.port else ""
        if privacy:
            return f"{scheme}://{self.host}{port}/…"
        login = ""
        if self.user:
            login = f"{quote(self.user, safe='')}:{quote(self.password or '', safe='')}@"
        return f"{scheme}://{login}{self.host}{port}{self.path}"

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002 - apprise's signature
        """POST the job's message, or a plain one when used without dondoc."""
        job = JOB.get()
        mail = job.mail if job else Mail(f"{uuid.uuid4().hex}@{self.host}", "webhook", "", title, body)
        outcome = self.deliver(mail)
        if job:
            job.outcome = outcome
        else:
            self.close()  # nobody else will
        return outcome.kind == "accepted"

    def close(self) -> None:
        """Close kept connections."""
        self.sender.close()

    def deliver(self, mail: Mail) -> Outcome:
        """One request; redirects are not followed and at most 64 KiB of the answer are read."""
        payload = {
            "id": mail.message_id,
            "to": mail.target,
            "subject": mail.subject,
            "text": mail.text,
            "short": mail.short,
        }
        answer = self.sender.post(self.address, headers={"Idempotency-Key": mail.message_id}, json=payload)
        return answer if isinstance(answer, Outcome) else judge_status(answer)
