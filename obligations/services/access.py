"""Who is asking: personal links of agencies, named accounts of coordinators, and their server-side sessions (S8, S9).

Reporting links live until their stated end and may be used again, because mail scanners press buttons too; sign-in links
of coordinators work once and only for hours.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, true
from sqlmodel import col, delete, select

from models.tables import AccessLink, Account, Agency, Contact, PortalSession
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lineage import forebears_of
from obligations.services.links import token_sha256

COORDINATOR = "coordinator"
APPROVER = "approver"
"""Lãnh đạo duyệt: approves letters that coordinators submit (S6)."""
ROLES = (COORDINATOR, APPROVER, "observer")
SAMPLE_ACCOUNT = "chuyen-vien-mau"
LINK_IS_DEAD = "Đường dẫn này đã hết hiệu lực."


@dataclass(frozen=True)
class Actor:
    """One asker. ``agency_id`` set = a member of that agency; ``role`` set = a named account."""

    name: str
    display_name: str
    csrf: str
    agency_id: int | None = None
    role: str | None = None
    forebears: tuple[int, ...] = ()
    """Agencies whose work this one has taken over and may read."""

    @property
    def may_act(self) -> bool:
        """Whether this asker may decide as a coordinator."""
        return self.role == COORDINATOR

    @property
    def may_approve(self) -> bool:
        """Whether this asker approves letters to leaders."""
        return self.role == APPROVER


@dataclass(frozen=True)
class OpenedSession:
    """What the browser is given; only the hash of ``sid`` is kept. ``lives`` in seconds."""

    sid: str
    lives: int


@dataclass(frozen=True)
class LinkPage:
    """What a personal link leads to, before anything is opened."""

    agency_name: str
    expires_at: datetime


def scope(actor: Actor | None, agency_id: Any) -> ColumnElement[bool]:
    """The one condition of every query about an agency's things: its own and what it took over for a member, all for an account."""
    if actor is None:
        return false()
    if actor.agency_id is not None:
        return col(agency_id).in_((actor.agency_id, *actor.forebears))
    return true() if actor.role in ROLES else false()


def create_account(
    ctx: Context, name: str, display_name: str, email: str, role: str = COORDINATOR, *, is_sample: bool = False
) -> Account:
    """A named person on the coordinating side. Refused when the name is taken or the role unknown."""
    if role not in ROLES:
        raise Refused(f"no role is called {role!r}; roles: {', '.join(ROLES)}")
    if ctx.session.exec(select(Account).where(Account.name == name)).first():
        raise Refused(f"an account called {name!r} exists already")
    account = Account(
        name=name, display_name=display_name, email=email, role=role, is_sample=is_sample, created_at=ctx.as_of
    )
    ctx.session.add(account)
    ctx.session.flush()
    audit.record(ctx, "account.created", name, role=role, sample=is_sample)
    return account


def ensure_sample_account(ctx: Context) -> Account:
    """The first account of an installation without any; the sample one again on later starts."""
    accounts = ctx.session.exec(select(Account).order_by(col(Account.id))).all()
    usable = [a for a in accounts if a.disabled_at is None and a.role == COORDINATOR]
    if usable:
        return usable[0]
    return create_account(
        ctx, SAMPLE_ACCOUNT, "Chuyên viên theo dõi (mẫu)", "chuyenvien@hungyen.example", is_sample=True
    )


def account_by_name(ctx: Context, name: str) -> Account:
    """An enabled account."""
    account = ctx.session.exec(select(Account).where(Account.name == name)).first()
    if account is None or account.disabled_at is not None:
        raise NotFound(f"no account is called {name!r}")
    return account


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
    return _account_of(ctx, token).display_name


def open_staff_session(ctx: Context, token: str) -> OpenedSession:
    """Exchange a sign-in link for a session; the link is used up."""
    account = _account_of(ctx, token)
    account.token_sha256 = None
    opened = _open(ctx, account=account.name, role=account.role)
    audit.record(ctx, "session.opened", account.name)
    return opened


