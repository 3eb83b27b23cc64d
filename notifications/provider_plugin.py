"""What the plugins of Vietnamese message providers share: one JSON request a message, judged by the provider's code."""

import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from notifications.apprise_parts import PluginBase
from notifications.http_outcome import again, judge_status
from notifications.http_sender import TOTAL_SECONDS, Answer, HttpSender
from notifications.job import JOB
from notifications.kit import ChannelKit, NoToken, is_loopback
from notifications.message import Mail, Outcome
from notifications.provider_codes import Meaning, asks_for_token, outcome_of

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TARGET = re.compile(r"[A-Za-z0-9_.+-]{1,80}")
WIDTH = 8
RATE_LIMIT = -32
RATE_PAUSE = 15.0
"""Seconds; the limit is counted by the minute and no header says when it begins anew."""
SHORT_NUMBER = 9


@dataclass(frozen=True)
class Call:
    """One request. ``url`` may hold a secret and is never shown."""

    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class Unsendable(ValueError):
    """The message cannot go by this channel as it is; the text says why and names no recipient."""

    code = "malformed"


class ProviderPlugin(PluginBase):  # type: ignore[misc]  # apprise's hints are partial
    """A subclass says where it posts, what, and what the answer means. ``{name}`` in its address keys its secret."""

    api: ClassVar[str]
    """The provider's host, with its scheme."""
    codes: ClassVar[Mapping[int, Meaning]]
    longest: ClassVar[int] = 2000
    request_rate_per_sec = 0
    width = WIDTH

    def __init__(
        self, target: str = "", api: str = "", timeout: float = TOTAL_SECONDS, template: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not _NAME.fullmatch(self.host or ""):
            raise TypeError("the name after :// is letters, digits, - and _")
        if api and not is_loopback(urlsplit(api).hostname or ""):
            raise TypeError("api= leads to a provider on this machine only: a token must not go elsewhere")
        self.target, self.template, self.seconds = target, template, timeout
        self.base = api or self.api
        self.use(ChannelKit())

    def use(self, kit: ChannelKit) -> None:
        """Take the tokens and hosts of an installation."""
        self.kit = kit
        self._sender = HttpSender(kit.hosts, self.seconds)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where this channel connects to."""
        return (urlsplit(self.base).hostname or "",)

    @staticmethod
    def parse_url(url: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:  # noqa: ARG004 - apprise's signature
        """``scheme://name/target/?template=&api=``."""
        parts: dict[str, Any] | None = PluginBase.parse_url(url, verify_host=False)
        if parts is None:
            return None
        parts["target"] = (parts.get("fullpath") or "").strip("/")
        for name in ("template", "api"):
            parts[name] = parts["qsd"].get(name, "")
        parts["timeout"] = min(float(parts["qsd"].get("timeout") or TOTAL_SECONDS), TOTAL_SECONDS)
        return parts

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 - apprise's signature
        """The address again; there is no secret in it, but a recipient may be."""
        options = {"template": self.template, "api": self.base if self.base != self.api else ""}
        query = urlencode({name: value for name, value in options.items() if value})
        target = "…" if privacy and self.target else self.target
        return f"{self.secure_protocol}://{self.host}/{target}{'?' if query else ''}{query}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What tells two of these addresses apart."""
        return (self.secure_protocol, self.host, self.target, self.template, self.base)

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:  # noqa: ARG002 - apprise's signature
        """Send the job's message, or a plain one to the address's own target when used without dondoc."""
        job = JOB.get()
        identity = uuid.uuid4().hex
        mail = job.mail if job else Mail(identity, self.secure_protocol, self.target, title, body, tracking_id=identity)
        outcome = self.deliver(mail)
        if job:
            job.outcome = outcome
        else:
            self.close()  # nobody else will
        return outcome.kind == "accepted"

    def close(self) -> None:
        """Close kept connections."""
        self._sender.close()

    def deliver(self, mail: Mail) -> Outcome:
        """One message; with a token that is refused, once more with a new one."""
        try:
            token = self.token()
            outcome, refused = self._attempt(mail, token)
            if refused and (renewed := self.kit.tokens.refused(self.host, token)) is not None:
                outcome, _ = self._attempt(mail, renewed)
        except NoToken as error:
            return Outcome("configuration", "token", str(error)[:200], phase="token")
        except Unsendable as error:
            return Outcome("permanent", error.code, str(error), phase="build")
        return outcome

    def _attempt(self, mail: Mail, token: str) -> tuple[Outcome, bool]:
        call = self.call(mail, token)
        answer = self._sender.post(call.url, headers=call.headers, json=call.body)
        if isinstance(answer, Outcome):
            return answer, False
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110 15.3
            return judge_status(answer), False
        return self._judge(answer, mail.date)

    def _judge(self, answer: Answer, at: datetime | None) -> tuple[Outcome, bool]:
        """What an answer with HTTP 200 says: providers put their refusals into it."""
        try:
            content = json.loads(answer.content)
            code, words, provider_id = self.read(content)
        except (ValueError, KeyError, TypeError, AttributeError):
            return Outcome("unknown", "answer", "the answer cannot be read", phase="after-request"), False
        if code == 0 and not provider_id:
            return Outcome("unknown", "0", "accepted without a message id", phase="after-request"), False
        if code == 0:
            return Outcome("accepted", "0", words, provider_id=provider_id, phase="accepted"), False
        outcome = outcome_of(self.codes, code, words, at, (again(answer) or RATE_PAUSE) if code == RATE_LIMIT else None)
        return outcome, asks_for_token(self.codes, code)

    def token(self) -> str:
        """What opens the provider's door for this address; raises NoToken."""
        return self.kit.tokens.access_token(self.host)

    def call(self, mail: Mail, token: str) -> Call:
        """The request for one message; raises Unsendable."""
        raise NotImplementedError

    def read(self, content: Any) -> tuple[int, str, str | None]:
        """Code (0 is accepted), the provider's words and its id of the message."""
        raise NotImplementedError

    def text_of(self, mail: Mail) -> str:
        """The short text, NFC, checked before it is sent: too long is our mistake, not the provider's to find."""
        text = unicodedata.normalize("NFC", (mail.short or mail.text or mail.subject).strip())
        if not text:
            raise Unsendable("there is no text")
        if any("\ud800" <= c <= "\udfff" for c in text):
            raise Unsendable("the text holds half a character")
        if len(text) > self.longest:
            raise Unsendable(f"the text has {len(text)} characters, this channel takes {self.longest}")
        return text

    def target_of(self, mail: Mail) -> str:
        """Who gets it."""
        target = (mail.target or self.target).strip()
        if not _TARGET.fullmatch(target):
            raise Unsendable("the recipient is not an id or a number")
        return target


def phone_84(number: str) -> str:
    """A Vietnamese mobile or landline number as 84…; raises Unsendable without repeating it."""
    digits = re.sub(r"[\s.()-]", "", number).removeprefix("+")
    if digits.startswith("0"):
        digits = "84" + digits[1:]
    elif len(digits) == SHORT_NUMBER and not digits.startswith("84"):
        digits = "84" + digits
    if not re.fullmatch(r"84[1-9]\d{8,9}", digits):
        raise Unsendable("the recipient is not a Vietnamese telephone number")
    return digits
