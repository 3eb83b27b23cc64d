"""Who is asking: personal links of agencies, named accounts of coordinators, and their server-side sessions (S8, S9).

Reporting links live until their stated end and may be used again, because mail scanners press buttons too; sign-in links
of coordinators work once and only for a short time. What is about named accounts stands in ``services/accounts``.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, true
from sqlmodel import col, select

from models.tables import AccessLink, Account, Agency, Contact, PortalSession
from obligations.errors import NotFound, Refused
from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, REGISTRAR, ROLES, acting_name, own_name
from obligations.services.accounts.people import account_by_name, create_account, ensure_sample_account
from obligations.services.accounts.roles import roles_today
from obligations.services.accounts.second_factor import asks_for
from obligations.services.accounts.sessions import OpenedSession, close_session, open_session, session_of
from obligations.services.accounts.sign_in import open_staff_session, sign_in_link, sign_in_page
from obligations.services.context import Context
from obligations.services.lineage import HAS_FOREBEARS, forebears_of
from obligations.services.links import token_sha256

__all__ = [
    "ADMINISTRATOR",
    "APPROVER",
    "COORDINATOR",
    "ROLES",
    "Actor",
    "LinkPage",
    "OpenedSession",
    "account_by_name",
    "actor_in",
    "actor_of",
    "close_session",
    "create_account",
    "ensure_sample_account",
    "link_page",
    "open_agency_session",
    "open_staff_session",
    "scope",
    "sign_in_link",
    "sign_in_page",
]

_MEMBER = (
    select(Agency.code, Agency.name, HAS_FOREBEARS)
    .join(AccessLink, col(AccessLink.id) == bindparam("link"))
    .outerjoin(Contact, col(AccessLink.contact_id) == Contact.id)
    .where(col(Agency.id) == bindparam("agency"), col(Contact.removed_at).is_(None))
    .where(col(AccessLink.revoked_at).is_(None), col(AccessLink.expires_at) > bindparam("now"))
)
"""Asked at every request of an agency, so it is built once."""
LINK_IS_DEAD = "Đường dẫn này đã hết hiệu lực."


@dataclass(frozen=True)
class Actor:
    """One asker. ``agency_id`` set = a member of that agency; ``roles`` not empty = a named account."""

    name: str
    display_name: str
    csrf: str
    agency_id: int | None = None
    roles: frozenset[str] = frozenset()
    """What it may use today, of its own and for others."""
    forebears: tuple[int, ...] = ()
    """Agencies whose work this one has taken over and may read."""
    standing_in: tuple[tuple[str, str], ...] = ()
    """``(role, account)``: roles it only has for somebody else."""
    session: int = 0
    """Number of the session it asks by; 0 for none."""

    @property
    def may_act(self) -> bool:
        """Whether this asker may decide as a coordinator."""
        return COORDINATOR in self.roles

    @property
    def may_approve(self) -> bool:
        """Whether this asker approves letters to leaders."""
        return APPROVER in self.roles

    @property
    def may_record(self) -> bool:
        """Whether this asker records what came in and the numbers of letters."""
        return bool(self.roles & {COORDINATOR, REGISTRAR})

    @property
    def may_administer(self) -> bool:
        """Whether this asker looks after accounts and the installation."""
        return ADMINISTRATOR in self.roles

    def acting(self, *roles: str) -> "Actor":
        """The same asker under the name its act is audited by, when it acts as the first of these roles it may use.

        A role of its own comes before one it has for somebody else.
        """
        instead = dict(self.standing_in)
        mine = sorted((role for role in roles if role in self.roles), key=lambda role: role in instead)
        name = acting_name(own_name(self.name), instead.get(mine[0], own_name(self.name))) if mine else self.name
        return replace(self, name=name)


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
    return true() if actor.roles & set(ROLES) else false()


def link_page(ctx: Context, token: str) -> LinkPage:
    """Where a personal link leads. Changes nothing: mail scanners open links."""
    link, agency = _link_of(ctx, token)
    return LinkPage(agency.name, link.expires_at)


def open_agency_session(ctx: Context, token: str) -> OpenedSession:
    """Exchange a personal link for a session of its one agency."""
    link, agency = _link_of(ctx, token)
    link.last_used_at = ctx.as_of
    return open_session(ctx, agency_id=agency.id, contact_id=link.contact_id, link_id=link.id)


def actor_of(ctx: Context, sid: str) -> Actor | None:
    """Who a session belongs to; None once it, its link, its contact or its account has ended."""
    session = session_of(ctx, sid)
    return actor_in(ctx, session) if session is not None else None


def actor_in(ctx: Context, session: PortalSession) -> Actor | None:
    """Who a living session belongs to; a named account only once it gave the second factor it needs."""
    return _staff_actor(ctx, session) if session.account is not None else _agency_actor(ctx, session)


def _staff_actor(ctx: Context, session: PortalSession) -> Actor | None:
    account = ctx.session.exec(select(Account).where(Account.name == session.account)).first()
    if account is None or account.disabled_at is not None:
        return None
    roles = roles_today(ctx, account.name)
    if session.second_at is None and asks_for(ctx, account, roles):
        return None
    instead = tuple(sorted((role, giver) for role, giver in roles.items() if giver != account.name))
    return Actor(
        account.name,
        account.display_name,
        session.csrf,
        roles=frozenset(roles),
        standing_in=instead,
        session=session.id or 0,
    )


def _agency_actor(ctx: Context, session: PortalSession) -> Actor | None:
    asked = {"agency": session.agency_id, "link": session.link_id, "now": ctx.as_of}
    found = ctx.session.exec(_MEMBER, params=asked).first()
    if found is None or session.agency_id is None:
        return None
    code, name, has_forebears = found
    forebears = tuple(forebears_of(ctx, session.agency_id)) if has_forebears else ()
    return Actor(f"agency:{code}", name, session.csrf, agency_id=session.agency_id, forebears=forebears)


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
