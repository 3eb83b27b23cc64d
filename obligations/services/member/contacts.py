"""An agency names its own focal points. Every change is told to its other mailboxes and shown to the coordinator.

A replaced address and the leaders' mailboxes are told too: who found a link must not be able to take an agency's post over unseen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import col, func, select

from models.enums import AddressState, Audience
from models.tables import Agency, Assignment, AuditEntry, Contact, Message, MessageItem
from obligations.errors import NotFound, Refused
from obligations.rules.contact_rows import looks_personal
from obligations.rules.masking import masked
from obligations.services.accounts.access import Actor
from obligations.services.agencies.contacts import ContactView, NewContact, add_contact, list_contacts, replace_contact
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.member.own_agency import agency_of
from obligations.services.sending.notices import send_moment
from obligations.services.sending.outbox import Draft, Item, write_messages

KIND = "contact_told"
EMAIL = "email"
CHANGES = ("contact.added", "contact.replaced")
BY_AGENCY = "agency:"
MOST, WITHIN = 6, timedelta(days=1)
"""Changes an agency makes by itself in a day: each writes to an address that the page was given."""
SHOWN_FOR = timedelta(days=7)
PURPOSE, SOURCE = "Nhận thông báo, đôn đốc báo cáo", "Cơ quan, đơn vị tự khai trên trang riêng"


@dataclass(frozen=True)
class Handed:
    """What came of naming a successor. ``told``: whether a message with a new link is on its way to ``address`` (masked)."""

    address: str
    told: bool


@dataclass(frozen=True)
class ChangedRow:
    """One change that an agency made by itself."""

    agency: str
    name: str
    added: bool
    at: datetime
    personal: bool = False
    """The new address is a mailbox of a public service, not of the agency."""


def own_contacts(ctx: Context, actor: Actor) -> list[ContactView]:
    """The agency's addresses, masked: who reads them need not be who they belong to."""
    return list_contacts(ctx, agency_of(ctx, actor).code)


def name_successor(ctx: Context, actor: Actor, number: int, address: str, label: str, reason: str) -> Handed:
    """Put another address in the place of one: its links and sessions are dead at once, what waits goes to the new one.

    NotFound for an address that is not the agency's; Refused for a leader's, a wrong one, or too many changes in a day.
    """
    agency = agency_of(ctx, actor)
    old = _own(ctx, agency, number)
    _check_often(ctx, actor)
    new = ctx.session.get_one(Contact, replace_contact(ctx, number, address, reason, label=label))
    what = f"{masked(old.address)} được thay bằng {masked(new.address)}"
    _tell(ctx, agency, [*_others(ctx, agency, (old.id, new.id)), *_watchers(ctx, agency, old)], new, what)
    return Handed(masked(new.address), told=_is_told(ctx, new))


def add_own_contact(ctx: Context, actor: Actor, channel: str, address: str, label: str) -> Handed:
    """One more address of the agency's clerks; a sample one gives way to it, as to a successor.

    Refused as ``add_contact`` refuses, or for too many changes in a day.
    """
    agency = agency_of(ctx, actor)
    _check_often(ctx, actor)
    new = NewContact(Audience.clerk, channel, address, label, PURPOSE, SOURCE)
    number = add_contact(ctx, agency.code, new)
    kept = ctx.session.get_one(Contact, number)
    _tell(ctx, agency, _others(ctx, agency, (number,)), kept, f"bổ sung {masked(kept.address)}")
    return Handed(masked(kept.address), told=_is_told(ctx, kept))


_CHANGED = (
    sql_select(
        col(AuditEntry.subject), col(Agency.name), col(AuditEntry.action), col(AuditEntry.at), col(AuditEntry.detail)
    )
    .join(Agency, col(Agency.code) == AuditEntry.subject)
    .where(col(AuditEntry.action).in_(CHANGES), col(AuditEntry.actor).startswith(BY_AGENCY, autoescape=True))
    .where(col(AuditEntry.at) > bindparam("after"))
    .order_by(col(AuditEntry.seq).desc())
)
"""Built once: every first page asks."""


