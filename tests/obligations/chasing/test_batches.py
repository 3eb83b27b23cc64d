"""Overdue notices: shown in the morning, sent in the afternoon, unless a person says otherwise (S3)."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.enums import MessageState
from obligations.errors import Refused
from obligations.rules.batching import batch_moment
from obligations.services import audit
from obligations.services.chasing.batch_acts import release_batch, stop_batch
from obligations.services.chasing.batch_views import batch_page, list_batches
from obligations.services.context import App
from obligations.services.reviewing.review import cancel_message
from tests.obligations.notice_world import AFTERNOON, OPENED, OVERDUE, Days, days_until, plan_of
from tests.obligations.small_world import small_plan, submit
from tests.plan197 import HANOI, hanoi
from tests.prepared import Prepared

ALL = ("so-a", "so-b", "so-c")


@pytest.fixture
def days(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    return days_until(OVERDUE, app, tmp_path, prepared)


def only_batch(days: Days) -> str:
    with days.app.read(OVERDUE) as ctx:
        (row,) = list_batches(ctx)
    return row.id


def test_it_is_shown_from_the_morning_and_goes_in_the_afternoon(days: Days) -> None:
    assert days.went(OVERDUE) == []
    with days.app.read(OVERDUE) as ctx:
        (row,) = list_batches(ctx)
        page = batch_page(ctx, row.id)
    assert (row.state, row.shown_at, row.goes_at, row.desk) == ("shown", OVERDUE, AFTERNOON, "Sở A")
    assert (row.total, row.waiting, row.sent) == (3, 3, 0)
    assert [m.agency_code for m in page.messages] == list(ALL)
    assert {m.kind for m in page.messages} == {"overdue"}
    assert "quá hạn" in page.previews[0][0]
    assert page.messages[0].duties
    days.tick(AFTERNOON - timedelta(minutes=1))
    assert days.went(OVERDUE) == []
    days.tick(AFTERNOON, AFTERNOON + timedelta(hours=1), OVERDUE + timedelta(days=1))
    assert days.went(OVERDUE) == [("02/11 14:00", code, "overdue") for code in ALL]
    with days.app.read(AFTERNOON) as ctx:
        assert [(r.state, r.sent) for r in list_batches(ctx)] == [("gone", 3)]


def test_ticked_it_goes_at_once(days: Days) -> None:
    batch, at = only_batch(days), OVERDUE + timedelta(minutes=30)
    with days.app.write(at, "lan") as ctx:
        assert release_batch(ctx, batch).messages == 3
    days.tick(at, AFTERNOON)
    assert days.went(OVERDUE) == [("02/11 08:30", code, "overdue") for code in ALL]
    with days.app.write(AFTERNOON, "lan") as ctx, pytest.raises(Refused, match="lan cho gửi ngay"):
        stop_batch(ctx, batch, "nhầm")


def test_stopped_it_never_goes_and_the_next_step_comes(app: App, tmp_path: Path) -> None:
    steps = [{"code": "T+1", "days": 1}, {"code": "T+5", "days": 5}]
    days = Days(app, tmp_path, small_plan(reminders=steps))
    days.until(OPENED, OVERDUE)
    batch = only_batch(days)
    with days.app.write(OVERDUE, "lan") as ctx, pytest.raises(Refused, match="lý do"):
        stop_batch(ctx, batch, " ")
    with days.app.write(OVERDUE + timedelta(hours=1), "lan") as ctx:
        done = stop_batch(ctx, batch, "đang đối chiếu văn bản đến")
        assert (done.messages, done.kept) == (3, 0)
        entry = list(audit.entries(ctx.session))[-1]
        assert (entry.actor, entry.action) == ("lan", "batch.stopped")
    days.until(AFTERNOON, hanoi(2026, 11, 12, 14))
    assert days.went(OVERDUE) == [("06/11 14:00", code, "overdue") for code in ALL], "T+5"
    assert {m.reason for m in days.messages(state=MessageState.cancelled, kind="overdue")} == {
        "đang đối chiếu văn bản đến"
    }


def test_one_message_is_stopped_out_of_its_batch(days: Days) -> None:
    with days.app.read(OVERDUE) as ctx:
        mine = batch_page(ctx, only_batch(days)).messages[1]
    with days.app.write(OVERDUE, "lan") as ctx:
        cancel_message(ctx, mine.id, "đã nhận bằng giấy")
    days.tick(AFTERNOON)
    assert [row[1] for row in days.went(OVERDUE)] == ["so-a", "so-c"]


def test_who_sends_between_morning_and_afternoon_is_not_told(days: Days) -> None:
    with days.app.write(OVERDUE + timedelta(hours=2), "cơ quan") as ctx:
        submit(ctx, "so-b")
    days.tick(AFTERNOON)
    assert [row[1] for row in days.went(OVERDUE)] == ["so-a", "so-c"]


def test_what_is_found_at_noon_or_later_goes_the_next_working_day(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan())
    days.until(OPENED, hanoi(2026, 10, 30, 14))
    days.tick(hanoi(2026, 11, 2, 12, 1), AFTERNOON, hanoi(2026, 11, 3, 8), hanoi(2026, 11, 3, 14))
    assert days.went(OVERDUE) == [("03/11 14:00", code, "overdue") for code in ALL]


def test_bodies_that_are_only_asked_are_shown_too(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, small_plan(duty="requested"))
    days.until(OPENED, AFTERNOON)
    assert days.went(OVERDUE) == [("02/11 14:00", code, "ask_again") for code in ALL]


def test_a_stop_leaves_what_is_not_overdue_in_the_digest(app: App, tmp_path: Path) -> None:
    second = {
        "deadline": {"freq": "once", "op": "by", "on": "2026-11-02", "basis": "plan", "phrase": "hết ngày 02/11/2026"},
        "kind": "one_off",
    }
    days = Days(app, tmp_path, plan_of("so-a", "so-a", opens={"on": "2026-10-05"}, **second))
    days.until(OPENED, OVERDUE)
    assert {m.kind for m in days.messages(state=MessageState.planned)} == {"overdue"}
    with days.app.write(OVERDUE, "lan") as ctx:
        done = stop_batch(ctx, only_batch(days), "nhầm kỳ")
        assert (done.messages, done.kept) == (0, 3)
    days.tick(OVERDUE + timedelta(minutes=5), AFTERNOON)
    assert days.went(OVERDUE) == [("02/11 08:05", code, "today") for code in ALL]
    text = days.provider.mails[-1].text
    assert "quá hạn" not in text.lower()


def test_notices_after_a_decision_are_shown_in_a_batch_of_their_own(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-a", code="viec-hai"))
    days.until(OPENED, hanoi(2026, 10, 30, 14))
    with days.app.write(OVERDUE, "test") as ctx:
        from obligations.services.chasing.chase import plan_reminders
        from obligations.services.lookup import find_period

        plan_reminders(ctx, find_period(ctx, "mau", "viec", "2026").id)
    first = only_batch(days)
    with days.app.write(OVERDUE, "lan") as ctx:
        release_batch(ctx, first)
    days.tick(OVERDUE + timedelta(minutes=5))
    with days.app.read(OVERDUE) as ctx:
        rows = list_batches(ctx)
    assert sorted((r.state, r.waiting, r.goes_at.astimezone(HANOI).day) for r in rows) == [
        ("released", 0, 2),
        ("shown", 3, 3),
    ], "each had its message of the day"


def test_the_moment_of_a_batch(app: App) -> None:
    def goes(*seen: int, hours: int = 2) -> str:
        return f"{batch_moment(hanoi(*seen), hours, app.calendar, HANOI):%d/%m %H:%M}"

    assert goes(2026, 11, 2, 6) == goes(2026, 11, 2, 12) == "02/11 14:00"
    assert goes(2026, 11, 2, 12, 1) == goes(2026, 11, 2, 20) == "03/11 14:00"
    assert goes(2026, 11, 6, 15) == goes(2026, 11, 7, 9) == "09/11 14:00"
    assert goes(2026, 2, 13, 15) == "24/02 14:00", "not on the first day after Tết"
    assert goes(2026, 11, 2, 13, 59, hours=0) == "02/11 14:00"
