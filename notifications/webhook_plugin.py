"""``webhook[s]://user:pass@host:port/path``: a generic JSON webhook as an Apprise plugin, with typed outcomes."""

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import httpx

from notifications.apprise_parts import PluginBase
from notifications.job import JOB
from notifications.message import Mail, Outcome
from notifications.severing import severed_after

TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024
LONGEST_WAIT = 3600.0
"""A receiver that asks for more patience is asked again after an hour."""
AGAIN = {408, 425, 429, 500, 502, 503, 504}
ABOUT_US = {401, 403, 404, 405, 407, 410}


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
        login = (self.user, self.password or "") if self.user else None
        # No kept connections: a deadline severs its own connection and no other.
        limits = httpx.Limits(max_keepalive_connections=0)
        self.client = httpx.Client(timeout=timeout, follow_redirects=False, auth=login, limits=limits)

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
        return outcome.kind == "accepted"

    def close(self) -> None:
        """Close the client."""
        self.client.close()

    def deliver(self, mail: Mail) -> Outcome:
        """One request; redirects are not followed and at most 64 KiB of the answer are read."""
        try:
            with _quiet(), severed_after(self.seconds) as trace:
                return self._post(mail, trace)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            return Outcome("temporary", type(error).__name__, "could not connect", phase="connect")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            return Outcome("configuration", type(error).__name__, "the address is not usable", phase="build")
        except httpx.HTTPError as error:
            return Outcome("unknown", type(error).__name__, "no answer to the request", phase="after-request")

    def _post(self, mail: Mail, trace: Any) -> Outcome:
        payload = {
            "id": mail.message_id,
            "to": mail.target,
            "subject": mail.subject,
            "text": mail.text,
            "short": mail.short,
        }
        request = self.client.build_request(
            "POST",
            self.address,
            json=payload,
            headers={"Idempotency-Key": mail.message_id},
            extensions={"trace": trace},
        )
        # httpx takes the timeout from the request's extensions, which ours replaced.
        request.extensions["timeout"] = httpx.Timeout(self.seconds).as_dict()
        answer = self.client.send(request, stream=True)
        try:
            outcome = judge(answer)
            _drain(answer)
        except httpx.HTTPError:
            return outcome  # the status line had come: what follows it changes nothing
        finally:
            answer.close()
        return outcome


def _drain(answer: httpx.Response) -> None:
    size = 0
    for chunk in answer.iter_raw():
        size += len(chunk)
        if size > MOST_BYTES:
            return


def judge(answer: httpx.Response) -> Outcome:
    """What a status means: 2xx accepted, busy or broken servers later, our address or login ours, the rest theirs."""
    code, words = answer.status_code, answer.reason_phrase
    if answer.is_success:
        return Outcome("accepted", str(code), provider_id=answer.headers.get("x-request-id"), phase="accepted")
    if code in AGAIN:
        return _again(answer)
    if code in ABOUT_US or answer.is_redirect:
        return Outcome("configuration", str(code), words, phase="answer")
    return Outcome("permanent", str(code), words, phase="answer")


def _again(answer: httpx.Response) -> Outcome:
    """Retry-After as seconds (at most an hour) or as a date (RFC 9110 10.2.3)."""
    wait = answer.headers.get("retry-after", "").strip()
    code, words = str(answer.status_code), answer.reason_phrase
    if wait.isascii() and wait.isdecimal():
        return Outcome("temporary", code, words, retry_after=min(float(wait), LONGEST_WAIT), phase="answer")
    try:
        until = parsedate_to_datetime(wait)
    except ValueError:
        return Outcome("temporary", code, words, phase="answer")
    aware = until if until.tzinfo else None
    return Outcome("temporary", code, words, defer_until=aware, phase="answer")


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
