"""Events go out: read off the audit trail, kept for each address, sent until taken or given up.

The trail is written with every act, so an event is lost by nothing and told at least once; a receiver knows a repetition by
``webhook-id``. No transaction is open while anybody is asked.
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, select

from models.tables import AuditEntry, Webhook, WebhookEvent
from notifications.checked_transport import Reach
from notifications.http_sender import Answer, HttpSender
from notifications.kit import HostPolicy
from notifications.message import Outcome
from obligations.rules.webhooks import GIVEN_UP_AFTER, WAITS, next_try, signature
from obligations.services import audit
from obligations.services.audit_subjects import subjects
from obligations.services.context import App, Context
from obligations.services.interface.webhooks import refusal
from obligations.services.sealing import unseal
from obligations.settings import Settings

log = logging.getLogger(__name__)
CHUNK = 500
AT_A_TIME = 50
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
SECONDS = 10.0
GONE = 410


@dataclass(frozen=True)
class _Parcel:
    """One event on its way, without a session."""

    event_id: int
    webhook_id: int
    public_id: str
    url: str
    secret: str
    body: bytes
    problem: str


_ANY = select(Webhook.id).where(col(Webhook.disabled_at).is_(None)).limit(1)


def tell_programs(app: App, clock: Callable[[], datetime]) -> int:
    """Gather what happened, send what is due; returns how many events were taken."""
    with app.read(clock()) as ctx:
        if ctx.session.exec(_ANY).first() is None:
            return 0
    with app.write(clock(), "webhooks") as ctx:
        _gather(ctx)
        _sweep(ctx)
    sender, taken, failing = HttpSender(HostPolicy(), SECONDS, reach=_reach(app.settings)), 0, set[int]()
    try:
        while parcels := _lease(app, clock()):
            for parcel in parcels:
                silent = parcel.webhook_id in failing  # one that does not answer holds up nobody else
                if _settle(app, clock(), parcel, None if silent else _send(sender, parcel, clock())):
                    taken += 1
                else:
                    failing.add(parcel.webhook_id)
    finally:
        sender.close()
    return taken


def _reach(settings: Settings) -> Reach:
    """A name that was allowed says nothing of where it leads: public addresses, or networks the operator listed."""
    networks = [ip_network(each) for each in settings.webhook_networks.split()]
    return Reach(networks, "DONDOC_WEBHOOK_NETWORKS")


def _gather(ctx: Context) -> None:
    """Turn the entries since the last look into events."""
    query = select(Webhook).where(col(Webhook.disabled_at).is_(None)).order_by(col(Webhook.id)).with_for_update()
    for webhook in ctx.session.exec(query).all():
        kinds = webhook.kinds.split()
        while True:
            newer = select(AuditEntry).where(col(AuditEntry.seq) > webhook.told_seq).order_by(col(AuditEntry.seq))
            entries = ctx.session.exec(newer.limit(CHUNK)).all()
            _keep(ctx, webhook, [e for e in entries if e.action in kinds])
            if not entries:
                break
            webhook.told_seq = entries[-1].seq or webhook.told_seq


def _keep(ctx: Context, webhook: Webhook, entries: Sequence[AuditEntry]) -> None:
    known = subjects(ctx, {entry.subject for entry in entries})
    for entry in entries:
        about = known.get(entry.subject)
        data: dict[str, Any] = {"id": entry.subject, "about": about.name if about else "", "detail": entry.detail}
        payload = {"type": entry.action, "timestamp": entry.at.isoformat(), "data": {**data, "by": entry.actor}}
        ctx.session.add(
            WebhookEvent(
                webhook_id=webhook.id or 0, kind=entry.action, payload=payload, created_at=ctx.as_of, next_at=ctx.as_of
            )
        )
    ctx.session.flush()


def _lease(app: App, now: datetime) -> list[_Parcel]:
    """Take what is due for two minutes: another pass at the same time takes others, a killed one leaves them due again."""
    with app.write(now, "webhooks") as ctx:
        query = (
            select(WebhookEvent, Webhook)
            .join(Webhook, col(WebhookEvent.webhook_id) == Webhook.id)
            .where(col(WebhookEvent.next_at) <= now, col(Webhook.disabled_at).is_(None))
            .order_by(col(WebhookEvent.next_at), col(WebhookEvent.id))
            .limit(AT_A_TIME)
            .with_for_update(skip_locked=True)
        )
        rows = ctx.session.exec(query).all()
        for event, _webhook in rows:
            event.next_at, event.attempts = now + LEASE, event.attempts + 1
        return [
            _Parcel(
                event.id or 0,
                webhook.id or 0,
                event.public_id,
                webhook.url,
                unseal(ctx.settings, webhook.secret),
                json.dumps(event.payload, ensure_ascii=False, separators=(",", ":")).encode(),
                refusal(ctx.settings, webhook.url) or "",
            )
            for event, webhook in rows
        ]


def _send(sender: HttpSender, parcel: _Parcel, now: datetime) -> Answer | Outcome:
    if parcel.problem:  # the list of allowed hosts was shortened meanwhile
        return Outcome("configuration", "host", "the host is not in DONDOC_WEBHOOK_HOSTS")
    at = int(now.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": "dondoc-webhooks/1",
        "webhook-id": parcel.public_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(parcel.secret, parcel.public_id, at, parcel.body),
    }
    return sender.post(parcel.url, headers=headers, content=parcel.body)


def _settle(app: App, now: datetime, parcel: _Parcel, answer: Answer | Outcome | None) -> bool:
    """Write down how it ended. Any 2xx is taken; 410 ends the address; everything else is tried again; None: not asked."""
    if answer is None:
        _put_back(app, now, parcel)
        return False
    status = answer.status if isinstance(answer, Answer) else 0
    said = str(status) if isinstance(answer, Answer) else f"{answer.code}: {answer.text}"
    taken = 200 <= status < 300  # noqa: PLR2004 - 2xx
    with app.write(now, "webhooks") as ctx:
        event = ctx.session.get_one(WebhookEvent, parcel.event_id)
        webhook = ctx.session.get_one(Webhook, event.webhook_id, with_for_update=True)
        event.last_status = said[:200]
        if taken:
            event.sent_at, event.next_at, webhook.failing_since = now, None, None
            return True
        event.next_at = next_try(event.attempts, now)
        webhook.failing_since = webhook.failing_since or now
        if status == GONE or now - webhook.failing_since >= GIVEN_UP_AFTER:
            _end(ctx, webhook, "Nơi nhận trả lời 410" if status == GONE else "Không nhận được trong 3 ngày liền")
    return False


def _put_back(app: App, now: datetime, parcel: _Parcel) -> None:
    with app.write(now, "webhooks") as ctx:
        event = ctx.session.get_one(WebhookEvent, parcel.event_id)
        event.attempts -= 1
        event.next_at = now + WAITS[0]


def _end(ctx: Context, webhook: Webhook, reason: str) -> None:
    if webhook.disabled_at is None:
        webhook.disabled_at, webhook.disabled_reason = ctx.as_of, reason
        audit.record(ctx, "webhook.ended", webhook.public_id, reason=reason)
        log.warning("webhook %s is told no more: %s", webhook.public_id, reason)


def _sweep(ctx: Context) -> None:
    """What is over goes after a month."""
    over = col(WebhookEvent.created_at) < ctx.as_of - KEPT, col(WebhookEvent.next_at).is_(None)
    ctx.session.execute(delete(WebhookEvent).where(*over))
