"""Between the sign-in link and the second factor: a session that may do nothing but give it, or set one up."""

from dataclasses import dataclass

from sqlmodel import select

from models.tables import Account, PortalSession
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.accounts.roles import roles_today
from obligations.services.accounts.second_factor import (
    Setup,
    asks_for,
    begin_setup,
    confirm_setup,
    give_factor,
    has_factor,
)
from obligations.services.accounts.sessions import OpenedSession, renew, session_of
from obligations.services.context import Context


@dataclass(frozen=True)
class Pending:
    """Who waits at the second factor. ``enrols``: has none yet and must set one up."""

    name: str
    display_name: str
    csrf: str
    enrols: bool


@dataclass(frozen=True)
class Passed:
    """Through. ``codes``: recovery codes to be shown once, after a setting up."""

    opened: OpenedSession
    codes: list[str]


def pending_of(ctx: Context, sid: str) -> Pending | None:
    """Who this session belongs to while it still needs the second factor."""
    session = session_of(ctx, sid)
    account = _account(ctx, session) if session is not None else None
    if session is None or account is None or session.second_at is not None:
        return None
    if not asks_for(ctx, account, roles_today(ctx, account.name)):
        return None
    return Pending(account.name, account.display_name, session.csrf, not has_factor(ctx, account))


def enrolment(ctx: Context, sid: str) -> Setup:
    """What to scan for who must set one up."""
    return begin_setup(ctx, _waiting(ctx, sid).name)


def pass_second(ctx: Context, sid: str, typed: str) -> Passed | None:
    """Give the code: the session goes on under a new secret with its rights. None for a wrong code."""
    waiting = _waiting(ctx, sid)
    codes: list[str] | None = []
    if waiting.enrols:
        codes = confirm_setup(ctx, waiting.name, typed)
    elif not give_factor(ctx, waiting.name, typed):
        codes = None
    session = session_of(ctx, sid)
    if codes is None or session is None:
        return None
    audit.record(ctx, "session.second_given", waiting.name)
    return Passed(renew(ctx, session, second=True), codes)


def raise_session(ctx: Context, sid: str) -> OpenedSession:
    """After setting one up on one's own page: this session has given it."""
    session = session_of(ctx, sid)
    if session is None:
        raise NotFound("no such session")
    return renew(ctx, session, second=True)


def _waiting(ctx: Context, sid: str) -> Pending:
    found = pending_of(ctx, sid)
    if found is None:
        raise Refused("Phiên đăng nhập đã hết hoặc không cần bước này. Đề nghị đăng nhập lại.")
    return found


def _account(ctx: Context, session: PortalSession) -> Account | None:
    account = ctx.session.exec(select(Account).where(Account.name == session.account)).first()
    return account if account is not None and account.disabled_at is None else None
