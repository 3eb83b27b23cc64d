"""When chasing ends by itself: after a day, or after so many overdue notices; the duty stays owed."""

from datetime import date
from pathlib import Path

from models.enums import AssignmentState, MessageState
from obligations.services.context import App
from obligations.services.reviewing.review import extend
from plans.digest import sha256
from plans.schema import StopRule
from tests.obligations.notice_world import AFTERNOON, OPENED, OVERDUE, Days
from tests.obligations.small_world import owed, small_plan
from tests.plan197 import hanoi

STEPS = [{"code": "T+1", "days": 1}, {"code": "T+5", "days": 5}]


def test_a_plan_without_the_rule_keeps_its_digest() -> None:
    plan = small_plan()
    dumped = plan.obligations[0].model_dump(mode="json", by_alias=True)
    assert "stop" not in dumped
    ruled = small_plan(stop={"after_days": 9}, reminders=STEPS)
    assert ruled.obligations[0].stop == StopRule(after_days=9)
    assert sha256(ruled) != sha256(plan)


def test_nothing_goes_after_the_last_day_however_late_the_service_runs(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan(stop={"after_days": 7}, reminders=STEPS))
    days.until(OPENED, AFTERNOON)
    assert len(days.went(OVERDUE)) == 3
    days.tick(hanoi(2026, 11, 7, 8), hanoi(2026, 11, 9, 8), hanoi(2026, 11, 9, 14))
    assert len(days.went(OVERDUE)) == 3, "T+5 was 06/11; chasing stopped after it"
    with days.app.read(AFTERNOON) as ctx:
        row = owed(ctx, "so-b")
        assert (row.state, row.next_at) == (AssignmentState.open, None)


def test_what_waits_when_it_stops_does_not_go(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan(stop={"after_days": 3}, reminders=STEPS[:1]))
    days.until(OPENED, OVERDUE)
    days.tick(hanoi(2026, 11, 3, 9))
    assert days.went(OVERDUE) == []
    assert {m.state for m in days.messages(kind="overdue")} == {MessageState.cancelled}


def test_an_extension_moves_the_last_day_but_adds_no_notice_beyond_the_most(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan(stop={"notices": 1}, reminders=STEPS[:1]))
    days.until(OPENED, AFTERNOON)
    with days.app.write(hanoi(2026, 11, 3, 9), "lan") as ctx:
        extend(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 10), "8/UBND", ctx.today)
    days.until(hanoi(2026, 11, 4, 8), hanoi(2026, 11, 13, 14))
    assert [kind for *_, kind in days.went(OVERDUE, "so-b")] == ["overdue", "extended"]
