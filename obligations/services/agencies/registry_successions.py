"""A registry file's successions against those that are recorded: neither may undo the other."""

from datetime import date, timedelta

from sqlmodel import col, select

from models.enums import SuccessionKind, SuccessionOrigin
from models.tables import Agency, Contact, Reassignment, Succession
from obligations.errors import Refused
from obligations.rules.successions import follows
from obligations.services.context import Context
from plans.registry import RegistryFile

Pair = tuple[str, str | None, date]
"""Who gives way, to whom, and on which day."""


def recorded_ends(ctx: Context) -> dict[str, date]:
    """Last day of each agency that gives way by a recorded decision."""
    query = select(Succession).where(Succession.origin == SuccessionOrigin.act)
    return {s.from_code: s.on - timedelta(days=1) for s in ctx.session.exec(query).all()}


def check_successions(ctx: Context, registry: RegistryFile) -> None:
    """Refused where the file contradicts a recorded decision, or drops a succession by which something moved."""
    wanted = _pairs(registry)
    ends = recorded_ends(ctx)
    recorded: dict[str, set[Pair]] = {}
    for row in ctx.session.exec(select(Succession)).all():
        pair = (row.from_code, row.to_code, row.on)
        if row.origin == SuccessionOrigin.act:
            recorded.setdefault(row.from_code, set()).add(pair)
        elif pair not in wanted and _is_in(registry, row.from_code) and _has_moved_something(ctx, row):
            raise Refused(
                f"{row.from_code!r} gave way on {row.on} and what it owed has moved; the file must keep that succession"
            )
    for code, pairs in recorded.items():
        _agree(code, pairs, {pair for pair in wanted if pair[0] == code})
    for spec in registry.agencies:
        if spec.code in ends and spec.valid_to not in (None, ends[spec.code]):
            raise Refused(
                f"{spec.code!r} ends on {ends[spec.code]} by a recorded decision; the file says {spec.valid_to}"
            )
    together = [*wanted, *(pair for pairs in recorded.values() for pair in pairs)]
    if circling := sorted(code for code, _, _ in together if code in follows(code, together)):
        raise Refused(f"cyclic succession: {circling[0]!r} would end up succeeding itself")


def put_successions(ctx: Context, registry: RegistryFile) -> int:
    """Bring the file's successions in, and take out those it no longer names; returns how many rows changed."""
    rows = {(s.from_code, s.to_code, s.on): s for s in ctx.session.exec(select(Succession)).all()}
    wanted = _pairs(registry)
    stale = [
        row
        for pair, row in rows.items()
        if pair not in wanted and row.origin == SuccessionOrigin.file and _is_in(registry, row.from_code)
    ]
    for row in stale:
        ctx.session.delete(row)
    fresh = [row for pair, row in wanted.items() if pair not in rows]
    ctx.session.add_all(fresh)
    ctx.session.flush()
    return len(stale) + len(fresh)


def _pairs(registry: RegistryFile) -> dict[Pair, Succession]:
    return {
        (source, target, spec.on): Succession(
            from_code=source,
            to_code=target,
            on=spec.on,
            kind=SuccessionKind(spec.kind),
            scope=spec.scope,
            decision=spec.decision,
            confidence=str(spec.confidence),
        )
        for spec in registry.successions
        for source in spec.from_
        for target in (*spec.to,) or (None,)
    }


def _agree(code: str, recorded: set[Pair], wanted: set[Pair]) -> None:
    if wanted and wanted != recorded:
        said = ", ".join(f"{to or 'nobody'} on {on}" for _, to, on in sorted(recorded, key=str))
        raise Refused(f"{code!r} gives way to {said} by a recorded decision; the file says otherwise. Correct the file")


def _is_in(registry: RegistryFile, code: str) -> bool:
    return any(agency.code == code for agency in registry.agencies)


def _has_moved_something(ctx: Context, row: Succession) -> bool:
    duty = select(Reassignment.id).where(Reassignment.succession_id == row.id)
    contact = (
        select(Contact.id)
        .join(Agency, col(Contact.agency_id) == Agency.id)
        .where(Agency.code == row.from_code, col(Contact.removed_at) == row.applied_at)
    )
    applied = row.applied_at is not None
    return applied and any(ctx.session.exec(query.limit(1)).first() is not None for query in (duty, contact))
