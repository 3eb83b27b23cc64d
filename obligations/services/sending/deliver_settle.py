"""What came of each attempt, written down: many accepted ones in one statement, every other one with care."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, update
from sqlmodel import col

from models.enums import AddressState, MessageState, OutcomeKind
from models.tables import Contact, Delivery, Message
from notifications.message import Outcome
from obligations.rules.outcome_words import outcome_words
from obligations.rules.retries import next_attempt_at
from obligations.services import audit
from obligations.services.channels.channel_state import lock_channel, note_outcomes
from obligations.services.context import App, Context
from obligations.services.sending.daily_count import give_back_today
from obligations.services.sending.fallback import fall_back, moved_words
from obligations.services.sending.receipts import bounced_meanwhile

RECORDED = "Chưa cấu hình kênh gửi: chỉ ghi nhận, không gửi"
IN_DOUBT = "Chưa rõ đã chuyển hay chưa, đang chờ xác nhận"
NOT_BEGUN = Outcome("temporary", "not-begun", "left for later before it began", phase="open")
FINAL = {OutcomeKind.accepted: MessageState.sent, OutcomeKind.recorded: MessageState.recorded}


@dataclass(frozen=True)
class Result:
    """One attempt of one leased message. ``outcome`` None: it never began, and the attempt does not count."""

    message_id: int
    token: int
    attempt: int
    counted: bool
    outcome: Outcome | None


def settle(app: App, channel: str, results: Sequence[Result], now: datetime) -> list[str]:
    """Write down what came of each, unless its lease was lost meanwhile (fencing); returns one word for each."""
    with app.write(now, "deliver") as ctx:
        lock_channel(ctx, channel)
        ended = [(r, r.outcome) for r in results if r.outcome is not None]
        final = [(r, o) for r, o in ended if OutcomeKind(o.kind) in FINAL]
        _finish(ctx, final)
        _close_deliveries(ctx, ended)
        _put_back(ctx, [r for r in results if r.outcome is None])
        words: list[str] = [o.kind for _, o in final]
        words += [_settle_one(ctx, r, o) for r, o in ended if OutcomeKind(o.kind) not in FINAL]
        note_outcomes(ctx, channel, [o for _, o in ended])
        bounced_meanwhile(ctx, [r.message_id for r, _ in final])
        give_back_today(ctx, sum(r.counted for r in results if r.outcome is None))
        return words


_FINISH = (
    update(Message)
    .where(
        col(Message.id) == bindparam("b_id"),
        col(Message.lease_token) == bindparam("b_token"),
        or_(col(Message.state) == MessageState.sending, col(Message.state) == MessageState.unknown),
    )
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        finished_at=bindparam("b_now"),
        lease_until=None,
        last_code=bindparam("b_code"),
        provider_id=bindparam("b_provider"),
    )
)
_PUT_BACK = (
    update(Message)
    .where(
        col(Message.id) == bindparam("b_id"),
        col(Message.lease_token) == bindparam("b_token"),
        col(Message.state) == MessageState.sending,
    )
    .values(state=MessageState.retry, lease_until=None)
)
_CLOSE = (
    update(Delivery)
    .where(
        col(Delivery.message_id) == bindparam("b_id"),
        col(Delivery.number) == bindparam("b_number"),
        or_(col(Delivery.outcome).is_(None), col(Delivery.outcome) == OutcomeKind.unknown),  # an end is never rewritten
    )
    .values(
        ended_at=bindparam("b_now"),
        outcome=bindparam("b_outcome"),
        phase=bindparam("b_phase"),
        code=bindparam("b_code"),
        text=bindparam("b_text"),
    )
)


def _finish(ctx: Context, final: Sequence[tuple[Result, Outcome]]) -> None:
    if final:
        rows = [
            {
                "b_id": r.message_id,
                "b_token": r.token,
                "b_state": FINAL[OutcomeKind(o.kind)],
                "b_reason": RECORDED if o.kind == "recorded" else "",
                "b_now": ctx.as_of,
                "b_code": o.code[:80],
                "b_provider": o.provider_id,
            }
            for r, o in final
        ]
        ctx.session.connection().execute(_FINISH, rows)


def _close_deliveries(ctx: Context, ended: Sequence[tuple[Result, Outcome]]) -> None:
    if ended:
        rows = [
            {
                "b_id": r.message_id,
                "b_number": r.attempt,
                "b_now": ctx.as_of,
                "b_outcome": OutcomeKind(o.kind),
                "b_phase": o.phase,
                "b_code": o.code[:80],
                "b_text": o.text[:500],
            }
            for r, o in ended
        ]
        ctx.session.connection().execute(_CLOSE, rows)


def _put_back(ctx: Context, results: Sequence[Result]) -> None:
    """Nothing left: the message waits on as it did."""
    if results:
        rows = [{"b_id": r.message_id, "b_token": r.token} for r in results]
        ctx.session.connection().execute(_PUT_BACK, rows)
        _close_deliveries(ctx, [(result, NOT_BEGUN) for result in results])


def _settle_one(ctx: Context, result: Result, outcome: Outcome) -> str:
    message = ctx.session.get_one(Message, result.message_id, with_for_update=True, populate_existing=True)
    if message.lease_token != result.token:
        return "unknown"
    message.lease_until, message.last_code, message.provider_id = None, outcome.code[:80], outcome.provider_id
    return settle_outcome(ctx, message, outcome)


def settle_outcome(ctx: Context, message: Message, outcome: Outcome) -> str:
    """The message's state after an outcome; returns the word it is counted under."""
    kind = OutcomeKind(outcome.kind)
    if kind in FINAL:
        message.state, message.finished_at = FINAL[kind], ctx.as_of
        message.reason = RECORDED if kind == OutcomeKind.recorded else ""
        bounced_meanwhile(ctx, [message.id or 0])
        return kind.value
    if kind == OutcomeKind.permanent:
        _mark_address(ctx, message, outcome)
        give_up(ctx, message, _words(outcome))
        return "failed"
    return _later(ctx, message, kind, outcome)


