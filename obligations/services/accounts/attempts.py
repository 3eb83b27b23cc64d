"""How often one address of the network may try something before it has to wait: one count for every process of the portal."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, delete, func, select

from models.engine import serialise
from models.tables import Attempt
from obligations.services.context import Context

_LOCK = 197_061
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most so many tries within a sliding window; ``name`` tells one thing that is tried from another."""

    name: str
    most: int
    window: timedelta


def may_try(ctx: Context, limit: Limit, client: str) -> bool:
    """Whether this client has tried less often than is allowed."""
    recent = select(func.count()).where(
        Attempt.client_sha256 == _digest(ctx, limit, client), col(Attempt.at) > ctx.as_of - limit.window
    )
    return ctx.session.exec(recent).one() < limit.most


def tried(ctx: Context, limit: Limit, client: str) -> None:
    """Count one try, and forget those that no window holds any more."""
    ctx.session.exec(delete(Attempt).where(col(Attempt.at) < ctx.as_of - _KEPT))
    ctx.session.add(Attempt(name=limit.name, client_sha256=_digest(ctx, limit, client), at=ctx.as_of))
    ctx.session.flush()


def take_try(ctx: Context, limit: Limit, client: str) -> bool:
    """Count this try unless there were too many; whether there were not."""
    serialise(ctx.session, _LOCK)
    if not may_try(ctx, limit, client):
        return False
    tried(ctx, limit, client)
    return True


def _digest(ctx: Context, limit: Limit, client: str) -> str:
    return hmac.digest(ctx.settings.key, f"attempt:{limit.name}:{client}".encode(), "sha256").hex()
