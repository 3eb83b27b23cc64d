"""Tạm dừng thông báo: nothing goes, no deadline moves, and afterwards each contact gets one current message (S12)."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import MessageState, SubmissionChannel, SubmissionForm, SuccessionKind, Urgency
from models.tables import Agency, Assignment, Message
from obligations.errors import NotFound, Refused
from obligations.rules.successions import Step
from obligations.services import audit
from obligations.services.accounts.new_link import ask_new_link
from obligations.services.agencies.record_succession import Act, record_succession
from obligations.services.chasing.batch_views import list_batches
from obligations.services.chasing.pauses import held_back, list_pauses, pause, resume
from obligations.services.context import App
from obligations.services.links import personal_token
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.report import request_report
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.deliver_claim import Only
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.obligations.notice_world import OPENED, OVERDUE, Days, plan_of
from tests.obligations.small_world import small_plan
from tests.plan197 import hanoi

ALL = ("so-a", "so-b", "so-c")
EVE = hanoi(2026, 9, 30, 9)


@pytest.fixture
def days(app: App, tmp_path: Path) -> Days:
    return Days(app, tmp_path, small_plan())


def test_an_opening_and_three_reminders_become_one(days: Days) -> None:
    with days.app.write(EVE, "lan") as ctx:
        due = [a.due_at for a in ctx.session.exec(select(Assignment)).all()]
        pause(ctx, "sai danh sách")
        with pytest.raises(Refused, match="đang tạm dừng"):
            pause(ctx, "lần nữa")
    days.until(OPENED, hanoi(2026, 10, 30, 8))
    assert days.went(EVE) == []
    with days.app.write(hanoi(2026, 10, 30, 10), "lan") as ctx:
        assert resume(ctx, "đã sửa") == 3, "one each"
        assert [e.action for e in list(audit.entries(ctx.session))[-2:]][-1] == "notices.resumed"
        assert list_pauses(ctx) == []
        assert due == [a.due_at for a in ctx.session.exec(select(Assignment)).all()][: len(due)]
    days.tick(hanoi(2026, 10, 30, 10, 5))
    assert days.went(EVE) == [("30/10 10:05", code, "today") for code in ALL]
    days.until(hanoi(2026, 10, 30, 14), hanoi(2026, 11, 2, 14))
    assert days.went(hanoi(2026, 10, 30, 11)) == [("02/11 14:00", code, "overdue") for code in ALL]


def test_what_became_overdue_meanwhile_is_shown_again_before_it_goes(days: Days) -> None:
    days.until(OPENED, hanoi(2026, 10, 30, 14))
    with days.app.write(OVERDUE - timedelta(minutes=5), "lan") as ctx:
        pause(ctx, "chờ đối chiếu", plan="mau")
    days.until(OVERDUE, hanoi(2026, 11, 10, 14))
    assert days.went(OVERDUE) == []
    with days.app.read(OVERDUE) as ctx:
        assert [row.paused for row in list_batches(ctx)] == [3]
    back = hanoi(2026, 11, 11, 9)
    with days.app.write(back, "lan") as ctx:
        resume(ctx, "xong", plan="mau")
    days.tick(back)
    assert days.went(OVERDUE) == []
    days.tick(hanoi(2026, 11, 11, 14))
    assert days.went(OVERDUE) == [("11/11 14:00", code, "overdue") for code in ALL]


@pytest.mark.parametrize("scope", [{}, {"plan": "mau"}, {"agency": "so-b"}])
def test_a_link_that_somebody_asks_for_goes_and_a_receipt_rests(days: Days, scope: dict[str, str]) -> None:
    days.tick(OPENED)
    asked, later = hanoi(2026, 10, 3, 23), hanoi(2026, 10, 5, 9)  # Saturday night, and Monday
    with days.app.write(asked, "lan") as ctx:
        body = ctx.session.exec(select(Agency).where(Agency.code == "so-b")).one()
        told = ctx.session.exec(select(Message).where(Message.kind == "open", Message.agency_id == body.id)).one()
        pause(ctx, "sai danh sách", **scope)
        assert ask_new_link(ctx, personal_token(ctx.settings, told.public_id)) == 1
        assert held_back(ctx) == set()
        owed = ctx.session.exec(select(Assignment).where(Assignment.agency_id == told.agency_id)).one()
        submit_report(
            ctx,
            SubmissionDraft(
                agency_id=owed.agency_id,
                assignment_ids=[owed.id or 0],
                form=SubmissionForm.signed,
                channel=SubmissionChannel.portal,
                content={"entries": [], "figures": []},
                idempotency_key="mot-khoa",
            ),
        )
    deliver_due(days.app, lambda: asked, channel_for=lambda _: days.provider, only=Only.asked)
    assert days.went(asked) == [("03/10 23:00", "so-b", "new_link")]
    days.tick(later)
    assert days.went(later, "so-b") == []
    with days.app.write(later, "lan") as ctx:
        assert resume(ctx, "đã sửa", **scope) == 1
    days.tick(later)
    assert days.went(later, "so-b") == [("05/10 09:00", "so-b", "received")]


def test_one_agency_rests_alone(days: Days) -> None:
    with days.app.write(EVE, "lan") as ctx:
        pause(ctx, "thay đầu mối", agency="so-b")
    days.tick(OPENED)
    assert [row[1] for row in days.went(EVE)] == ["so-a", "so-c"]


def test_a_paused_plan_does_not_take_the_day_of_another(app: App, tmp_path: Path) -> None:
    days = Days(app, tmp_path, plan_of("so-a", "so-b"))
    with days.app.write(EVE, "lan") as ctx:
        pause(ctx, "chờ", agency="so-a")
    days.until(OPENED, hanoi(2026, 10, 5, 14))
    assert len(days.went(EVE, "so-c")) == 2
    assert days.went(EVE, "so-a") == []


def test_a_pause_follows_a_merger(days: Days) -> None:
    days.tick(OPENED)
    step = Step(SuccessionKind.merge, ("so-b",), ("so-c",), date(2026, 10, 2))
    with days.app.write(hanoi(2026, 10, 2, 9), "lan") as ctx:
        pause(ctx, "thay đầu mối", agency="so-b")
        record_succession(ctx, Act(step, "5/QĐ-UBND, 30/09/2026"))
    days.until(hanoi(2026, 10, 3, 8), hanoi(2026, 10, 29, 14))
    assert days.went(hanoi(2026, 10, 3), "so-c") == []
    with days.app.read(OVERDUE) as ctx:
        (row,) = list_pauses(ctx)
    assert (row.agency, row.paused_by) == ("so-c", "lan")
    assert "Sở B" in row.reason
    with days.app.write(hanoi(2026, 10, 29, 15), "lan") as ctx:
        resume(ctx, "xong", agency="so-c")
    days.tick(hanoi(2026, 10, 29, 15), hanoi(2026, 10, 30, 8))
    kinds = [kind for _, _, kind in days.went(hanoi(2026, 10, 29, 15), "so-c")]
    assert kinds.count("tomorrow") + kinds.count("today") >= 1
    assert "open" not in kinds


def test_who_pauses_what_must_be_said(days: Days) -> None:
    with days.app.write(EVE, "lan") as ctx:
        for refused in ({"plan": "mau", "agency": "so-a"}, {}):
            with pytest.raises(Refused):
                pause(ctx, "" if not refused else "lý do", **refused)
        with pytest.raises(NotFound):
            pause(ctx, "lý do", plan="khong-co")
        with pytest.raises(Refused, match="không tạm dừng"):
            resume(ctx, "lý do")


def test_a_message_that_rested_longer_than_it_lives_still_has_time_to_go(days: Days) -> None:
    with days.app.write(EVE, "lan") as ctx:
        pause(ctx, "nghỉ")
    days.tick(OPENED)
    back = OPENED + timedelta(days=18)
    with days.app.write(back, "lan") as ctx:
        resume(ctx, "xong")
    assert all(m.expires_at > back for m in days.messages(state=MessageState.planned))


def test_a_request_that_rested_goes_as_itself_and_not_as_its_reminders(days: Days) -> None:
    asked = hanoi(2026, 10, 5, 9)
    with days.app.write(asked, "lan") as ctx:
        pause(ctx, "chờ")
        due_at = hanoi(2026, 10, 6, 10)
        draft = RequestDraft(to=("so-b",), content="Báo cáo nhanh", due_at=due_at, key="k", urgency=Urgency.express)
        request_report(ctx, draft)
    days.tick(*(asked + timedelta(hours=n) for n in range(24)))
    assert days.went(asked) == []
    back = hanoi(2026, 10, 6, 9, 30)
    with days.app.write(back, "lan") as ctx:
        resume(ctx, "xong")
    days.tick(back)
    assert [row for row in days.went(asked, "so-b") if row[2].startswith("request")] == [
        ("06/10 09:30", "so-b", "request")
    ]
