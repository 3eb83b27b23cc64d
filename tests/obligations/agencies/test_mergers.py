"""Mergers and renamings while a period is open, on SQLite and PostgreSQL."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, Audience, MessageState, SubmissionForm
from models.tables import AccessLink, Agency, Contact, Extension, FeedToken, Message, RoleHolder, Submission
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.accounts.access import Actor, actor_of, open_agency_session
from obligations.services.agencies.registry import apply_registry
from obligations.services.agencies.rename_agency import rename_agency
from obligations.services.agencies.settle_successions import settle_successions
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.links import personal_token
from obligations.services.lookup import agency_by_code
from obligations.services.reviewing.review import agree_lateness, cite_plan, extend, return_for_changes
from obligations.services.roster import resolve
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.render import render_message, rows_of
from obligations.services.views.agency import agency_page, receipt_page
from obligations.services.views.why_owed import why_owed
from plans.reading import read_registry
from tests import builders as build
from tests.obligations.changing import (
    DECISION,
    MERGING,
    NOON,
    OPENING,
    act,
    feed_text,
    make_province,
    moves,
    owed,
    preview,
    record,
    remind,
    send,
    states,
    told,
)
from tests.obligations.small_world import REGISTRY, settle, small_plan
from tests.plan197 import hanoi
from tests.plans.builders import write


def new_department(app: App, code: str = "so-n", since: date = MERGING) -> None:
    with app.write(OPENING, "test") as ctx:
        build.add_agency(ctx.session, code, name="Sở N", valid_from=since)


def test_a_successor_that_owes_the_period_covers_both(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    done = record(app, act("merge", "so-a so-b", "so-c"))
    assert [(d.source, d.target, d.how) for d in done.settled.duties] == [
        ("so-a", "so-c", "covered"),
        ("so-b", "so-c", "covered"),
    ]
    assert states(app) == {"so-a": "ended", "so-b": "ended", "so-c": "open", "so-d": "open"}
    with app.read(NOON) as ctx:
        assert {owed(ctx, code).moved_to for code in ("so-a", "so-b")} == {owed(ctx, "so-c").public_id}
        assert owed(ctx, "so-c").due_on == date(2026, 10, 30)
        assert audit.verify(ctx.session) == []
    (notice,) = told(app, "so-c", "transferred")
    assert notice.state == MessageState.planned


def test_a_new_successor_gets_one_of_its_own(app: App) -> None:
    make_province(app)
    new_department(app)
    deliver_due(app, lambda: OPENING)
    done = record(app, act("merge", "so-a so-b", "so-n"))
    assert [d.how for d in done.settled.duties] == ["moved", "covered"]
    assert (done.roles, done.groups_joined) == (["co-quan-tong-hop: so-n from 2026-10-15"], ["cac-so"])
    with app.read(NOON) as ctx:
        mine = owed(ctx, "so-n")
        assert (mine.state, mine.due_on, mine.practical_due_on) == ("open", date(2026, 10, 30), date(2026, 10, 30))
        assert [o.agency.code for o in resolve(ctx, ["cac-so"], MERGING, mine.duty)] == ["so-c", "so-d", "so-n"]
        before = MERGING - timedelta(days=1)
        assert [o.agency.code for o in resolve(ctx, ["cac-so"], before, mine.duty)] == ["so-a", "so-b", "so-c", "so-d"]
    assert len(told(app, "so-n")) == 1


def test_the_notice_says_who_from_when_and_by_what_and_repeats_no_step(app: App) -> None:
    make_province(app)
    new_department(app)
    deliver_due(app, lambda: OPENING)
    at = hanoi(2026, 10, 22, 9)  # T-7 was on 21/10
    record(app, act("merge", "so-a", "so-n", date(2026, 10, 22)), at)
    with app.write(at, "tick") as ctx:
        plan_reminders(ctx)
        (notice,) = ctx.session.exec(select(Message).where(Message.agency_id == agency_by_code(ctx, "so-n").id)).all()
        text = " ".join(render_message(ctx, notice, rows_of(ctx, notice), link=None).text.split())
    assert "Sở A sáp nhập vào Sở N từ ngày 22/10/2026 theo Quyết định số 15/QĐ-UBND ngày 12/10/2026" in text
    assert "Kính gửi: Sở N" in text
    assert "(hết thứ Sáu, 30/10/2026)" in text
    assert "Thời hạn của văn bản không thay đổi" in text
    assert deliver_due(app, lambda: at).recorded >= 1
    with app.write(hanoi(2026, 10, 29, 8), "tick") as ctx:
        plan_reminders(ctx)
    assert [m.kind for m in told(app, "so-n")] == ["transferred", "tomorrow"]


def test_the_notice_waits_with_the_opening_notices_for_its_basis(app: App) -> None:
    make_province(app, cites_plan=False)
    record(app, act("merge", "so-a", "so-c"))
    assert [m.state for m in told(app, "so-c")] == [MessageState.cancelled, MessageState.held, MessageState.held]
    with app.write(NOON, "test") as ctx:
        assert cite_plan(ctx, 1) == 4


def test_waiting_reminders_stop_and_what_answers_an_event_follows(app: App) -> None:
    make_province(app)
    deliver_due(app, lambda: OPENING)
    with app.write(hanoi(2026, 10, 15, 9), "test") as ctx:
        waiting = remind(ctx, "so-a", "T-7").id
        send(ctx, "so-b")
    record(app, act("merge", "so-a so-b", "so-c"))
    with app.read(NOON) as ctx:
        assert ctx.session.get_one(Message, waiting).state == MessageState.cancelled
        heir = agency_by_code(ctx, "so-c")
        receipt = ctx.session.exec(select(Message).where(Message.kind == "received")).one()
        assert (receipt.agency_id, receipt.state) == (heir.id, MessageState.planned)
        assert ctx.session.get_one(Contact, receipt.contact_id).agency_id == heir.id


def test_submitted_work_keeps_its_author_and_is_never_chased(app: App) -> None:
    make_province(app)
    new_department(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        sent = send(ctx, "so-a")
    record(app, act("merge", "so-a", "so-n"))
    assert states(app)["so-a"] == "submitted"
    assert "so-n" not in states(app)
    assert told(app, "so-n", "transferred") == []
    with app.write(hanoi(2026, 11, 2, 8), "tick") as ctx:
        plan_reminders(ctx)
        heir = agency_by_code(ctx, "so-n")
        report = ctx.session.exec(select(Submission)).one()
        assert (report.agency_name, report.agency_id) == ("Sở A", agency_by_code(ctx, "so-a").id)
        member = Actor("agency:so-n", heir.name, "", agency_id=heir.id, forebears=(report.agency_id,))
        assert receipt_page(ctx, member, sent.public_id).agency == "Sở A"
        assert [(d.former, d.standing.key) for d in agency_page(ctx, member).done] == [("Sở A", "submitted")]
        stranger = Actor("agency:so-d", "Sở D", "", agency_id=agency_by_code(ctx, "so-d").id)
        with pytest.raises(NotFound):
            receipt_page(ctx, stranger, sent.public_id)
    assert {m.kind for m in told(app, "so-n")} <= {"received", "open"}


def test_a_report_returned_after_the_merger_is_completed_by_the_successor(app: App) -> None:
    make_province(app)
    new_department(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        sent = send(ctx, "so-a")
    record(app, act("merge", "so-a", "so-n"))
    with app.write(NOON + timedelta(hours=1), "test") as ctx:
        return_for_changes(ctx, sent.public_id, owed(ctx, "so-a").public_id, "Thiếu số liệu")
        assert (owed(ctx, "so-n").state, owed(ctx, "so-a").state) == ("returned", "ended")
        assert owed(ctx, "so-n").first_received_on == date(2026, 10, 14)
        again = send(ctx, "so-n", key="2")
        assert again.version == 2
    assert [m.kind for m in told(app, "so-n") if m.kind == "returned"] == ["returned"]


def test_a_soft_copy_goes_along_and_waits_for_its_signature(app: App) -> None:
    make_province(app)
    new_department(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        send(ctx, "so-a", SubmissionForm.soft)
    record(app, act("merge", "so-a", "so-n"))
    assert states(app)["so-n"] == "soft_received"
    with app.write(hanoi(2026, 10, 20, 8), "tick") as ctx:
        plan_reminders(ctx)
    assert [m.kind for m in told(app, "so-n") if m.kind == "official_copy"] == ["official_copy"]


def test_a_successor_that_has_sent_is_not_asked_again_but_a_person_is(app: App) -> None:
    make_province(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        send(ctx, "so-c")
    done = record(app, act("merge", "so-a", "so-c"))
    assert [(d.source, d.target, d.how) for d in done.settled.duties] == [("so-a", None, "stopped")]
    assert states(app)["so-a"] == "awaiting_assignment"
    assert states(app)["so-c"] == "submitted"


def test_more_time_goes_along_and_shortens_nobodys(app: App) -> None:
    make_province(app)
    new_department(app)
    with app.write(hanoi(2026, 10, 14, 9), "test") as ctx:
        extend(ctx, owed(ctx, "so-a").public_id, date(2026, 11, 13), "7/UBND", date(2026, 10, 14))
        agree_lateness(ctx, owed(ctx, "so-b").public_id, date(2026, 11, 20), "chờ số liệu")
        owed(ctx, "so-d").snoozed_until = date(2026, 10, 20)
    record(app, act("merge", "so-a", "so-n"))
    record(app, act("merge", "so-b so-d", "so-c"))
    with app.read(NOON) as ctx:
        mine, theirs = owed(ctx, "so-n"), owed(ctx, "so-c")
        assert (mine.due_on, mine.revision) == (date(2026, 11, 13), 2)
        assert ctx.session.exec(select(Extension.assignment_id)).all() == [mine.id]
        assert (theirs.due_on, theirs.snoozed_until) == (date(2026, 10, 30), date(2026, 10, 20))
    with app.write(hanoi(2026, 11, 2, 8), "tick") as ctx:
        plan_reminders(ctx)
    assert not [m for m in told(app, "so-c") if m.kind == "overdue"], "agreed lateness pauses the successor too"


def test_links_sessions_contacts_and_feeds_lead_to_the_successor(app: App) -> None:
    province = make_province(app)
    new_department(app)
    with app.write(OPENING, "test") as ctx:
        link = ctx.session.exec(
            select(Message.public_id).where(Message.agency_id == agency_by_code(ctx, "so-a").id)
        ).one()
        token = personal_token(app.settings, link)
    with app.write(NOON - timedelta(hours=1), "test") as ctx:
        opened = open_agency_session(ctx, token)
    done = record(app, act("merge", "so-a", "so-n"))
    assert (done.settled.belongings.contacts, done.settled.belongings.links) == (2, 1)
    with app.write(NOON, "test") as ctx:
        for sid in (opened.sid, open_agency_session(ctx, token).sid):
            actor = actor_of(ctx, sid)
            assert actor is not None
            assert (actor.name, [d.standing.key for d in agency_page(ctx, actor).open]) == ("agency:so-n", ["open"])
    shown = feed_text(app, province.tokens["so-a"])
    assert shown.count("BEGIN:VEVENT") == 2
    assert "[Không còn thực hiện]" in shown
    assert "[Đang mở]" in shown
    assert "Thời hạn – Sở N" in shown
    assert feed_text(app, province.tokens["so-d"]).count("BEGIN:VEVENT") == 1


def test_an_heirs_own_mailbox_stays_the_first(app: App) -> None:
    make_province(app)
    with app.write(OPENING, "test") as ctx:
        for code in ("so-a", "so-c"):
            build.add_contact(ctx.session, agency_by_code(ctx, code), address=f"vp@{code}.example", is_sample=False)
    record(app, act("merge", "so-a", "so-c"))
    with app.read(NOON) as ctx:
        heir = agency_by_code(ctx, "so-c").id
        rows = ctx.session.exec(select(Contact).where(Contact.agency_id == heir, Contact.audience == Audience.clerk))
        addresses = [c.address for c in rows.all()]
        assert addresses == ["clerk.so-c@mau.example", "vp@so-c.example", "vp@so-a.example"]
        assert (notice := told(app, "so-c", "transferred")[0]).address == "clerk.so-c@mau.example", notice


def test_a_future_merger_waits_for_its_day_and_a_tick_does_it(app: App) -> None:
    make_province(app)
    done = record(app, act("merge", "so-a", "so-c"), hanoi(2026, 10, 13, 9))
    assert (done.applied, done.settled.duties) == (False, [])
    assert states(app)["so-a"] == "open"
    with app.write(hanoi(2026, 10, 14, 23, 59), "tick") as ctx:
        assert settle_successions(ctx).applied == 0
    with app.write(hanoi(2026, 10, 15, 8), "tick") as ctx:
        plan_reminders(ctx)
    assert states(app)["so-a"] == "ended"
    with app.write(hanoi(2026, 10, 15, 9), "tick") as ctx:
        assert settle_successions(ctx).applied == 0
    assert len(told(app, "so-c", "transferred")) == 1


def test_a_preview_tells_what_would_move_on_the_day_and_changes_nothing(app: App) -> None:
    make_province(app)
    at = hanoi(2026, 10, 13, 9)
    shown = preview(app, act("merge", "so-a", "so-c"), at)
    assert [(d.source, d.target) for d in shown.settled.duties] == [("so-a", "so-c")]
    assert [(t.agency, t.address) for t in shown.settled.told] == [("so-c", "clerk.so-c@mau.example")]
    assert not shown.applied
    with app.read(at) as ctx:
        assert agency_by_code(ctx, "so-a").valid_to is None
        assert ctx.session.exec(select(RoleHolder)).one().valid_to is None
    assert moves(app) == []
    assert states(app)["so-a"] == "open"


def test_recording_twice_is_recording_once(app: App) -> None:
    make_province(app)
    first = record(app, act("merge", "so-a", "so-c"))
    again = record(app, act("merge", "so-a", "so-c"), NOON + timedelta(days=1))
    assert (first.already, again.already, again.settled.duties) == (False, True, [])
    assert len(moves(app)) == 1
    assert len(told(app, "so-c", "transferred")) == 1


def test_two_ticks_at_once_move_it_once(app: App) -> None:
    make_province(app)
    record(app, act("merge", "so-a", "so-c"), hanoi(2026, 10, 13, 9))
    begin = threading.Barrier(3)

    def tick() -> None:
        begin.wait()
        with app.write(NOON, "tick") as ctx:
            settle_successions(ctx)

    workers = [threading.Thread(target=tick) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(moves(app)) == 1
    assert len(told(app, "so-c", "transferred")) == 1


def test_one_dated_in_the_past_is_applied_now(app: App) -> None:
    make_province(app)
    done = record(app, act("merge", "so-a", "so-c", date(2026, 9, 1)))
    assert [(d.source, d.how) for d in done.settled.duties] == [("so-a", "covered")]


def test_successions_in_a_row_tell_only_the_last(app: App) -> None:
    make_province(app)
    new_department(app, "so-n", date(2026, 10, 13))
    early = hanoi(2026, 10, 12, 9)
    record(app, act("merge", "so-a", "so-n", date(2026, 10, 13)), early)
    record(app, act("merge", "so-n", "so-d", date(2026, 10, 14)), early)
    with app.write(NOON, "tick") as ctx:  # nothing ran for three days
        settled = settle_successions(ctx)
    assert [(d.source, d.target) for d in settled.duties] == [("so-a", "so-d")]
    assert [t.agency for t in settled.told] == ["so-d"]
    with app.read(NOON) as ctx:
        (why,) = why_owed(ctx, "so-d", ("mau", "bao-cao", "2026"))
        assert "Sở A sáp nhập vào Sở N từ ngày 13/10/2026" in " ".join(why.lines)
        assert "Sở N sáp nhập vào Sở D từ ngày 14/10/2026" in " ".join(why.lines)


def test_why_names_group_day_and_every_move(app: App) -> None:
    make_province(app)
    record(app, act("merge", "so-a", "so-c"))
    with app.read(NOON) as ctx:
        (why,) = why_owed(ctx, "so-c", ("mau", "bao-cao", "2026"))
        (gone,) = why_owed(ctx, "so-a")
        with pytest.raises(NotFound):
            why_owed(ctx, "so-x")
    assert why.lines == [
        "Mở kỳ 2026 ngày 01/10/2026: Sở A thuộc nhóm “Các sở” vào ngày 01/10/2026",
        "Mở kỳ 2026 ngày 01/10/2026: Sở C thuộc nhóm “Các sở” vào ngày 01/10/2026",
        "15/10/2026: đầu việc của Sở A gộp vào báo cáo của Sở C: Sở A sáp nhập vào Sở C từ ngày 15/10/2026 theo Quyết định số 15/QĐ-UBND ngày 12/10/2026",
    ]
    assert gone.state == "ended"
    assert len(gone.lines) == 2


def test_who_was_founded_keeps_its_place_when_the_registry_is_ordered_anew(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    with app.write(NOON, "test") as ctx:
        rename_agency(ctx, "so-a", "Sở Đầu tư", MERGING, DECISION)
        lines = REGISTRY.split("\n")
        anew = "\n".join([*lines[:2], *lines[4:1:-1], *lines[5:]])
        assert apply_registry(ctx, read_registry(write(tmp_path, anew, "anew.yaml"))) == 3, (
            "so-a, so-c and who took over"
        )
        query = select(Agency.code).order_by(col(Agency.position), col(Agency.id))
        assert ctx.session.exec(query).all() == ["so-c", "so-b", "so-a", "so-dau-tu"]


def test_a_renaming_carries_everything_without_a_message(app: App) -> None:
    province = make_province(app)
    deliver_due(app, lambda: OPENING)
    with app.write(NOON, "test") as ctx:
        shown = rename_agency(ctx, "so-a", "Sở Đầu  tư", MERGING, DECISION, short_name="Sở ĐT", dry_run=True)
        assert [(d.source, d.target) for d in shown.settled.duties] == [("so-a", "so-dau-tu")]
        assert ctx.session.exec(select(Agency).where(Agency.code == "so-dau-tu")).first() is None
    for _ in range(2):
        with app.write(NOON, "test") as ctx:
            rename_agency(ctx, "so-a", "Sở Đầu tư", MERGING, DECISION, short_name="Sở ĐT")
            refresh_feeds(ctx)
    with app.read(NOON) as ctx:
        new = agency_by_code(ctx, "so-dau-tu")
        assert (new.name, new.short_name, new.valid_from) == ("Sở Đầu tư", "Sở ĐT", MERGING)
        assert owed(ctx, "so-dau-tu").state == AssignmentState.open
        assert new.position == agency_by_code(ctx, "so-a").position
    assert told(app, "so-dau-tu") == []
    assert feed_text(app, province.tokens["so-a"]).count("[Đang mở]") == 1
    with app.write(hanoi(2026, 10, 21, 8), "tick") as ctx:
        plan_reminders(ctx)
    assert [m.kind for m in told(app, "so-dau-tu")] == ["before"], "the opening notice was told under the old name"


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (act("merge", "so-x", "so-c"), "no agency has the code 'so-x'"),
        (act("merge", "so-a", "so-x"), "no agency has the code 'so-x'"),
        (act("merge", "so-a", "so-a"), "merge into itself"),
        (act("merge", "so-a so-a", "so-c"), "gives way twice"),
        (act("split", "so-d", "so-c so-c"), "succeeds twice"),
        (act("split", "so-d", "so-c"), "at least two successors"),
        (act("merge", "so-a", "so-n", date(2026, 10, 14)), "does not exist before 2026-10-15"),
        (act("merge", "so-a", "so-old"), "ended on 2026-09-30"),
        (act("merge", "so-old", "so-a"), "already ended on 2026-09-30"),
        (act("merge", "so-b", "so-c", date(2025, 1, 1)), "exists only from 2025-01-01"),
        (act("merge", "so-b", "so-c", date(1850, 1, 1)), "outside 1900-2100"),
        (act("merge", "so-b", "so-c", date(2101, 1, 1)), "outside 1900-2100"),
        (act("end", "so-a"), "holds the role 'co-quan-tong-hop'"),
        (act("end", "so-d", roles_to="so-c"), "holds no role"),
        (act("merge", "so-a", "so-c", roles_to="so-d"), "for a split or an end"),
        (act("split", "so-a", "so-b so-c", roles_to="so-old"), "does not exist on 2026-10-15"),
        (act("merge", "so-b", "so-c", decision="15/QĐ-UBND"), "names no day"),
        (act("merge", "so-b", "so-c", decision="12/10/2026"), "number is missing"),
        (act("merge", "so-b", "so-c", decision="15/QĐ-UBND, 31/02/2026"), "is not a day"),
        (act("merge", "so-b", "so-c", decision="15/QĐ-UBND, 16/10/2026"), "after today"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_applied(app: App, what: object, says: str) -> None:
    make_province(app)
    new_department(app)
    with app.write(OPENING, "test") as ctx:
        build.add_agency(ctx.session, "so-old", valid_to=date(2026, 9, 30))
        before = ctx.session.exec(select(Agency)).all()
        lives = {a.code: (a.valid_from, a.valid_to) for a in before}
    with pytest.raises(Refused, match=says):
        record(app, what)  # type: ignore[arg-type]
    with app.read(NOON) as ctx:
        assert {a.code: (a.valid_from, a.valid_to) for a in ctx.session.exec(select(Agency)).all()} == lives
        assert ctx.session.exec(select(RoleHolder)).one().valid_to is None
    assert moves(app) == []


def test_an_agency_gives_way_once_and_never_returns(app: App) -> None:
    make_province(app)
    record(app, act("merge", "so-b", "so-c"))
    with pytest.raises(Refused, match="'so-b' already gives way on 2026-10-15"):
        record(app, act("merge", "so-b", "so-d"))
    with pytest.raises(Refused, match="'so-b' ended on 2026-10-14"):
        record(app, act("merge", "so-c", "so-b", date(2026, 10, 15)))


def test_a_role_never_has_two_holders(app: App) -> None:
    make_province(app)
    with app.write(OPENING, "test") as ctx:
        later = RoleHolder(
            role="co-quan-tong-hop",
            role_name="Cơ quan tổng hợp",
            agency_id=agency_by_code(ctx, "so-d").id or 0,
            valid_from=date(2027, 1, 1),
        )
        ctx.session.add(later)
    with pytest.raises(Refused, match="two at once"):
        record(app, act("merge", "so-a", "so-c"))


def test_renaming_refuses_a_taken_name_or_code(app: App) -> None:
    make_province(app)
    for name, code, says in (
        ("Sở B", None, "validity would overlap"),
        ("Sở Mới", "so-b", "taken by 'Sở B'"),
        ("Sở Mới", "Sở Mới", "is not a code"),
        ("  ", None, "name is empty"),
    ):
        with pytest.raises(Refused, match=says), app.write(NOON, "test") as ctx:
            rename_agency(ctx, "so-a", name, MERGING, DECISION, to_code=code)
    assert moves(app) == []


def test_a_revoked_or_foreign_feed_stays_what_it_was(app: App) -> None:
    province = make_province(app)
    record(app, act("split", "so-b", "so-c so-d"))
    with app.read(NOON) as ctx:
        assert len(ctx.session.exec(select(FeedToken)).all()) == 4
        assert ctx.session.exec(select(AccessLink).where(AccessLink.agency_id == agency_by_code(ctx, "so-b").id)).all()
    shown = feed_text(app, province.tokens["so-b"])
    assert shown.count("BEGIN:VEVENT") == 1
    assert "[Chờ phân công]" in shown
