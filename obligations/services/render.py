"""From an outbox row to the text that goes out, judged at the moment of sending."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from models.enums import AssignmentState, Audience, Basis, Duty, PeriodState, Urgency
from models.tables import Agency, Assignment, Contact, Message, MessageItem, Obligation, Period, Plan
from notifications.message import Mail
from notifications.notice import RequestFacts
from notifications.rendering import NoticeContext, NoticeItem, Rendered, render_notice, render_subject
from obligations.rules.hours import request_kind
from obligations.rules.lateness import CHASED, CHASED_DUTIES
from obligations.rules.reminders import notice_kind
from obligations.rules.stopping import chasing_has_stopped
from obligations.rules.wording import clauses_text, period_text, urgency_text
from obligations.services.basis_notes import agreed_notes, due_basis, extension_notes
from obligations.services.chase_due import first_notices
from obligations.services.context import Context
from obligations.services.corrections import still_corrects
from obligations.services.daily_queue import CHASES_BY_DATE, URGENCY
from obligations.services.lateness import overdue_days
from obligations.services.links import personal_link
from obligations.services.spec import is_request, spec_in
from obligations.services.told import facts_of, remarks
from obligations.services.voice import Desk, desk_of

EVENTS = (
    "received",
    "returned",
    "extended",
    "agreed_late",
    "correction",
    "ended",
    "new_link",
    "released",
    "request_cancelled",
    "retracted",
)


@dataclass(frozen=True)
class Row:
    """One item of a message with everything its text needs."""

    item: MessageItem
    assignment: Assignment
    period: Period
    obligation: Obligation
    plan: Plan


def rows_of(ctx: Context, message: Message) -> list[Row]:
    """The items of a message, in the order of their obligations."""
    query = (
        select(MessageItem, Assignment, Period, Obligation)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(MessageItem.message_id == message.id)
        .order_by(col(Obligation.position), col(Period.id))
    )
    return [
        Row(item, assignment, period, obligation, ctx.session.get_one(Plan, obligation.plan_id))
        for item, assignment, period, obligation in ctx.session.exec(query).all()
    ]


def still_owed(ctx: Context, message: Message, rows: list[Row]) -> list[Row]:
    """The items that still hold now; a chase for what has come, moved, closed or was told by a later step falls away."""
    rows = [row for row in rows if not row.item.extra.get("dropped")]
    if message.kind == "correction":
        return [r for r in rows if still_corrects(ctx, r.item, r.assignment, r.period, r.obligation)]
    if message.kind == "ended":
        return [row for row in rows if row.assignment.state == AssignmentState.ended]
    if message.kind in EVENTS:
        return rows
    return [row for row in rows if _holds(ctx, message, row)]


def _holds(ctx: Context, message: Message, row: Row) -> bool:
    assignment = row.assignment
    if assignment.revision != row.item.revision or row.period.state != PeriodState.open or _has_stopped(ctx, row):
        return False
    if assignment.duty not in CHASED_DUTIES:
        return message.kind == "inform"
    if message.kind == "official_copy":
        return assignment.state == AssignmentState.soft_received
    if message.kind in ("open", "request", "transferred", "assigned"):
        return assignment.state in CHASED
    owing = assignment.state in CHASED and assignment.state != AssignmentState.soft_received
    return owing and not _told_later(ctx, row)


def _has_stopped(ctx: Context, row: Row) -> bool:
    stop = spec_in(row.obligation, row.period).stop
    return stop is not None and chasing_has_stopped(row.assignment.due_on, stop.after_days, ctx.today)


def _told_later(ctx: Context, row: Row) -> bool:
    """Whether a later message about the same assignment to the same audience exists."""
    later = select(MessageItem.id).where(
        MessageItem.assignment_id == row.item.assignment_id,
        MessageItem.contact_key == row.item.contact_key,
        MessageItem.revision == row.item.revision,
        col(MessageItem.id) > (row.item.id or 0),
        col(MessageItem.step).like("T%") | col(MessageItem.step).like("H%"),
    )
    return ctx.session.exec(later.limit(1)).first() is not None


def kind_now(ctx: Context, message: Message, rows: list[Row]) -> str:
    """The honest kind for today: a reminder planned before the due day that goes on it says so."""
    if message.kind in ("request_reminder", "request_overdue"):
        return request_kind(rows[0].assignment.due_at, ctx.as_of)
    if message.kind not in CHASES_BY_DATE:
        return message.kind
    kinds = [notice_kind(row.assignment.practical_due_on, ctx.today, ctx.calendar, row.assignment.duty) for row in rows]
    return min(kinds, key=URGENCY.index)


def render_message(ctx: Context, message: Message, rows: list[Row], *, link: str | None) -> Rendered:
    """Subject and bodies of a message as they stand at ``ctx.as_of``."""
    return render_notice(kind_now(ctx, message, rows), notice_context(ctx, message, rows, link=link))


def build_mail(ctx: Context, message: Message, contact: Contact | None, rows: list[Row]) -> Mail:
    """The message for its channel, to the contact's address of this moment."""
    notice = notice_context(ctx, message, rows, link=personal_link(ctx.settings, message.public_id))
    text = render_notice(kind_now(ctx, message, rows), notice)
    return Mail(
        message_id=message.message_id,
        channel=message.channel,
        target=contact.address if contact else message.address,
        subject=text.subject,
        text=text.text,
        html=text.html,
        short=text.short,
        from_name=f"{ctx.settings.mail_from_name} – {notice.consolidator}",
        reply_to=ctx.settings.reply_to,
        date=ctx.as_of.astimezone(ctx.settings.zone),
        headers={},
        attachments=(),
    )


