"""Signing in a named account by a link that works once: printed on the server, or sent by mail."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from models.tables import Account, SignInMail
from obligations.errors import NotFound
from obligations.services import audit
from obligations.services.accounts.sessions import OpenedSession, open_session
from obligations.services.context import Context
from obligations.services.links import token_sha256

PRINTED, MAILED, PROVINCE = "link", "mail", "oidc"
"""The ways a session may have been opened."""


@dataclass(frozen=True)
class _Found:
    account: Account
    mail: SignInMail | None = None


def sign_in_link(ctx: Context, account: Account) -> str:
    """Path ``/login/<token>`` that signs this account in once, within ``session_hours``; older links die."""
    ends = ctx.as_of + timedelta(hours=ctx.settings.session_hours)
    token = f"{secrets.token_urlsafe(32)}.{int(ends.timestamp())}"
    account.token_sha256 = token_sha256(token)
    ctx.session.add(account)
    ctx.session.flush()
    audit.record(ctx, "account.link_made", account.name)
    return f"/login/{token}"


def sign_in_page(ctx: Context, token: str) -> str:
    """Display name of the account a sign-in link is for; NotFound when it is unknown, used or over."""
    return _find(ctx, token).account.display_name


def open_staff_session(ctx: Context, token: str) -> OpenedSession:
    """Exchange a sign-in link for a session; the link is used up."""
    found = _find(ctx, token, lock=True)
    if found.mail is not None:
        found.mail.used_at = ctx.as_of
        return open_for(ctx, found.account, MAILED)
    found.account.token_sha256 = None
    return open_for(ctx, found.account, PRINTED)


def open_for(ctx: Context, account: Account, way: str) -> OpenedSession:
    """A session of this account; a second factor, where it is wanted, is asked for in it."""
    opened = open_session(ctx, account=account.name, way=way)
    audit.record(ctx, "session.opened", account.name, way=way)
    return opened


def _find(ctx: Context, token: str, *, lock: bool = False) -> _Found:
    """Two who press the button at once line up at the row that says whether the link is used."""
    hashed = token_sha256(token)
    query = select(Account).where(Account.token_sha256 == hashed)
    account = ctx.session.exec(query.with_for_update() if lock else query).first()
    if account is not None:
        ends = token.rpartition(".")[2]  # part of the token, and so covered by the stored hash
        if ends.isdigit() and datetime.fromtimestamp(int(ends), UTC) > ctx.as_of:
            return _in_use(_Found(account))
        raise NotFound("the sign-in link is over")
    mailed = select(SignInMail).where(SignInMail.token_sha256 == hashed)
    mail = ctx.session.exec(mailed.with_for_update() if lock else mailed).first()
    if mail is None or mail.used_at is not None or mail.expires_at <= ctx.as_of:
        raise NotFound("no such sign-in link")
    return _in_use(_Found(ctx.session.get_one(Account, mail.account_id), mail))


def _in_use(found: _Found) -> _Found:
    if found.account.disabled_at is not None:
        raise NotFound("no such sign-in link")
    return found
