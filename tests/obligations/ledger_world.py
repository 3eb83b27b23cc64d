"""One period whose notices had every fate a notice can have, written row by row."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from models.enums import (
    Audience,
    BatchState,
    CallResult,
    EventKind,
    MessageState,
    OutcomeKind,
)
from models.tables import Assignment, Contact, Delivery, InboundEvent, Message, MessageEvent, NoticeBatch, Period
from obligations.services import audit
from obligations.services.chasing.phone_calls import CallDraft, record_call, undo_call
from obligations.services.context import App, Context
from obligations.services.sending.outbox import Item, write_message
from tests import builders as build
from tests.plan197 import hanoi

DAY = hanoi(2026, 11, 2, 8)
NOW = hanoi(2026, 11, 10, 9)
PLAN, DUTY = "mau", "bao-cao"


def period_of(ctx: Context, agencies: int = 1) -> tuple[Period, list[Assignment]]:
    """A plan, one period and as many agencies, each with a mailbox."""
    plan = build.add_plan(ctx.session)
    period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan))
    rows = []
    for _ in range(agencies):
        agency = build.add_agency(ctx.session)
        build.add_contact(ctx.session, agency, label="Văn thư")
        rows.append(build.add_assignment(ctx.session, period, agency))
    return period, rows


def told(ctx: Context, row: Assignment, kind: str = "overdue", **values: Any) -> Message:
    """A message about an assignment, with columns of its own."""
    contact = ctx.session.exec(
        select(Contact).where(Contact.agency_id == row.agency_id, Contact.audience == Audience.clerk)
    ).one()
    step = f"{kind}:{values.pop('step', 'T+1')}"
    written = write_message(ctx, contact, kind, [Item(row.id or 0, step)], values.pop("planned_at", ctx.as_of))
    message = ctx.session.get_one(Message, written)
    for name, value in values.items():
        setattr(message, name, value)
    ctx.session.flush()
    return message


def attempt(ctx: Context, message: Message, outcome: OutcomeKind, at: datetime, code: str = "", text: str = "") -> None:
    """One delivery attempt."""
    message.attempts += 1
    ctx.session.add(
        Delivery(
            message_id=message.id or 0,
            number=message.attempts,
            started_at=at,
            ended_at=at + timedelta(seconds=1),
            phase="data",
            outcome=outcome,
            code=code,
            text=text,
        )
    )
    ctx.session.flush()


def event(ctx: Context, message: Message, kind: EventKind, at: datetime, detail: str = "") -> None:
    """What a provider said afterwards."""
    key = f"{kind}:{message.id}:{at.isoformat()}"
    ctx.session.add(
        MessageEvent(
            message_id=message.id or 0, kind=kind, at=at, source="test", detail=detail, dedupe_key=key, recorded_at=at
        )
    )
    ctx.session.flush()


def every_fate(app: App) -> str:
    """Sent after a retry, seen by Zalo instead of a bounced mail, stopped by a person, held, called. The public id."""
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        batch = NoticeBatch(
            key="2026-11-02",
            state=BatchState.released,
            shown_at=DAY,
            goes_at=DAY + timedelta(hours=6),
            decided_at=DAY + timedelta(hours=1),
            decided_by="an",
            reason="đã rà soát",
        )
        ctx.session.add(batch)
        ctx.session.add(InboundEvent(dedupe_key="x", source="zalo:1", raw=b"{}", received_at=DAY))
        ctx.session.flush()
        mail = told(ctx, row, batch_id=batch.id, state=MessageState.sent, subject="Đôn đốc gửi báo cáo năm 2026")
        mail.body_sha256, mail.finished_at = "ab" * 32, DAY + timedelta(hours=7)
        attempt(ctx, mail, OutcomeKind.temporary, DAY + timedelta(hours=6), "451", "try later <clerk.x@mau.example>")
        attempt(ctx, mail, OutcomeKind.accepted, DAY + timedelta(hours=7), "250")
        event(ctx, mail, EventKind.bounced, DAY + timedelta(hours=8), "5.1.1 clerk.x@mau.example unknown")
        zalo = told(ctx, row, "overdue", step="again", channel="zns", address="84912345678")
        zalo.state, zalo.fallback_of, zalo.finished_at = MessageState.sent, mail.id, DAY + timedelta(hours=9)
        attempt(ctx, zalo, OutcomeKind.accepted, DAY + timedelta(hours=9), "0")
        event(ctx, zalo, EventKind.seen, DAY + timedelta(hours=10))
        told(ctx, row, "leader", state=MessageState.draft, reason="Chờ lãnh đạo duyệt")
        stopped = told(ctx, row, "before", state=MessageState.cancelled, finished_at=DAY, reason="Gửi nhầm")
        audit.record(ctx, "message.cancelled", stopped.public_id, reason="Gửi nhầm")
        name = row.public_id
    with app.write(DAY + timedelta(days=1), "binh") as ctx:
        record_call(ctx, name, CallDraft(CallResult.answered, None, "0221 3 863 111", "Ông A", "gửi trong tuần"))
        wrong = record_call(ctx, name, CallDraft(CallResult.busy, DAY + timedelta(hours=3)))
        undo_call(ctx, wrong, "gọi nhầm cơ quan")
    return name
