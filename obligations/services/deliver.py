"""Delivering the outbox: claim with a lease, mark the start, send, mark the end. Never a network call in a transaction.

At least once: a crash between the provider's acceptance and our mark repeats one message, with the same Message-ID.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as dt_time

from sqlalchemy import ColumnElement, update
from sqlmodel import col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from models.enums import AddressState, MessageState, OutcomeKind
from models.tables import Assignment, Contact, Delivery, Message, MessageItem, Obligation, Pause, Period
from notifications.channel import Channel, ChannelError
from notifications.message import Mail, Outcome
from notifications.registry import open_channel
from obligations.rules.retries import UNKNOWN_RETRY_AFTER, next_attempt_at
from obligations.services.context import App, Context
from obligations.services.notices import chasing_moment
from obligations.services.render import (
    Row,
    build_mail,
    kind_now,
    render_message,
    rows_of,
    still_owed,
    subject_of,
)

LEASE = timedelta(minutes=5)
BATCH = 20
AT_ONCE = ("new_link",)
"""Kinds a person waits for: they go at any hour. Every other one that missed its office hours waits for the next."""

OpenChannel = Callable[[str], Channel]


@dataclass(frozen=True)
class Delivered:
    """Counts of one pass over the outbox."""

    accepted: int = 0
    recorded: int = 0
    retry: int = 0
    failed: int = 0
    unknown: int = 0
    cancelled: int = 0

    def plus(self, name: str) -> "Delivered":
        """One more of a kind."""
        return replace(self, **{name: getattr(self, name) + 1})


@dataclass(frozen=True)
class _Claim:
    message_id: int
    token: int


@dataclass(frozen=True)
class _Ready:
    claim: _Claim
    delivery_id: int
    mail: Mail


def deliver_due(
    app: App,
    clock: Callable[[], datetime],
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
    channel_for: OpenChannel | None = None,
    urgent_only: bool = False,
) -> Delivered:
    """Hand over every message whose time has come. ``clock`` gives the moment each decision is judged by.

    ``urgent_only``: those of ad-hoc requests, for whoever has just made one.
    """
    total, done = Delivered(), 0
    _recover(app, clock())
    with _channels(app, channel_for) as get_channel:
        while limit is None or done < limit:
            size = BATCH if limit is None else min(BATCH, limit - done)
            claims = _claim(app, clock(), size, urgent_only=urgent_only)
            if not claims:
                break
            for claim in claims:
                total = total.plus(_deliver_one(app, clock, claim, get_channel))
                done += 1
                if progress is not None:
                    progress(done)
    return total


@contextmanager
def _channels(app: App, channel_for: OpenChannel | None) -> Iterator[OpenChannel]:
    """Open each channel once a pass, lazily, and close them all."""
    opened: dict[str, Channel] = {}

    def get(name: str) -> Channel:
        if name not in opened:
            url = app.settings.channel_urls.get(name, "record://")
            opened[name] = channel_for(name) if channel_for else open_channel(url)
        return opened[name]

    try:
        yield get
    finally:
        for channel in opened.values():
            channel.close()


def _recover(app: App, now: datetime) -> None:
    """Expired leases: nothing had left -> queue again; the first byte may have left -> unknown, one resend later."""
    with app.write(now, "deliver") as ctx:
        expired = [col(Message.lease_until).is_not(None), col(Message.lease_until) < now]
        ctx.session.execute(
            update(Message)
            .where(col(Message.state) == MessageState.leased, *expired)
            .values(state=MessageState.retry, lease_until=None, next_at=now)
        )
        ctx.session.execute(
            update(Message)
            .where(col(Message.state) == MessageState.sending, *expired)
            .values(
                state=MessageState.unknown,
                lease_until=None,
                next_at=now + UNKNOWN_RETRY_AFTER,
                reason="Bị ngắt khi đang gửi, chưa rõ đã chuyển hay chưa",
            )
        )


def _claim(app: App, now: datetime, size: int, *, urgent_only: bool) -> list[_Claim]:
    """Lease the next messages, ad-hoc requests first; two senders never hold the same one."""
    with app.write(now, "deliver") as ctx:
        rows = list(ctx.session.exec(_due(now, urgent=True).limit(size).with_for_update(skip_locked=True)).all())
        left = min(size - len(rows), app.settings.mail_daily_cap - handed_over_today(ctx))
        if left > 0 and not urgent_only:
            rows += ctx.session.exec(_due(now, urgent=False).limit(left).with_for_update(skip_locked=True)).all()
        claims = []
        for message in rows:
            message.lease_token += 1
            message.lease_owner = f"pid {os.getpid()}"
            message.lease_until = now + LEASE
            message.state = MessageState.leased
            claims.append(_Claim(message.id or 0, message.lease_token))
        return claims


def handed_over_today(ctx: Context) -> int:
    """Attempts since midnight that may have reached a provider; the rest waits for tomorrow under the daily cap.

    Ad-hoc requests are outside it.
    """
    midnight = datetime.combine(ctx.today, dt_time(), ctx.settings.zone)
    counted = (
        select(func.count())
        .select_from(Delivery)
        .join(Message, col(Delivery.message_id) == Message.id)
        .where(
            Message.priority == 0,
            Delivery.started_at >= midnight,
            or_(col(Delivery.outcome).is_(None), col(Delivery.outcome) != OutcomeKind.recorded),
        )
    )
    return ctx.session.exec(counted).one()


def _due(now: datetime, *, urgent: bool) -> SelectOfScalar[Message]:
    """Messages whose time has come, in the order in which they go: those of ad-hoc requests, or all others."""
    waiting = (MessageState.planned, MessageState.retry, MessageState.unknown)
    return (
        select(Message)
        .where(col(Message.state).in_(waiting), Message.next_at <= now, *_not_paused())
        .where(Message.priority > 0 if urgent else Message.priority == 0)
        .order_by(col(Message.priority).desc(), col(Message.next_at), col(Message.id))
    )


def _not_paused() -> list[ColumnElement[bool]]:
    """S12: a pause of everything, of the agency, or of a plan holds the message without moving any deadline."""
    active = select(Pause.id).where(col(Pause.resumed_at).is_(None))
    everything = active.where(col(Pause.plan_id).is_(None), col(Pause.agency_id).is_(None))
    agency = active.where(Pause.agency_id == Message.agency_id)
    plan = (
        active.join(Obligation, col(Obligation.plan_id) == Pause.plan_id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .join(MessageItem, col(MessageItem.assignment_id) == Assignment.id)
        .where(MessageItem.message_id == Message.id)
    )
    return [~everything.exists(), ~agency.exists(), ~plan.exists()]


def _deliver_one(app: App, clock: Callable[[], datetime], claim: _Claim, get_channel: OpenChannel) -> str:
    ready = _start(app, clock(), claim)
    if ready is None:
        return "cancelled"
    began = time.monotonic()
    outcome = _send(ready.mail, get_channel)
    counted = _finish(app, clock(), ready, outcome)
    if outcome.kind != OutcomeKind.recorded:
        _pace(app, time.monotonic() - began)
    return counted


def _send(mail: Mail, get_channel: OpenChannel) -> Outcome:
    """A channel that cannot be opened is a matter of configuration: the message waits, nothing is lost."""
    try:
        return get_channel(mail.channel).send(mail)
    except ChannelError as error:
        return Outcome("configuration", "channel", str(error)[:200], phase="open")


def _pace(app: App, spent: float) -> None:
    """Real mail leaves at no more than the configured rate."""
    time.sleep(max(0.0, 60.0 / app.settings.mail_per_minute - spent))


def _start(app: App, now: datetime, claim: _Claim) -> _Ready | None:
    """Re-check that it is still owed, build the text, and mark that the first byte may leave. None: not sent."""
    with app.write(now, "deliver") as ctx:
        message = ctx.session.get_one(Message, claim.message_id)
        if message.lease_token != claim.token or message.state != MessageState.leased:
            return None
        judged = _judge(ctx, message)
        if judged is None:
            return None
        contact, rows = judged
        mail = build_mail(ctx, message, contact, rows)
        message.state, message.subject, message.attempts = MessageState.sending, mail.subject, message.attempts + 1
        message.address = mail.target
        delivery = Delivery(message_id=claim.message_id, number=message.attempts, started_at=now)
        ctx.session.add(delivery)
        ctx.session.flush()
        return _Ready(claim, delivery.id or 0, mail)


def _judge(ctx: Context, message: Message) -> tuple[Contact, list[Row]] | None:
    """To whom and about what it goes now. None: it was cancelled, or put off to office hours or morning."""
    rows = still_owed(ctx, message, rows_of(ctx, message))
    contact = ctx.session.get(Contact, message.contact_id) if message.contact_id else None
    refusal = _refusal(bool(rows), contact)
    if contact is None or refusal is not None:
        _end(ctx, message, MessageState.cancelled, refusal or "")
        return None
    keeps_hours = message.priority > 0 or message.kind not in AT_ONCE
    if keeps_hours and (later := chasing_moment(ctx, kind_now(ctx, message, rows), message.priority)) > ctx.as_of:
        message.state, message.next_at, message.lease_until = MessageState.retry, later, None
        return None
    return contact, rows


def rehearse(ctx: Context, room: int, *, texts: bool = False) -> int:
    """Record what ``deliver_due`` would hand over now, by the same decisions: for simulations, nothing leaves.

    ``room``: how many may still go today. ``texts``: keep the digest of each text, without its personal link.
    Returns how many messages would have gone.
    """
    handed = 0
    with ctx.session.no_autoflush:  # no decision reads another message's outcome, so all are written at once
        urgent = ctx.session.exec(_due(ctx.as_of, urgent=True)).all()
        for message in (*urgent, *ctx.session.exec(_due(ctx.as_of, urgent=False)).all()):
            if message.priority == 0 and handed >= room:
                break
            judged = _judge(ctx, message)
            if judged is not None:
                message.subject, message.address = subject_of(ctx, message, judged[1]), judged[0].address
                if texts:
                    text = render_message(ctx, message, judged[1], link=None).text
                    message.body_sha256 = hashlib.sha256(text.encode()).hexdigest()
                message.attempts += 1
                _settle(ctx, message, Outcome("recorded", phase="record"))
                handed += 1
    return handed


def _refusal(owed: bool, contact: Contact | None) -> str | None:
    if not owed:
        return "Không còn phải nhắc: đã nhận báo cáo, đã đổi thời hạn hoặc đã có thông báo mới hơn"
    if contact is None or contact.removed_at is not None or contact.state != AddressState.active:
        return "Địa chỉ không còn dùng"
    return None


def _finish(app: App, now: datetime, ready: _Ready, outcome: Outcome) -> str:
    """Record the outcome, unless the lease was lost meanwhile (fencing)."""
    with app.write(now, "deliver") as ctx:
        delivery = ctx.session.get_one(Delivery, ready.delivery_id)
        delivery.ended_at, delivery.outcome = now, OutcomeKind(outcome.kind)
        delivery.phase, delivery.code, delivery.text = (
            outcome.phase or "",
            str(outcome.code or "")[:80],
            (outcome.text or "")[:500],
        )
        message = ctx.session.get_one(Message, ready.claim.message_id)
        if message.lease_token != ready.claim.token:
            return "unknown"
        message.lease_until, message.last_code, message.provider_id = None, delivery.code, outcome.provider_id
        return _settle(ctx, message, outcome)


def _settle(ctx: Context, message: Message, outcome: Outcome) -> str:
    kind = OutcomeKind(outcome.kind)
    if kind == OutcomeKind.accepted:
        _end(ctx, message, MessageState.sent, "")
        return "accepted"
    if kind == OutcomeKind.recorded:
        _end(ctx, message, MessageState.recorded, "Chưa cấu hình kênh gửi: chỉ ghi nhận, không gửi")
        return "recorded"
    if kind == OutcomeKind.permanent:
        _block_address(ctx, message, outcome)
        _end(ctx, message, MessageState.failed, outcome.text or "Không gửi được")
        return "failed"
    return _later(ctx, message, kind, outcome)


def _later(ctx: Context, message: Message, kind: OutcomeKind, outcome: Outcome) -> str:
    again_at = next_attempt_at(
        kind.value, message.attempts, ctx.as_of, outcome.retry_after, outcome.defer_until, message.public_id
    )
    second_unknown = kind == OutcomeKind.unknown and "hưa rõ" in message.reason
    if second_unknown or again_at > message.expires_at:
        _end(ctx, message, MessageState.failed, f"Cần người xử lý: {outcome.text or outcome.code or kind.value}")
        return "failed"
    if kind == OutcomeKind.unknown:
        message.state, message.next_at = MessageState.unknown, again_at
        message.reason = "Chưa rõ đã chuyển hay chưa; sẽ gửi lại một lần, cùng mã thư"
        return "unknown"
    message.state, message.next_at, message.reason = MessageState.retry, again_at, outcome.text or ""
    return "retry"


def _end(ctx: Context, message: Message, state: MessageState, reason: str) -> None:
    message.state, message.reason, message.finished_at, message.lease_until = state, reason, ctx.as_of, None


def _block_address(ctx: Context, message: Message, outcome: Outcome) -> None:
    """A mailbox that does not exist is not written to again until a person mends it."""
    if message.contact_id is not None and outcome.recipient:
        contact = ctx.session.get_one(Contact, message.contact_id)
        contact.state, contact.state_changed_at = AddressState(outcome.recipient), ctx.as_of
        contact.state_reason = f"{outcome.code} {outcome.text}".strip()[:300]


def queue_depth(ctx: Context) -> dict[str, int]:
    """Messages by state, for metrics."""
    depth = dict.fromkeys((s.value for s in MessageState), 0)
    for state, count in ctx.session.exec(select(Message.state, func.count()).group_by(col(Message.state))).all():
        depth[MessageState(state).value] = count
    return depth