def link_page(ctx: Context, token: str) -> LinkPage:
    """Where a personal link leads. Changes nothing: mail scanners open links."""
    link, agency = _link_of(ctx, token)
    return LinkPage(agency.name, link.expires_at)


def open_agency_session(ctx: Context, token: str) -> OpenedSession:
    """Exchange a personal link for a session of its one agency."""
    link, agency = _link_of(ctx, token)
    link.last_used_at = ctx.as_of
    return _open(ctx, agency_id=agency.id, contact_id=link.contact_id, link_id=link.id)


def actor_of(ctx: Context, sid: str) -> Actor | None:
    """Who a session belongs to; None once it, its link, its contact or its account has ended."""
    session = ctx.session.exec(select(PortalSession).where(PortalSession.sid_sha256 == token_sha256(sid))).first()
    if session is None or session.expires_at <= ctx.as_of:
        return None
    if session.account is not None:
        return _staff_actor(ctx, session)
    return _agency_actor(ctx, session)


def close_session(ctx: Context, sid: str) -> None:
    """Forget a session."""
    ctx.session.exec(delete(PortalSession).where(col(PortalSession.sid_sha256) == token_sha256(sid)))


def _staff_actor(ctx: Context, session: PortalSession) -> Actor | None:
    account = ctx.session.exec(select(Account).where(Account.name == session.account)).first()
    if account is None or account.disabled_at is not None:
        return None
    return Actor(account.name, account.display_name, session.csrf, role=account.role)


def _agency_actor(ctx: Context, session: PortalSession) -> Actor | None:
    agency = ctx.session.get(Agency, session.agency_id) if session.agency_id else None
    link = ctx.session.get(AccessLink, session.link_id) if session.link_id else None
    if agency is None or link is None or not _is_live(ctx, link):
        return None
    forebears = tuple(forebears_of(ctx, agency.id or 0))
    return Actor(f"agency:{agency.code}", agency.name, session.csrf, agency_id=agency.id, forebears=forebears)


def _open(ctx: Context, **owner: Any) -> OpenedSession:
    """A fresh secret at every exchange; sessions that are over go."""
    ctx.session.exec(delete(PortalSession).where(col(PortalSession.expires_at) <= ctx.as_of))
    sid = secrets.token_urlsafe(32)
    lives = timedelta(hours=ctx.settings.session_hours)
    row = PortalSession(
        sid_sha256=token_sha256(sid),
        csrf=secrets.token_urlsafe(32),
        created_at=ctx.as_of,
        expires_at=ctx.as_of + lives,
        **owner,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return OpenedSession(sid, int(lives.total_seconds()))


def _link_of(ctx: Context, token: str) -> tuple[AccessLink, Agency]:
    link = ctx.session.exec(select(AccessLink).where(AccessLink.token_sha256 == token_sha256(token))).first()
    if link is None:
        raise NotFound("no such link")
    if not _is_live(ctx, link):
        raise Refused(LINK_IS_DEAD)
    return link, ctx.session.get_one(Agency, link.agency_id)


def _is_live(ctx: Context, link: AccessLink) -> bool:
    contact = ctx.session.get(Contact, link.contact_id) if link.contact_id else None
    return link.revoked_at is None and link.expires_at > ctx.as_of and (contact is None or contact.removed_at is None)


def _account_of(ctx: Context, token: str) -> Account:
    """The end of a sign-in link is part of the token, and so covered by the stored hash."""
    account = ctx.session.exec(select(Account).where(Account.token_sha256 == token_sha256(token))).first()
    ends = token.rpartition(".")[2]
    if account is None or account.disabled_at is not None or not ends.isdigit():
        raise NotFound("no such sign-in link")
    if datetime.fromtimestamp(int(ends), UTC) <= ctx.as_of:
        raise NotFound("the sign-in link is over")
    return account
