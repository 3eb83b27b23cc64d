"""An agency names its own focal points: the old link is dead, the new one goes at once, the others are told."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from models.enums import Audience
from models.tables import AccessLink, Agency, Contact, Message
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor, link_page, open_agency_session
from obligations.services.agencies.contacts import NewContact, add_contact
from obligations.services.audit import verify
from obligations.services.context import App, Context
from obligations.services.links import personal_token
from obligations.services.lookup import find_period
from obligations.services.member.contacts import (
    MOST,
    SHOWN_FOR,
    add_own_contact,
    changed_rows,
    name_successor,
    own_contacts,
)
from obligations.services.overview.today import today
from obligations.services.overview.views_messages import message_page
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.running.tick import run_tick
from tests.plan197 import PLAN, REPORT, Adopt, hanoi
from tests.prepared import Prepared

NOW = hanoi(2026, 11, 19, 9)
LATER = hanoi(2026, 11, 20, 9)
EVENING = hanoi(2026, 11, 20, 20)
CODE = "so-tu-phap"


@pytest.fixture
def told(app: App, adopt: Adopt, prepared: Prepared) -> App:
    """An agency with a clerk's address and a role mailbox, written to about an overdue report."""
    prepared.once(app, "told of own contacts", lambda: _tell(app, adopt))
    return app


def _tell(app: App, adopt: Adopt) -> None:
    adopt(NOW)
    with app.write(NOW, "test") as ctx:
        new = NewContact(Audience.clerk, "email", "an.nguyen@stp.vn", "Chị An", "thông báo", "danh bạ")
        add_contact(ctx, CODE, new)
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ())
    run_tick(app, LATER)
    with app.write(LATER, "test") as ctx:
        add_contact(ctx, CODE, NewContact(Audience.clerk, "email", "vanthu@stp.vn", "Văn thư", "thông báo", "danh bạ"))


def member(ctx: Context, code: str = CODE) -> Actor:
    agency = ctx.session.exec(select(Agency).where(Agency.code == code)).one()
    return Actor(f"agency:{code}", agency.name, "csrf", agency_id=agency.id)


def contact(ctx: Context, address: str) -> Contact:
    return ctx.session.exec(select(Contact).where(Contact.address == address)).one()


def written(ctx: Context, kind: str) -> list[tuple[str, str]]:
    query = select(Message.address, Message.state).where(Message.kind == kind).order_by(col(Message.id))
    return [(address, state.value) for address, state in ctx.session.exec(query).all()]


def hand_over(app: App, address: str = "binh.tran@stp.vn") -> None:
    with app.write(EVENING, f"agency:{CODE}") as ctx:
        number = contact(ctx, "an.nguyen@stp.vn").id or 0
        handed = name_successor(ctx, member(ctx), number, address, "Anh Bình", "Chuyển công tác")
        assert handed.address == "b…@stp.vn"
        assert handed.told


def test_the_old_link_is_dead_at_once_and_everybody_is_told_even_in_the_evening(told: App) -> None:
    with told.write(EVENING, "link") as ctx:
        old = ctx.session.exec(select(Message).where(Message.address == "an.nguyen@stp.vn")).first()
        assert old is not None
        token = personal_token(ctx.settings, old.public_id)
        open_agency_session(ctx, token)
    hand_over(told)
    with told.read(EVENING) as ctx, pytest.raises(Refused):
        link_page(ctx, token)
    run_tick(told, EVENING + timedelta(minutes=1))
    with told.read(EVENING + timedelta(minutes=2)) as ctx:
        assert written(ctx, "contact_changed") == [("binh.tran@stp.vn", "recorded")]
        assert written(ctx, "contact_told") == [
            ("vanthu@stp.vn", "recorded"),
            ("an.nguyen@stp.vn", "recorded"),
            ("lanhdao.so-tu-phap@hungyen.example", "recorded"),
        ]
        to_old = ctx.session.exec(
            select(Message).where(Message.kind == "contact_told", Message.address == "an.nguyen@stp.vn")
        ).one()
        assert "/s/" not in message_page(ctx, to_old.public_id).text, "the old mailbox is warned, and can open nothing"
        with pytest.raises(NotFound):
            link_page(ctx, personal_token(ctx.settings, to_old.public_id))
        fresh = ctx.session.exec(select(Message).where(Message.kind == "contact_changed")).one()
        assert link_page(ctx, personal_token(ctx.settings, fresh.public_id)).agency_name == "Sở Tư pháp"
        assert ctx.session.exec(select(AccessLink).where(AccessLink.contact_id == contact(ctx, "an.nguyen@stp.vn").id, col(AccessLink.revoked_at).is_(None))).all() == []  # fmt: skip
        assert verify(ctx.session) == []