def _later(ctx: Context, message: Message, kind: OutcomeKind, outcome: Outcome) -> str:
    again_at = next_attempt_at(
        kind.value, message.attempts, ctx.as_of, outcome.retry_after, outcome.defer_until, message.public_id
    )
    message.next_at = again_at
    if again_at > message.expires_at:
        give_up(ctx, message, f"Cần người xử lý: {_words(outcome)}")
        return "failed"
    if kind == OutcomeKind.unknown:
        message.state, message.reason = MessageState.unknown, IN_DOUBT
        return "unknown"
    message.state, message.reason = MessageState.retry, _words(outcome)
    return "retry"


def _words(outcome: Outcome) -> str:
    return outcome_words(outcome.kind, outcome.phase, outcome.code[:80], outcome.recipient)


def give_up(ctx: Context, message: Message, reason: str) -> None:
    """It will not arrive by this channel: the next one says it, or a person sees it and may ask for it to go again."""
    message.state, message.finished_at, message.lease_until = MessageState.failed, ctx.as_of, None
    following = fall_back(ctx, message, reason)
    moved = f" {moved_words(message.channel, following.channel)}." if following else ""
    message.reason = f"{reason[:300]}{'.' if moved else ''}{moved}"
    audit.record(ctx, "message.failed", message.public_id, channel=message.channel, code=message.last_code or "")


def _mark_address(ctx: Context, message: Message, outcome: Outcome) -> None:
    """A mailbox that does not exist is not written to again until a person mends it."""
    if message.contact_id is not None and outcome.recipient:
        contact = ctx.session.get_one(Contact, message.contact_id)
        contact.state, contact.state_changed_at = AddressState(outcome.recipient), ctx.as_of
        contact.state_reason = f"{outcome.code} {outcome.text}".strip()[:300]
        code = outcome.code[:80]
        audit.record(ctx, "address.blocked", message.public_id, contact=contact.id, channel=contact.channel, code=code)
