"""Letters to leaders: submitted by a coordinator, approved by a lãnh đạo duyệt where there is one (S6)."""

from pathlib import Path

import pytest

from models.enums import Audience, MessageState
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.accounts.access import APPROVER, create_account
from obligations.services.accounts.handovers import HandoverDraft, hand_over
from obligations.services.chasing.approval import approve, send_back, submit_for_approval
from obligations.services.chasing.approval_bulk import Many, approve_many
from obligations.services.context import App
from obligations.services.overview.views_messages import ledger
from obligations.services.reviewing.review import release_message
from tests.obligations.notice_world import Days, days_until
from tests.plan197 import hanoi
from tests.prepared import Prepared

AT = hanoi(2026, 11, 11, 9)


@pytest.fixture
def days(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    return days_until(hanoi(2026, 11, 10, 14), app, tmp_path, prepared)


def drafts(days: Days) -> list[str]:
    return [m.public_id for m in days.messages(state=MessageState.draft, audience=Audience.leader)]


def test_without_the_role_the_coordinator_releases(days: Days) -> None:
    first = drafts(days)[0]
    with days.app.write(AT, "lan") as ctx:
        with pytest.raises(Refused, match="Chưa có tài khoản lãnh đạo duyệt"):
            submit_for_approval(ctx, first)
        release_message(ctx, first)
    days.tick(AT)
    assert [m.public_id for m in days.messages(state=MessageState.sent, kind="leader")] == [first]


def test_with_it_a_letter_goes_only_when_approved(days: Days) -> None:
    one, other, *_ = drafts(days)
    with days.app.write(AT, "setup") as ctx:
        create_account(ctx, "lan", "Chuyên viên", "lan@x.example")
        create_account(ctx, "binh", "Lãnh đạo phòng", "binh@x.example", APPROVER)
    with days.app.write(AT, "lan") as ctx:
        with pytest.raises(Refused, match="cần được lãnh đạo duyệt"):
            release_message(ctx, one)
        submit_for_approval(ctx, one)
        submit_for_approval(ctx, other)
        with pytest.raises(Refused, match="lan trình duyệt"):
            submit_for_approval(ctx, one)
        with pytest.raises(Refused, match="Chỉ tài khoản lãnh đạo duyệt"):
            approve(ctx, one)
    days.tick(AT)
    assert days.messages(state=MessageState.sent, kind="leader") == []
    with days.app.write(AT, "binh") as ctx:
        approve(ctx, one)
        with pytest.raises(Refused, match="ý kiến"):
            send_back(ctx, other, " ")
        send_back(ctx, other, "gọi điện trước")
        with pytest.raises(Refused, match="chưa được trình"):
            approve(ctx, other)
        acts = [(e.actor, e.action) for e in audit.entries(ctx.session)]
    assert acts[-4:] == [
        ("lan", "message.submitted_for_approval"),
        ("lan", "message.submitted_for_approval"),
        ("binh", "message.approved"),
        ("binh", "message.sent_back"),
    ]
    days.tick(AT)
    (went,) = days.messages(state=MessageState.sent, kind="leader")
    assert (went.public_id, went.released_by) == (one, "binh")
    with days.app.write(AT, "lan") as ctx:
        submit_for_approval(ctx, other)


def test_who_stands_in_approves_under_both_names_but_not_what_it_submitted(days: Days) -> None:
    one, other, *_ = drafts(days)
    with days.app.write(AT, "setup") as ctx:
        create_account(ctx, "lan", "Chuyên viên", "lan@x.example")
        create_account(ctx, "mai", "Chuyên viên khác", "mai@x.example")
        create_account(ctx, "binh", "Lãnh đạo phòng", "binh@x.example", APPROVER)
        day = AT.date()
        hand_over(
            ctx, HandoverDraft("binh", "lan", [APPROVER], day, day, transfer=False, reason="đi họp", document="1/GUQ")
        )
    with days.app.write(AT, "lan") as ctx:
        submit_for_approval(ctx, one)
    with days.app.write(AT, "mai") as ctx:
        submit_for_approval(ctx, other)
        with pytest.raises(Refused, match="Chỉ tài khoản"):
            approve(ctx, one)
    with days.app.write(AT, "lan (thay binh)") as ctx:
        with pytest.raises(Refused, match="đề nghị Lãnh đạo phòng duyệt"):
            approve(ctx, one)
        approve(ctx, other)
    days.tick(AT)
    (went,) = days.messages(state=MessageState.sent, kind="leader")
    assert (went.public_id, went.released_by) == (other, "lan (thay binh)")
    with (
        pytest.raises(Refused, match="Chỉ tài khoản"),
        days.app.write(hanoi(2026, 11, 12, 9), "lan (thay binh)") as ctx,
    ):
        approve(ctx, one)


def test_one_person_is_both_only_where_there_is_no_second(days: Days) -> None:
    """Another coordinator could submit: then nobody decides alone, neither one letter nor many, as with reports."""
    one, other, *_ = drafts(days)
    with days.app.write(AT, "setup") as ctx:
        create_account(ctx, "binh", "Lãnh đạo phòng", "binh@x.example", ["coordinator", APPROVER])
        create_account(ctx, "mai", "Chuyên viên", "mai@x.example")
    with days.app.write(AT, "binh") as ctx:
        submit_for_approval(ctx, one)
        with pytest.raises(Refused, match="trả lại để Chuyên viên trình"):
            approve(ctx, one)
        with pytest.raises(Refused, match="người khác trình"):
            approve_many(ctx, [one])
        assert ledger(ctx, "draft").approvable == frozenset()
    with days.app.write(AT, "mai") as ctx:
        submit_for_approval(ctx, other)
        assert ledger(ctx, "draft").approvable == frozenset(), "who does not approve is offered nothing"
    with days.app.write(AT, "binh") as ctx:
        assert ledger(ctx, "draft").approvable == {other}
        assert approve_many(ctx, [one, other]) == Many(1, 1)


def test_the_only_one_who_may_approve_is_not_shut_out(days: Days) -> None:
    one = drafts(days)[0]
    with days.app.write(AT, "setup") as ctx:
        create_account(ctx, "lan", "Chuyên viên", "lan@x.example", ["coordinator", APPROVER])
    with days.app.write(AT, "lan") as ctx:
        submit_for_approval(ctx, one)
        approve(ctx, one)
    days.tick(AT)
    assert len(days.messages(state=MessageState.sent, kind="leader")) == 1
