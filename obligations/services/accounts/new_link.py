"""Gửi cho tôi đường dẫn mới: whoever holds an old personal link, or a calendar entry, has one sent to the agency's own mailbox.

Whatever presses, a mail scanner too, can only make the right person get a link; it is never shown on a screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, func, select

from models.enums import AddressState, Audience, PeriodState
from models.tables import AccessLink, Agency, Assignment, Contact, Message, Period
from obligations.rules.masking import masked
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.accounts.agency_links import OVER, tasks_of_link
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.lineage import heirs_of
from obligations.services.links import token_sha256
from obligations.services.sending.outbox import Draft, Item, primary_contacts, write_messages
from obligations.services.sending.voice import apart

KIND, WHOLE_KIND = "new_link", "agency_link"
DOUBLE_CLICK = timedelta(minutes=2)
"""Whoever presses again within this gets the link that is under way."""


@dataclass(frozen=True)
class _Owed:
    assignment: Assignment


@dataclass(frozen=True)
class Mailed:
    """``address``: where links of this session go, masked; None when it takes none. ``often``: one is under way already."""

    address: str | None
    often: bool = False


def ask_new_link(ctx: Context, token: str) -> int:
    """Write to the contact of an old link about what that link still may answer; returns how many messages.

    With nothing left to answer the new link opens the agency's page. Nothing for a link nobody knows, a contact that is no longer
    in use, or one that asked often enough: whoever presses is never told which.
    """
    link = ctx.session.exec(select(AccessLink).where(AccessLink.token_sha256 == token_sha256(token))).first()
    contact = _locked(ctx, link.contact_id if link else None)
    if link is None or link.revoked_at is not None or contact is None or contact.agency_id != link.agency_id:
        return 0
    if not _may_have_another(ctx, contact):
        return 0
    return _write_tasks(ctx, contact, _in_open_periods(ctx, tasks_of_link(ctx, link))) or _write_whole(ctx, contact)


def ask_task_link(ctx: Context, assignment_public_id: str) -> int:
    """The same for who comes from a calendar: to the first mailbox of the agency that owes the task; how many messages."""
    task = ctx.session.exec(select(Assignment).where(Assignment.public_id == assignment_public_id)).first()
    if task is None:
        return 0
    line = [task.agency_id, *heirs_of(ctx, task.agency_id)]
    reached = primary_contacts(ctx, line, Audience.clerk)
    contact = next((_locked(ctx, reached[agency].id) for agency in reversed(line) if agency in reached), None)
    if contact is None or not _may_have_another(ctx, contact):
        return 0
    task = _carried_on(ctx, task, line)
    return _write_tasks(ctx, contact, [] if task.state in OVER else [task]) or _write_whole(ctx, contact)


def mail_whole_link(ctx: Context, actor: Actor) -> Mailed:
    """A short-lived link to everything of the agency, to the contact whose link the member opened."""
    contact = _locked(ctx, actor.contact_id)
    if contact is None or contact.agency_id != actor.agency_id:
        return Mailed(None)
    often = not _may_have_another(ctx, contact)
    if not often and not _write_whole(ctx, contact):
        return Mailed(None)
    return Mailed(masked(contact.address), often=often)


def _locked(ctx: Context, number: int | None) -> Contact | None:
    """A clerk's that is in use: what goes to a leader waits for an approval (S6). Two who ask at once line up here."""
    contact = ctx.session.exec(select(Contact).where(Contact.id == number).with_for_update()).first()
    if contact is None or contact.removed_at is not None or contact.state != AddressState.active:
        return None
    return contact if contact.channel != PHONE and contact.audience == Audience.clerk else None


def _may_have_another(ctx: Context, contact: Contact) -> bool:
    """Not at a second press, and not more than so many an hour; counted by moments, for one press may write several."""
    query = select(func.count(func.distinct(Message.created_at)), func.max(Message.created_at)).where(
        Message.contact_id == contact.id,
        col(Message.kind).in_((KIND, WHOLE_KIND)),
        col(Message.created_at) > ctx.as_of - timedelta(hours=1),
    )
    count, newest = ctx.session.exec(query).one()
    return count < ctx.settings.new_links_per_hour and (newest is None or ctx.as_of - newest >= DOUBLE_CLICK)


def _in_open_periods(ctx: Context, numbers: Sequence[int]) -> list[Assignment]:
    query = (
        select(Assignment)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(col(Assignment.id).in_(numbers), Period.state == PeriodState.open)
    )
    return list(ctx.session.exec(query.order_by(col(Assignment.id))).all())


def _carried_on(ctx: Context, task: Assignment, line: Sequence[int]) -> Assignment:
    """The task where an agency of the line that took over carries it."""
    following = select(Assignment).where(Assignment.public_id == task.moved_to, col(Assignment.agency_id).in_(line))
    further = ctx.session.exec(following).first() if task.moved_to else None
    return task if further is None else _carried_on(ctx, further, line)


def _write_tasks(ctx: Context, contact: Contact, tasks: Sequence[Assignment]) -> int:
    """One message for each asker of these tasks: its link opens that part."""
    step = _step(ctx, KIND, contact)
    drafts = [
        Draft(contact, KIND, [Item(o.assignment.id or 0, step, o.assignment.revision) for o in part], ctx.as_of)
        for _, part in apart(ctx, {contact.agency_id: [_Owed(task) for task in tasks]})
    ]
    return _write(ctx, contact, drafts)


def _write_whole(ctx: Context, contact: Contact) -> int:
    """One message, in the name of who asked last; nothing for an agency that never owed anything."""
    newest = select(Assignment).where(Assignment.agency_id == contact.agency_id).order_by(col(Assignment.id).desc())
    about = ctx.session.exec(newest.limit(1)).first()
    if about is None:
        return 0
    item = Item(about.id or 0, _step(ctx, WHOLE_KIND, contact), about.revision)
    return _write(ctx, contact, [Draft(contact, WHOLE_KIND, [item], ctx.as_of)])


def _step(ctx: Context, kind: str, contact: Contact) -> str:
    return f"{kind}:{contact.id}:{ctx.as_of.timestamp():.0f}"[:40]


def _write(ctx: Context, contact: Contact, drafts: Sequence[Draft]) -> int:
    written = write_messages(ctx, drafts)
    if written:
        code = ctx.session.get_one(Agency, contact.agency_id).code
        if drafts[0].kind == WHOLE_KIND:
            audit.record(ctx, "link.whole_asked", code, contact=contact.id, messages=len(written))
        else:
            audit.record(ctx, "link.asked_anew", code, contact=contact.id, messages=len(written))
    return len(written)
