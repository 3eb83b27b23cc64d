"""Tokens of a Zalo official account: first consent with PKCE, and refresh tokens that serve once.

Source: docs.zaloplatforms.com (OAuth v4), the official PHP SDK; docs/zalo.md says what is unverified.
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from notifications.http_sender import HttpSender
from notifications.message import Outcome

OAUTH = "https://oauth.zaloapp.com"
RATE_LIMIT = -32


@dataclass(frozen=True)
class ZaloApp:
    """One application at Zalo that speaks for an official account. Both secrets come from settings."""

    oa: str
    app_id: str
    app_secret: str
    oa_secret: str
    """Signs what the account sends to the webhook."""


@dataclass(frozen=True)
class Pair:
    """What Zalo gave; ``lives`` in seconds."""

    access: str
    refresh: str
    lives: int


@dataclass(frozen=True)
class Denied:
    """Zalo said no. ``final``: a person must give consent again."""

    code: str
    text: str
    final: bool


@dataclass(frozen=True)
class Consent:
    """Where a person gives consent, and what proves afterwards that it was asked for by us."""

    url: str
    verifier: str
    state: str


def consent(app: ZaloApp, redirect_uri: str, base: str = OAUTH) -> Consent:
    """An address to open in a browser; the code it leads to lives ten minutes."""
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {"app_id": app.app_id, "redirect_uri": redirect_uri, "code_challenge": challenge, "state": state}
    return Consent(f"{base}/v4/oa/permission?{urlencode(query)}", verifier, state)


def exchange(sender: HttpSender, app: ZaloApp, code: str, verifier: str, base: str = OAUTH) -> Pair | Denied | Outcome:
    """The first pair for a code."""
    form = {"code": code, "app_id": app.app_id, "grant_type": "authorization_code", "code_verifier": verifier}
    return _ask(sender, app, form, base)


def renew(sender: HttpSender, app: ZaloApp, refresh: str, base: str = OAUTH) -> Pair | Denied | Outcome:
    """A new pair for a refresh token, which is spent by the asking. An Outcome: no answer came."""
    form = {"refresh_token": refresh, "app_id": app.app_id, "grant_type": "refresh_token"}
    return _ask(sender, app, form, base)


def _ask(sender: HttpSender, app: ZaloApp, form: dict[str, str], base: str) -> Pair | Denied | Outcome:
    answer = sender.post(f"{base}/v4/oa/access_token", headers={"secret_key": app.app_secret}, form=form)
    if isinstance(answer, Outcome):
        return answer
    try:
        content = json.loads(answer.content)
        if "access_token" in content:
            return Pair(str(content["access_token"]), str(content["refresh_token"]), int(content["expires_in"]))
        code = int(content["error"])
    except (ValueError, KeyError, TypeError):
        return Outcome("unknown", str(answer.status), "the answer cannot be read", phase="after-request")
    words = str(content.get("error_name") or content.get("message") or "")[:120]
    return Denied(str(code), words, final=code != RATE_LIMIT)
