"""Who is asking: personal links of agencies, named accounts of coordinators, and their server-side sessions (S8, S9).

Reporting links (``agency_links``) may be used again, because mail scanners press buttons too; sign-in links of coordinators
work once and only for a short time. What is about named accounts stands in the modules beside.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, true
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.tables import (
    AccessLink,
    Account,
    Agency,
    Assignment,
    Contact,
    PortalSession,
    Submission,
    SubmissionAssignment,
)
from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, REGISTRAR, ROLES, acting_name, own_name
from obligations.services.accounts.agency_links import LinkPage, link_page, open_agency_session, opened_by
from obligations.services.accounts.people import account_by_name, create_account, ensure_sample_account
from obligations.services.accounts.roles import roles_today
from obligations.services.accounts.second_factor import asks_for
from obligations.services.accounts.sessions import OpenedSession, close_session, session_of
from obligations.services.accounts.sign_in import open_staff_session, sign_in_link, sign_in_page
from obligations.services.context import Context
from obligations.services.lineage import HAS_FOREBEARS, forebears_of

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
    "opened",
    "scope",
    "sent_scope",
    "sign_in_link",
    "sign_in_page",
    "task_scope",
]

_MEMBER = (
    sql_select(col(Agency.code), col(Agency.name), HAS_FOREBEARS, col(AccessLink.id), col(AccessLink.purpose))
    .join(AccessLink, col(AccessLink.id).in_(bindparam("links", expanding=True)))
    .outerjoin(Contact, col(AccessLink.contact_id) == Contact.id)
    .where(col(Agency.id) == bindparam("agency"), col(Contact.removed_at).is_(None))
    .where(col(AccessLink.revoked_at).is_(None), col(AccessLink.expires_at) > bindparam("now"))
)
"""Asked at every request of an agency, so it is built once."""


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
    tasks: frozenset[int] | None = None
    """Ids of the assignments that its personal links open; None: every one of its agency."""
    over: frozenset[int] = frozenset()
    """Those of them that it may only read any more: every task of their link is done."""
    contact_id: int | None = None
    """To whom the links were sent."""
    standing_in: tuple[tuple[str, str], ...] = ()
    """``(role, account)``: roles it only has for somebody else."""
    session: int = 0
    """Number of the session it asks by; 0 for none."""

    def opens(self, assignment_id: int) -> bool:
        """Whether it may open this assignment of its agency."""
        return self.tasks is None or assignment_id in self.tasks

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


def scope(actor: Actor | None, agency_id: Any) -> ColumnElement[bool]:
    """The one condition of every query about an agency's things: its own and what it took over for a member, all for an account."""
    if actor is None:
        return false()
    if actor.agency_id is not None:
        return col(agency_id).in_((actor.agency_id, *actor.forebears))
    return true() if actor.roles & set(ROLES) else false()


def opened(actor: Actor | None, assignment_id: Any) -> ColumnElement[bool]:
    """The one condition on what a personal link opens of an agency: its tasks, all of them for everybody else."""
    if actor is None or actor.tasks is None:
        return true()
    return col(assignment_id).in_(sorted(actor.tasks))


def task_scope(actor: Actor | None) -> ColumnElement[bool]:
    """The condition of every query about one assignment."""
    return and_(scope(actor, Assignment.agency_id), opened(actor, Assignment.id))


def sent_scope(actor: Actor | None) -> ColumnElement[bool]:
    """The condition of every query about one submission and its files: it serves a task that is opened."""
    if actor is None or actor.tasks is None:
        return scope(actor, Submission.agency_id)
    serves = select(SubmissionAssignment.assignment_id).where(
        SubmissionAssignment.submission_id == Submission.id, opened(actor, SubmissionAssignment.assignment_id)
    )
    return and_(scope(actor, Submission.agency_id), serves.correlate(Submission).exists())


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
    asked = {"agency": session.agency_id, "links": [session.link_id or 0, *session.joined], "now": ctx.as_of}
    found = ctx.session.execute(_MEMBER, asked).all()
    if not found or session.agency_id is None:
        return None
    code, name, has_forebears, *_ = found[0]
    forebears = tuple(forebears_of(ctx, session.agency_id)) if has_forebears else ()
    reached = opened_by(ctx, {link: purpose for *_, link, purpose in found}, (session.agency_id, *forebears))
    return Actor(
        f"agency:{code}",
        name,
        session.csrf,
        agency_id=session.agency_id,
        forebears=forebears,
        tasks=reached.tasks,
        over=reached.over,
        contact_id=session.contact_id,
    )
