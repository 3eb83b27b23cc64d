"""A program may repeat an act: what was answered is kept in the transaction of the act itself, so that it happens once.

An act that is refused leaves no key: it may be asked for again when the reason is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.tables import IdempotencyKey, metadata
from obligations.errors import DondocError, Refused
from obligations.services.context import App, Context
from obligations.services.sealing import seal, unseal

KEPT = timedelta(hours=24)
_TABLE = metadata.tables["idempotency_key"]
_IS_OLD = col(IdempotencyKey.created_at) < bindparam("before")
_ANY_OLD = select(IdempotencyKey.id).where(_IS_OLD).limit(1)


class KeyReused(DondocError):
    """The key belongs to another act: the same key always means the same request."""


@dataclass(frozen=True)
class Asked:
    """One request. ``owner``: who asks, ``operation``: method and path, ``body_sha256``: of everything that was sent."""

    owner: str
    key: str
    operation: str
    body_sha256: str


@dataclass(frozen=True)
class Answered:
    """What was answered the first time."""

    status: int
    answer: str


def take(ctx: Context, asked: Asked) -> Answered | None:
    """None: the act is new, go on and ``keep`` its answer. Whoever comes at the same time waits for this transaction."""
    insert = postgresql.insert if ctx.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "owner": asked.owner,
        "key": asked.key,
        "operation": asked.operation,
        "body_sha256": asked.body_sha256,
        "status": 0,
        "answer": "",
        "created_at": ctx.as_of,
    }
    fresh = insert(_TABLE).values(values).on_conflict_do_nothing().returning(_TABLE.c.id)
    if ctx.session.execute(fresh).first() is not None:
        return None
    row = ctx.session.exec(_of(asked)).one()
    if (row.operation, row.body_sha256) != (asked.operation, asked.body_sha256):
        raise KeyReused("this key was used for another request")
    if not row.answer:
        raise Refused("Việc này đã được ghi nhận; câu trả lời không còn vì có báo cáo liên quan đã được cô lập.")
    return Answered(row.status, _opened(ctx, row.answer))


def keep(ctx: Context, asked: Asked, status: int, answer: str) -> None:
    """What every repetition is answered. Sealed: an answer may hold what is shown once, such as a calendar's address."""
    row = ctx.session.exec(_of(asked)).one()
    row.status, row.answer = status, seal(ctx.settings, answer)


def _opened(ctx: Context, answer: str) -> str:
    """As a release before this one kept it, for a day after an upgrade."""
    return answer if answer.startswith(("{", "[")) else unseal(ctx.settings, answer)


def sweep_keys(app: App, clock: Callable[[], datetime]) -> None:
    """Let keys go after a day."""
    now = clock()
    asked = {"before": now - KEPT}
    with app.read(now) as ctx:
        if ctx.session.exec(_ANY_OLD, params=asked).first() is None:
            return
    with app.write(now, "upkeep") as ctx:
        ctx.session.execute(delete(IdempotencyKey).where(_IS_OLD), asked)


def _of(asked: Asked) -> SelectOfScalar[IdempotencyKey]:
    return select(IdempotencyKey).where(IdempotencyKey.owner == asked.owner, IdempotencyKey.key == asked.key)
