"""Accounts, handing over and sessions, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from models.tables import AuditEntry, Handover, PortalSession
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.accounts.access import APPROVER, Actor, actor_of, open_staff_session, sign_in_link
from obligations.services.accounts.accounts_view import account_row, accounts_page
from obligations.services.accounts.handovers import HandoverDraft, end_handover, hand_over, handovers
from obligations.services.accounts.people import (
    account_by_name,
    change_account,
    create_account,
    disable_account,
    enable_account,
    ensure_sample_account,
)
from obligations.services.accounts.roles import holders, holds, roles_today
from obligations.services.accounts.sessions import end_sessions, keep_awake, session_of, sessions_of
from obligations.services.context import App
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)
DAY = NOW.date()


@pytest.fixture
def office(app: App) -> App:
    """An administrator, two coordinators, an approver."""
    with app.write(NOW, "cli:root") as ctx:
        create_account(ctx, "quan", "Trần Quân", "quan@stc.example", "administrator")
        create_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example")
        create_account(ctx, "minh", "Lê Minh", "minh@stc.example", ["coordinator", "registrar"])
        create_account(ctx, "hung", "Nguyễn Hùng", "hung@stc.example", APPROVER)
    return app


def signed_in(app: App, name: str, at: datetime = NOW) -> str:
    with app.write(at, "test") as ctx:
        return open_staff_session(ctx, sign_in_link(ctx, account_by_name(ctx, name)).removeprefix("/login/")).sid


def who(app: App, sid: str, at: datetime = NOW) -> Actor | None:
    with app.read(at) as ctx:
        return actor_of(ctx, sid)


def draft(**more: object) -> HandoverDraft:
    known: dict[str, object] = {
        "giver": "hung", "taker": "lan", "roles": [APPROVER], "from_on": DAY, "until_on": DAY + timedelta(days=2),
        "transfer": False, "reason": "nghỉ phép", "document": "12/GUQ-STC ngày 18/11/2026",
    }  # fmt: skip
    return HandoverDraft(**{**known, **more})  # type: ignore[arg-type]


def audited(app: App, *actions: str) -> list[tuple[str, str, str]]:
    with app.read(NOW) as ctx:
        assert audit.verify(ctx.session) == []
        return [(e.actor, e.action, e.subject) for e in audit.entries(ctx.session) if e.action in actions]


@pytest.mark.parametrize(
    ("name", "display", "email", "roles"),
    [
        ("a", "Một", "a@b.example", "observer"),
        ("lan (thay hung)", "Một", "a@b.example", "observer"),
        ("Lan", "Một", "a@b.example", "observer"),
        ("hand-over", "Một", "a@b.example", "observer"),
        ("mot", " ", "a@b.example", "observer"),
        ("mot", "Một", "không phải địa chỉ", "observer"),
        ("mot", "Một", "a@b.example", "chief"),
        ("mot", "Một", "a@b.example", []),
    ],
)
def test_what_is_no_account_is_refused(
    office: App, name: str, display: str, email: str, roles: str | list[str]
) -> None:
    with pytest.raises(Refused), office.write(NOW, "quan") as ctx:
        create_account(ctx, name, display, email, roles)
    with office.read(NOW) as ctx:
        assert len(accounts_page(ctx).rows) == 4


def test_roles_change_at_once_and_are_audited(office: App) -> None:
    sid = signed_in(office, "lan")
    before = who(office, sid)
    assert before is not None
    assert (before.may_act, before.may_record, before.may_administer) == (True, True, False)
    with office.write(NOW, "quan") as ctx:
        change_account(ctx, "lan", "Phạm Thị Lan", "lan@stc.example", ["registrar"])
    after = who(office, sid)
    assert after is not None
    assert (after.may_act, after.may_record, after.may_approve) == (False, True, False)
    assert audited(office, "account.roles_changed", "account.changed") == [("quan", "account.roles_changed", "lan")]


def test_somebody_is_left_to_look_after_accounts(office: App) -> None:
    with pytest.raises(Refused, match="quản trị"), office.write(NOW, "lan") as ctx:
        disable_account(ctx, "quan", "chuyển công tác")
    with pytest.raises(Refused, match="quản trị"), office.write(NOW, "lan") as ctx:
        change_account(ctx, "quan", "Trần Quân", "quan@stc.example", ["observer"])
    with pytest.raises(Refused, match="tự khóa"), office.write(NOW, "quan") as ctx:
        disable_account(ctx, "quan", "nhầm")
    with office.read(NOW) as ctx:
        assert account_by_name(ctx, "quan").name == "quan"


def test_a_disabled_account_is_out_at_once(office: App) -> None:
    sid = signed_in(office, "lan")
    with office.write(NOW, "test") as ctx:
        link = sign_in_link(ctx, account_by_name(ctx, "lan"))
    for _ in range(2):
        with office.write(NOW, "quan") as ctx:
            disable_account(ctx, "lan", "chuyển công tác")
    assert who(office, sid) is None
    with pytest.raises(NotFound), office.write(NOW, "test") as ctx:
        open_staff_session(ctx, link.removeprefix("/login/"))
    assert len(audited(office, "account.disabled")) == 1
    with office.write(NOW, "quan") as ctx:
        enable_account(ctx, "lan")
    assert who(office, sid) is None, "the old session stays dead"
    assert who(office, signed_in(office, "lan")) is not None


def test_the_sample_account_may_administer_and_is_made_once(app: App) -> None:
    for _ in range(2):
        with app.write(NOW, "test") as ctx:
            assert ensure_sample_account(ctx).is_sample
    with app.read(NOW) as ctx:
        assert [row.roles for row in accounts_page(ctx).rows] == [["coordinator", "administrator"]]


def test_a_delegation_works_for_its_days_under_ones_own_name(office: App) -> None:
    sid = signed_in(office, "lan")
    with office.write(NOW, "quan") as ctx:
        first = hand_over(ctx, draft())
        assert hand_over(ctx, draft()) == first, "a second click is the first"
    lan = who(office, sid)
    assert lan is not None
    assert lan.may_approve
    assert lan.name == "lan"
    assert lan.acting(APPROVER).name == "lan (thay hung)"
    assert lan.acting("coordinator").name == "lan"
    assert lan.acting("coordinator").acting(APPROVER).name == "lan (thay hung)"
    with office.read(NOW) as ctx:
        assert holds(ctx, "lan (thay hung)", APPROVER)
        assert [a.name for a in holders(ctx, APPROVER)] == ["lan", "hung"]
        assert account_row(ctx, "lan").instead == [(APPROVER, "Nguyễn Hùng")]
    later = NOW + timedelta(days=3)
    with office.read(later) as ctx:
        assert roles_today(ctx, "lan") == {"coordinator": "lan"}
    with office.read(NOW) as ctx:
        assert len(ctx.session.exec(select(Handover)).all()) == 1


def test_days_are_those_of_the_installation(office: App) -> None:
    with office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft(from_on=date(2026, 11, 20), until_on=date(2026, 11, 20)))
    for moment, held in (
        (hanoi(2026, 11, 19, 23), False),
        (hanoi(2026, 11, 20, 0), True),
        (hanoi(2026, 11, 20, 23), True),
        (hanoi(2026, 11, 21, 0), False),
    ):
        with office.read(moment) as ctx:
            assert (APPROVER in roles_today(ctx, "lan")) is held, moment


def test_a_transfer_takes_the_right_away_and_ends_early(office: App) -> None:
    sid = signed_in(office, "hung")
    with office.write(NOW, "quan") as ctx:
        handover = hand_over(ctx, draft(transfer=True, until_on=None))
        assert account_row(ctx, "hung").rests == [APPROVER]
    hung = who(office, sid)
    assert hung is not None
    assert hung.roles == frozenset()
    with pytest.raises(Refused, match="đã bàn giao"), office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft(transfer=True, taker="minh"))
    for _ in range(2):
        with office.write(NOW, "quan") as ctx:
            end_handover(ctx, handover, "về sớm")
    again = who(office, sid)
    assert again is not None
    assert again.may_approve
    assert len(audited(office, "account.handover_ended")) == 1
    with office.read(NOW) as ctx:
        assert [h.state for h in handovers(ctx)] == ["ended"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"taker": "hung"},
        {"roles": []},
        {"roles": ["administrator"]},
        {"roles": ["chief"]},
        {"reason": " "},
        {"document": ""},
        {"until_on": DAY - timedelta(days=1)},
        {"until_on": None},
        {"from_on": DAY - timedelta(days=1)},
    ],
)
def test_a_handing_over_that_says_too_little_or_too_much_is_refused(office: App, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused), office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft(**wrong))
    assert audited(office, "account.handed_over") == []


def test_what_one_was_handed_is_not_handed_on(office: App) -> None:
    with office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft())
    with pytest.raises(Refused, match="không giao tiếp"), office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft(giver="lan", taker="minh"))


def used(office: App, session: int, at: datetime) -> None:
    with office.write(at, "uses") as ctx:
        keep_awake(ctx, {session: at})


def test_a_session_that_rests_is_over_and_one_in_use_is_not(office: App) -> None:
    busy, idle = signed_in(office, "lan"), signed_in(office, "minh")
    soon, late = NOW + timedelta(minutes=40), NOW + timedelta(minutes=70)
    lan = who(office, busy)
    assert lan is not None
    used(office, lan.session, soon)
    assert who(office, busy, late) is not None
    assert who(office, idle, late) is None
    absolute = NOW + timedelta(hours=8)
    used(office, lan.session, absolute - timedelta(minutes=1))
    assert who(office, busy, absolute) is None, "its end does not move"


def test_ones_own_sessions_are_seen_and_ended(office: App) -> None:
    here, other = signed_in(office, "lan"), signed_in(office, "lan", NOW + timedelta(minutes=1))
    foreign = signed_in(office, "minh")
    at = NOW + timedelta(minutes=2)
    with office.read(at) as ctx:
        rows = sessions_of(ctx, "lan", here)
        assert [row.here for row in rows] == [False, True]
        number = ctx.session.exec(select(PortalSession.id).where(PortalSession.account == "minh")).one()
    with office.write(at, "lan") as ctx:
        assert end_sessions(ctx, "lan", numbers=[number or 0]) == 0, "only one's own"
        assert end_sessions(ctx, "lan", keep=here) == 1
        assert end_sessions(ctx, "lan", keep=here) == 0
    assert who(office, here, at) is not None
    assert who(office, other, at) is None
    assert who(office, foreign, at) is not None


def test_of_two_who_use_a_link_at_once_one_is_in(office: App) -> None:
    with office.write(NOW, "test") as ctx:
        token = sign_in_link(ctx, account_by_name(ctx, "lan")).removeprefix("/login/")

    def use(_: int) -> bool:
        try:
            with office.write(NOW, "sign-in") as ctx:
                open_staff_session(ctx, token)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(use, range(4))) == 1


def test_of_two_administrators_who_disable_each_other_one_stays(office: App) -> None:
    with office.write(NOW, "test") as ctx:
        create_account(ctx, "nhi", "Nhị", "nhi@stc.example", "administrator")

    def disable(pair: tuple[str, str]) -> bool:
        try:
            with office.write(NOW, pair[0]) as ctx:
                disable_account(ctx, pair[1], "nghi ngờ")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(disable, [("quan", "nhi"), ("nhi", "quan")])) == 1


def test_the_database_holds_no_secret_of_a_session(office: App) -> None:
    sid = signed_in(office, "lan")
    with office.read(NOW) as ctx:
        row = session_of(ctx, sid)
        assert row is not None
        assert sid not in row.model_dump_json()


def test_acts_for_another_stand_in_the_trail_with_both_names(office: App) -> None:
    sid = signed_in(office, "lan")
    with office.write(NOW, "quan") as ctx:
        hand_over(ctx, draft())
    lan = who(office, sid)
    assert lan is not None
    with office.write(NOW, lan.acting(APPROVER).name) as ctx:
        audit.record(ctx, "message.approved", "x")
    assert audited(office, "message.approved") == [("lan (thay hung)", "message.approved", "x")]
    with office.read(NOW) as ctx:
        assert all(len(e.actor) <= 120 for e in ctx.session.exec(select(AuditEntry)).all())


@pytest.fixture(autouse=True)
def _whole_chain(app: App) -> Iterator[None]:
    yield
    with app.read(NOW) as ctx:
        assert audit.verify(ctx.session) == []
