"""From an outbox row to the text that goes out, judged at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import select

from models.enums import Audience, Basis, Duty, Urgency
from models.tables import Agency, Contact, Message, Period
from notifications.message import Mail
from notifications.notice import RequestFacts
from notifications.rendering import NoticeContext, NoticeItem, Rendered, render_notice, render_subject
from obligations.rules.hours import request_kind
from obligations.rules.reminders import notice_kind
from obligations.rules.wording import clauses_text, period_text, urgency_text
from obligations.services.basis_notes import agreed_notes, due_basis, extension_notes
from obligations.services.channels.channel_forms import fitted
from obligations.services.context import Context
from obligations.services.lateness import overdue_days
from obligations.services.links import personal_link
from obligations.services.sending.daily_queue import CHASES_BY_DATE, URGENCY
from obligations.services.sending.outbox import LINKLESS
from obligations.services.sending.render_rows import Row, read_all, rows_of
from obligations.services.sending.short_codes import short_code
from obligations.services.sending.told import facts_of, first_notices, remarks
from obligations.services.sending.voice import Desk, desk_of
from obligations.services.spec import is_request

REACH = {"internet": "mở được ngoài mạng TSLCD", "tslcd": "chỉ mở trong mạng TSLCD"}
__all__ = ["Row", "Sources", "build_mail", "gather", "kind_now", "render_message", "rows_of", "subject_of"]


@dataclass(frozen=True)
class Sources:
    """What the texts of many messages need, read once for all of them. Keys are row numbers."""

    agencies: dict[int, Agency]
    extended: dict[int, str]
    """By assignment, what its extension rests on."""
    agreed: dict[int, str]
    """By assignment, what was agreed about sending later."""
    first_notices: dict[int, date]
    desks: dict[int, Desk]
    readers: dict[int, str]
    items: dict[tuple[Any, ...], NoticeItem] = field(default_factory=dict)
    """Duties that read the same for many agencies."""


def gather(ctx: Context, messages: Sequence[Message], rows: Sequence[Row]) -> Sources:
    """Read what the texts of these messages need; ``rows`` are all their items."""
    ids = [row.assignment.id or 0 for row in rows]
    to_leaders = any(message.audience == Audience.leader for message in messages)
    by_period = {row.period.id or 0: row for row in rows}
    return Sources(
        agencies=read_all(ctx, Agency, {message.agency_id for message in messages}),
        extended=extension_notes(ctx, ids),
        agreed=agreed_notes(ctx, ids),
        first_notices=first_notices(ctx, ids) if to_leaders else {},
        desks={number: desk_of(ctx, r.plan, r.obligation, r.period.opens_on) for number, r in by_period.items()},
        readers={number: _reader(ctx, row) for number, row in by_period.items()},
    )


def kind_now(ctx: Context, message: Message, rows: Sequence[Row]) -> str:
    """The honest kind for today: a reminder planned before the due day that goes on it says so."""
    if message.kind in ("request_reminder", "request_overdue"):
        return request_kind(rows[0].assignment.due_at, ctx.as_of)
    if message.kind not in CHASES_BY_DATE:
        return message.kind
    kinds = [notice_kind(row.assignment.practical_due_on, ctx.today, ctx.calendar, row.assignment.duty) for row in rows]
    return min(kinds, key=URGENCY.index)


def render_message(
    ctx: Context, message: Message, rows: Sequence[Row], *, link: str | None, sources: Sources | None = None
) -> Rendered:
    """Subject and bodies of a message as they stand at ``ctx.as_of``."""
    return render_notice(kind_now(ctx, message, rows), notice_context(ctx, message, rows, link=link, sources=sources))


def build_mail(
    ctx: Context,
    message: Message,
    contact: Contact | None,
    rows: Sequence[Row],
    sources: Sources | None = None,
    answers: str | None = None,
) -> Mail:
    """The message for its channel, to the contact's address of this moment. ``answers``: Message-ID that it answers."""
    link = None if message.kind in LINKLESS else personal_link(ctx.settings, message.public_id)
    notice = notice_context(ctx, message, rows, link=link, sources=sources)
    kind = kind_now(ctx, message, rows)
    text = render_notice(kind, notice)
    mail = Mail(
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
        tracking_id=message.public_id,
        in_reply_to=answers,
    )
    return fitted(mail, kind, notice, ctx.settings)


