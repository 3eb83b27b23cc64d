"""Splits, ends and disputes stop and ask; a decision moves the duty without making anybody late."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from models.enums import AssignmentState, MessageState, SubmissionForm
from models.tables import Extension, Message
from obligations.errors import Refused
from obligations.rules.decisions import parse_decision
from obligations.services import audit
from obligations.services.agencies.decide_assignment import Choice, Decided, decide_assignment, preview_decision
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.overview.awaiting import awaiting_rows
from obligations.services.overview.views_dashboard import dashboard
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.render import render_message, rows_of
from obligations.services.status import period_status
from obligations.services.views.why_owed import why_owed
from tests.obligations.changing import (
    NOON,
    OPENING,
    act,
    feed_text,
    make_province,
    moves,
    owed,
    record,
    remind,
    send,
    states,
    told,
)
from tests.plan197 import hanoi

PAPER = "Công văn số 9/CV-SB ngày 14/10/2026"
RULING = "Quyết định số 20/QĐ-UBND ngày 15/10/2026"
ASKED = "Thời điểm nhận đề nghị: 12 giờ 00 phút, thứ Năm, 15/10/2026"
LATER = hanoi(2026, 11, 3, 9)
"""After the due day."""


def dispute(app: App, code: str = "so-b", proposed: str | None = None, at: object = NOON) -> None:
    with app.write(at, f"agency:{code}") as ctx:  # type: ignore[arg-type]
        dispute_assignment(ctx, owed(ctx, code).public_id, "không thuộc chức năng", PAPER, proposed)
        refresh_feeds(ctx)


def decide(app: App, code: str, choice: Choice, at: object = NOON, **more: object) -> Decided:
    with app.write(at, "chuyên viên") as ctx:  # type: ignore[arg-type]
        return decide_assignment(ctx, owed(ctx, code).public_id, choice, RULING, **more)  # type: ignore[arg-type]


def said(app: App, code: str, kind: str, at: datetime) -> str:
    """The text of the one notice of a kind to an agency, in one line."""
    (notice,) = told(app, code, kind)
    with app.read(at) as ctx:
        return " ".join(render_message(ctx, notice, rows_of(ctx, notice), link=None).text.split())


@pytest.mark.parametrize("what", [act("split", "so-b", "so-c so-d"), act("end", "so-b")])
def test_a_split_or_an_end_stops_and_asks(app: App, what: object) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    with app.write(hanoi(2026, 10, 15, 9), "test") as ctx:
        waiting = remind(ctx, "so-b", "T-7").id
    done = record(app, what)  # type: ignore[arg-type]
    assert [(d.source, d.target, d.how) for d in done.settled.duties] == [("so-b", None, "stopped")]
    assert done.settled.told == []
    assert states(app)["so-b"] == "awaiting_assignment"
    with app.write(LATER, "tick") as ctx:
        plan_reminders(ctx)
        assert ctx.session.get_one(Message, waiting).state == MessageState.cancelled
        (row,) = awaiting_rows(ctx)
        assert (row.agency, row.due_on, row.due_has_passed) == ("so-b", date(2026, 10, 30), True)
        (status,) = period_status(ctx)
        assert (status.assigned, status.awaiting_assignment, status.overdue) == (4, 1, 3)
        assert [w.agency for w in dashboard(ctx).today.awaiting] == ["so-b"]
    assert {m.kind for m in told(app, "so-b")} == {"open", "before"}


def test_a_decision_moves_the_duty_with_its_due(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    record(app, act("split", "so-b", "so-c so-d"))
    done = decide(app, "so-b", Choice(to=("so-d",)))
    assert (done.agencies, done.due_on) == (["so-d"], date(2026, 10, 30))
    assert [(t.agency, t.kind) for t in done.told] == [("so-d", "assigned")], "who is gone is told nothing"
    with app.read(NOON) as ctx:
        assert awaiting_rows(ctx) == []
        (why,) = why_owed(ctx, "so-d", ("mau", "bao-cao", "2026"))
    assert "theo Quyết định số 20/QĐ-UBND ngày 15/10/2026" in why.lines[-1]
    assert "Sở B dừng, chờ phân công: Sở B chia, tách thành Sở C, Sở D" in why.lines[-2]


def test_parts_may_go_to_several_and_what_has_come_to_the_first(app: App) -> None:
    make_province(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        send(ctx, "so-b", SubmissionForm.soft)
        owed(ctx, "so-d").state = AssignmentState.exempt
        owed(ctx, "so-c").state = AssignmentState.exempt
    record(app, act("split", "so-b", "so-c so-d"))
    done = decide(app, "so-b", Choice(to=("so-c", "so-d")))
    assert done.agencies == ["so-c", "so-d"]
    assert states(app) == {"so-a": "open", "so-b": "ended", "so-c": "soft_received", "so-d": "open"}
    with app.read(NOON) as ctx:
        assert owed(ctx, "so-b").moved_to == owed(ctx, "so-c").public_id


def test_once_the_due_has_passed_the_decision_gives_a_new_one(app: App) -> None:
    make_province(app)
    record(app, act("end", "so-b"))
    with app.write(NOON, "test") as ctx:
        send(ctx, "so-c")  # a department that has sent covers it; one that is let off takes it up
        owed(ctx, "so-d").state = AssignmentState.exempt
    with pytest.raises(Refused, match="đã qua; quyết định phải nêu thời hạn mới"):
        decide(app, "so-b", Choice(to=("so-d",)), LATER)
    for day in (date(2026, 10, 30), date(2026, 11, 2)):
        with pytest.raises(Refused, match="Thời hạn mới phải sau"):
            decide(app, "so-b", Choice(to=("so-d",)), LATER, due_on=day)
    done = decide(app, "so-b", Choice(to=("so-d",)), LATER, due_on=date(2026, 11, 20))
    assert done.due_on == date(2026, 11, 20)
    with app.write(hanoi(2026, 11, 20, 23), "tick") as ctx:
        plan_reminders(ctx)
        (status,) = period_status(ctx)
        assert status.overdue == 1, "so-a alone: so-d owes it since the decision"
        given = ctx.session.exec(select(Extension)).one()
        assert (given.document_number, given.document_on) == ("20/QĐ-UBND", date(2026, 10, 15))
    assert "overdue" not in {m.kind for m in told(app, "so-d")}
    with app.read(hanoi(2026, 11, 21, 8)) as ctx:
        assert period_status(ctx)[0].overdue == 2


def test_a_report_that_has_come_covers_what_is_decided_to_its_author(app: App) -> None:
    make_province(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        send(ctx, "so-c")
    record(app, act("merge", "so-b", "so-c"))
    assert states(app)["so-b"] == "awaiting_assignment"
    done = decide(app, "so-b", Choice(to=("so-c",)))
    assert (done.told, states(app)["so-c"], states(app)["so-b"]) == ([], "submitted", "ended")


def test_a_disputed_duty_pauses_for_both_and_keeps_its_due(app: App) -> None:
    province = make_province(app)
    deliver_due(app, lambda: OPENING)
    dispute(app, proposed="so-c")
    assert states(app) == {
        "so-a": "open",
        "so-b": "awaiting_assignment",
        "so-c": "awaiting_assignment",
        "so-d": "open",
    }
    with app.write(LATER, "tick") as ctx:
        plan_reminders(ctx)
        assert {owed(ctx, code).due_on for code in ("so-b", "so-c")} == {date(2026, 10, 30)}
        rows = {row.agency: row for row in awaiting_rows(ctx)}
        assert (rows["so-b"].kind, rows["so-b"].proposed, rows["so-b"].evidence) == ("disputed", "so-c", PAPER)
        assert rows["so-c"].kind == "paused"
        assert period_status(ctx)[0].overdue == 2
        refresh_feeds(ctx)
    assert [[m.kind for m in told(app, code)] for code in ("so-b", "so-c")] == [["open", "dispute_received"], ["open"]]
    assert "[Chờ phân công]" in feed_text(app, province.tokens["so-b"], LATER)


def test_a_dispute_that_is_upheld_goes_to_the_other_and_both_are_told(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    dispute(app, proposed="so-c")
    done = decide(app, "so-b", Choice(to=("so-c",)))
    assert sorted((t.agency, t.kind) for t in done.told) == [("so-b", "released"), ("so-c", "assigned")]
    assert states(app)["so-b"] == "ended"
    assert states(app)["so-c"] == "open"
    text = said(app, "so-b", "released", NOON)
    with app.read(NOON) as ctx:
        assert "Quý cơ quan không còn phải gửi báo cáo năm 2026" in text
        assert f"{ASKED} Văn bản phân công: {RULING}" in text
        assert audit.verify(ctx.session) == []


def test_a_dispute_that_fails_is_kept_and_chasing_goes_on(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    dispute(app, proposed="so-c")
    at = hanoi(2026, 10, 22, 9)
    done = decide(app, "so-b", Choice(keep=True), at)
    assert [(t.agency, t.kind) for t in done.told] == [("so-b", "assigned")]
    assert {states(app)[code] for code in ("so-b", "so-c")} == {"open"}
    for day in (22, 29):
        with app.write(hanoi(2026, 10, day, 10), "tick") as ctx:
            plan_reminders(ctx)
    assert [m.kind for m in told(app, "so-b")] == ["open", "dispute_received", "assigned", "tomorrow"]
    assert "phân công được giữ nguyên" in said(app, "so-b", "assigned", at)
    assert ASKED in said(app, "so-b", "assigned", at)


def test_a_dispute_is_confirmed_and_its_receipt_falls_away_with_the_decision(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    dispute(app)
    text = said(app, "so-b", "dispute_received", NOON)
    assert f"{ASKED} Lý do đã nêu: không thuộc chức năng Văn bản làm căn cứ: {PAPER}" in text
    assert "tạm dừng nhắc" in text
    assert "thời gian chờ phân công không tính là gửi chậm" in text
    decide(app, "so-b", Choice(keep=True))
    deliver_due(app, lambda: NOON)
    assert {m.kind: m.state.value for m in told(app, "so-b")} == {
        "open": "recorded",
        "dispute_received": "cancelled",
        "assigned": "recorded",
    }


def test_waiting_past_the_due_makes_neither_late(app: App) -> None:
    make_province(app)
    dispute(app, proposed="so-c")
    decide(app, "so-b", Choice(keep=True), LATER, due_on=date(2026, 11, 20))
    with app.read(hanoi(2026, 11, 20, 12)) as ctx:
        assert {owed(ctx, code).due_on for code in ("so-b", "so-c")} == {date(2026, 11, 20)}
        assert period_status(ctx)[0].overdue == 2, "so-a and so-d, who waited for nothing"


def test_nobody_owes_it_when_it_is_decided_so(app: App) -> None:
    make_province(app)
    record(app, act("end", "so-b"))
    done = decide(app, "so-b", Choice(exempt=True), LATER)
    assert (done.carriers, states(app)["so-b"]) == ([], "exempt")


def test_a_report_that_comes_while_waiting_is_received(app: App) -> None:
    make_province(app)
    dispute(app)
    with app.write(NOON, "so-b") as ctx:
        send(ctx, "so-b")
        assert awaiting_rows(ctx) == []
    assert states(app)["so-b"] == "submitted"


def test_a_decision_on_what_an_agency_took_over_reaches_its_next_successor(app: App) -> None:
    make_province(app)
    record(app, act("end", "so-b"))
    decide(app, "so-b", Choice(to=("so-c",)))
    record(app, act("merge", "so-c", "so-d", date(2026, 10, 20)), hanoi(2026, 10, 20, 9))
    with app.read(NOON) as ctx:
        (why,) = why_owed(ctx, "so-d", ("mau", "bao-cao", "2026"))
    assert [line for line in why.lines if line.startswith("Mở kỳ")] == [
        f"Mở kỳ 2026 ngày 01/10/2026: Sở {x} thuộc nhóm “Các sở” vào ngày 01/10/2026" for x in "BCD"
    ]


def test_a_preview_of_a_decision_changes_nothing(app: App) -> None:
    make_province(app)
    record(app, act("end", "so-b"))
    with app.write(NOON, "test") as ctx:
        shown = preview_decision(ctx, owed(ctx, "so-b").public_id, Choice(to=("so-d",)), RULING)
    assert shown.agencies == ["so-d"]
    assert states(app)["so-b"] == "awaiting_assignment"
    assert len(moves(app)) == 1


@pytest.mark.parametrize(
    ("choice", "more", "says"),
    [
        (Choice(), {}, "Chọn đúng một"),
        (Choice(to=("so-c",), keep=True), {}, "Chọn đúng một"),
        (Choice(keep=True), {}, "cần giao cho cơ quan khác"),
        (Choice(to=("so-b",)), {}, "chọn giữ nguyên"),
        (Choice(to=("so-c", "so-c")), {}, "hai lần"),
        (Choice(to=("so-c",)), {"on": date(2026, 10, 16)}, "không thể sau ngày hôm nay"),
        (Choice(to=("so-c",)), {"on": date(2024, 1, 1)}, "không tồn tại vào ngày 01/01/2024"),
        (Choice(to=("so-c",)), {"due_on": date(2026, 10, 30)}, "Thời hạn mới phải sau"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(app: App, choice: Choice, more: dict[str, object], says: str) -> None:
    make_province(app)
    record(app, act("end", "so-b"))
    with pytest.raises(Refused, match=says):
        decide(app, "so-b", choice, **more)
    assert states(app)["so-b"] == "awaiting_assignment"
    with pytest.raises(Refused, match="no agency is called 'so-x'") as refused:
        decide(app, "so-b", Choice(to=("so-x",)))
    assert refused.value.said == "Danh mục không có cơ quan “so-x”."
    with pytest.raises(Refused, match="không ở trạng thái chờ"):
        decide(app, "so-a", Choice(keep=True))


def test_a_dispute_needs_reason_paper_and_something_owed(app: App) -> None:
    make_province(app)
    with app.write(NOON, "test") as ctx:
        send(ctx, "so-c")
        first, sent = owed(ctx, "so-b").public_id, owed(ctx, "so-c").public_id
    for public_id, reason, paper, proposed, says in (
        (first, " ", PAPER, None, "lý do và văn bản"),
        (first, "x", " ", None, "lý do và văn bản"),
        (first, "x", PAPER, "so-b", "phải khác"),
        (sent, "x", PAPER, None, "đã gửi báo cáo"),
    ):
        with pytest.raises(Refused, match=says), app.write(NOON, "test") as ctx:
            dispute_assignment(ctx, public_id, reason, paper, proposed)
    dispute(app)
    with pytest.raises(Refused, match="đang chờ phân công"):
        dispute(app, at=NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("written", "number", "on", "text"),
    [
        ("15/QĐ-UBND, 20/10/2026", "15/QĐ-UBND", (2026, 10, 20), "Quyết định số 15/QĐ-UBND ngày 20/10/2026"),
        ("15/QĐ-UBND ngày 5/1/2026", "15/QĐ-UBND", (2026, 1, 5), "Quyết định số 15/QĐ-UBND ngày 05/01/2026"),
        ("1666/NQ-UBTVQH15; 2025-06-16", "1666/NQ-UBTVQH15", (2025, 6, 16), "Nghị quyết số 1666/NQ-UBTVQH15 ngày 16/06/2025"),
        ("Công văn số 7/STC-TH ngày 01/10/2026", "7/STC-TH", (2026, 10, 1), "Công văn số 7/STC-TH ngày 01/10/2026"),
        ("số 12/ABC, 01-10-2026", "12/ABC", (2026, 10, 1), "Văn bản số 12/ABC ngày 01/10/2026"),
    ],
)  # fmt: skip
def test_a_decision_is_read_as_people_write_it(written: str, number: str, on: tuple[int, int, int], text: str) -> None:
    decision = parse_decision(written)
    assert (decision.number, decision.on, decision.text) == (number, date(*on), text)
