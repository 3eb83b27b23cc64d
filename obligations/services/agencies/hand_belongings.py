"""What a successor takes over besides duties: addresses, personal links, sessions, waiting messages."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import AccessLink, Agency, Contact, FeedToken, Message, PortalSession
from obligations.services.context import Context

WAITING = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.draft)


@dataclass(frozen=True)
class Belongings:
    """How many of each went over. ``feeds``: private feed addresses that now lead to the successor's deadlines too."""

    contacts: int = 0
    links: int = 0
    feeds: int = 0
    messages: int = 0

    def plus(self, other: "Belongings") -> "Belongings":
        """Both together."""
        return Belongings(
            self.contacts + other.contacts,
            self.links + other.links,
            self.feeds + other.feeds,
            self.messages + other.messages,
        )


def hand_belongings(ctx: Context, source: Agency, heir: Agency) -> Belongings:
    """Move everything by which people of an agency are reached, and by which they reach us. The heir's own come first.

    Feed tokens stay with the feed they open; reading one follows the succession (feed_access).
    """
    moved = _move_contacts(ctx, source, heir)
    links = ctx.session.exec(
        select(AccessLink).where(AccessLink.agency_id == source.id, col(AccessLink.revoked_at).is_(None))
    ).all()
    sessions = ctx.session.exec(select(PortalSession).where(PortalSession.agency_id == source.id)).all()
    reached: list[AccessLink | PortalSession] = [*links, *sessions]
    for row in reached:
        row.agency_id = heir.id or 0
        row.contact_id = moved.get(row.contact_id or 0, row.contact_id)
    messages = ctx.session.exec(
        select(Message).where(Message.agency_id == source.id, col(Message.state).in_(WAITING)).with_for_update()
    ).all()
    for message in messages:
        message.agency_id = heir.id or 0
        message.contact_id = moved.get(message.contact_id or 0, message.contact_id)
    tokens = ctx.session.exec(
        select(FeedToken.id).where(FeedToken.agency_id == source.id, col(FeedToken.revoked_at).is_(None))
    ).all()
    ctx.session.flush()
    return Belongings(len(moved), len(links), len(tokens), len(messages))


def _move_contacts(ctx: Context, source: Agency, heir: Agency) -> dict[int, int]:
    """Copies, so that what was sent keeps the address it went to; new rows come after the heir's own.

    A sample mailbox goes over only to an heir that has none for the audience.
    """
    theirs = ctx.session.exec(select(Contact).where(Contact.agency_id == heir.id)).all()
    own = {(c.channel, c.address, c.audience): c for c in theirs}
    reached = {c.audience for c in theirs if c.removed_at is None}
    moved: dict[int, int] = {}
    query = select(Contact).where(Contact.agency_id == source.id, col(Contact.removed_at).is_(None))
    for contact in ctx.session.exec(query.order_by(col(Contact.id))).all():
        contact.removed_at = ctx.as_of
        if contact.is_sample and contact.audience in reached:
            instead = next(c for c in theirs if c.audience == contact.audience and c.removed_at is None)
        else:
            instead = own.get((contact.channel, contact.address, contact.audience)) or _copy(ctx, contact, heir)
            instead.removed_at = None
        moved[contact.id or 0] = instead.id or 0
    ctx.session.flush()
    return moved


def _copy(ctx: Context, contact: Contact, heir: Agency) -> Contact:
    values = contact.model_dump(exclude={"id", "agency_id", "removed_at", "created_at"})
    copied = Contact(**values, agency_id=heir.id or 0, created_at=ctx.as_of)
    ctx.session.add(copied)
    ctx.session.flush()
    return copied
