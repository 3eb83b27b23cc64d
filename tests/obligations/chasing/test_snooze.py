"""Tạm dừng nhắc đến ngày…: the chase rests, the due moment stays, and afterwards one current reminder goes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.chasing.snooze import end_snooze, snooze, snooze_period
from obligations.services.context import App
from obligations.services.lookup import period_by_public_id
from obligations.services.reviewing.review import agree_lateness
from tests.obligations.notice_world import OPENED, OVERDUE, Days, days_until, plan_of
from tests.obligations.small_world import owed, submit
from tests.plan197 import hanoi
from tests.prepared import Prepared

TEN = OVERDUE + timedelta(hours=2)


@pytest.fixture
def days(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    return days_until(OVERDUE, app, tmp_path, prepared)


def test_what_was_shown_rests_and_comes_after_the_day(days: Days) -> None:
    with days.app.write(TEN, "lan") as ctx:
        row = owed(ctx, "so-b")
        due_at = row.due_at
        snooze(ctx, row.public_id, date(2026, 11, 5), "đang trình ký")
        entry = list(audit.entries(ctx.session))[-1]
        assert (entry.action, entry.detail["reason"]) == ("assignment.snoozed", "đang trình ký")
    days.until(hanoi(2026, 11, 2, 14), hanoi(2026, 11, 10, 14))
    assert days.went(OVERDUE, "so-b") == [("06/11 14:00", "so-b", "overdue")]
    assert days.went(OVERDUE, "so-c") == [("02/11 14:00", "so-c", "overdue")]
    with days.app.read(TEN) as ctx:
        assert owed(ctx, "so-b").due_at == due_at


def test_agreed_lateness_in_the_hours_of_a_batch_loses_no_notice(days: Days) -> None:
    with days.app.write(TEN, "lan") as ctx:
        agree_lateness(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 5), "chờ số liệu")
    days.until(hanoi(2026, 11, 2, 14), hanoi(2026, 11, 10, 14))
    assert [kind for _, _, kind in days.went(OVERDUE, "so-b")] == ["agreed_late", "overdue"]


def test_a_digest_goes_on_without_what_rests(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-a"))
    days.until(OPENED, OVERDUE)
    with days.app.write(TEN, "lan") as ctx:
        snooze(ctx, owed(ctx, "so-b", "viec-hai").public_id, date(2026, 11, 5), "đang trình ký")
    days.until(hanoi(2026, 11, 2, 14), hanoi(2026, 11, 10, 14))
    assert days.went(OVERDUE, "so-b") == [("02/11 14:00", "so-b", "overdue"), ("06/11 14:00", "so-b", "overdue")]


def test_a_whole_period_or_some_of_it(days: Days) -> None:
    with days.app.write(TEN, "lan") as ctx:
        submit(ctx, "so-a")
        period = period_by_public_id(ctx, _period(days))
        with pytest.raises(NotFound, match="so-a"):
            snooze_period(ctx, period.public_id, date(2026, 11, 5), "nghỉ", ["so-a"])
        assert snooze_period(ctx, period.public_id, date(2026, 11, 5), "nghỉ", ["so-b"]) == 1
        assert snooze_period(ctx, period.public_id, date(2026, 11, 6), "nghỉ") == 2
        with pytest.raises(Refused, match="trước hôm nay"):
            snooze_period(ctx, period.public_id, date(2026, 11, 1), "nghỉ")
        with pytest.raises(Refused, match="lý do"):
            snooze(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 5), " ")
        with pytest.raises(Refused, match="không còn phải nhắc"):
            snooze(ctx, owed(ctx, "so-a").public_id, date(2026, 11, 5), "nghỉ")


def test_it_can_be_ended_early(days: Days) -> None:
    with days.app.write(TEN, "lan") as ctx:
        row = owed(ctx, "so-b").public_id
        with pytest.raises(Refused):
            end_snooze(ctx, row, "đã xong")
        snooze(ctx, row, date(2026, 11, 20), "nghỉ")
    with days.app.write(hanoi(2026, 11, 4, 7), "lan") as ctx:
        end_snooze(ctx, row, "đã xong")
    days.until(hanoi(2026, 11, 4, 8), hanoi(2026, 11, 4, 14))
    assert days.went(OVERDUE, "so-b") == [("04/11 14:00", "so-b", "overdue")]


def _period(days: Days) -> str:
    from obligations.services.lookup import find_period

    with days.app.read(TEN) as ctx:
        return find_period(ctx, "mau", "viec", "2026").public_id


def test_it_may_rest_again_and_again(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-a"))
    days.until(OPENED, OVERDUE)
    for day, duty in ((2, "viec"), (3, "viec-hai"), (4, "viec"), (5, "viec-hai")):
        days.tick(hanoi(2026, 11, day, 8))
        with days.app.write(hanoi(2026, 11, day, 9), "lan") as ctx:
            snooze(ctx, owed(ctx, "so-b", duty).public_id, date(2026, 11, day), "đang trình ký")
    days.until(hanoi(2026, 11, 6, 8), hanoi(2026, 11, 10, 14))
    kinds = [kind for *_, kind in days.went(OVERDUE, "so-b")]
    assert kinds == ["overdue"], "both in one, though each rested twice"
