"""From leased messages to what leaves: judged and rendered in a reading, marked as sending in one short writing."""

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import load_only
from sqlmodel import col, select

from models.enums import BatchState, MessageState, OutcomeKind
from models.tables import Contact, Delivery, Message, NoticeBatch
from notifications.message import Mail
from obligations.services.context import App, Context
from obligations.services.sending.calendar_file import calendar_files
from obligations.services.sending.daily_count import give_back_today
from obligations.services.sending.deliver_claim import Claim, LaneFacts
from obligations.services.sending.deliver_judge import Ends, Goes, Verdict, Waits, judge
from obligations.services.sending.deliver_settle import give_up
from obligations.services.sending.message_proof import digest_of
from obligations.services.sending.paused import not_paused
from obligations.services.sending.render import build_mail, gather, kind_now
from obligations.services.sending.render_rows import Row, overtaken_items, read_all, rows_by_message
from obligations.services.sending.send_gate import put_off
from obligations.services.sending.threads import thread_of

log = logging.getLogger(__name__)

DOUBTS_ALLOWED = {"never": 0, "once": 1}
"""How often nobody may know what became of a message before it is not sent again."""

BROKEN = "Cần người xử lý: không lập được nội dung"
THREADED = "email"
"""The channel whose messages name the one they answer, and carry files."""

_NEEDED = load_only(
    *(
        getattr(Message, name)
        for name in (
            "public_id", "kind", "agency_id", "contact_id", "audience", "channel", "address", "state", "priority",
            "message_id", "attempts", "fallback_of", "batch_id", "released_by",
        )
    )
)  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """One message about to leave, as its ``attempt``-th attempt."""

    claim: Claim
    attempt: int
    mail: Mail
    made_at: float = field(default_factory=time.monotonic)
    """Seconds of the monotonic clock."""


@dataclass(frozen=True)
class Prepared:
    """What goes, and how many of the leased messages were cancelled, failed, or put off."""

    ready: Sequence[Ready]
    cancelled: int = 0
    failed: int = 0


@dataclass
class _Judged:
    """What was decided about leased messages, by their numbers. ``going`` holds what leaves, with its kind today."""

    attempts: dict[int, int] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    going: dict[int, tuple[Message, Mail, str]] = field(default_factory=dict)


def prepare(app: App, lane: LaneFacts, claims: Sequence[Claim], now: datetime) -> Prepared:
    """Check again that each is owed, build its text, and mark that its first byte may leave."""
    with app.read(now, "deliver") as ctx:
        judged = _judged(ctx, lane, [claim.message_id for claim in claims])
    with app.write(now, "deliver") as ctx:
        alive = _still_ours(ctx, claims)
        judged.verdicts |= {n: Waits(at) for n, at in _gated(ctx, alive, judged).items()}
        ready = [
            Ready(claim, judged.attempts[claim.message_id] + 1, judged.going[claim.message_id][1])
            for claim in claims
            if claim.message_id in alive and isinstance(judged.verdicts[claim.message_id], Goes)
        ]
        _start(ctx, ready)
        going = {r.claim.message_id for r in ready}
        aside = {number: judged.verdicts[number] for number in alive - going}
        _put_aside(ctx, aside)
        give_back_today(ctx, sum(c.counted and c.message_id not in going for c in claims))
        ended = [verdict.failed for verdict in aside.values() if isinstance(verdict, Ends)]
        return Prepared(ready, len(ended) - sum(ended), sum(ended))


def still_goes(app: App, lane: LaneFacts, ready: Ready, now: datetime) -> bool:
    """Whether a message that waited for its place is still ours, owed and not paused; one reading."""
    number = ready.claim.message_id
    with app.read(now, "deliver") as ctx:
        ours = select(Message.id).where(
            Message.id == number,
            Message.state == MessageState.sending,
            Message.lease_token == ready.claim.token,
            not_paused(),
        )
        if ctx.session.exec(ours).first() is None:
            return False
        # The attempt under way has no end yet and is no doubt.
        return isinstance(_judged(ctx, replace(lane, resends="freely"), [number]).verdicts[number], Goes)


def _gated(ctx: Context, alive: Collection[int], judged: _Judged) -> dict[int, datetime]:
    """Which of those that would go wait after all: for a full day, or to be shown first."""
    return put_off(ctx, [(m, kind) for number, (m, _, kind) in sorted(judged.going.items()) if number in alive])


def _judged(ctx: Context, lane: LaneFacts, ids: Sequence[int]) -> _Judged:
    """Judge all together; where one cannot be judged or rendered, each alone, so that it holds up no other."""
    try:
        return _judged_together(ctx, lane, ids)
    except SQLAlchemyError:
        raise
    except Exception as error:
        if len(ids) > 1:
            every = [_judged(ctx, lane, [number]) for number in ids]
            return _merged(every)
        log.exception("message %s cannot be made", ids[0])
        attempts = ctx.session.exec(select(Message.attempts).where(Message.id == ids[0])).one()
        return _Judged({ids[0]: attempts}, {ids[0]: Ends(f"{BROKEN} ({type(error).__name__})", failed=True)})


def _merged(every: Sequence[_Judged]) -> _Judged:
    whole = _Judged()
    for one in every:
        whole.attempts |= one.attempts
        whole.verdicts |= one.verdicts
        whole.going |= one.going
    return whole


