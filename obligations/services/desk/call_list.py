"""Whom to telephone about a period: those out of reach, late, or silent to an ad-hoc request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import EventKind, MessageState, PeriodState
from models.tables import Agency, Assignment, Message, MessageEvent, MessageItem, Obligation, Period, PhoneCall, Plan
from obligations.rules.lateness import BINDING, CHASED_DUTIES, OWING
from obligations.rules.ledger_wording import CALLS
from obligations.services.chasing.acknowledge import heard_since
from obligations.services.context import Context
from obligations.services.lateness import overdue_days
from obligations.services.requests.views import Recipient, recipients
from obligations.services.sending.voice import desk_of
from obligations.services.spec import is_request
from obligations.services.views_shared import agreed_until


@dataclass(frozen=True)
class ToCall:
    """One agency of a call list. ``why``: reasons in words; ``last``: newest call that stands, in words."""

    assignment: str
    code: str
    name: str
    phone: str | None
    why: list[str] = field(default_factory=list)
    acknowledged_at: datetime | None = None
    last: str = ""
    late: bool = False
    """Whether "quá hạn" may be said of it."""


@dataclass(frozen=True)
class _Facts:
    """By assignment: the newest call, days overdue, notices that did not arrive. ``hourly``: of an ad-hoc request."""

    last: dict[str, str]
    late: dict[str, int | None]
    undelivered: set[str]
    hourly: bool
    heard_since: datetime
    """From when on a press of "Đã nhận, đang thực hiện" spares an overdue agency the call."""


def whom_to_call(ctx: Context, period: Period) -> list[ToCall]:
    """Agencies that have not sent and are out of reach, late, or silent to an ad-hoc request; in official order."""
    if period.state != PeriodState.open or (period.needs_confirmation and period.confirmed_at is None):
        return []
    owing, duties = {state.value for state in OWING}, {duty.value for duty in CHASED_DUTIES}
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    asker = _asker(ctx, obligation, period)
    facts = _Facts(
        last=_last_calls(ctx, period),
        late=_overdue(ctx, period),
        undelivered=_undelivered(ctx, period),
        hourly=is_request(obligation),
        heard_since=heard_since(ctx),
    )
    waiting = [r for r in recipients(ctx, period) if r.state in owing and r.duty in duties and r.code != asker]
    return [row for one in waiting if (row := _judged(one, facts)).why]


def _judged(one: Recipient, facts: _Facts) -> ToCall:
    late, why = facts.late.get(one.assignment), []
    if one.address is None:
        why.append("chưa có địa chỉ dùng được")
    elif one.assignment in facts.undelivered:
        why.append("thông báo gần nhất không gửi được")
    heard = not facts.hourly and one.acknowledged_at is not None and one.acknowledged_at >= facts.heard_since
    if late and not heard:
        why.append(f"quá hạn {late:02d} ngày")
    if facts.hourly and one.acknowledged_at is None:
        why.append("chưa xác nhận đã nhận đề nghị")
    last = facts.last.get(one.assignment, "")
    return ToCall(one.assignment, one.code, one.name, one.phone, why, one.acknowledged_at, last, bool(late))


def _asker(ctx: Context, obligation: Obligation, period: Period) -> str | None:
    """Code of the department that asks: it does not telephone itself."""
    desk = desk_of(ctx, ctx.session.get_one(Plan, obligation.plan_id), obligation, period.opens_on)
    return ctx.session.get_one(Agency, desk.agency_id).code if desk.agency_id else None


def _overdue(ctx: Context, period: Period) -> dict[str, int | None]:
    rows = ctx.session.exec(
        select(Assignment).where(Assignment.period_id == period.id, col(Assignment.duty).in_(BINDING))
    ).all()
    agreed = agreed_until(ctx, [row.id or 0 for row in rows])
    return {row.public_id: overdue_days(ctx, row) for row in rows if not _rests(ctx, row, agreed)}


def _rests(ctx: Context, row: Assignment, agreed: Mapping[int, date]) -> bool:
    """Whoever has an agreed late day, waits for a signature or is left in peace for a while is not telephoned either."""
    days = (row.snoozed_until, agreed.get(row.id or 0))
    return any(day is not None and day >= ctx.today for day in days)


def _undelivered(ctx: Context, period: Period) -> set[str]:
    """Assignments whose newest notice failed or came back."""
    rows = ctx.session.exec(
        select(Assignment.public_id, Message)
        .join(MessageItem, col(MessageItem.assignment_id) == Assignment.id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(Assignment.period_id == period.id, col(Message.finished_at).is_not(None))
        .order_by(col(Message.finished_at), col(Message.id))
    ).all()
    newest = {name: message for name, message in rows if message.state != MessageState.cancelled}
    returned = set(_returned(ctx, period))
    return {name for name, m in newest.items() if m.state == MessageState.failed or m.id in returned}


def _returned(ctx: Context, period: Period) -> Sequence[int]:
    query = (
        select(MessageEvent.message_id)
        .join(MessageItem, col(MessageItem.message_id) == MessageEvent.message_id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, MessageEvent.kind == EventKind.bounced)
    )
    return ctx.session.exec(query).all()


def _last_calls(ctx: Context, period: Period) -> dict[str, str]:
    rows = ctx.session.exec(
        select(Assignment.public_id, PhoneCall)
        .join(PhoneCall, col(PhoneCall.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, col(PhoneCall.undone_at).is_(None))
        .order_by(col(PhoneCall.called_at), col(PhoneCall.id))
    ).all()
    return {name: _said(ctx, call) for name, call in rows}


def _said(ctx: Context, call: PhoneCall) -> str:
    at = call.called_at.astimezone(ctx.settings.zone)
    parts = (f"{at:%H:%M %d/%m/%Y}", CALLS[call.result], call.person, call.answer)
    return "; ".join(part for part in parts if part)
