"""Nhắc thêm: a reminder between the steps, to agencies that a person chose, seen word for word before it goes."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import AssignmentState, Audience, MessageState, PeriodState
from models.tables import Agency, Assignment, Contact, Message, MessageItem, Obligation, Pause, Period, Plan
from obligations.clock import local_date
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import is_chased
from obligations.rules.masking import masked
from obligations.rules.reminders import notice_kind
from obligations.services import audit
from obligations.services.context import App, Context
from obligations.services.lookup import period_by_public_id
from obligations.services.sending.daily_cap import keep_to_cap
from obligations.services.sending.daily_queue import CHASES_BY_DATE, line_up
from obligations.services.sending.notices import chasing_moment
from obligations.services.sending.outbox import Draft, Item, primary_contacts, write_messages
from obligations.services.sending.paused import is_paused
from obligations.services.sending.render import render_message, rows_of
from obligations.services.spec import is_request
from obligations.services.views_shared import agreed_until

LONGEST = 500
STEP = "extra"
DONE = ("submitted", "accepted", "soft_received")


@dataclass(frozen=True)
class Addressee:
    """One agency of the period: whether it may be reminded now, and if not, why (in Vietnamese)."""

    code: str
    name: str
    why_not: str


@dataclass(frozen=True)
class Going:
    """One message exactly as it would go; ``address`` masked, ``at`` the moment it may leave."""

    agency: str
    address: str
    channel: str
    at: datetime
    subject: str
    text: str


@dataclass(frozen=True)
class ExtraPreview:
    """What would go to whom, and who of the chosen is left out."""

    going: list[Going]
    left_out: list[Addressee]


@dataclass(frozen=True)
class ExtraSent:
    """How many messages were planned; ``already``: the same request had been made before, nothing was written again."""

    planned: int
    left_out: list[Addressee]
    already: bool = False


@dataclass(frozen=True)
class _Now:
    """What keeps agencies from being reminded today."""

    today: date
    agreed: Mapping[int, date]
    told: Collection[int]
    reached: Collection[int]
    paused: Collection[int | None]

    def why_not(self, row: Assignment) -> str:
        """The first reason; empty for none."""
        number, rests = row.id or 0, row.snoozed_until
        reasons = (
            (row.state.value in DONE, "Đã nhận báo cáo"),
            (row.state == AssignmentState.returned, "Đã đề nghị bổ sung, hoàn thiện"),
            (not is_chased(row.state, row.duty), "Không phải gửi, hoặc chờ phân công"),
            (self.agreed.get(number, date.min) >= self.today, "Đã thống nhất thời gian gửi chậm"),
            (rests is not None and rests >= self.today, "Đang tạm dừng nhắc, hoặc đang trình ký"),
            (row.agency_id in self.paused, "Đang tạm dừng thông báo đến cơ quan này"),
            (number in self.told, "Hôm nay đã có thông báo nhắc"),
            (row.agency_id not in self.reached, "Chưa có địa chỉ nhận thông báo"),
        )
        return next((said for holds, said in reasons if holds), "")


def addressees(ctx: Context, period_public_id: str) -> list[Addressee]:
    """Every agency of the period in official order."""
    period = period_by_public_id(ctx, period_public_id)
    rows = _rows(ctx, period, None)
    return [Addressee(a.code, a.name, why) for (_, a), why in zip(rows, _reasons(ctx, period, rows), strict=True)]


def preview_extra(
    app: App, period_public_id: str, codes: Collection[str], line: str, as_of: datetime, actor: str
) -> ExtraPreview:
    """The very same acts in a transaction that is taken back, so that what is shown is what goes."""
    with app.write(as_of, actor) as ctx:
        sent, ids = _write(ctx, period_public_id, codes, line, "preview")
        going = [_going(ctx, ctx.session.get_one(Message, number)) for number in ids]
        ctx.session.rollback()
    return ExtraPreview(going, sent.left_out)


def send_extra(ctx: Context, period_public_id: str, codes: Collection[str], line: str, key: str) -> ExtraSent:
    """Plan one reminder for each chosen agency that may have one now. The same ``key`` twice is once.

    They go like every other reminder: in office hours, few a day, and to nobody whose report has come by then.
    """
    sent, _ = _write(ctx, period_public_id, codes, line, key)
    if not sent.already:
        audit.record(ctx, "period.reminded", period_public_id, planned=sent.planned, text=line.strip())
    return sent


def _write(
    ctx: Context, period_public_id: str, codes: Collection[str], line: str, key: str
) -> tuple[ExtraSent, list[int]]:
    if len(line.strip()) > LONGEST:
        raise WrongValue("line", f"Nội dung lưu ý dài quá {LONGEST} ký tự.")
    period = period_by_public_id(ctx, period_public_id)
    line_up(ctx)
    step = f"{STEP}:{hashlib.sha256(key.encode()).hexdigest()[:24]}"
    rows = _rows(ctx, period, codes)
    if _was_written(ctx, rows, step):
        return ExtraSent(0, [], already=True), []
    reasons = _reasons(ctx, period, rows)
    chosen = [a for (a, _), why in zip(rows, reasons, strict=True) if not why]
    left_out = [Addressee(b.code, b.name, why) for (_, b), why in zip(rows, reasons, strict=True) if why]
    if not chosen:
        raise Refused("Không có cơ quan nào trong số đã chọn nhắc thêm được lúc này.")
    contacts = primary_contacts(ctx, [a.agency_id for a in chosen], Audience.clerk)
    extra = {"remarks": line.strip()} if line.strip() else {}
    drafts = [_draft(ctx, a, contacts[a.agency_id], step, extra) for a in chosen]
    ids = write_messages(ctx, drafts)
    keep_to_cap(ctx)
    return ExtraSent(len(ids), left_out), ids


def _draft(ctx: Context, assignment: Assignment, contact: Contact, step: str, extra: dict[str, str]) -> Draft:
    kind = notice_kind(assignment.practical_due_on, ctx.today, ctx.calendar, assignment.duty)
    item = Item(assignment.id or 0, step, assignment.revision, extra)
    return Draft(contact, kind, [item], chasing_moment(ctx, kind, 0))


def _rows(ctx: Context, period: Period, codes: Collection[str] | None) -> list[tuple[Assignment, Agency]]:
    query = (
        select(Assignment, Agency)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Agency.position), col(Agency.id))
    )
    if codes is not None:
        query = query.where(col(Agency.code).in_(list(codes))).with_for_update(of=Assignment)
    return list(ctx.session.exec(query).all())


def _was_written(ctx: Context, rows: Sequence[tuple[Assignment, Agency]], step: str) -> bool:
    ids = [a.id for a, _ in rows]
    query = select(MessageItem.id).where(col(MessageItem.assignment_id).in_(ids), MessageItem.step == step)
    return ctx.session.exec(query.limit(1)).first() is not None


def _reasons(ctx: Context, period: Period, rows: Sequence[tuple[Assignment, Agency]]) -> list[str]:
    """Why each may not be reminded now; empty when it may."""
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    if whole := _of_period(ctx, period, obligation):
        return [whole for _ in rows]
    ids = [a.id or 0 for a, _ in rows]
    state = _Now(
        ctx.today,
        agreed_until(ctx, ids),
        _told_today(ctx, ids),
        frozenset(primary_contacts(ctx, [a.agency_id for a, _ in rows], Audience.clerk)),
        frozenset(ctx.session.exec(select(Pause.agency_id).where(col(Pause.resumed_at).is_(None))).all()),
    )
    return [state.why_not(assignment) for assignment, _ in rows]


def _of_period(ctx: Context, period: Period, obligation: Obligation) -> str:
    if is_request(obligation):
        return "Đề nghị đột xuất có lịch nhắc theo giờ"
    if period.state != PeriodState.open:
        return "Kỳ báo cáo đã chốt"
    if period.needs_confirmation and period.confirmed_at is None:
        return "Kỳ báo cáo chưa rà soát ban đầu"
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    if is_paused(ctx) or is_paused(ctx, plan_id=plan.id):
        return "Đang tạm dừng thông báo"
    return ""


def _told_today(ctx: Context, ids: Sequence[int]) -> set[int]:
    """Assignments that a reminder goes to today, or went to."""
    query = (
        select(MessageItem.assignment_id, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(
            col(MessageItem.assignment_id).in_(ids),
            col(Message.kind).in_(CHASES_BY_DATE),
            Message.state != MessageState.cancelled,
            MessageItem.contact_key == Audience.clerk.value,
        )
    )
    zone = ctx.settings.timezone
    return {
        number
        for number, message in ctx.session.exec(query).all()
        if local_date(message.finished_at or message.planned_at, zone) == ctx.today
    }


def _going(ctx: Context, message: Message) -> Going:
    agency = ctx.session.get_one(Agency, message.agency_id)
    text = render_message(ctx, message, rows_of(ctx, message), link=None)
    return Going(agency.name, masked(message.address), message.channel, message.planned_at, text.subject, text.text)