def _judged_together(ctx: Context, lane: LaneFacts, ids: Sequence[int]) -> _Judged:
    query = select(Message).options(_NEEDED).where(col(Message.id).in_(ids))
    messages = list(ctx.session.exec(query).all())
    rows = rows_by_message(ctx, ids)
    every = [row for mine in rows.values() for row in mine]
    contacts = read_all(ctx, Contact, {m.contact_id for m in messages if m.contact_id is not None})
    overtaken, doubts, sources = overtaken_items(ctx, every), _doubts(ctx, messages), gather(ctx, messages, every)
    allowed = DOUBTS_ALLOWED.get(lane.resends)
    stopped = _stopped(ctx, [m.id or 0 for m in messages if m.batch_id is not None])
    threads = thread_of(ctx, ids) if lane.channel == THREADED else {}
    judged = _Judged()
    going: dict[int, tuple[str, Sequence[Row]]] = {}
    for message in messages:
        number = message.id or 0
        contact = contacts.get(message.contact_id or 0)
        may_repeat = allowed is None or doubts.get(number, 0) <= allowed
        verdict = judge(ctx, message, rows.get(number, []), contact, overtaken, may_repeat=may_repeat)
        if number in stopped and isinstance(verdict, Goes):
            verdict = Ends(stopped[number])
        judged.verdicts[number], judged.attempts[number] = verdict, message.attempts
        if isinstance(verdict, Goes):
            mail = build_mail(ctx, message, verdict.contact, verdict.rows, sources, threads.get(number))
            kind = kind_now(ctx, message, verdict.rows)
            judged.going[number], going[number] = (message, mail, kind), (kind, verdict.rows)
    if lane.channel == THREADED:
        for number, file in calendar_files(ctx, going).items():
            message, mail, kind = judged.going[number]
            judged.going[number] = message, replace(mail, attachments=(file,)), kind
    return judged


def _stopped(ctx: Context, ids: Sequence[int]) -> dict[int, str]:
    """Which of these belong to a batch that a person has stopped, and why it was."""
    if not ids:
        return {}
    query = select(Message.id, NoticeBatch.reason).join(NoticeBatch, col(Message.batch_id) == NoticeBatch.id)
    query = query.where(col(Message.id).in_(ids), NoticeBatch.state == BatchState.stopped)
    return {number or 0: reason for number, reason in ctx.session.exec(query).all()}


def _doubts(ctx: Context, messages: Sequence[Message]) -> dict[int, int]:
    """How many attempts of each message nobody knows the end of, since a person last asked for it to go again."""
    tried = {m.id or 0: int(m.context.get("asked_again_after", 0)) for m in messages if m.attempts}
    if not tried:
        return {}
    query = select(Delivery.message_id, Delivery.number).where(
        col(Delivery.message_id).in_(tried),
        or_(col(Delivery.outcome).is_(None), col(Delivery.outcome) == OutcomeKind.unknown),
    )
    counts: dict[int, int] = {}
    for message_id, number in ctx.session.exec(query).all():
        if number > tried[message_id]:
            counts[message_id] = counts.get(message_id, 0) + 1
    return counts


def _still_ours(ctx: Context, claims: Sequence[Claim]) -> set[int]:
    """Leased messages that nobody took, cancelled or paused while their texts were made; the paused go back."""
    tokens = {claim.message_id: claim.token for claim in claims}
    held = (
        select(Message.id, Message.lease_token)
        .where(col(Message.id).in_(tokens), Message.state == MessageState.leased)
        .with_for_update()
    )
    ours = {number or 0 for number, token in ctx.session.exec(held).all() if tokens[number or 0] == token}
    free = select(Message.id).where(col(Message.id).in_(ours), not_paused())
    going = {number or 0 for number in ctx.session.exec(free).all()}
    ctx.session.execute(
        update(Message)
        .where(col(Message.id).in_(ours - going))
        .values(state=MessageState.retry, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return going


_SENDING = (
    update(Message)
    .where(col(Message.id) == bindparam("b_id"))
    .values(
        state=MessageState.sending,
        subject=bindparam("b_subject"),
        address=bindparam("b_address"),
        attempts=bindparam("b_attempt"),
        body_sha256=bindparam("b_sha256"),
    )
)


def _start(ctx: Context, ready: Sequence[Ready]) -> None:
    """From here on the first byte may leave."""
    if not ready:
        return
    rows = [
        {
            "b_id": r.claim.message_id,
            "b_subject": r.mail.subject,
            "b_address": r.mail.target,
            "b_attempt": r.attempt,
            "b_sha256": digest_of(r.mail),
        }
        for r in ready
    ]
    # The connection's: an ORM session would look at every row by its key again.
    ctx.session.connection().execute(_SENDING, rows)
    begun = [{"message_id": r.claim.message_id, "number": r.attempt, "started_at": ctx.as_of} for r in ready]
    ctx.session.execute(insert(Delivery), begun)


def _put_aside(ctx: Context, verdicts: Mapping[int, Verdict]) -> None:
    """What does not go now: cancelled, failed with its fallback, or put off."""
    for number, message in read_all(ctx, Message, verdicts).items():
        verdict = verdicts[number]
        message.lease_until = None
        if isinstance(verdict, Waits):
            message.state, message.next_at = MessageState.retry, verdict.until
        elif isinstance(verdict, Ends) and verdict.failed:
            give_up(ctx, message, verdict.reason)
        elif isinstance(verdict, Ends):
            message.state, message.reason, message.finished_at = MessageState.cancelled, verdict.reason, ctx.as_of
