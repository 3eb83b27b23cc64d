"""One more reminder to chosen agencies, on both databases: what is shown goes, once, to nobody who has sent."""

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import MessageState
from models.tables import Message, MessageItem
from obligations.errors import NotFound, Refused
from obligations.services.chasing.chase import plan_reminders
from obligations.services.chasing.pauses import pause, resume
from obligations.services.chasing.snooze import snooze
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.extra_reminder import addressees, preview_extra, send_extra
from obligations.services.reviewing.review import agree_lateness, exempt
from obligations.services.sending.deliver import deliver_due
from tests.obligations.small_world import CODES, DUTY, PLAN, owed, settle, small_plan, submit
from tests.plan197 import hanoi

OPENED, NOW = hanoi(2026, 10, 1, 9), hanoi(2026, 10, 13, 9)
LINE = "Báo cáo phục vụ họp giao ban ngày 15/10."


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Three departments that owe a report by 30/10; the opening notices have gone."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    deliver_due(app, lambda: OPENED)
    return app


def period(app: App) -> str:
    with app.read(NOW) as ctx:
        return find_period(ctx, PLAN, DUTY, "2026").public_id


def send(app: App, *codes: str, key: str = "mot-khoa", at: datetime = NOW) -> tuple[int, list[tuple[str, str]], bool]:
    with app.write(at, "lan") as ctx:
        done = send_extra(ctx, period(app), codes or CODES, LINE, key)
    return done.planned, [(a.code, a.why_not) for a in done.left_out], done.already


def went(app: App, at: datetime) -> list[tuple[str, str]]:
    """Address and subject of what a delivery at a moment hands over."""
    with app.read(at) as ctx:
        before = set(ctx.session.exec(select(Message.id).where(Message.state == MessageState.recorded)).all())
    deliver_due(app, lambda: at)
    with app.read(at) as ctx:
        rows = ctx.session.exec(select(Message).where(Message.state == MessageState.recorded)).all()
        return sorted((m.address, m.subject) for m in rows if m.id not in before)


def test_what_is_shown_is_what_goes(office: App) -> None:
    shown = preview_extra(office, period(office), CODES, LINE, NOW, "lan")
    assert [g.agency for g in shown.going] == ["Sở A", "Sở B", "Sở C"]
    assert all(LINE in g.text for g in shown.going)
    assert went(office, NOW) == [], "looking changes nothing"
    assert send(office) == (3, [], False)
    assert [subject for _, subject in went(office, NOW)] == [g.subject for g in shown.going]


def test_pressed_twice_it_is_once(office: App) -> None:
    assert [send(office), send(office)] == [(3, [], False), (0, [], True)]
    with pytest.raises(Refused, match="Không có cơ quan nào"):
        send(office, key="khoa-khac")
    assert len(went(office, NOW)) == 3


def test_those_who_need_none_are_left_out_and_named(office: App) -> None:
    with office.write(NOW, "lan") as ctx:
        submit(ctx, "so-a")
        agree_lateness(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 20), "chờ số liệu")
    planned, left_out, _ = send(office)
    assert (planned, left_out) == (1, [("so-a", "Đã nhận báo cáo"), ("so-b", "Đã thống nhất thời gian gửi chậm")])
    with office.write(NOW, "lan") as ctx:
        snooze(ctx, owed(ctx, "so-c").public_id, date(2026, 10, 20), "hỏi lại")
    with office.read(NOW) as ctx:
        assert [a.why_not for a in addressees(ctx, period(office))][2] == "Đang tạm dừng nhắc, hoặc đang trình ký"


def test_a_pause_holds_it_back(office: App) -> None:
    with office.write(NOW, "lan") as ctx:
        pause(ctx, "bão", agency="so-b")
    assert send(office)[1] == [("so-b", "Đang tạm dừng thông báo đến cơ quan này")]
    with office.write(NOW, "lan") as ctx:
        resume(ctx, "hết bão", agency="so-b")
        pause(ctx, "bão")
    with pytest.raises(Refused):
        send(office, key="khac")


def test_who_sends_in_between_is_not_reminded(office: App) -> None:
    evening = hanoi(2026, 10, 13, 18)
    assert send(office, at=evening)[0] == 3
    assert went(office, evening) == [], "not outside office hours"
    with office.write(evening, "x") as ctx:
        submit(ctx, "so-b")
    morning = hanoi(2026, 10, 14, 8)
    assert [address.split("@")[0].rsplit(".", 1)[-1] for address, _ in went(office, morning)] == ["so-a", "so-c"]


def test_the_next_step_of_the_plan_comes_all_the_same(office: App) -> None:
    send(office)
    went(office, NOW)
    step = hanoi(2026, 10, 21, 9)
    with office.write(step, "tick") as ctx:
        plan_reminders(ctx)
    assert len(went(office, step)) == 3


def test_after_the_due_day_it_says_so(office: App) -> None:
    late = hanoi(2026, 11, 6, 9)
    with office.write(hanoi(2026, 11, 2, 9), "tick") as ctx:
        plan_reminders(ctx)
    deliver_due(office, lambda: hanoi(2026, 11, 2, 15))
    assert send(office, "so-b", at=late)[0] == 1
    ((_, subject),) = went(office, late)
    assert "Đôn đốc" in subject


def test_what_cannot_be_sent_is_said(office: App) -> None:
    with office.write(NOW, "lan") as ctx:
        for code in CODES:
            exempt(ctx, owed(ctx, code).public_id, "không có nhiệm vụ")
    with pytest.raises(Refused, match="Không có cơ quan nào"):
        send(office)
    with pytest.raises(Refused, match="dài quá 500"), office.write(NOW, "lan") as ctx:
        send_extra(ctx, period(office), CODES, "x" * 501, "k")
    with pytest.raises(NotFound), office.write(NOW, "lan") as ctx:
        send_extra(ctx, "none", CODES, "", "k")
    with office.read(NOW) as ctx:
        steps = ctx.session.exec(select(MessageItem.step)).all()
        assert not [step for step in steps if step.startswith("extra")]