def subject_of(ctx: Context, message: Message, rows: list[Row]) -> str:
    """The subject alone, for simulations."""
    return render_subject(kind_now(ctx, message, rows), notice_context(ctx, message, rows, link=None))


def notice_context(ctx: Context, message: Message, rows: list[Row], *, link: str | None) -> NoticeContext:
    """Everything the templates may say. ``link`` None hides the personal link (previews)."""
    agency = ctx.session.get_one(Agency, message.agency_id)
    first = rows[0]
    desks = {r.period.id: desk_of(ctx, r.plan, r.obligation, r.period.opens_on) for r in rows}
    desk = desks[first.period.id]
    ids = [r.assignment.id or 0 for r in rows]
    bases = _Bases(extension_notes(ctx, ids), agreed_notes(ctx, ids))
    notices = first_notices(ctx, ids) if message.audience == Audience.leader else {}
    return NoticeContext(
        agency_name=agency.name,
        addressee=message.audience.value,
        agency_kind=agency.kind,
        plan_number=first.plan.number,
        plan_citation=first.plan.citation,
        consolidator=desk.asker,
        receiver=desk.receiver if desk.elsewhere else "",
        own=desk.is_own(message.agency_id),
        reader=_reader(ctx, first),
        unit_line=_unit_line(ctx, desk),
        landline=ctx.settings.landline,
        basis_document=first.obligation.opening_document,
        items=[
            replace(
                notice_item(ctx, row, bases),
                first_notice_on=notices.get(row.assignment.id or 0),
                receiver=desks[row.period.id].receiver,
            )
            for row in rows
        ],
        link=link,
        portal_host=ctx.settings.base_url.split("://", 1)[-1],
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
    )


def _unit_line(ctx: Context, desk: Desk) -> str:
    unit = ctx.settings.unit if desk.asker == ctx.settings.unit else f"{ctx.settings.unit}, {desk.asker}"
    return f"{ctx.settings.mail_from_name} – {unit}"


@dataclass(frozen=True)
class _Bases:
    """By assignment: what its extension rests on, and what was agreed about sending later."""

    extended: dict[int, str]
    agreed: dict[int, str]


