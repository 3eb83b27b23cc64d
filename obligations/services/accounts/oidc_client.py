"""Asking an OpenID Connect provider who somebody is: authorization code with PKCE, state and nonce (OIDC Core 1.0, RFC 9700).

Authlib makes the address, the challenge and the proof of the client; joserfc, its successor for tokens, checks signatures.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from authlib.oauth2.auth import encode_client_secret_basic
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from notifications.http_sender import Answer, HttpSender
from notifications.kit import is_loopback

SCOPES = "openid email profile"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Never ``none``, and never a key that both sides know."""
LEEWAY = 60
OK = 200


class OidcFailed(Exception):
    """It came to nothing. ``kind``: ``away``, ``denied`` or ``wrong``; the text is for the log and holds no secret."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Client:
    """Who we are at the provider."""

    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str


@dataclass(frozen=True)
class Attempt:
    """What one sign-in is recognised by when the browser comes back; a secret of that browser."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Whom the provider vouches for."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]


def begin(sender: HttpSender, client: Client) -> tuple[str, Attempt]:
    """Where to send the browser, and what to remember of it. Raises OidcFailed."""
    found = _discover(sender, client)
    attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    url = prepare_grant_uri(
        _endpoint(found, "authorization_endpoint"),
        client.client_id,
        "code",
        redirect_uri=client.redirect_uri,
        scope=SCOPES,
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),  # type: ignore[no-untyped-call]
        code_challenge_method="S256",
    )
    return str(url), attempt


def finish(sender: HttpSender, client: Client, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Identity:
    """Exchange the code the browser brought for an identity. Raises OidcFailed."""
    if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise OidcFailed("wrong", "the state is another one")
    if answer.get("iss", client.issuer) != client.issuer:  # RFC 9207: an answer of somebody else
        raise OidcFailed("wrong", "the answer names another issuer")
    if "error" in answer:
        said = "".join(c for c in answer["error"] if c.isascii() and (c.isalnum() or c == "_"))
        raise OidcFailed("denied", f"the provider said {said[:60]}")
    found = _discover(sender, client)
    token = _exchange(sender, client, found, attempt, answer.get("code", ""))
    keys = _read(sender.get(_endpoint(found, "jwks_uri")), "the keys")
    return _identity(client, token, keys, attempt.nonce, now)


def _discover(sender: HttpSender, client: Client) -> dict[str, Any]:
    url = f"{client.issuer.rstrip('/')}/.well-known/openid-configuration"
    found = _read(sender.get(url), "the configuration")
    if found.get("issuer") != client.issuer:
        raise OidcFailed("wrong", "the configuration names another issuer")
    return found


def _exchange(sender: HttpSender, client: Client, found: Mapping[str, Any], attempt: Attempt, code: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": attempt.verifier,
        "client_id": client.client_id,
    }
    headers: dict[str, str] = {}
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    url = _endpoint(found, "token_endpoint")
    if client.client_secret and "client_secret_basic" in ways:
        proof = replace(  # each form-encoded first (RFC 6749, 2.3.1), which the library leaves to us
            client, client_id=quote(client.client_id, safe=""), client_secret=quote(client.client_secret, safe="")
        )
        _, headers, _ = encode_client_secret_basic(proof, "POST", url, {}, "")
    elif client.client_secret:
        form["client_secret"] = client.client_secret
    answer = sender.post(url, headers=headers, form=form)
    if isinstance(answer, Answer) and answer.status != OK:
        raise OidcFailed("wrong", f"the code was refused with {answer.status}")
    return str(_read(answer, "the token").get("id_token", ""))


def _identity(client: Client, token: str, keys: Mapping[str, Any], nonce: str, now: datetime) -> Identity:
    """Signature, issuer, audience, times and nonce (OIDC Core 3.1.3.7)."""
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": client.issuer},
        aud={"essential": True, "value": client.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        checked = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(SIGNATURES))  # type: ignore[arg-type]
        rules.validate(checked.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise OidcFailed("wrong", f"the token is not good: {type(error).__name__}") from error
    claims = checked.claims
    if claims.get("azp", client.client_id) != client.client_id:
        raise OidcFailed("wrong", "the token was made for somebody else")
    return Identity(client.issuer, str(claims["sub"]), claims)


def _endpoint(found: Mapping[str, Any], name: str) -> str:
    """An address the provider names: https, or this machine."""
    url = str(found.get(name) or "")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise OidcFailed("wrong", f"{name} is no https address")
    return url


def _read(answer: object, what: str) -> dict[str, Any]:
    if not isinstance(answer, Answer):
        raise OidcFailed("away", f"{what}: {getattr(answer, 'code', '')} {getattr(answer, 'text', '')}")
    try:
        found = json.loads(answer.content) if answer.status == OK else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OidcFailed("away", f"{what}: the answer {answer.status} cannot be read")
    return found
