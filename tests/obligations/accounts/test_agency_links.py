"""What a personal link opens, read off its message and the tasks as they stand; on both databases. The pages: tests/portal/test_links.py."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, Audience
from models.tables import AccessLink, Agency, Contact, Message, PortalSession
from obligations.errors import NotFound
from obligations.services.accounts.access import Actor, actor_of, open_agency_session
from obligations.services.accounts.agency_links import ACCEPTED, DONE, LinkOver, link_page
from obligations.services.accounts.new_link import ask_new_link, ask_task_link, mail_whole_link
from obligations.services.asks.joint import join_report, joint_rows
from obligations.services.context import App, Context
from obligations.services.links import personal_token
from obligations.services.sending.outbox import Item, write_message
from obligations.services.views.agency import agency_page, duty_page
from tests.obligations.member.test_joint import LATER, NOW, OTHER, ask_twice, duty, said, send
from tests.obligations.small_world import PLAN

CODE = "so-a"


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Two plans that ask the same three departments."""
    ask_twice(app, tmp_path)
    return app


def contact_of(ctx: Context, code: str = CODE) -> Contact:
    query = select(Contact).join(Agency, col(Contact.agency_id) == Agency.id)
    return ctx.session.exec(query.where(Agency.code == code, Contact.audience == Audience.clerk)).one()


def told(app: App, *plans: str, code: str = CODE) -> str:
    """The token of one message about what an agency owes by these plans."""
    with app.write(NOW, "test") as ctx:
        items = [Item(duty(ctx, plan, code).id or 0, f"t:{'+'.join(plans)}") for plan in plans]
        message = write_message(ctx, contact_of(ctx, code), "before", items, NOW)
        return personal_token(ctx.settings, ctx.session.get_one(Message, message).public_id)


def opened(app: App, *tokens: str) -> Actor:
    """Who asks once these links were opened in one browser."""
    sid = ""
    with app.write(LATER, "link") as ctx:
        for token in tokens:
            sid = open_agency_session(ctx, token, sid).sid
    with app.read(LATER) as ctx:
        found = actor_of(ctx, sid)
    assert found is not None
    return found


def plans_of(app: App, who: Actor) -> set[str]:
    """The plans whose duty the asker opens."""
    with app.read(LATER) as ctx:
        return {plan for plan in (PLAN, OTHER) if who.opens(duty(ctx, plan).id or 0)}


def put(app: App, plan: str, state: AssignmentState) -> None:
    with app.write(NOW, "test") as ctx:
        duty(ctx, plan).state = state


def test_a_link_opens_its_items_a_digest_all_of_them_and_two_what_both_do(office: App) -> None:
    one, other, both = told(office, PLAN), told(office, OTHER), told(office, PLAN, OTHER)
    assert plans_of(office, opened(office, one)) == {PLAN}
    assert plans_of(office, opened(office, other)) == {OTHER}
    assert plans_of(office, opened(office, both)) == {PLAN, OTHER}
    who = opened(office, one, other, one)
    assert plans_of(office, who) == {PLAN, OTHER}
    with office.read(LATER) as ctx:
        kept = ctx.session.exec(select(PortalSession).where(PortalSession.csrf == who.csrf)).one()
        assert len(kept.joined) == 1, "each link once"
        narrow = opened_flags(ctx, opened(office, one))
    assert narrow == {PLAN: True, OTHER: False}, "the list stays whole"


def opened_flags(ctx: Context, who: Actor) -> dict[str, bool]:
    return {row.citation.removeprefix("KH "): row.opened for row in agency_page(ctx, who).open}


def test_another_contacts_session_is_not_added_to(office: App) -> None:
    first = told(office, PLAN)
    with office.write(NOW, "test") as ctx:
        old = contact_of(ctx)
        values = old.model_dump(exclude={"id"}) | {"address": "khac@so-a.example"}
        new = Contact(**values)
        ctx.session.add(new)
        ctx.session.flush()
        number = write_message(ctx, new, "before", [Item(duty(ctx, OTHER).id or 0, "t:khac")], NOW)
        second = personal_token(ctx.settings, ctx.session.get_one(Message, number).public_id)
    assert plans_of(office, opened(office, first, second)) == {OTHER}


def test_what_one_report_serves_together_is_opened_together_while_it_is_in_force(office: App) -> None:
    link = told(office, OTHER)
    with office.write(NOW, "agency:so-a") as ctx:
        sent = send(ctx, duty(ctx, PLAN), "Phần một.")
    narrow = opened(office, link)
    with office.write(LATER, "agency:so-a") as ctx:
        row = duty(ctx, OTHER)
        assert joint_rows(ctx, narrow, row) == [], "another task's report is not offered"
        with pytest.raises(NotFound):
            join_report(ctx, narrow, row.public_id, sent, said("Phần hai."))
    wide = opened(office, link, told(office, PLAN))
    with office.write(LATER, "agency:so-a") as ctx:
        row = duty(ctx, OTHER)
        (offered,) = joint_rows(ctx, wide, row)
        join_report(ctx, wide, row.public_id, offered.submission, said("Phần hai."))
    assert plans_of(office, opened(office, link)) == {PLAN, OTHER}
    with office.write(LATER, "agency:so-a") as ctx:
        send(ctx, duty(ctx, PLAN), "Riêng.")
    assert plans_of(office, opened(office, link)) == {OTHER}


