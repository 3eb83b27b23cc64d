"""By which channel an agency is reached: those that are configured, in the order the installation wants (email first)."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import AddressState, Audience
from models.tables import Contact
from obligations.rules.contact_rows import looks_personal
from obligations.services.context import Context

PHONE = "phone"
"""Channel of a contact that is a telephone number: for call lists, nothing is ever sent to it."""
WINDOW = timedelta(days=7)
"""How long after a person wrote an official account may still answer them (Zalo, docs/zalo.md)."""
RECORDING = "record:"
_USABLE = select(Contact).where(
    col(Contact.agency_id).in_(bindparam("agencies", expanding=True)),
    Contact.audience == bindparam("audience"),
    Contact.channel != PHONE,
    Contact.state == AddressState.active,
    col(Contact.removed_at).is_(None),
)


def reachable(ctx: Context, agency_ids: Iterable[int], audience: Audience) -> dict[int, list[Contact]]:
    """Usable addresses of each agency, the one to use first; role mailboxes come before later, personal ones."""
    wanted = list(agency_ids)
    if not wanted:
        return {}
    rows = ctx.session.exec(_USABLE, params={"agencies": wanted, "audience": audience}).all()
    found: dict[int, list[Contact]] = {}
    for contact in rows:
        if is_open(ctx, contact):
            found.setdefault(contact.agency_id, []).append(contact)
    for mine in found.values():
        mine.sort(key=lambda contact: rank(ctx, contact))
    return found


def rank(ctx: Context, contact: Contact) -> tuple[bool, int, bool, int]:
    """A channel that only records comes after any that sends; then the installation's order; then role mailboxes, by age."""
    order = ctx.settings.channel_order.split()
    place = order.index(contact.channel) if contact.channel in order else len(order)
    personal = looks_personal(contact.channel, contact.address)
    return not sends(ctx, contact.channel), place, personal, contact.id or 0


def sends(ctx: Context, channel: str) -> bool:
    """Whether a channel is configured to send rather than to record."""
    return not ctx.settings.channel_urls.get(channel, RECORDING).startswith(RECORDING)


def is_open(ctx: Context, contact: Contact) -> bool:
    """Whether a channel reaches this person now: an official account only within its window after they wrote."""
    if contact.channel != "zalooa":
        return True
    wrote = contact.last_interaction_at
    return wrote is not None and ctx.as_of - wrote <= WINDOW


def next_address(ctx: Context, agency_id: int, audience: Audience, tried: Collection[int]) -> Contact | None:
    """The first address that sends and has not been tried."""
    mine = reachable(ctx, [agency_id], audience).get(agency_id, [])
    return next((c for c in mine if c.id not in tried and sends(ctx, c.channel)), None)
