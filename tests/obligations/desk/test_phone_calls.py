"""Telephone calls: recorded once, undone with a reason, never lost; whom to call."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.enums import AssignmentState, CallResult, Duty, EventKind, MessageState, OutcomeKind, PeriodState
from models.tables import Assignment, AuditEntry, Contact, Period, PhoneCall
from obligations.errors import NotFound, Refused
from obligations.services.chasing.phone_calls import CallDraft, calls_of, record_call, undo_call
from obligations.services.context import App
from obligations.services.desk.call_document import render_call_list
from obligations.services.desk.call_list import whom_to_call
from tests import builders as build
from tests.obligations.ledger_world import NOW, attempt, event, period_of, told

CALL = CallDraft(CallResult.answered, NOW - timedelta(hours=1), "0221 3 863 111", "Ông A", "gửi ngày mai")


def owed(app: App, agencies: int = 1) -> list[str]:
    with app.write(NOW - timedelta(days=30), "test") as ctx:
        _period, rows = period_of(ctx, agencies)
        return [row.public_id for row in rows]


def test_a_call_is_kept_once_and_audited_without_personal_data(app: App) -> None:
    (name,) = owed(app)
    with app.write(NOW, "an") as ctx:
        first = record_call(ctx, name, CALL)
        assert record_call(ctx, name, CALL) == first
        other = CallDraft(CallResult.busy, CALL.called_at, CALL.number)
        assert record_call(ctx, name, other) != first
    with app.read(NOW) as ctx:
        period = ctx.session.exec(select(Assignment)).one().period_id
        rows = calls_of(ctx, ctx.session.get_one(Period, period))
        entries = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "call.recorded")).all()
    assert [(r.result, r.person, r.recorded_by) for r in rows] == [("answered", "Ông A", "an"), ("busy", "", "an")]
    assert len(entries) == 2
    assert "863" not in repr([e.detail for e in entries])
    assert "Ông A" not in repr([e.detail for e in entries])


@pytest.mark.parametrize(
    ("draft", "problem"),
    [
        (CallDraft(CallResult.busy, NOW + timedelta(minutes=1)), "sau thời điểm hiện tại"),
        (CallDraft(CallResult.busy, NOW - timedelta(days=400)), "trước khi mở kỳ"),
        (CallDraft(CallResult.busy, None, "=cmd|' /C calc'!A0"), "không đúng dạng"),
    ],
)
def test_nonsense_is_refused(app: App, draft: CallDraft, problem: str) -> None:
    (name,) = owed(app)
    with pytest.raises(Refused, match=problem), app.write(NOW, "an") as ctx:
        record_call(ctx, name, draft)
    with app.read(NOW) as ctx:
        assert ctx.session.exec(select(PhoneCall)).all() == []


def test_a_call_from_before_the_plan_was_applied_is_kept(app: App) -> None:
    (name,) = owed(app)
    with app.write(NOW, "an") as ctx:
        period = ctx.session.exec(select(Period)).one()
        period.opened_at = NOW - timedelta(minutes=1)
        ctx.session.flush()
        assert record_call(ctx, name, CALL)


def test_undoing_keeps_the_record(app: App) -> None:
    (name,) = owed(app)
    with app.write(NOW, "an") as ctx:
        call = record_call(ctx, name, CALL)
    with pytest.raises(Refused, match="lý do"), app.write(NOW, "binh") as ctx:
        undo_call(ctx, call, " ")
    with app.write(NOW, "binh") as ctx:
        assert undo_call(ctx, call, "nhầm cơ quan") == name
    with pytest.raises(Refused, match="đã được bỏ"), app.write(NOW, "binh") as ctx:
        undo_call(ctx, call, "lần nữa")
    with pytest.raises(NotFound), app.write(NOW, "binh") as ctx:
        undo_call(ctx, "no such", "x")
    with app.write(NOW, "an") as ctx:
        row = ctx.session.exec(select(PhoneCall)).one()
        assert (row.person, row.undone_by, row.undone_reason) == ("Ông A", "binh", "nhầm cơ quan")
        assert record_call(ctx, name, CALL) != call, "the same call recorded again after its undoing is a new record"


def test_whom_to_call_in_official_order(app: App) -> None:
    with app.write(NOW - timedelta(days=12), "test") as ctx:
        period, rows = period_of(ctx, 6)
        late, sent, requested, silent, returned, failed = rows
        sent.state = AssignmentState.submitted
        requested.duty = Duty.requested
        silent.duty = returned.duty = failed.duty = Duty.requested
        ctx.session.exec(select(Contact).where(Contact.agency_id == silent.agency_id)).one().removed_at = ctx.as_of
        attempt(ctx, told(ctx, failed, state=MessageState.failed, finished_at=ctx.as_of), OutcomeKind.permanent, NOW)
        back = told(ctx, returned, state=MessageState.sent, finished_at=ctx.as_of)
        event(ctx, back, EventKind.bounced, NOW)
        build.add_contact(
            ctx.session, ctx.session.get_one(build.Agency, late.agency_id), channel="phone", address="0221 3 863 111"
        )
    with app.write(NOW, "an") as ctx:
        record_call(ctx, late.public_id, CALL)
        found = whom_to_call(ctx, period)
        document = render_call_list(ctx, period, "docx")
        assert document == render_call_list(ctx, period, "docx")
    assert [(c.assignment, c.why) for c in found] == [
        (late.public_id, ["quá hạn 11 ngày"]),
        (silent.public_id, ["chưa có địa chỉ dùng được"]),
        (returned.public_id, ["thông báo gần nhất không gửi được"]),
        (failed.public_id, ["thông báo gần nhất không gửi được"]),
    ]
    assert found[0].phone == "0221 3 863 111"
    assert found[0].last == "08:00 10/11/2026; có người nghe máy; Ông A; gửi ngày mai"


def test_nobody_is_called_blindly_or_after_the_end(app: App) -> None:
    with app.write(NOW - timedelta(days=12), "test") as ctx:
        period, _rows = period_of(ctx)
        period.needs_confirmation = True
    with app.write(NOW, "an") as ctx:
        mine = ctx.session.get_one(type(period), period.id)
        assert whom_to_call(ctx, mine) == []
        mine.needs_confirmation = False
        assert len(whom_to_call(ctx, mine)) == 1
        mine.state = PeriodState.closed
        assert whom_to_call(ctx, mine) == []
