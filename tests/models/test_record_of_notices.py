"""The database itself keeps what proves a notice; and no change of the audit trail goes unseen."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from models.enums import CallResult, EventKind, OutcomeKind
from models.tables import AuditEntry, Delivery, PhoneCall
from obligations.services import audit
from obligations.services.chasing.phone_calls import CallDraft, record_call, undo_call
from obligations.services.context import App
from tests.obligations.ledger_world import DAY, attempt, event, period_of, told

REFUSED = [
    "DELETE FROM delivery",
    "DELETE FROM message_event",
    "DELETE FROM phone_call",
    "UPDATE delivery SET code = 'x'",
    "UPDATE delivery SET outcome = 'accepted'",
    "UPDATE message_event SET at = recorded_at",
    "UPDATE phone_call SET answer = 'khác'",
    "UPDATE phone_call SET undone_reason = 'khác' WHERE undone_at IS NOT NULL",
]
REPLACED = [
    "INSERT OR REPLACE INTO delivery SELECT * FROM delivery",
    "INSERT OR REPLACE INTO message_event SELECT * FROM message_event",
]
TRUNCATED = ["TRUNCATE delivery", "TRUNCATE phone_call"]


@pytest.fixture
def kept(app: App) -> App:
    """One attempt that failed, one event, one call that stands and one that was undone."""
    with app.write(DAY, "test") as ctx:
        _period, (row,) = period_of(ctx)
        message = told(ctx, row)
        attempt(ctx, message, OutcomeKind.permanent, DAY)
        event(ctx, message, EventKind.bounced, DAY)
        record_call(ctx, row.public_id, CallDraft(CallResult.busy))
        undo_call(ctx, record_call(ctx, row.public_id, CallDraft(CallResult.answered)), "nhầm")
    return app


@pytest.mark.parametrize("number", range(len(REFUSED) + len(REPLACED)))
def test_what_proves_a_notice_is_never_changed(kept: App, number: int) -> None:
    own = REPLACED if kept.database.is_sqlite else TRUNCATED
    statement = [*REFUSED, *own][number]
    with pytest.raises(DBAPIError, match="append-only"), kept.database.write() as session:
        session.execute(text(statement))


def test_an_attempt_gets_its_outcome_and_doubt_gets_its_evidence(kept: App) -> None:
    with kept.write(DAY, "test") as ctx:
        message_id = ctx.session.exec(select(Delivery)).one().message_id
        ctx.session.add(Delivery(message_id=message_id, number=2, started_at=DAY))
    for outcome in (OutcomeKind.unknown, OutcomeKind.accepted):
        with kept.write(DAY, "test") as ctx:
            row = ctx.session.exec(select(Delivery).where(Delivery.number == 2)).one()
            row.outcome, row.ended_at = outcome, DAY
    with kept.read(DAY) as ctx:
        assert ctx.session.exec(select(Delivery.outcome).where(Delivery.number == 2)).one() == OutcomeKind.accepted


def test_a_standing_call_may_be_undone_once(kept: App) -> None:
    with kept.write(DAY, "binh") as ctx:
        standing = ctx.session.exec(select(PhoneCall).where(PhoneCall.result == CallResult.busy)).one()
        undo_call(ctx, standing.public_id, "nhầm")
    with kept.read(DAY) as ctx:
        assert {c.undone_by for c in ctx.session.exec(select(PhoneCall)).all()} == {"test", "binh"}


FIELDS = ("actor", "action", "subject", "hash", "previous_hash")


def test_a_thousand_tampers_are_all_found(app: App) -> None:
    """Whoever gets past the triggers still breaks the chain: a changed field, a removed or swapped entry."""
    with app.write(DAY, "test") as ctx:
        for number in range(60):
            audit.record(ctx, "test.act", f"subject {number}", number=number, reason="lý do")
    with app.database.read() as session:
        rows = [AuditEntry(**entry.model_dump()) for entry in audit.entries(session)]
        assert audit.verify(session) == []
    chance, found = random.Random(4), 0
    for _ in range(1000):
        found += bool(audit.breaks(_tampered(rows, chance)))
    assert found == 1000


def _tampered(rows: list[AuditEntry], chance: random.Random) -> list[AuditEntry]:
    copy = [AuditEntry(**row.model_dump()) for row in rows]
    at = chance.randrange(len(copy) - 1)
    way = chance.choice(("field", "detail", "time", "remove", "swap", "rehash", "insert"))
    row = copy[at]
    if way == "field":
        name = chance.choice(FIELDS)
        old = getattr(row, name)
        spot = chance.randrange(len(old))
        setattr(row, name, old[:spot] + chr(ord(old[spot]) ^ 1) + old[spot + 1 :])
    elif way == "detail":
        row.detail = {**row.detail, chance.choice(("reason", "new", "number")): chance.random()}
    elif way == "time":
        row.at = row.at.replace(microsecond=chance.randrange(1, 1_000_000))
    elif way == "remove":
        del copy[at]
    elif way == "swap":
        copy[at], copy[at + 1] = copy[at + 1], copy[at]
    elif way == "rehash":
        row.subject += "x"
        row.hash = audit.digest(row)
    else:
        copy.insert(at, AuditEntry(**{**row.model_dump(), "seq": 10_000, "subject": "mới"}))
    return copy
