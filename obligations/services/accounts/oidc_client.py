"""Asking an OpenID Connect provider who somebody is: authorization code with PKCE, state and nonce (OIDC Core 1.0, RFC 9700).

Authlib makes the address, the challenge and the proof of the client; joserfc, its successor for tokens, checks signatures.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from authlib.oauth2.auth import encode_client_secret_basic
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from notifications.http_sender import Answer, HttpSender
from obligations.services.accounts.oidc_provider import OK, OidcFailed, Provider, read_json

SCOPES = "openid email profile"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Never ``none``, and never a key that both sides know."""
LEEWAY = 60


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


def begin(provider: Provider, client: Client) -> tuple[str, Attempt]:
    """Where to send the browser, and what to remember of it. Raises OidcFailed."""
    attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    url = prepare_grant_uri(
        provider.endpoint("authorization_endpoint"),
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


def finish(
    sender: HttpSender, provider: Provider, client: Client, attempt: Attempt, answer: Mapping[str, str], now: datetime
) -> Identity:
    """Exchange the code the browser brought for an identity. Raises OidcFailed."""
    if not secrets.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise OidcFailed("wrong", "the state is another one")
    if answer.get("iss", client.issuer) != client.issuer:  # RFC 9207: an answer of somebody else
        raise OidcFailed("wrong", "the answer names another issuer")
    if "error" in answer:
        said = "".join(c for c in answer["error"] if c.isascii() and (c.isalnum() or c == "_"))
        raise OidcFailed("denied", f"the provider said {said[:60]}")
    try:
        token = _exchange(sender, provider, client, attempt, answer.get("code", ""))
        return _identity(provider, client, token, attempt.nonce, now)
    except OidcFailed:
        provider.forget()  # it may have moved, or be away: the next one asks it anew
        raise


def _exchange(sender: HttpSender, provider: Provider, client: Client, attempt: Attempt, code: str) -> str:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": attempt.verifier,
        "client_id": client.client_id,
    }
    headers: dict[str, str] = {}
    ways = provider.configuration().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    url = provider.endpoint("token_endpoint")
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
    return str(read_json(answer, "the token").get("id_token", ""))


def _identity(provider: Provider, client: Client, token: str, nonce: str, now: datetime) -> Identity:
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
        checked = _signed(provider, token)
        rules.validate(checked.claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise OidcFailed("wrong", f"the token is not good: {type(error).__name__}") from error
    claims = checked.claims
    if claims.get("azp", client.client_id) != client.client_id:
        raise OidcFailed("wrong", "the token was made for somebody else")
    return Identity(client.issuer, str(claims["sub"]), claims)


def _signed(provider: Provider, token: str) -> jwt.Token:
    """The token under a good signature; keys that were kept are read once more before it is called bad, as they rotate."""
    try:
        return _decoded(provider.keys(), token)
    except (JoseError, ValueError):
        if provider.keys_are_fresh:
            raise
    return _decoded(provider.keys(anew=True), token)


def _decoded(keys: Mapping[str, Any], token: str) -> jwt.Token:
    return jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=list(SIGNATURES))  # type: ignore[arg-type]
