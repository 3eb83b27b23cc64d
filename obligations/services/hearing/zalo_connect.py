"""Connecting an official account, what state its tokens are in, and sealing them anew."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.tables import Isolation, OauthToken, SecondFactor, Webhook
from notifications.http_sender import HttpSender
from notifications.message import Outcome
from notifications.zalo_oauth import Consent, Denied, consent, exchange
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.channels.channel_kit import hosts_of
from obligations.services.channels.zalo_tokens import store_pair
from obligations.services.context import App, Context
from obligations.services.sealing import reseal
from obligations.settings import Settings

SEALED = ("access_enc", "refresh_enc", "previous_access_enc", "previous_refresh_enc")


@dataclass(frozen=True)
class Account:
    """One connected account. ``consent_until``: by then it must have been renewed, or a person agrees again."""

    oa: str
    access_until: datetime | None
    consent_until: datetime | None
    version: int
    connected_by: str
    alarm: str


def ask_consent(settings: Settings, oa: str, redirect_uri: str) -> Consent:
    """Where an administrator of the account agrees; the verifier is for ``connect_account``."""
    return consent(settings.zalo_app(oa), redirect_uri, settings.zalo_oauth_url)


def connect_account(app: App, oa: str, code: str, verifier: str, now: datetime, actor: str) -> Account:
    """Exchange a code, which lives ten minutes, for the first pair; Refused says what Zalo said."""
    speaker = app.settings.zalo_app(oa)
    sender = HttpSender(hosts_of(app.settings))
    try:
        answer = exchange(sender, speaker, code, verifier, app.settings.zalo_oauth_url)
    finally:
        sender.close()
    if isinstance(answer, Outcome):
        raise Refused(f"Zalo did not answer ({answer.code}); nothing was changed, get a new code and try again")
    if isinstance(answer, Denied):
        raise Refused(f"Zalo refused the code ({answer.code} {answer.text}); codes live ten minutes and serve once")
    with app.write(now, actor) as ctx:
        row = store_pair(ctx, speaker, answer, connected_by=actor)
        audit.record(ctx, "zalo.connected", oa, version=row.version)
        return _account(ctx, row)


def accounts(ctx: Context) -> list[Account]:
    """Every connected account."""
    return [_account(ctx, row) for row in ctx.session.exec(select(OauthToken).order_by(col(OauthToken.oa))).all()]


def alarms(ctx: Context) -> list[str]:
    """What a person must do about tokens, for the dashboard."""
    return [account.alarm for account in accounts(ctx) if account.alarm]


def reseal_all(ctx: Context) -> int:
    """Seal every stored secret with the newest key; all or none. Returns how many.

    Zalo accounts, second factors, webhooks, and the keys of reports that are set apart.
    """
    rows = ctx.session.exec(select(OauthToken).with_for_update()).all()
    for row in rows:
        for name in SEALED:
            setattr(row, name, reseal(ctx.settings, getattr(row, name)))
    factors = ctx.session.exec(select(SecondFactor).with_for_update()).all()
    for factor in factors:
        factor.secret_enc = reseal(ctx.settings, factor.secret_enc)
    told = ctx.session.exec(select(Webhook).with_for_update()).all()
    for webhook in told:
        webhook.secret = reseal(ctx.settings, webhook.secret)
    apart = ctx.session.exec(select(Isolation).where(Isolation.data_key != "").with_for_update()).all()
    for isolation in apart:
        isolation.data_key = reseal(ctx.settings, isolation.data_key)
    counts = {"accounts": len(rows), "factors": len(factors), "webhooks": len(told), "reports": len(apart)}
    audit.record(ctx, "secrets.resealed", "oauth_token", **counts)
    return sum(counts.values())


def _account(ctx: Context, row: OauthToken) -> Account:
    zone = ctx.settings.zone
    until = [moment and moment.astimezone(zone) for moment in (row.expires_at, row.refresh_expires_at)]
    return Account(row.oa, until[0], until[1], row.version, row.connected_by, row.alarm)
