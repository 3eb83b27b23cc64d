"""``webhook[s]://host:port/path``: a generic JSON webhook as an Apprise plugin, with typed outcomes."""

from typing import Any

import httpx
from apprise.plugins.base import NotifyBase

from notifications.job import JOB
from notifications.message import Mail, Outcome

TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_OURS = {401, 403, 404, 405, 407, 410}


class NotifyWebhook(NotifyBase):  # type: ignore[misc]  # apprise ships no types
    """POSTs ``{id, to, subject, text, short}``; the receiver may drop what it has seen by ``Idempotency-Key``."""

    service_name = "dondoc webhook"
    protocol = "webhook"
    secure_protocol = "webhooks"
    request_rate_per_sec = 0

    def __init__(self, path: str = "/", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        scheme = "https" if self.secure else "http"
        port = f":{self.port}" if self.port else ""
        self.address = f"{scheme}://{self.host}{port}{path}"
        login = (self.user, self.password or "") if self.user else None
        self.client = httpx.Client(timeout=httpx.Timeout(TOTAL_SECONDS), follow_redirects=False, auth=login, trust_env=True)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read host, login and path."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=True)
        if parts is not None:
            parts["path"] = parts.get("fullpath") or "/"
        return parts

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 - apprise's signature
        """The address again; the path may hold a secret and shows only when asked for."""
        scheme = self.secure_protocol if self.secure else self.protocol
        return f"{scheme}://{self.host}/…" if privacy else self.address.replace("http", "webhook", 1)

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:  # noqa: ARG002 - apprise's signature
        """POST the job's message, or a plain one when used without dondoc."""
        job = JOB.get()
        mail = job.mail if job else Mail(f"{abs(hash((title, body)))}@{self.host}", "webhook", "", title, body)
        outcome = self.deliver(mail)
        if job:
            job.outcome = outcome
        return outcome.kind == "accepted"

    def close(self) -> None:
        """Close kept connections."""
        self.client.close()

    def deliver(self, mail: Mail) -> Outcome:
        """One request; redirects are not followed and at most 64 KiB of the answer are read."""
        payload = {"id": mail.message_id, "to": mail.target, "subject": mail.subject, "text": mail.text, "short": mail.short}
        try:
            with self.client.stream("POST", self.address, json=payload, headers={"Idempotency-Key": mail.message_id}) as answer:
                size = 0
                for chunk in answer.iter_raw():
                    size += len(chunk)
                    if size > MOST_BYTES:
                        break
                return _judge(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Outcome("temporary", type(error).__name__, "could not connect", phase="connect")
        except httpx.HTTPError as error:
            return Outcome("unknown", type(error).__name__, "no answer after the request was sent", phase="after-request")


def _judge(answer: httpx.Response) -> Outcome:
    code = answer.status_code
    if answer.is_success:
        return Outcome("accepted", str(code), provider_id=answer.headers.get("x-request-id"), phase="accepted")
    if code in _AGAIN:
        wait = answer.headers.get("retry-after", "")
        return Outcome("temporary", str(code), answer.reason_phrase, retry_after=float(wait) if wait.isdigit() else None, phase="answer")
    if code in _OURS or answer.is_redirect:
        return Outcome("configuration", str(code), answer.reason_phrase, phase="answer")
    return Outcome("permanent", str(code), answer.reason_phrase, phase="answer")
