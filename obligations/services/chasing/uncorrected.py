"""Who was told something wrong and could not be told that it was: a person calls them (S12)."""

from collections.abc import Iterable

from sqlmodel import col, or_, select

from models.tables import Agency, AuditEntry
from obligations.services.context import Context

_BY = "unreached"
"""In the detail of the trail's entry: codes of agencies that had no address."""


def noted(codes: Iterable[str]) -> dict[str, list[str]]:
    """What the trail keeps of them; nothing when everybody was reached."""
    found = sorted(codes)
    return {_BY: found} if found else {}


def uncorrected(ctx: Context, subject: str) -> list[str]:
    """Names, in official order, for a batch or, over all its steps, for a period; by public id."""
    query = select(AuditEntry.detail).where(
        AuditEntry.action == "notices.retracted",
        or_(AuditEntry.subject == subject, col(AuditEntry.subject).startswith(f"{subject}:", autoescape=True)),
    )
    codes = {code for detail in ctx.session.exec(query).all() for code in detail.get(_BY, ())}
    if not codes:
        return []
    names = select(Agency.name).where(col(Agency.code).in_(codes)).order_by(col(Agency.position), col(Agency.id))
    return list(ctx.session.exec(names).all())
