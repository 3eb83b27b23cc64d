"""Bearer tokens: issued once in clear, kept by hash, dead with their account; each reads and does nothing else."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.tables import Account, ApiToken
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.access import Actor
from obligations.services.accounts.people import account_by_name
from obligations.services.accounts.roles import roles_today
from obligations.services.context import App, Context
from obligations.services.links import token_sha256

log = logging.getLogger(__name__)
PREFIX, SHOWN = "dondoc_", 13
MOST_DAYS, LONGEST_NAME = 366, 120
NOTED_AFTER = timedelta(hours=1)
"""Use is written down no more often than this."""


@dataclass(frozen=True)
class IssuedToken:
    """What is shown once; only the hash of ``secret`` is kept."""

    public_id: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True)
class TokenRow:
    """One token as people see it. ``state``: live, expired or revoked."""

    public_id: str
    prefix: str
    name: str
    account: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


@dataclass(frozen=True)
class Bearer:
    """Who a token speaks for. ``needs_note``: its use has not been written down for a while."""

    token_id: int
    actor: Actor
    needs_note: bool


def issue_token(ctx: Context, account: str, name: str, days: int) -> IssuedToken:
    """A new token of an account. Refused for an empty or long name and for more than a year; NotFound: no such account."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(f"Tên của mã truy cập cần có từ 1 đến {LONGEST_NAME} ký tự.")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Thời hạn của mã truy cập là từ 1 đến {MOST_DAYS} ngày.")
    owner = account_by_name(ctx, account)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        token_sha256=token_sha256(secret),
        prefix=secret[:SHOWN],
        name=name,
        account_id=owner.id or 0,
        created_by=ctx.actor,
        created_at=ctx.as_of,
        expires_at=ctx.as_of + timedelta(days=days),
    )
    ctx.session.add(token)
    ctx.session.flush()
    audit.record(ctx, "api_token.issued", token.public_id, account=account, label=name, days=days)
    return IssuedToken(token.public_id, secret, token.expires_at)


def revoke_token(ctx: Context, public_id: str, reason: str) -> None:
    """Dead at once. A second time changes nothing. Refused without a reason; NotFound: no such token."""
    if not reason.strip():
        raise Refused("Đề nghị ghi lý do thu hồi mã truy cập.")
    query = select(ApiToken).where(ApiToken.public_id == public_id).with_for_update()
    token = ctx.session.exec(query).first()
    if token is None:
        raise NotFound(f"no token has the id {public_id!r}")
    if token.revoked_at is None:
        token.revoked_at = ctx.as_of
        audit.record(ctx, "api_token.revoked", public_id, reason=reason.strip())


def tokens(ctx: Context) -> list[TokenRow]:
    """Every token, newest first; never a secret."""
    query = (
        select(ApiToken, Account.name)
        .join(Account, col(ApiToken.account_id) == Account.id)
        .order_by(col(ApiToken.id).desc())
    )
    return [
        TokenRow(
            t.public_id,
            t.prefix,
            t.name,
            account,
            t.created_by,
            t.created_at,
            t.expires_at,
            t.last_used_at,
            _state(t, ctx.as_of),
        )
        for t, account in ctx.session.exec(query).all()
    ]


def bearer(ctx: Context, secret: str) -> Bearer | None:
    """Who a secret speaks for; None once the token, its account or the account's last role has ended."""
    query = (
        select(ApiToken, Account)
        .join(Account, col(ApiToken.account_id) == Account.id)
        .where(ApiToken.token_sha256 == token_sha256(secret))
    )
    found = ctx.session.exec(query).first()
    if found is None or _state(found[0], ctx.as_of) != "live":
        return None
    token, account = found
    roles = roles_today(ctx, account.name)
    if not roles:
        return None
    unnoted = token.last_used_at is None or ctx.as_of - token.last_used_at >= NOTED_AFTER
    return Bearer(token.id or 0, Actor(account.name, account.display_name, "", roles=frozenset(roles)), unnoted)


def note_use(app: App, token_id: int, now: datetime) -> None:
    """Write down that it is in use. A database that is busy keeps nobody from reading: the next use does it."""
    try:
        with app.write(now, "sign-in") as ctx:
            ctx.session.execute(update(ApiToken).where(col(ApiToken.id) == token_id).values(last_used_at=now))
    except OperationalError:
        log.warning("the use of a token was not written down; the next one will be")


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "live" if now < token.expires_at else "expired"
