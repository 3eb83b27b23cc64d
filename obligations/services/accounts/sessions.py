"""Server-side sessions: opened with a fresh secret, over after their time, when idle, or when somebody ends them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import col, delete, select

from models.tables import PortalSession
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.links import token_sha256

_BY_SECRET = select(PortalSession).where(col(PortalSession.sid_sha256) == bindparam("sid"))
_SEEN = update(PortalSession).where(col(PortalSession.id) == bindparam("number")).values(seen_at=bindparam("seen"))
NOTED_AFTER = timedelta(minutes=1)
"""Use is written down no more often than this."""


@dataclass(frozen=True)
class OpenedSession:
    """What the browser is given; only the hash of ``sid`` is kept. ``lives`` in seconds."""

    sid: str
    lives: int


@dataclass(frozen=True)
class SessionRow:
    """One session of an account, as its owner sees it. ``here``: the one that asks."""

    number: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    way: str
    second: bool
    here: bool


def open_session(ctx: Context, **owner: Any) -> OpenedSession:
    """A fresh secret at every exchange; sessions that are over go."""
    ctx.session.exec(delete(PortalSession).where(col(PortalSession.expires_at) <= ctx.as_of))
    sid = secrets.token_urlsafe(32)
    lives = timedelta(hours=ctx.settings.session_hours)
    row = PortalSession(
        sid_sha256=token_sha256(sid),
        csrf=secrets.token_urlsafe(32),
        created_at=ctx.as_of,
        seen_at=ctx.as_of,
        expires_at=ctx.as_of + lives,
        **owner,
    )
    ctx.session.add(row)
    ctx.session.flush()
    return OpenedSession(sid, int(lives.total_seconds()))


def session_of(ctx: Context, sid: str) -> PortalSession | None:
    """The living session of a secret. A named account's ends when idle; an agency types for hours and has its link."""
    found = ctx.session.exec(_BY_SECRET, params={"sid": token_sha256(sid)}).first()
    return found if found is not None and _lives(ctx, found) else None


def needs_note(session: PortalSession, now: datetime) -> bool:
    """Whether its use must be written down, so that it does not count as idle."""
    return session.account is not None and now - (session.seen_at or session.created_at) >= NOTED_AFTER


def keep_awake(ctx: Context, uses: Mapping[int, datetime]) -> None:
    """Write down when sessions were last in use, by number. One that has ended meanwhile stays so."""
    ctx.session.connection().execute(_SEEN, [{"number": number, "seen": at} for number, at in uses.items()])


def renew(ctx: Context, session: PortalSession, *, second: bool) -> OpenedSession:
    """The same sign-in under a new secret, at the moment its rights grow; its end stays."""
    sid = secrets.token_urlsafe(32)
    session.sid_sha256, session.csrf = token_sha256(sid), secrets.token_urlsafe(32)
    session.second_at = ctx.as_of if second else session.second_at
    ctx.session.add(session)
    ctx.session.flush()
    return OpenedSession(sid, int((session.expires_at - ctx.as_of).total_seconds()))


def close_session(ctx: Context, sid: str) -> None:
    """Forget a session."""
    ctx.session.exec(delete(PortalSession).where(col(PortalSession.sid_sha256) == token_sha256(sid)))


def sessions_of(ctx: Context, account: str, sid: str) -> list[SessionRow]:
    """The living sessions of an account, newest first."""
    here = token_sha256(sid)
    query = select(PortalSession).where(PortalSession.account == account).order_by(col(PortalSession.id).desc())
    return [
        SessionRow(
            s.id or 0,
            s.created_at,
            s.seen_at or s.created_at,
            s.expires_at,
            s.way,
            s.second_at is not None,
            s.sid_sha256 == here,
        )
        for s in ctx.session.exec(query).all()
        if _lives(ctx, s)
    ]


def end_sessions(ctx: Context, account: str, *, numbers: Iterable[int] | None = None, keep: str = "") -> int:
    """End sessions of an account: some, or every one but that of ``keep``. Returns how many."""
    query = select(PortalSession).where(PortalSession.account == account)
    wanted = None if numbers is None else set(numbers)
    ended = [
        s
        for s in ctx.session.exec(query).all()
        if (wanted is None or s.id in wanted) and (not keep or s.sid_sha256 != token_sha256(keep))
    ]
    for session in ended:
        ctx.session.delete(session)
    if ended:
        audit.record(ctx, "session.ended", account, sessions=len(ended))
    return len(ended)


def _lives(ctx: Context, session: PortalSession) -> bool:
    if session.expires_at <= ctx.as_of:
        return False
    idle = timedelta(minutes=ctx.settings.idle_minutes)
    return session.account is None or ctx.as_of - (session.seen_at or session.created_at) < idle
