"""The audit trail: append-only, hash-chained (ASVS 16.4.1)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.engine import serialise
from models.tables import AuditEntry
from obligations.services.context import Context

GENESIS = "0" * 64
_CHAIN_LOCK = 197_041
_NEWEST = select(AuditEntry.hash).order_by(col(AuditEntry.seq).desc()).limit(1)


def record(ctx: Context, action: str, subject: str, **detail: Any) -> None:
    """Append one act in the caller's transaction. ``detail`` holds plain values and no personal data."""
    previous = _last_hash(ctx.session)
    entry = AuditEntry(
        at=ctx.as_of,
        actor=ctx.actor,
        action=action,
        subject=subject,
        detail=json.loads(json.dumps(detail, default=str)),
        previous_hash=previous,
        hash="",
    )
    entry.hash = digest(entry)
    ctx.session.add(entry)
    ctx.session.flush()


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's fields and the hash before it."""
    fields = [
        entry.at.astimezone(UTC).isoformat(),
        entry.actor,
        entry.action,
        entry.subject,
        entry.detail,
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def verify(session: Session) -> list[str]:
    """Every break of the chain, in order; empty when it is whole."""
    return breaks(entries(session))


def breaks(trail: Iterable[AuditEntry], previous: str = GENESIS) -> list[str]:
    """Every break of a trail given in its order, from its beginning or from behind the entry whose hash is ``previous``.

    A trail whose newest entries were cut off is whole in itself: documents print the head they were made at, so that
    ``contains`` finds it out.
    """
    problems: list[str] = []
    for entry in trail:
        if entry.previous_hash != previous:
            problems.append(f"entry {entry.seq}: the entry before it was removed or changed")
        if entry.hash != digest(entry):
            problems.append(f"entry {entry.seq}: its content was changed")
        previous = entry.hash
    return problems


def contains(session: Session, head: str) -> bool:
    """Whether ``SEQ:HASH``, as a document prints it, names an entry of this chain; ``0:`` and zeros is the beginning."""
    number, _, hash_ = head.partition(":")
    if not (number.isascii() and number.isdecimal()):
        return False
    if int(number) == 0:
        return hash_ == GENESIS
    return session.exec(select(AuditEntry.hash).where(AuditEntry.seq == int(number))).first() == hash_


def head(session: Session) -> str:
    """``SEQ:HASH`` of the newest entry, as ``contains`` takes it."""
    newest = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    return f"{newest.seq}:{newest.hash}" if newest else f"0:{GENESIS}"


def entries(session: Session, since: datetime | None = None) -> Iterator[AuditEntry]:
    """The trail in order, read in chunks."""
    query = select(AuditEntry).order_by(col(AuditEntry.seq))
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    yield from session.exec(query.execution_options(yield_per=500))


def entries_after(session: Session, seq: int, most: int) -> Iterator[AuditEntry]:
    """The first ``most`` entries behind that number, in order."""
    query = select(AuditEntry).where(col(AuditEntry.seq) > seq).order_by(col(AuditEntry.seq)).limit(most)
    yield from session.exec(query)


def _last_hash(session: Session) -> str:
    """Hash of the newest entry; writers of the chain line up."""
    serialise(session, _CHAIN_LOCK)
    newest = session.exec(_NEWEST).first()
    return newest or GENESIS