def changed_rows(ctx: Context) -> list[ChangedRow]:
    """What agencies changed by themselves of late, newest first; for the coordinator's day."""
    rows = ctx.session.execute(_CHANGED, {"after": ctx.as_of - SHOWN_FOR}).all()
    numbers = [detail.get("contact" if action == CHANGES[0] else "by") for _, _, action, _, detail in rows]
    personal = _personal(ctx, [number for number in numbers if number])
    return [
        ChangedRow(code, name, action == CHANGES[0], at, number in personal)
        for (code, name, action, at, _), number in zip(rows, numbers, strict=True)
    ]


def _personal(ctx: Context, numbers: Sequence[int]) -> set[int | None]:
    """Those contacts whose address looks like a person's own. No statement when there are none."""
    if not numbers:
        return set()
    found = ctx.session.exec(select(Contact).where(col(Contact.id).in_(numbers))).all()
    return {contact.id for contact in found if looks_personal(contact.channel, contact.address)}


def _own(ctx: Context, agency: Agency, number: int) -> Contact:
    contact = ctx.session.get(Contact, number)
    if contact is None or contact.agency_id != agency.id or contact.removed_at is not None:
        raise NotFound("no such contact of this agency")
    if contact.audience != Audience.clerk:
        raise Refused(
            "Địa chỉ của lãnh đạo do chuyên viên theo dõi cập nhật; đề nghị liên hệ theo số điện thoại ở cuối trang."
        )
    return contact


def _check_often(ctx: Context, actor: Actor) -> None:
    query = select(func.count()).where(
        AuditEntry.actor == actor.name, col(AuditEntry.action).in_(CHANGES), AuditEntry.at > ctx.as_of - WITHIN
    )
    if ctx.session.exec(query).one() >= MOST:
        raise Refused(f"Trong một ngày chỉ thay đổi đầu mối được {MOST:02d} lần; đề nghị liên hệ chuyên viên theo dõi.")


def _others(ctx: Context, agency: Agency, but: Sequence[int | None]) -> Sequence[Contact]:
    """The other mailboxes of the agency's clerks."""
    return ctx.session.exec(
        select(Contact).where(
            Contact.agency_id == agency.id,
            Contact.audience == Audience.clerk,
            Contact.channel != PHONE,
            col(Contact.removed_at).is_(None),
            col(Contact.id).not_in(but),
        )
    ).all()


def _watchers(ctx: Context, agency: Agency, old: Contact) -> list[Contact]:
    """The replaced mailbox, while it takes mail, and those of the leaders: by e-mail alone."""
    leaders = ctx.session.exec(
        select(Contact).where(
            Contact.agency_id == agency.id,
            Contact.audience == Audience.leader,
            Contact.channel == EMAIL,
            Contact.state == AddressState.active,
            col(Contact.removed_at).is_(None),
        )
    ).all()
    was = [old] if old.channel == EMAIL and old.state == AddressState.active and not old.is_sample else []
    return [*was, *leaders]


def _tell(ctx: Context, agency: Agency, whom: Sequence[Contact], new: Contact, what: str) -> None:
    """Write to each, so that a change nobody there asked for is noticed; these messages open nothing (``outbox.LINKLESS``)."""
    newest = select(Assignment).where(Assignment.agency_id == agency.id).order_by(col(Assignment.id).desc()).limit(1)
    about = ctx.session.exec(newest).first()
    if about is None:
        return
    step, moment = f"{KIND}:{new.id}:{ctx.as_of.timestamp():.0f}"[:40], send_moment(ctx, ctx.as_of, 1)
    facts = {"remarks": what}
    for other in whom:  # one by one: two mailboxes of one audience are told the same thing
        item = Item(about.id or 0, f"{step}:{other.id}"[:40], about.revision, facts)
        write_messages(ctx, [Draft(other, KIND, [item], moment)])


def _is_told(ctx: Context, contact: Contact) -> bool:
    query = (
        select(Message.id)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(Message.contact_id == contact.id, Message.kind == "contact_changed", Message.created_at == ctx.as_of)
    )
    return ctx.session.exec(query.limit(1)).first() is not None