def subject_of(ctx: Context, message: Message, rows: Sequence[Row], sources: Sources | None = None) -> str:
    """The subject alone, for simulations."""
    return render_subject(kind_now(ctx, message, rows), notice_context(ctx, message, rows, link=None, sources=sources))


def notice_context(
    ctx: Context, message: Message, rows: Sequence[Row], *, link: str | None, sources: Sources | None = None
) -> NoticeContext:
    """Everything the templates may say. ``link`` None hides the personal link (previews)."""
    known = sources or gather(ctx, [message], rows)
    agency, first = known.agencies[message.agency_id], rows[0]
    desk = known.desks[first.period.id or 0]
    return NoticeContext(
        agency_name=agency.name,
        addressee=message.audience.value,
        agency_kind=agency.kind,
        plan_number=first.plan.number,
        plan_citation=first.plan.citation,
        consolidator=desk.asker,
        receiver=desk.receiver if desk.elsewhere else "",
        own=desk.is_own(message.agency_id),
        reader=known.readers[first.period.id or 0],
        unit_line=_unit_line(ctx, desk),
        landline=ctx.settings.landline,
        basis_document=first.obligation.opening_document,
        items=[_item_for(ctx, message, row, known) for row in rows],
        link=link,
        code=short_code(ctx.settings, message.id or 0) if link else "",
        network_note=REACH.get(ctx.settings.portal_reach),
        portal_host=ctx.settings.base_url.split("://", 1)[-1],
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
    )


def _item_for(ctx: Context, message: Message, row: Row, known: Sources) -> NoticeItem:
    """One duty of a message; what hangs on nothing of the agency's own is made once for all."""
    number = row.assignment.id or 0
    first_notice = known.first_notices.get(number) if message.audience == Audience.leader else None
    a, period = row.assignment, row.period.id or 0
    dates = (a.due_at, a.due_on, a.practical_due_on, a.overdue_at, a.kept_due)
    key = (period, *dates, a.duty, a.state, known.extended.get(number), known.agreed.get(number), first_notice)
    if row.item.extra or key not in known.items:
        made = notice_item(ctx, row, known)
        made = replace(made, first_notice_on=first_notice, receiver=known.desks[period].receiver)
        if row.item.extra:
            return made
        known.items[key] = made
    return known.items[key]


def _unit_line(ctx: Context, desk: Desk) -> str:
    unit = ctx.settings.unit if desk.asker == ctx.settings.unit else f"{ctx.settings.unit}, {desk.asker}"
    return f"{ctx.settings.mail_from_name} – {unit}"


def notice_item(ctx: Context, row: Row, known: Sources) -> NoticeItem:
    """One duty as a message shows it, by the date in force."""
    assignment, period = row.assignment, row.period
    basis, note = due_basis(assignment, period, known.extended.get(assignment.id or 0))
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
        agreed=known.agreed.get(assignment.id or 0, ""),
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
        arrived_on=_day(extra.get("arrived_on")),
        way=extra.get("way") or "",
        form=extra.get("form") or "",
        kept=extra.get("kept") or "",
        unsigned=bool(extra.get("unsigned")),
        for_all=bool(extra.get("for_all")),
        wrong_at=_local(ctx, extra.get("wrong_at")),
        wrong_subject=extra.get("wrong_subject", ""),
        stands_again=extra.get("stands_again"),
        owed=extra.get("owed", True),
    )


def request_facts(ctx: Context, row: Row) -> RequestFacts | None:
    """Hour, urgency and content of an ad-hoc request; None for any other duty."""
    spec, due_at = row.spec, row.assignment.due_at
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
    deadline = row.spec.deadline
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
    reader = row.spec.reader
    agency = ctx.session.exec(select(Agency).where(Agency.code == reader)).first() if reader else None
    return agency.short_name if agency else "UBND tỉnh"