@pytest.mark.parametrize(
    ("state", "words"),
    [(AssignmentState.accepted, ACCEPTED), (AssignmentState.exempt, DONE), (AssignmentState.ended, DONE)],
)
def test_a_link_is_over_when_each_of_its_tasks_is_and_lives_again(
    office: App, state: AssignmentState, words: str
) -> None:
    token = told(office, PLAN, OTHER)
    live = opened(office, token)
    put(office, PLAN, state)
    with office.read(LATER) as ctx:
        assert link_page(ctx, token).whole is False, "one of two is open"
        assert duty_page(ctx, live, duty(ctx, OTHER).public_id).may_send
    put(office, OTHER, state)
    with office.read(LATER) as ctx, pytest.raises(LinkOver, match=words):
        link_page(ctx, token)
    with office.write(LATER, "link") as ctx, pytest.raises(LinkOver):
        open_agency_session(ctx, token)
    put(office, PLAN, AssignmentState.open)
    assert plans_of(office, opened(office, token)) == {PLAN, OTHER}


def test_a_living_session_only_reads_what_is_over(office: App) -> None:
    token = told(office, PLAN)
    with office.write(LATER, "link") as ctx:
        sid = open_agency_session(ctx, token).sid
    put(office, PLAN, AssignmentState.accepted)
    with office.read(LATER) as ctx:
        who, row = actor_of(ctx, sid), duty(ctx, PLAN)
        assert who is not None
        assert who.over == {row.id}
        assert not duty_page(ctx, who, row.public_id).may_send


def test_a_new_link_is_for_what_the_old_one_may_answer_else_for_the_agency(office: App) -> None:
    token = told(office, PLAN)
    told(office, OTHER)
    with office.write(LATER, "link") as ctx:
        assert ask_new_link(ctx, token) == 1
    assert kinds(office) == ["new_link"]
    with office.read(LATER) as ctx:
        query = select(Message.public_id).where(Message.kind == "new_link")
        fresh = personal_token(ctx.settings, ctx.session.exec(query).one())
    assert plans_of(office, opened(office, fresh)) == {PLAN}
    put(office, PLAN, AssignmentState.accepted)
    later = LATER.replace(hour=10)
    with office.write(later, "link") as ctx:
        assert ask_new_link(ctx, token) == 1
    assert kinds(office) == ["new_link", "agency_link"]


def kinds(app: App) -> list[str]:
    with app.read(LATER) as ctx:
        query = select(Message.kind).where(col(Message.kind).in_(("new_link", "agency_link")))
        return list(ctx.session.exec(query.order_by(col(Message.id))).all())


def test_a_calendars_entry_and_a_session_ask_for_their_own(office: App) -> None:
    token = told(office, PLAN)
    who = opened(office, token)
    with office.write(LATER, "link") as ctx:
        assert ask_task_link(ctx, "khong-co") == 0
        assert ask_task_link(ctx, duty(ctx, OTHER).public_id) == 1
        assert ask_task_link(ctx, duty(ctx, OTHER).public_id) == 0, "one is under way"
        assert mail_whole_link(ctx, who).often
        new = ctx.session.exec(select(Message).where(Message.kind == "new_link")).one()
        assert new.contact_id == who.contact_id
    assert plans_of(office, opened(office, personal_token(office.settings, new.public_id))) == {OTHER}
    with office.write(LATER.replace(hour=12), "agency:so-a") as ctx:
        mailed = mail_whole_link(ctx, who)
        assert not mailed.often
        assert "…@" in (mailed.address or "")
        link = ctx.session.exec(select(AccessLink).order_by(col(AccessLink.id).desc())).first()
        assert link is not None
        assert (link.purpose, (link.expires_at - ctx.as_of).total_seconds()) == ("agency", 24 * 3600)
    with office.write(LATER.replace(hour=13), "test") as ctx:
        contact_of(ctx).removed_at = ctx.as_of
        assert mail_whole_link(ctx, who).address is None


def test_what_another_agency_took_over_is_not_opened(office: App) -> None:
    """A decision gave the duty to somebody else: the link of who had it opens the old row alone, and is over."""
    token = told(office, PLAN)
    with office.write(NOW, "test") as ctx:
        row, target = duty(ctx, PLAN), duty(ctx, PLAN, "so-b")
        row.state, row.moved_to = AssignmentState.ended, target.public_id
    with office.read(LATER) as ctx, pytest.raises(LinkOver, match=DONE):
        link_page(ctx, token)


def test_what_the_same_agency_carries_on_is_followed(office: App) -> None:
    token = told(office, PLAN)
    with office.write(NOW, "test") as ctx:
        row = duty(ctx, PLAN)
        row.state, row.moved_to = AssignmentState.ended, duty(ctx, OTHER).public_id
    assert plans_of(office, opened(office, token)) == {PLAN, OTHER}
