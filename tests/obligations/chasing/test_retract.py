"""Thông báo đính chính: to exactly those who may have got the wrong notice, once, and to nobody else (S12)."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.enums import MessageState, OutcomeKind
from models.tables import Delivery, Message
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.chasing.batch_views import list_batches
from obligations.services.chasing.pauses import pause
from obligations.services.chasing.retract import retract_batch, retract_step
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.sending.threads import thread_of
from tests.obligations.notice_world import AFTERNOON, OPENED, OVERDUE, Days, plan_of
from tests.obligations.small_world import submit
from tests.plan197 import hanoi

TEXT = "Báo cáo đã nhận đủ ngày 30/10/2026, chưa kịp ghi nhận"
LATER = AFTERNOON + timedelta(hours=1)


@pytest.fixture
def days(app: App, tmp_path: Path) -> Days:
    return Days(app, tmp_path, plan_of("so-a"))


def batch_of(days: Days) -> str:
    with days.app.read(AFTERNOON) as ctx:
        return list_batches(ctx)[0].id


def test_exactly_its_recipients_get_one_correction(days: Days) -> None:
    days.until(OPENED, OVERDUE)
    with days.app.write(OVERDUE, "cơ quan") as ctx:
        submit(ctx, "so-b")
    with days.app.write(OVERDUE, "lan") as ctx, pytest.raises(Refused, match="Chưa có thông báo nào"):
        retract_batch(ctx, batch_of(days), TEXT)
    days.tick(AFTERNOON)
    with days.app.write(LATER, "lan") as ctx:
        with pytest.raises(Refused, match="nội dung"):
            retract_batch(ctx, batch_of(days), "  ")
        done = retract_batch(ctx, batch_of(days), TEXT)
        assert (done.corrected, done.unreached, done.drafts) == (2, [], 0)
        assert list(audit.entries(ctx.session))[-1].action == "notices.retracted"
    days.tick(LATER, hanoi(2026, 11, 3, 8))
    assert days.went(LATER) == [("02/11 15:00", code, "retracted") for code in ("so-a", "so-c")], "outside the cap"
    mail = days.provider.mails[-1]
    text = " ".join(mail.text.split())
    assert TEXT in text
    assert "14 giờ 00 phút, thứ Hai, 02/11/2026" in text
    assert "Đôn đốc gửi" in text
    assert "quá hạn" not in mail.subject
    with days.app.write(LATER, "lan") as ctx, pytest.raises(Refused, match="đều đã được đính chính"):
        retract_batch(ctx, batch_of(days), TEXT)


def test_what_may_have_arrived_counts_and_what_has_not_gone_is_stopped(days: Days) -> None:
    days.until(OPENED, AFTERNOON - timedelta(hours=1))
    with days.app.write(AFTERNOON, "test") as ctx:  # one went, one may have gone and failed since, one waits
        sent, lost, waits = [ctx.session.get_one(Message, m.id) for m in days.messages(kind="overdue")]
        sent.state, sent.finished_at = MessageState.sent, AFTERNOON
        lost.state, lost.attempts = MessageState.failed, 1
        ctx.session.add(Delivery(message_id=lost.id or 0, number=1, started_at=AFTERNOON, outcome=OutcomeKind.unknown))
    with days.app.write(LATER, "lan") as ctx:
        done = retract_batch(ctx, batch_of(days), TEXT)
    assert (done.corrected, done.stopped) == (2, 1)
    assert {m.id: m.state for m in days.messages()}[waits.id] == MessageState.cancelled


def test_one_step_of_a_period_is_put_right(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-a"))
    days.tick(OPENED)
    at = OPENED + timedelta(hours=2)
    with days.app.write(at, "lan") as ctx:
        period = find_period(ctx, "mau", "viec", "2026").public_id
        assert retract_step(ctx, period, "open", "Sai công văn").corrected == 3
        with pytest.raises(Refused, match="đều đã được đính chính"):
            retract_step(ctx, period, "open", "Sai công văn")
        with pytest.raises(Refused, match="Chưa có thông báo nào"):
            retract_step(ctx, period, "T-7", "Sai công văn")
    days.tick(at)
    assert [kind for *_, kind in days.went(at)] == ["retracted"] * 3
    assert "V.b9" not in days.provider.mails[-1].text
    assert days.provider.mails[-1].text.count("Nội dung:") == 1, "only the period that was wrong"


def test_a_correction_rests_while_notices_are_paused(days: Days) -> None:
    days.until(OPENED, AFTERNOON)
    with days.app.write(LATER, "lan") as ctx:
        retract_batch(ctx, batch_of(days), TEXT)
        pause(ctx, "dừng tất cả")
    days.tick(LATER)
    assert days.went(LATER) == []


def test_notices_of_one_duty_stand_in_one_thread(days: Days) -> None:
    days.until(OPENED, AFTERNOON)
    rows = {(m.kind, m.address): m for m in days.messages(state=MessageState.sent)}
    with days.app.read(LATER) as ctx:
        found = thread_of(ctx, [m.id or 0 for m in rows.values()])
    for (kind, address), message in rows.items():
        opening = rows["open", address]
        assert found.get(message.id or 0) == (None if kind == "open" else opening.message_id) or kind == "open"
    chases = [m.id for (kind, _), m in rows.items() if kind != "open"]
    assert set(chases) <= set(found)
    with days.app.read(LATER) as ctx:
        assert thread_of(ctx, []) == {}
