"""Signing in by the province's own account (OpenID Connect): only who has an account here, bound at the first time."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from models.tables import Account
from notifications.http_sender import HttpSender
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.accounts.oidc_client import Attempt, Client, Identity, begin, finish
from obligations.services.accounts.oidc_provider import OidcFailed, Provider
from obligations.services.accounts.sessions import OpenedSession
from obligations.services.accounts.sign_in import PROVINCE, open_for
from obligations.services.channels.channel_kit import hosts_of
from obligations.services.context import App, Context
from obligations.services.sealing import seal, unseal
from obligations.settings import Settings

CALLBACK = "/login/oidc/callback"
LIVES = timedelta(minutes=10)
"""How long a person may take at the provider."""
log = logging.getLogger(__name__)
AWAY = "Không liên lạc được với hệ thống đăng nhập của tỉnh. Đề nghị thử lại sau ít phút, hoặc đăng nhập bằng đường dẫn gửi qua thư."
DENIED = "Việc đăng nhập đã được dừng ở hệ thống đăng nhập của tỉnh."
WRONG = "Không xác nhận được kết quả đăng nhập. Đề nghị thực hiện lại từ trang đăng nhập."
UNKNOWN = "Tài khoản của tỉnh ({who}) chưa được khai báo trên trang này. Đề nghị liên hệ quản trị hệ thống để được tạo tài khoản với đúng địa chỉ thư điện tử."
_WORDS = {"away": AWAY, "denied": DENIED, "wrong": WRONG}


def go_to_provider(app: App, now: datetime) -> tuple[str, str]:
    """Where to send the browser, and what it keeps, sealed, until it is back. Refused when the provider is away."""
    client, sender = _client(app.settings), _sender(app.settings)
    try:
        url, attempt = begin(Provider(sender, client.issuer, now), client)
    except OidcFailed as error:
        raise _told(error) from error
    finally:
        sender.close()
    kept = {"s": attempt.state, "n": attempt.nonce, "v": attempt.verifier, "at": now.timestamp()}
    return url, seal(app.settings, json.dumps(kept))


def come_back(app: App, now: datetime, kept: str, answer: Mapping[str, str]) -> OpenedSession:
    """The browser is back with the provider's answer: a session, or Refused in words for the person."""
    attempt = _attempt(app.settings, kept, now)
    client, sender = _client(app.settings), _sender(app.settings)
    try:
        who = finish(sender, Provider(sender, client.issuer, now), client, attempt, answer, now)
    except OidcFailed as error:
        raise _told(error) from error
    finally:
        sender.close()
    with app.write(now, "sign-in") as ctx:
        return open_for(ctx, account_for(ctx, who), PROVINCE)


def account_for(ctx: Context, who: Identity) -> Account:
    """The account a person is bound to; at the first time the one that carries the claim. Refused for anybody else."""
    subject = f"{who.issuer} {who.subject}"
    found = ctx.session.exec(select(Account).where(Account.oidc_subject == subject)).first()
    if found is None:
        found = _by_claim(ctx, who)
        if found is not None and found.oidc_subject is None:
            found.oidc_subject = subject
            ctx.session.flush()
            audit.record(ctx, "account.bound", found.name)
    if found is None or found.oidc_subject != subject or found.disabled_at is not None:
        raise Refused(UNKNOWN.format(who=_shown(ctx.settings, who)))
    return found


def _by_claim(ctx: Context, who: Identity) -> Account | None:
    value = str(who.claims.get(ctx.settings.oidc_claim) or "").strip().lower()
    if ctx.settings.oidc_claim == "email" and not ctx.settings.oidc_trust_email:
        value = value if who.claims.get("email_verified") is True else ""
    if not value:
        return None
    column = Account.email if "@" in value else Account.name
    query = select(Account).where(func.lower(column) == value, col(Account.disabled_at).is_(None))
    rows = ctx.session.exec(query.with_for_update()).all()
    return rows[0] if len(rows) == 1 else None


def _shown(settings: Settings, who: Identity) -> str:
    return str(who.claims.get(settings.oidc_claim) or who.claims.get("email") or who.subject)[:120]


def _client(settings: Settings) -> Client:
    if not settings.oidc_issuer:
        raise Refused("Chưa cấu hình đăng nhập bằng tài khoản của tỉnh.")
    return Client(
        settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.base_url + CALLBACK
    )


def _sender(settings: Settings) -> HttpSender:
    return HttpSender(hosts_of(settings))


def _attempt(settings: Settings, kept: str, now: datetime) -> Attempt:
    try:
        found = json.loads(unseal(settings, kept) or "{}")
        old = now.timestamp() - float(found["at"]) > LIVES.total_seconds()
        attempt = Attempt(str(found["s"]), str(found["n"]), str(found["v"]))
    except (Refused, KeyError, ValueError, TypeError) as error:
        raise Refused(WRONG) from error
    if old:
        raise Refused(WRONG)
    return attempt


def _told(error: OidcFailed) -> Refused:
    log.warning("signing in by the provider came to nothing: %s", error)
    return Refused(_WORDS[error.kind])
