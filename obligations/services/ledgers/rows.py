"""What the ledger is made of, read set by set: the number of queries does not grow with the agencies."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.enums import EventKind
from models.tables import (
    Agency,
    Assignment,
    AuditEntry,
    Contact,
    Delivery,
    InboundEvent,
    Message,
    MessageEvent,
    MessageItem,
    NoticeBatch,
    PhoneCall,
    Submission,
    SubmissionAssignment,
)
from obligations.rules.ledger_wording import ACTS
from obligations.services.context import Context

MESSAGE_ACTS = {
    "message.released": "Cho gửi thông báo",
    "message.cancelled": "Dừng thông báo",
    "message.requeued": "Cho gửi lại",
    "message.sent_again": "Cho gửi lại",
    "message.failed": "Không gửi được",
    "message.submitted_for_approval": "Trình duyệt",
    "message.approved": "Duyệt",
    "message.sent_back": "Chưa duyệt, đề nghị sửa",
    "message.fallback": "Chuyển sang kênh khác",
    "address.blocked": "Dừng dùng địa chỉ này",
}
"""Acts on one message that the audit trail keeps under its name, as the ledger says them."""
PROVING = (EventKind.delivered, EventKind.seen, EventKind.bounced)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Told:
    """One message with everything that happened to it."""

    message: Message
    contact: Contact | None
    batch: NoticeBatch | None
    deliveries: Sequence[Delivery] = ()
    events: Sequence[MessageEvent] = ()
    acts: Sequence[AuditEntry] = ()


@dataclass
class Record:
    """One assignment with all that belongs to its ledger."""

    assignment: Assignment
    agency: Agency
    told: list[Told] = field(default_factory=list)
    calls: list[PhoneCall] = field(default_factory=list)
    acts: list[AuditEntry] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)


def records(ctx: Context, period_id: int, agency_id: int | None = None) -> list[Record]:
    """Every assignment of a period, or one agency's, in official order."""
    scope = select(Assignment.id).where(Assignment.period_id == period_id)
    if agency_id is not None:
        scope = scope.where(Assignment.agency_id == agency_id)
    rows = ctx.session.exec(
        select(Assignment, Agency)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(col(Assignment.id).in_(scope))
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    found = {assignment.id or 0: Record(assignment, agency) for assignment, agency in rows}
    for assignment_id, told in _told(ctx, scope):
        found[assignment_id].told.append(told)
    calls = select(PhoneCall).where(col(PhoneCall.assignment_id).in_(scope)).order_by(col(PhoneCall.id))
    for call in ctx.session.exec(calls).all():
        found[call.assignment_id].calls.append(call)
    _add_acts(ctx, scope, found)
    return list(found.values())


def gives_receipts(ctx: Context) -> bool:
    """Whether a provider of receipts has ever reached us: without inbound webhooks silence proves nothing."""
    query = select(InboundEvent.id).where(col(InboundEvent.source).startswith("zalo:")).limit(1)
    return ctx.session.exec(query).first() is not None


def _told(ctx: Context, scope: SelectOfScalar[Any]) -> Iterable[tuple[int, Told]]:
    items = select(MessageItem.message_id).where(col(MessageItem.assignment_id).in_(scope))
    deliveries = _grouped(
        ctx.session.exec(
            select(Delivery).where(col(Delivery.message_id).in_(items)).order_by(col(Delivery.number))
        ).all()
    )
    events = _grouped(
        ctx.session.exec(
            select(MessageEvent).where(col(MessageEvent.message_id).in_(items)).order_by(col(MessageEvent.id))
        ).all()
    )
    acts = _message_acts(ctx, items)
    rows = ctx.session.exec(
        select(MessageItem.assignment_id, Message, Contact, NoticeBatch)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .join(Contact, col(Message.contact_id) == Contact.id, isouter=True)
        .join(NoticeBatch, col(Message.batch_id) == NoticeBatch.id, isouter=True)
        .where(col(MessageItem.assignment_id).in_(scope))
        .order_by(col(Message.id))
    ).all()
    seen: set[tuple[int, int]] = set()
    for assignment_id, message, contact, batch in rows:
        number = message.id or 0
        if (assignment_id, number) not in seen:
            seen.add((assignment_id, number))
            told = Told(message, contact, batch, deliveries[number], events[number], acts[message.public_id])
            yield assignment_id, told


def _grouped(rows: Sequence[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(row)  # type: ignore[attr-defined]  # deliveries and events both have it
    return found


def _message_acts(ctx: Context, items: SelectOfScalar[Any]) -> dict[str, list[AuditEntry]]:
    query = (
        select(AuditEntry)
        .where(col(AuditEntry.action).in_(list(MESSAGE_ACTS)))
        .where(col(AuditEntry.subject).in_(select(Message.public_id).where(col(Message.id).in_(items))))
        .order_by(col(AuditEntry.seq))
    )
    found: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in ctx.session.exec(query).all():
        found[entry.subject].append(entry)
    return found


def _add_acts(ctx: Context, scope: SelectOfScalar[Any], found: dict[int, Record]) -> None:
    by_name = {record.assignment.public_id: record for record in found.values()}
    names = select(Assignment.public_id).where(col(Assignment.id).in_(scope))
    query = select(AuditEntry).where(col(AuditEntry.action).in_(list(ACTS)), col(AuditEntry.subject).in_(names))
    for entry in ctx.session.exec(query.order_by(col(AuditEntry.seq))).all():
        by_name[entry.subject].acts.append(entry)
    sent = (
        select(SubmissionAssignment.assignment_id, Submission)
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(col(SubmissionAssignment.assignment_id).in_(scope))
        .order_by(col(Submission.id))
    )
    for assignment_id, submission in ctx.session.exec(sent).all():
        found[assignment_id].submissions.append(submission)
