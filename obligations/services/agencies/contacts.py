"""Addresses of agencies, one at a time: seen, added, removed on change of post, replaced, taken into use again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import AddressState, Audience, MessageState
from models.tables import AccessLink, Agency, Contact, Message
from models.types import public_id
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.contact_rows import CHANNELS, address_for
from obligations.rules.contact_words import Problem
from obligations.rules.masking import masked, masked_text
from obligations.services import audit
from obligations.services.agencies.contact_notice import tell_new_contact
from obligations.services.channels.channel_choice import PHONE, rank
from obligations.services.context import Context
from obligations.services.links import personal_token, token_sha256
from obligations.services.lookup import agency_by_code

WAITING = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.draft)


@dataclass(frozen=True)
class ContactView:
    """One address as lists show it. ``address`` is masked unless the reader asked for it whole (which is audited)."""

    id: int
    agency: str
    agency_name: str
    audience: str
    channel: str
    address: str
    label: str
    purpose: str
    source: str
    state: str
    state_reason: str
    is_sample: bool
    removed_at: datetime | None


@dataclass(frozen=True)
class NewContact:
    """An address to add, as typed."""

    audience: Audience
    channel: str
    address: str
    label: str
    purpose: str
    source: str


def list_contacts(
    ctx: Context, agency: str | None = None, *, whole: bool = False, removed: bool = False
) -> list[ContactView]:
    """Addresses in official order of their agencies, the one used first at the top of each."""
    rows = _listed(ctx, agency, removed=removed)
    if whole:
        audit.record(ctx, "contacts.shown", agency or "all", rows=len(rows))
    return [_view(contact, owner, whole=whole) for contact, owner in rows]


def _listed(ctx: Context, agency: str | None, *, removed: bool) -> list[tuple[Contact, Agency]]:
    query = select(Contact, Agency).join(Agency, col(Contact.agency_id) == Agency.id)
    if agency:
        query = query.where(Agency.id == agency_by_code(ctx, agency).id)
    if not removed:
        query = query.where(col(Contact.removed_at).is_(None))
    rows = ctx.session.exec(query).all()
    return sorted(rows, key=lambda row: (row[1].position, row[0].audience, rank(ctx, row[0])))


def export_contacts(ctx: Context, agency: str | None, form: str) -> list[ContactView]:
    """Whole addresses for a file that leaves the system; the act is audited with what was taken."""
    rows = _listed(ctx, agency, removed=False)
    audit.record(ctx, "contacts.exported", agency or "all", rows=len(rows), format=form)
    return [_view(contact, owner, whole=True) for contact, owner in rows]


def add_contact(ctx: Context, agency: str, new: NewContact) -> int:
    """Add one address; an address that had been removed comes back. Refused when it is none, or is known already."""
    owner = agency_by_code(ctx, agency, "agency")
    channels = {*CHANNELS.values(), *ctx.settings.channel_urls}
    if new.channel not in channels:
        raise WrongValue("channel", f"Không có kênh “{new.channel}”; các kênh: {', '.join(sorted(channels))}.")
    address, wrong = address_for(new.channel, " ".join(new.address.split()))
    if wrong or not address:
        raise WrongValue("address", Problem(0, wrong or "missing", "địa chỉ", new.address).vietnamese())
    if not new.purpose.strip() or not new.source.strip():
        raise WrongValue("purpose", "Cần ghi mục đích và nguồn của địa chỉ (dữ liệu cá nhân).")
    known = _same(ctx, owner, new.audience, new.channel, address)
    if known is not None and known.removed_at is None:
        raise WrongValue("address", "Địa chỉ này đã có.")
    contact = known or Contact(
        agency_id=owner.id or 0,
        audience=new.audience,
        channel=new.channel,
        address=address,
        created_at=ctx.as_of,
    )
    contact.removed_at, contact.is_sample = None, False
    contact.label, contact.purpose, contact.source = new.label.strip(), new.purpose.strip(), new.source.strip()
    contact.state, contact.state_reason = AddressState.active, ""
    ctx.session.add(contact)
    for sample in _samples(ctx, owner, new.audience) if new.channel != PHONE else ():
        if sample.id != contact.id:
            sample.removed_at = ctx.as_of
            readdress(ctx, sample, contact)
    ctx.session.flush()
    audit.record(ctx, "contact.added", owner.code, contact=contact.id, channel=contact.channel, source=contact.source)
    return contact.id or 0


def remove_contact(ctx: Context, number: int, reason: str) -> None:
    """Take an address out of use; what waits for it goes to the agency's next one, or a person is told."""
    contact, owner = _living(ctx, number)
    why = _needed(reason)
    _end(ctx, contact)
    others = [c for c in _of(ctx, owner, contact.audience) if c.id != contact.id and c.state == AddressState.active]
    usable = sorted((c for c in others if c.channel != PHONE), key=lambda c: rank(ctx, c))
    moved = readdress(ctx, contact, usable[0]) if usable else 0
    audit.record(ctx, "contact.removed", owner.code, contact=contact.id, reason=why, messages=moved)


