"""Bearer tokens: issued once in clear, kept by hash, bounded by their scopes and by whom they speak for."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import col, select

from models.tables import Account, Agency, ApiToken
from obligations.errors import NotFound, WrongValue
from obligations.rules.scopes import OF_ACCOUNTS, OF_AGENCIES, READ, joined
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.accounts.people import account_by_name
from obligations.services.accounts.roles import roles_today
from obligations.services.context import Context
from obligations.services.lineage import forebears_of
from obligations.services.links import token_sha256
from obligations.services.lookup import agency_by_code
from obligations.services.roster import is_valid

PREFIX, SHOWN = "dondoc_", 13
MOST_DAYS, LONGEST_NAME = 366, 120
_USED = update(ApiToken).where(col(ApiToken.id) == bindparam("number")).values(last_used_at=bindparam("used"))
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
    """One token as people see it. ``owner``: an account's name or an agency's. ``state``: live, expired or revoked."""

    public_id: str
    prefix: str
    name: str
    owner: str
    agency: str | None
    scopes: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    state: str


@dataclass(frozen=True)
class Bearer:
    """Who a token speaks for and what it may do. ``needs_note``: its use has not been written down for a while."""

    token_id: int
    public_id: str
    actor: Actor
    scopes: frozenset[str]
    needs_note: bool


def issue_token(ctx: Context, account: str, name: str, days: int, scopes: Iterable[str] = (READ,)) -> IssuedToken:
    """A new token of an account. Refused for a bad name, more than a year or an unknown scope; NotFound: no such account."""
    kept = _scopes(scopes, OF_ACCOUNTS)
    owner = account_by_name(ctx, account)
    made = _made(ctx, name, days, kept, account_id=owner.id)
    audit.record(
        ctx, "api_token.issued", made.public_id, account=account, name=name.strip(), lasts_days=days, scopes=kept
    )
    return made


def issue_agency_token(ctx: Context, agency: str, name: str, days: int, scopes: Iterable[str]) -> IssuedToken:
    """A new token of an agency's own system; as ``issue_token``. NotFound: no such agency."""
    kept = _scopes(scopes, OF_AGENCIES)
    owner = agency_by_code(ctx, agency)
    made = _made(ctx, name, days, kept, agency_id=owner.id)
    audit.record(
        ctx, "api_token.issued", made.public_id, agency=agency, name=name.strip(), lasts_days=days, scopes=kept
    )
    return made


def revoke_token(ctx: Context, public_id: str, reason: str) -> None:
    """Dead at once. A second time changes nothing. Refused without a reason; NotFound: no such token."""
    if not reason.strip():
        raise WrongValue("reason", "Đề nghị ghi lý do thu hồi mã truy cập.")
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
        select(ApiToken, Account.name, Agency.name)
        .outerjoin(Account, col(ApiToken.account_id) == Account.id)
        .outerjoin(Agency, col(ApiToken.agency_id) == Agency.id)
        .order_by(col(ApiToken.id).desc())
    )
    return [_row(ctx, token, account, agency) for token, account, agency in ctx.session.exec(query).all()]


def bearer(ctx: Context, secret: str) -> Bearer | None:
    """Who a secret speaks for; None once the token, its account, the account's last role or its agency has ended."""
    token = ctx.session.exec(select(ApiToken).where(ApiToken.token_sha256 == token_sha256(secret))).first()
    if token is None or _state(token, ctx.as_of) != "live":
        return None
    actor = _account_actor(ctx, token) if token.account_id is not None else _agency_actor(ctx, token)
    if actor is None:
        return None
    unnoted = token.last_used_at is None or ctx.as_of - token.last_used_at >= NOTED_AFTER
    return Bearer(token.id or 0, token.public_id, actor, frozenset(token.scopes.split()), unnoted)


def note_uses(ctx: Context, uses: Mapping[int, datetime]) -> None:
    """Write down when tokens were last in use, by number."""
    ctx.session.connection().execute(_USED, [{"number": number, "used": at} for number, at in uses.items()])


def note_act(ctx: Context, public_id: str, operation: str) -> None:
    """Write down which token did something: the act itself stands under its account's or agency's name."""
    audit.record(ctx, "api_token.used", public_id, operation=operation)


def _scopes(scopes: Iterable[str], allowed: tuple[str, ...]) -> str:
    kept = joined(scopes, allowed)
    if kept is None:
        raise WrongValue("scope", f"Quyền của mã truy cập là một hoặc nhiều trong: {', '.join(allowed)}.")
    return kept


def _made(
    ctx: Context, name: str, days: int, scopes: str, *, account_id: int | None = None, agency_id: int | None = None
) -> IssuedToken:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise WrongValue("name", f"Tên của mã truy cập cần có từ 1 đến {LONGEST_NAME} ký tự.")
    if not 1 <= days <= MOST_DAYS:
        raise WrongValue("days", f"Thời hạn của mã truy cập là từ 1 đến {MOST_DAYS} ngày.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        token_sha256=token_sha256(secret),
        prefix=secret[:SHOWN],
        name=name,
        account_id=account_id,
        agency_id=agency_id,
        scopes=scopes,
        created_by=ctx.actor,
        created_at=ctx.as_of,
        expires_at=ctx.as_of + timedelta(days=days),
    )
    ctx.session.add(token)
    ctx.session.flush()
    return IssuedToken(token.public_id, secret, token.expires_at)


def _account_actor(ctx: Context, token: ApiToken) -> Actor | None:
    account = ctx.session.get_one(Account, token.account_id)
    roles = roles_today(ctx, account.name)
    return Actor(account.name, account.display_name, "", roles=frozenset(roles)) if roles else None


def _agency_actor(ctx: Context, token: ApiToken) -> Actor | None:
    agency = ctx.session.get_one(Agency, token.agency_id)
    if not is_valid(agency, ctx.today):
        return None
    forebears = tuple(forebears_of(ctx, agency.id or 0))
    return Actor(f"agency:{agency.code}", agency.name, "", agency_id=agency.id, forebears=forebears)


def _row(ctx: Context, token: ApiToken, account: str | None, agency: str | None) -> TokenRow:
    return TokenRow(
        token.public_id,
        token.prefix,
        token.name,
        account or agency or "",
        agency,
        token.scopes.split(),
        token.created_by,
        token.created_at,
        token.expires_at,
        token.last_used_at,
        _state(token, ctx.as_of),
    )


def _state(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "live" if now < token.expires_at else "expired"
