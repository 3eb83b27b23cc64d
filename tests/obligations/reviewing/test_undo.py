"""Acts taken back with a reason, on both databases: the duty stands as before, what was told is put right, once."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionChannel, SubmissionForm
from models.tables import AuditEntry, Extension, Message, MessageItem, Submission, UndoneAct
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.asks.recall import recall
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code
from obligations.services.planning.close_periods import close_due_periods
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import accept, agree_lateness, exempt, extend, return_for_changes
from obligations.services.reviewing.undo import undo, undoable, undone
from obligations.services.sending.deliver import deliver_due
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.obligations.small_world import owed, settle, small_plan
from tests.plan197 import hanoi
from tests.prepared import Prepared

OPENED, NOW, LATER = hanoi(2026, 10, 1, 9), hanoi(2026, 11, 5, 15), hanoi(2026, 11, 6, 15)
CODE = "so-b"


@pytest.fixture
def office(app: App, tmp_path: Path, prepared: Prepared) -> App:
    """Three departments that owe a report since 30/10; what was told so far has gone."""

    def prepare() -> None:
        settle(app, tmp_path, small_plan())
        with app.write(OPENED, "test") as ctx:
            open_due_periods(ctx)
        chase(app, NOW)

    prepared.once(app, "told of a report since 30/10", prepare)
    return app


def chase(app: App, at: datetime) -> list[str]:
    """What goes at a moment, by kind, to the agency."""
    with app.write(at, "test") as ctx:
        plan_reminders(ctx)
        before = {m.id for m in _messages(ctx) if m.state == MessageState.recorded}
    deliver_due(app, lambda: at)
    with app.read(at) as ctx:
        return sorted(m.kind for m in _messages(ctx) if m.state == MessageState.recorded and m.id not in before)


def planned(app: App, at: datetime) -> list[str]:
    """What waits to go after a chase at a moment."""
    with app.write(at, "test") as ctx:
        plan_reminders(ctx)
        return sorted(m.kind for m in _messages(ctx) if m.state == MessageState.planned)


def _messages(ctx: Context) -> list[Message]:
    query = select(Message).join(MessageItem, col(MessageItem.message_id) == Message.id)
    return list(ctx.session.exec(query.where(MessageItem.assignment_id == owed(ctx, CODE).id)).all())


def sent(
    app: App, at: datetime, channel: SubmissionChannel = SubmissionChannel.document_system, form: str = "signed",
    arrived_on: date | None = None,
) -> str:  # fmt: skip
    with app.write(at, "lan") as ctx:
        row = owed(ctx, CODE)
        content = {"entries": [], "figures": []}
        key = f"{channel}:{at.isoformat()}:{arrived_on}"
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm(form), channel, content, key, arrived_on=arrived_on
        )
        return submit_report(ctx, draft).public_id


def act(app: App, at: datetime, do: Callable[[Context, str], object]) -> None:
    with app.write(at, "lan") as ctx:
        do(ctx, owed(ctx, CODE).public_id)


def take_back(app: App, at: datetime, kind: str) -> str:
    """Undo the one act of that kind; returns its name."""
    with app.write(at, "lan") as ctx:
        row = owed(ctx, CODE)
        (one,) = [u for u in undoable(ctx, row) if u.kind == kind]
        assert undo(ctx, row.public_id, one.act, "nhập nhầm") == kind
    return one.act


def stands(app: App) -> tuple[object, ...]:
    with app.read(LATER) as ctx:
        row = owed(ctx, CODE)
        return row.state, row.due_on, row.first_received_on, row.completed_at, row.exempt_reason, row.practical_due_on


ACTS: dict[str, Callable[[App], object]] = {
    "recorded": lambda app: sent(app, NOW),
    "exempted": lambda app: act(app, NOW, lambda ctx, a: exempt(ctx, a, "không có nhiệm vụ")),
    "extended": lambda app: act(
        app, NOW, lambda ctx, a: extend(ctx, a, date(2026, 11, 27), "9/UBND", date(2026, 11, 4))
    ),
    "agreed": lambda app: act(app, NOW, lambda ctx, a: agree_lateness(ctx, a, date(2026, 11, 20), "chờ số liệu")),
}


@pytest.mark.parametrize("kind", ACTS)
def test_the_duty_stands_as_before_and_is_chased_from_the_next_working_day(office: App, kind: str) -> None:
    before = stands(office)
    ACTS[kind](office)
    with office.read(NOW) as ctx:
        changed = owed(ctx, CODE)
        assert (stands(office) != before) or kind == "agreed", changed
    take_back(office, NOW, kind)
    assert stands(office) == before
    assert planned(office, NOW).count("overdue") == 0
    assert planned(office, LATER).count("overdue") == 1
    with office.read(LATER) as ctx:
        assert verify(ctx.session) == []
        (row,) = undone(ctx, owed(ctx, CODE))
        assert (row.kind, row.reason, row.undone_by) == (kind, "nhập nhầm", "lan")


@pytest.mark.parametrize(
    ("kind", "told"), [("recorded", "by_hand"), ("extended", "extended"), ("agreed", "agreed_late")]
)
def test_what_was_told_of_it_is_put_right_once(office: App, kind: str, told: str) -> None:
    ACTS[kind](office)
    assert told in chase(office, NOW)
    name = take_back(office, NOW, kind)
    with office.write(NOW, "lan") as ctx:
        assert undo(ctx, owed(ctx, CODE).public_id, name, "lần nữa") == kind, "twice is once"
        assert len(ctx.session.exec(select(UndoneAct)).all()) == 1
        (correction,) = [m for m in _messages(ctx) if m.kind == "retracted"]
        (item,) = ctx.session.exec(select(MessageItem).where(MessageItem.message_id == correction.id)).all()
        assert item.extra["remarks"] == "nhập nhầm"
    assert chase(office, NOW) == ["retracted"]


@pytest.mark.parametrize(
    ("kind", "told"), [("recorded", "by_hand"), ("extended", "extended"), ("agreed", "agreed_late")]
)
def test_what_was_not_told_yet_is_stopped(office: App, kind: str, told: str) -> None:
    ACTS[kind](office)
    take_back(office, NOW, kind)
    assert chase(office, NOW) == []
    with office.read(NOW) as ctx:
        assert [m.state for m in _messages(ctx) if m.kind == told] == [MessageState.cancelled]


def test_a_conclusion_is_taken_back_before_the_record_it_was_about(office: App) -> None:
    submission = sent(office, NOW)
    act(office, NOW, lambda ctx, a: accept(ctx, submission, a))
    act(office, NOW, lambda ctx, a: accept(ctx, submission, a))
    with office.read(NOW) as ctx:
        assert [u.kind for u in undoable(ctx, owed(ctx, CODE))] == ["accepted"]
        acts = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "submission.accepted")).all()
        assert len(acts) == 1, "a double click is one act"
    take_back(office, NOW, "accepted")
    assert stands(office)[0] == AssignmentState.submitted
    act(office, NOW, lambda ctx, a: return_for_changes(ctx, submission, a, "thiếu biểu"))
    act(office, NOW, lambda ctx, a: return_for_changes(ctx, submission, a, "thiếu biểu"))
    assert stands(office)[0] == AssignmentState.returned
    assert chase(office, NOW).count("returned") == 1
    take_back(office, NOW, "returned")
    assert chase(office, NOW) == ["retracted"]
    act(office, LATER, lambda ctx, a: return_for_changes(ctx, submission, a, "thiếu biểu"))
    assert "returned" in chase(office, LATER), "the same words a second time are a notice of their own"
    take_back(office, LATER, "returned")
    take_back(office, LATER, "recorded")
    assert stands(office)[:3] == (AssignmentState.open, date(2026, 10, 30), None)


def test_a_wrong_entry_leaves_what_the_agency_sent_itself(office: App) -> None:
    own = sent(office, NOW, SubmissionChannel.portal)
    before = stands(office)
    sent(office, LATER, arrived_on=date(2026, 10, 20))
    assert stands(office)[2] == date(2026, 10, 20)
    take_back(office, LATER, "recorded")
    assert stands(office)[:3] == before[:3]
    with office.read(LATER) as ctx:
        states = dict(ctx.session.exec(select(Submission.public_id, Submission.state)).all())
        assert states[own] == "submitted"
        assert sorted(states.values()) == ["recalled", "submitted"]
    sent(office, LATER)
    with office.read(LATER) as ctx:
        assert sorted(ctx.session.exec(select(Submission.version)).all()) == [1, 2, 3], "a number never means two"


def test_a_soft_copy_taken_back_leaves_the_signed_one(office: App) -> None:
    sent(office, NOW, SubmissionChannel.portal)
    soft = sent(office, LATER, SubmissionChannel.portal, "soft")
    with office.write(LATER, f"agency:{CODE}") as ctx:
        agency = agency_by_code(ctx, CODE)
        recall(ctx, Actor(f"agency:{CODE}", agency.name, "", agency_id=agency.id), soft, "gửi nhầm tệp")
    assert stands(office)[:3] == (AssignmentState.submitted, date(2026, 10, 30), date(2026, 11, 5))


def test_an_earlier_arrival_stands_when_a_later_version_is_taken_back(office: App) -> None:
    first = hanoi(2026, 10, 28, 9)
    sent(office, first, SubmissionChannel.portal)
    late = sent(office, NOW, SubmissionChannel.portal)
    with office.write(NOW, f"agency:{CODE}") as ctx:
        agency = agency_by_code(ctx, CODE)
        recall(ctx, Actor(f"agency:{CODE}", agency.name, "", agency_id=agency.id), late, "nhầm")
        row = owed(ctx, CODE)
        assert (row.state, row.first_received_on, row.first_received_at) == ("submitted", first.date(), first)


def test_an_older_extension_comes_back_into_force(office: App) -> None:
    act(office, NOW, lambda ctx, a: extend(ctx, a, date(2026, 11, 20), "8/UBND", date(2026, 11, 4)))
    act(office, NOW, lambda ctx, a: extend(ctx, a, date(2026, 11, 27), "9/UBND", date(2026, 11, 4)))
    take_back(office, NOW, "extended")
    assert stands(office)[1] == date(2026, 11, 20)
    with office.read(NOW) as ctx:
        (kept,) = ctx.session.exec(select(UndoneAct)).all()
        assert (kept.facts["document_number"], kept.facts["due_on"]) == ("9/UBND", "2026-11-27")
        assert [e.document_number for e in ctx.session.exec(select(Extension)).all()] == ["8/UBND"]
    take_back(office, NOW, "extended")
    assert stands(office)[1] == date(2026, 10, 30)


def test_what_cannot_be_taken_back_is_said(office: App) -> None:
    ACTS["exempted"](office)
    with office.write(NOW, "lan") as ctx:
        row = owed(ctx, CODE)
        (one,) = undoable(ctx, row)
        with pytest.raises(Refused, match="lý do"):
            undo(ctx, row.public_id, one.act, "  ")
        with pytest.raises(Refused, match="tải lại"):
            undo(ctx, row.public_id, "exempted:1", "x")
        with pytest.raises(NotFound):
            undo(ctx, "none", one.act, "x")
    with office.write(hanoi(2027, 3, 1, 9), "test") as ctx:
        close_due_periods(ctx)
        assert undoable(ctx, owed(ctx, CODE)) == [], "the period is closed"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=4, unique=True))
def test_whatever_was_done_can_be_taken_back_in_turn(office: App, kinds: list[str]) -> None:
    """The last act first; an exemption hides the others until it is gone."""
    before = stands(office)
    for kind in kinds:
        with contextlib.suppress(Refused):  # who owes nothing has no day to move
            ACTS[kind](office)
    for _ in range(len(kinds)):
        with office.write(NOW, "lan") as ctx:
            row = owed(ctx, CODE)
            found = undoable(ctx, row)
            if found:
                undo(ctx, row.public_id, found[-1].act, "thử")
    assert stands(office) == before