def replace_contact(ctx: Context, number: int, address: str, reason: str, *, label: str | None = None) -> int:
    """A new address in place of one, of the same kind and for the same people; it is told at once. Returns its id."""
    contact, owner = _living(ctx, number)
    why = _needed(reason)
    kept, wrong = address_for(contact.channel, " ".join(address.split()))
    if wrong or not kept:
        raise WrongValue("address", Problem(0, wrong or "missing", "địa chỉ", address).vietnamese())
    if kept.casefold() == contact.address.casefold():
        raise WrongValue("address", "Địa chỉ mới trùng với địa chỉ cũ.")
    new = _same(ctx, owner, contact.audience, contact.channel, kept) or Contact(
        agency_id=contact.agency_id,
        audience=contact.audience,
        channel=contact.channel,
        address=kept,
        purpose=contact.purpose,
        source=contact.source,
        created_at=ctx.as_of,
    )
    new.removed_at, new.is_sample, new.label = None, False, contact.label if label is None else label.strip()
    new.state, new.state_reason = AddressState.active, ""
    ctx.session.add(new)
    ctx.session.flush()
    _end(ctx, contact)
    moved = readdress(ctx, contact, new)
    tell_new_contact(ctx, owner, new)
    said = {"contact": contact.id, "by": new.id, "reason": why, "messages": moved}
    audit.record(ctx, "contact.replaced", owner.code, **said)
    return new.id or 0


def revive_contact(ctx: Context, number: int, reason: str) -> None:
    """Use an address again that had bounced, once a person has checked it."""
    contact, owner = _living(ctx, number)
    why = _needed(reason)
    if contact.state == AddressState.active:
        raise Refused("Địa chỉ này đang được dùng.")
    contact.state, contact.state_reason, contact.state_changed_at = AddressState.active, "", ctx.as_of
    audit.record(ctx, "contact.revived", owner.code, contact=contact.id, reason=why)


def _end(ctx: Context, contact: Contact) -> None:
    contact.removed_at = ctx.as_of
    for link in ctx.session.exec(
        select(AccessLink).where(AccessLink.contact_id == contact.id, col(AccessLink.revoked_at).is_(None))
    ):
        link.revoked_at = ctx.as_of
    ctx.session.flush()


def readdress(ctx: Context, old: Contact, new: Contact) -> int:
    """Let what waits for an address go to another; what may already have left stays where it is."""
    ctx.session.flush()
    query = select(Message).where(Message.contact_id == old.id, col(Message.state).in_(WAITING))
    rows = ctx.session.exec(query.with_for_update()).all()
    for message in rows:
        message.contact_id, message.channel, message.address = new.id, new.channel, new.address
        if message.attempts:  # its link may be known to whoever had the old address
            message.public_id = public_id()
        for link in ctx.session.exec(select(AccessLink).where(AccessLink.message_id == message.id)):
            link.contact_id, link.revoked_at = new.id, None
            link.token_sha256 = token_sha256(personal_token(ctx.settings, message.public_id))
    ctx.session.flush()
    return len(rows)


def _living(ctx: Context, number: int) -> tuple[Contact, Agency]:
    contact = ctx.session.get(Contact, number, with_for_update=True)
    if contact is None or contact.removed_at is not None:
        raise NotFound("no such contact, or it has been removed")
    return contact, ctx.session.get_one(Agency, contact.agency_id)


def _of(ctx: Context, owner: Agency, audience: Audience) -> Sequence[Contact]:
    return ctx.session.exec(
        select(Contact).where(
            Contact.agency_id == owner.id, Contact.audience == audience, col(Contact.removed_at).is_(None)
        )
    ).all()


def _samples(ctx: Context, owner: Agency, audience: Audience) -> list[Contact]:
    return [contact for contact in _of(ctx, owner, audience) if contact.is_sample]


def _same(ctx: Context, owner: Agency, audience: Audience, channel: str, address: str) -> Contact | None:
    query = select(Contact).where(
        Contact.agency_id == owner.id, Contact.audience == audience, Contact.channel == channel
    )
    return next((c for c in ctx.session.exec(query) if c.address.casefold() == address.casefold()), None)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    return reason.strip()[:300]


def _view(contact: Contact, owner: Agency, *, whole: bool) -> ContactView:
    return ContactView(
        id=contact.id or 0,
        agency=owner.code,
        agency_name=owner.name,
        audience=contact.audience.value,
        channel=contact.channel,
        address=contact.address if whole else masked(contact.address),
        label=contact.label,
        purpose=contact.purpose,
        source=contact.source,
        state="removed" if contact.removed_at else contact.state.value,
        state_reason=masked_text(contact.state_reason),
        is_sample=contact.is_sample,
        removed_at=contact.removed_at,
    )