def notice_item(ctx: Context, row: Row, bases: _Bases) -> NoticeItem:
    """One duty as a message shows it, by the date in force."""
    assignment, period = row.assignment, row.period
    basis, note = due_basis(assignment, period, bases.extended.get(assignment.id or 0))
    unseen = period.needs_confirmation and period.confirmed_at is None
    extra: dict[str, Any] = row.item.extra
    moved = assignment.due_on != period.due_on and not assignment.kept_due
    return NoticeItem(
        title=row.obligation.title,
        clause_text=clauses_text(row.obligation.clauses[:1]),
        period_label=period_text(period.label),
        due_on=assignment.due_on,
        practical_due_on=assignment.practical_due_on,
        grace_until=period.grace_until,
        grace_applies=period.grace_applies,
        due_text=due_phrase(row),
        days_left=None if is_request(row.obligation) else _working_days_left(ctx, assignment.practical_due_on),
        days_late=None if unseen else overdue_days(ctx, assignment),
        requested=assignment.duty == Duty.requested,
        basis=basis,
        basis_note=note,
        agreed=bases.agreed.get(assignment.id or 0, ""),
        remarks=extra.get("remarks") or _corrected(ctx, row),
        receipt_number=extra.get("receipt_number"),
        received_at=_local(ctx, extra.get("received_at")),
        data_window=data_window(period),
        extended_to=assignment.due_on if moved else None,
        until_on=_day(extra.get("until_on") or extra.get("again_by")),
        document=extra.get("document"),
        told_due_on=_day(extra.get("told", {}).get("due_on")),
        request=request_facts(ctx, row),
        document_on=_day(extra.get("document_on")),
        for_all=bool(extra.get("for_all")),
        wrong_at=_local(ctx, extra.get("wrong_at")),
        wrong_subject=extra.get("wrong_subject", ""),
    )


def request_facts(ctx: Context, row: Row) -> RequestFacts | None:
    """Hour, urgency and content of an ad-hoc request; None for any other duty."""
    spec, due_at = spec_in(row.obligation, row.period), row.assignment.due_at
    if spec.urgency is None:
        return None
    return RequestFacts(
        due_at=due_at.astimezone(ctx.settings.zone),
        urgency=urgency_text(Urgency(spec.urgency)),
        content=spec.description,
        minutes_left=int((due_at - ctx.as_of) / timedelta(minutes=1)),
        by_document=row.period.basis == Basis.letter,
    )


def _corrected(ctx: Context, row: Row) -> str | None:
    told = row.item.extra.get("told")
    if told is None:
        return None
    return "\n".join(remarks(ctx, row.period, told, facts_of(row.obligation, row.period, row.assignment))) or None


def _local(ctx: Context, text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(ctx.settings.zone) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def due_phrase(row: Row) -> str:
    """The plan's own short phrase for the deadline, or the date when it has none or another document has moved it."""
    deadline = spec_in(row.obligation, row.period).deadline
    holds = deadline is not None and deadline.basis == row.period.basis.value
    phrase = deadline.phrase if deadline and holds else None
    return phrase or f"hết ngày {row.period.due_on:%d/%m/%Y}"


def data_window(period: Period) -> str | None:
    """Words such as "từ 01/11/2025 đến 31/10/2026 (ấn định nội bộ)"; None when the plan sets no window."""
    if period.data_from is None or period.data_to is None:
        return None
    label = " (ấn định nội bộ)" if period.data_basis == Basis.internal else ""
    return f"từ {period.data_from:%d/%m/%Y} đến {period.data_to:%d/%m/%Y}{label}"


def _working_days_left(ctx: Context, practical_due_on: date) -> int | None:
    if ctx.today > practical_due_on:
        return None
    return ctx.calendar.count(ctx.today, practical_due_on) - int(ctx.calendar.is_working(ctx.today))


def _reader(ctx: Context, row: Row) -> str:
    reader = spec_in(row.obligation, row.period).reader
    agency = ctx.session.exec(select(Agency).where(Agency.code == reader)).first() if reader else None
    return agency.short_name if agency else "UBND tỉnh"
