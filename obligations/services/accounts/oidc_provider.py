"""What a provider says of itself, kept for some minutes: where its parts are and which keys it signs with.

Authlib keeps a provider's configuration for the life of the process; here it is bounded, and a failed sign-in ends it early.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from notifications.http_sender import Answer, HttpSender
from notifications.kit import is_loopback

KEPT_FOR = timedelta(minutes=10)
"""How long a provider's word is good: for so long it may be away before whoever is sent to it learns it from us."""
OK = 200


class OidcFailed(Exception):
    """It came to nothing. ``kind``: ``away``, ``denied`` or ``wrong``; the text is for the log and holds no secret."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass
class _Kept:
    at: datetime
    said: dict[str, Any]
    keys: dict[str, Any] = field(default_factory=dict)


_KEPT: dict[str, _Kept] = {}
"""By issuer; of this process. Only what was read whole is kept, never a failure."""


class Provider:
    """One provider at one moment; every read raises OidcFailed when it is away or says nonsense."""

    def __init__(self, sender: HttpSender, issuer: str, now: datetime) -> None:
        self._sender, self._issuer, self._now = sender, issuer, now
        self.keys_are_fresh = False
        """Whether the keys were read just now, so that reading them again says nothing new."""

    def endpoint(self, name: str) -> str:
        """An address the provider names: https, or this machine."""
        url = str(self.configuration().get(name) or "")
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise OidcFailed("wrong", f"{name} is no https address")
        return url

    def configuration(self) -> dict[str, Any]:
        """Its openid-configuration (OIDC Discovery 1.0)."""
        return self._known().said

    def keys(self, *, anew: bool = False) -> dict[str, Any]:
        """Its key set; ``anew`` reads it whatever is kept."""
        known = self._known()
        if anew or not known.keys:
            known.keys = read_json(self._sender.get(self.endpoint("jwks_uri")), "the keys")
            self.keys_are_fresh = True
        return known.keys

    def forget(self) -> None:
        """Ask again at the next sign-in."""
        _KEPT.pop(self._issuer, None)

    def _known(self) -> _Kept:
        kept = _KEPT.get(self._issuer)
        if kept is None or abs(self._now - kept.at) >= KEPT_FOR:
            url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            found = read_json(self._sender.get(url), "the configuration")
            if found.get("issuer") != self._issuer:
                raise OidcFailed("wrong", "the configuration names another issuer")
            kept = _KEPT[self._issuer] = _Kept(self._now, found)
        return kept


def read_json(answer: object, what: str) -> dict[str, Any]:
    """The object in a good answer."""
    if not isinstance(answer, Answer):
        raise OidcFailed("away", f"{what}: {getattr(answer, 'code', '')} {getattr(answer, 'text', '')}")
    try:
        found = json.loads(answer.content) if answer.status == OK else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OidcFailed("away", f"{what}: the answer {answer.status} cannot be read")
    return found