def test_the_coordinator_sees_it_for_a_week(told: App) -> None:
    hand_over(told)
    with told.read(EVENING) as ctx:
        (row,) = today(ctx).contacts
        assert (row.agency, row.name, row.added) == (CODE, "Sở Tư pháp", False)
    with told.read(EVENING + SHOWN_FOR) as ctx:
        assert changed_rows(ctx) == []


def test_a_leaders_mailbox_is_told_and_a_personal_one_is_named(told: App) -> None:
    with told.write(LATER, "test") as ctx:
        add_contact(ctx, CODE, NewContact(Audience.leader, "email", "giamdoc@stp.vn", "Giám đốc", "báo cáo", "danh bạ"))
    with told.write(EVENING, f"agency:{CODE}") as ctx:
        name_successor(ctx, member(ctx), contact(ctx, "an.nguyen@stp.vn").id or 0, "binh@gmail.com", "", "Chuyển")
    run_tick(told, EVENING + timedelta(minutes=1))
    with told.read(EVENING + timedelta(minutes=2)) as ctx:
        assert ("giamdoc@stp.vn", "recorded") in written(ctx, "contact_told")
        (row,) = today(ctx).contacts
        assert row.personal


def test_an_address_more_is_told_to_those_there_are_and_not_to_itself(told: App) -> None:
    with told.write(EVENING, f"agency:{CODE}") as ctx:
        add_own_contact(ctx, member(ctx), "email", "hc@stp.vn", "Hành chính")
    with told.read(EVENING) as ctx:
        assert sorted(address for address, _ in written(ctx, "contact_told")) == ["an.nguyen@stp.vn", "vanthu@stp.vn"]
        assert {row.address for row in own_contacts(ctx, member(ctx)) if row.audience == "clerk"} == {
            "a…@stp.vn",
            "v…@stp.vn",
            "h…@stp.vn",
        }


def test_what_the_coordinator_does_is_not_shown_as_the_agencys(told: App) -> None:
    with told.read(EVENING) as ctx:
        assert changed_rows(ctx) == []


def test_nobody_changes_anothers_or_a_leaders_address(told: App) -> None:
    with told.write(EVENING, "agency:so-y-te") as ctx:
        number = contact(ctx, "an.nguyen@stp.vn").id or 0
        with pytest.raises(NotFound):
            name_successor(ctx, member(ctx, "so-y-te"), number, "x@y.vn", "", "thử")
    with told.write(EVENING, f"agency:{CODE}") as ctx:
        query = select(Contact.id).join(Agency).where(Agency.code == CODE, Contact.audience == Audience.leader)  # type: ignore[arg-type]
        leader = ctx.session.exec(query).first()
        assert leader is not None
        with pytest.raises(Refused, match="lãnh đạo"):
            name_successor(ctx, member(ctx), leader, "x@y.vn", "", "thử")
    with told.read(EVENING) as ctx, pytest.raises(NotFound):
        own_contacts(ctx, Actor("chuyen-vien", "x", "csrf"))


@pytest.mark.parametrize(
    ("address", "said"), [("không phải", "địa chỉ"), ("an.nguyen@stp.vn", "trùng"), ("", "địa chỉ")]
)
def test_what_is_no_new_address_changes_nothing(told: App, address: str, said: str) -> None:
    with pytest.raises(Refused, match=said), told.write(EVENING, f"agency:{CODE}") as ctx:
        name_successor(ctx, member(ctx), contact(ctx, "an.nguyen@stp.vn").id or 0, address, "", "Chuyển công tác")
    with told.read(EVENING) as ctx:
        assert contact(ctx, "an.nguyen@stp.vn").removed_at is None


def test_a_found_link_cannot_be_used_to_write_to_many(told: App) -> None:
    for n in range(MOST):
        with told.write(EVENING, f"agency:{CODE}") as ctx:
            add_own_contact(ctx, member(ctx), "email", f"a{n}@stp.vn", "")
    with told.write(EVENING, f"agency:{CODE}") as ctx, pytest.raises(Refused, match="06 lần"):
        add_own_contact(ctx, member(ctx), "email", "more@stp.vn", "")
    with told.write(EVENING + timedelta(days=1, minutes=1), f"agency:{CODE}") as ctx:
        add_own_contact(ctx, member(ctx), "email", "more@stp.vn", "")
