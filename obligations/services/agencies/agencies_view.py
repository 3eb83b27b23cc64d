"""Agencies as lists show them."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from models.enums import Audience
from models.tables import Agency
from obligations.services.context import Context
from obligations.services.roster import is_valid
from obligations.services.sending.outbox import primary_contacts


@dataclass(frozen=True)
class AgencyRow:
    """One agency; ``address`` is where its notices go, None when nothing reaches it."""

    code: str
    name: str
    kind: str
    level: str
    valid_from: date
    valid_to: date | None
    confidence: str
    address: str | None


def agencies(ctx: Context, on: date | None = None) -> list[AgencyRow]:
    """Agencies in official order; with ``on`` only those valid that day."""
    rows = ctx.session.exec(select(Agency).order_by(col(Agency.position), col(Agency.id))).all()
    chosen = [a for a in rows if on is None or is_valid(a, on)]
    contacts = primary_contacts(ctx, [a.id or 0 for a in chosen], Audience.clerk)
    return [
        AgencyRow(
            a.code,
            a.name,
            a.kind,
            a.level,
            a.valid_from,
            a.valid_to,
            a.confidence,
            contacts[a.id].address if a.id in contacts else None,
        )
        for a in chosen
    ]
