"""Many drafts to leaders in one act, on both databases."""

from pathlib import Path

import pytest

from models.enums import Audience, MessageState
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.accounts.people import create_account
from obligations.services.chasing.approval import approve, submit_for_approval
from obligations.services.chasing.approval_bulk import Many, approve_many, submit_many
from obligations.services.context import App
from obligations.services.overview.views_messages import ledger
from tests.obligations.notice_world import Days, days_until
from tests.plan197 import hanoi
from tests.prepared import Prepared

AT = hanoi(2026, 11, 11, 9)


@pytest.fixture
def days(app: App, tmp_path: Path, prepared: Prepared) -> Days:
    made = days_until(hanoi(2026, 11, 10, 14), app, tmp_path, prepared)
    with app.write(AT, "setup") as ctx:
        create_account(ctx, "lan", "Chuyên viên", "lan@x.example")
        create_account(ctx, "binh", "Lãnh đạo phòng", "binh@x.example", ["coordinator", "approver"])
        create_account(ctx, "hoa", "Lãnh đạo khác", "hoa@x.example", "approver")
    return made


def drafts(days: Days) -> list[str]:
    return [m.public_id for m in days.messages(state=MessageState.draft, audience=Audience.leader)]


def test_chosen_drafts_are_submitted_and_approved_in_one_act_each(days: Days) -> None:
    every = drafts(days)
    assert len(every) >= 3
    with days.app.write(AT, "binh") as ctx:
        submit_for_approval(ctx, every[0])
    with days.app.write(AT, "lan") as ctx:
        assert submit_many(ctx, every) == Many(len(every) - 1, 1)
        with pytest.raises(Refused, match="chờ trình"):
            submit_many(ctx, every)
        with pytest.raises(Refused, match="Chỉ tài khoản lãnh đạo duyệt"):
            approve_many(ctx, every)
        assert ledger(ctx, "draft", waiting="approval").total == len(every)
        assert ledger(ctx, "draft", waiting="submission").rows == []
    with days.app.write(AT, "hoa") as ctx:
        approve(ctx, every[1])
    with days.app.write(AT, "binh") as ctx:
        assert approve_many(ctx, [*every, "none"]) == Many(len(every) - 2, 3), "own, approved already, unknown"
        with pytest.raises(Refused, match="người khác trình"):
            approve_many(ctx, every[:1])
        acts = [(e.actor, e.action, e.subject) for e in audit.entries(ctx.session)]
    assert {s for a, act, s in acts if (a, act) == ("binh", "message.approved")} == set(every[2:])
    days.tick(AT)
    went = {m.public_id: m.released_by for m in days.messages(state=MessageState.sent, kind="leader")}
    assert went == {every[1]: "hoa", **dict.fromkeys(every[2:], "binh")}


def test_nothing_chosen_and_nobody_who_approves_are_refused(days: Days) -> None:
    with days.app.write(AT, "binh") as ctx:
        with pytest.raises(Refused, match="ít nhất một"):
            approve_many(ctx, [])
        with pytest.raises(Refused, match="nhiều nhất"):
            submit_many(ctx, [str(n) for n in range(1001)])


def test_without_the_role_there_is_nobody_to_submit_to(app: App) -> None:
    with app.write(AT, "lan") as ctx, pytest.raises(Refused, match="Chưa có tài khoản lãnh đạo duyệt"):
        submit_many(ctx, ["x"])
