"""An agency says that its document went another way: chasing stops, the register finds it, or a person says it did not come."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionChannel, SubmissionForm
from models.tables import Message, MessageItem, Receipt, Submission
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import COORDINATOR, Actor
from obligations.services.asks.recall import recall
from obligations.services.asks.sent_otherwise import Said, say_sent
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.desk.reconcile import Recorded, reconcile, record_matches
from obligations.services.filing.papers import papers_of
from obligations.services.ledgers.ledger import assignment_ledger
from obligations.services.lineage import agency_card
from obligations.services.lookup import find_period
from obligations.services.overview.heat import heat_map
from obligations.services.overview.period_agencies import agency_rows
from obligations.services.overview.search import search
from obligations.services.overview.today import today
from obligations.services.reviewing.undo import undo, undoable
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import duty_page
from tests.obligations.asks.test_asks import CODE, MONDAY, NOW, duty, member, waiting
from tests.plan197 import PLAN, REPORT

SAID = Said("45/BC-STP", date(2026, 10, 29), SubmissionChannel.document_system, date(2026, 10, 30))
HEAD = "Số đến\tNgày đến\tCơ quan ban hành\tSố ký hiệu\tNgày văn bản\tTrích yếu\n"


def say(app: App, said: Said = SAID, code: str = CODE) -> str:
    with app.write(NOW, f"agency:{code}") as ctx:
        return say_sent(ctx, member(ctx, code), duty(ctx, code).public_id, said).public_id


def register(app: App, number: str, arrived_on: str) -> Recorded:
    row = f"1201\t{arrived_on}\tSở Tư pháp\t{number}\t29/10/2026\tBáo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2026\n"
    with app.write(NOW, "văn thư") as ctx:
        found = reconcile(ctx, (HEAD + row).encode(), None, find_period(ctx, PLAN, REPORT, "2026").public_id)
        assert [m.sureness for m in found.matches] == ["sure"], found.matches
        return record_matches(ctx, found, [2], {})


def stated_of(ctx: Context) -> tuple[bool, bool, int]:
    """On the duty's page, in the period's table, in the day's work."""
    period = find_period(ctx, PLAN, REPORT, "2026")
    (row,) = [r for r in agency_rows(ctx, period) if r.code == CODE]
    page = duty_page(ctx, member(ctx), duty(ctx).public_id)
    return page.duty.standing.stated, row.standing.stated, sum(task.count for task in today(ctx).stated)


def test_it_stops_all_chasing_and_waits_to_be_found(owing: App) -> None:
    assert say(owing) == say(owing), "twice is once"
    with owing.write(MONDAY, "test") as ctx:
        plan_reminders(ctx)
        assert waiting(ctx) == [], "neither a chase nor a receipt for what nobody has received"
        mine = duty(ctx)
        assert (mine.state, mine.first_received_on) == (AssignmentState.submitted, date(2026, 10, 30))
        assert stated_of(ctx) == (True, True, 1)
        assert not [t for t in today(ctx).to_review if t.count], "there is nothing to review yet"
        sent = ctx.session.exec(select(Submission)).one()
        assert (sent.form, sent.channel, sent.recorded_by) == (SubmissionForm.signed, SAID.way, f"agency:{CODE}")
        assert verify(ctx.session) == []


@pytest.mark.parametrize(
    ("way", "form"),
    [
        (SubmissionChannel.post, SubmissionForm.paper),
        (SubmissionChannel.hand, SubmissionForm.paper),
        (SubmissionChannel.email, SubmissionForm.signed),
    ],
)
def test_paper_is_paper(owing: App, way: SubmissionChannel, form: SubmissionForm) -> None:
    say(owing, replace(SAID, way=way))
    with owing.read(NOW) as ctx:
        assert ctx.session.exec(select(Submission.form)).one() == form


@pytest.mark.parametrize("arrived", [date(2026, 10, 29), date(2026, 10, 30), date(2026, 11, 5)])
def test_the_register_finds_it_and_its_day_is_the_true_one(owing: App, arrived: date) -> None:
    say(owing)
    assert register(owing, "45/BC-STP", f"{arrived:%d/%m/%Y}") == Recorded(0, 1, [])
    with owing.read(NOW) as ctx:
        sent, receipt = ctx.session.exec(select(Submission)).one(), ctx.session.exec(select(Receipt)).one()
        assert (sent.incoming_number, sent.arrived_on) == ("1201", arrived)
        assert (receipt.incoming_number, receipt.arrived_on, receipt.recorded_by) == ("1201", arrived, "văn thư")
        assert duty(ctx).first_received_on == arrived
        assert stated_of(ctx) == (False, False, 0)
        assert waiting(ctx) == ["by_hand"], "now there is something to confirm"
        assert [u.kind for u in undoable(ctx, duty(ctx))] == ["recorded"]
    with owing.read(NOW) as ctx:
        again = (HEAD + f"1201\t{arrived:%d/%m/%Y}\tSở Tư pháp\t45/BC-STP\t29/10/2026\tBáo cáo\n").encode()
        assert [m.sureness for m in reconcile(ctx, again).matches] == ["recorded"]


def cells_of(ctx: Context) -> set[str]:
    groups = heat_map(ctx, PLAN, 2026).groups.values()
    return {cell.key for rows in groups for row in rows if row.code == CODE for cell in row.cells.values()}


def day_said(ctx: Context) -> list[str]:
    """What the day is: in the search, in the ledger, among the papers of the period's file, on the agency's card."""
    (hit,) = search(ctx, Actor("an", "An", "x", roles=frozenset({COORDINATOR})), "45/bc-stp").kinds["documents"]
    (came,) = [e for e in assignment_ledger(ctx, duty(ctx).public_id).agencies[0].events if e.kind == "received"]
    (paper,) = papers_of(ctx, find_period(ctx, PLAN, REPORT, "2026")).received
    (report,) = agency_card(ctx, CODE).reports
    assert ("stated" in cells_of(ctx)) == report.stated, "the map says so too"
    return [hit.note.split("; ")[-2], came.detail.split("; ")[-1], paper.arrived_on, str(report.stated)]


def test_a_day_that_was_only_stated_is_called_so(owing: App) -> None:
    """Nobody has seen the document: the search and the ledger called the agency's day *ngày đến*."""
    say(owing)
    said = "ngày gửi (cơ quan báo)"
    with owing.read(NOW) as ctx:
        assert day_said(ctx) == [f"{said} 30/10/2026", f"{said} 30/10/2026", f"30/10/2026 là {said}", "True"]
    register(owing, "45/BC-STP", "05/11/2026")
    with owing.read(NOW) as ctx:
        assert day_said(ctx) == ["ngày đến 05/11/2026", "ngày đến 05/11/2026", "05/11/2026", "False"]


def test_another_number_in_the_register_takes_its_place_and_its_day(owing: App) -> None:
    say(owing)
    assert register(owing, "54/BC-STP", "12/11/2026") == Recorded(1, 0, [])
    with owing.read(NOW) as ctx:
        assert duty(ctx).first_received_on == date(2026, 11, 12), "a day that was only stated counts no more"
        assert stated_of(ctx) == (False, False, 0)


def test_what_did_not_come_is_owed_again_and_told_once(owing: App) -> None:
    say(owing)
    with owing.write(NOW, "coordinator") as ctx:
        mine = duty(ctx)
        (act,) = undoable(ctx, mine)
        assert (act.kind, act.about) == ("stated", "45/BC-STP")
        for _ in range(2):
            assert undo(ctx, mine.public_id, act.act, "Không có trong sổ văn bản đến") == "stated"
        plan_reminders(ctx)
        assert (mine.state, mine.first_received_on) == (AssignmentState.open, None)
        assert waiting(ctx) == ["not_arrived"], "chased from the next working day"
    with owing.write(MONDAY, "test") as ctx:
        plan_reminders(ctx)
        assert "overdue" in waiting(ctx)
    say(owing)
    with owing.read(NOW) as ctx:
        assert stated_of(ctx) == (True, True, 1), "the same words may be said again"


def test_the_agency_takes_its_word_back(owing: App) -> None:
    sent = say(owing)
    with owing.write(NOW, f"agency:{CODE}") as ctx:
        assert duty_page(ctx, member(ctx), duty(ctx).public_id).asks.recallable == sent
        recall(ctx, member(ctx), sent, "Nhầm số")
        assert duty(ctx).state == AssignmentState.open
        told = select(Message).join(MessageItem, col(MessageItem.message_id) == Message.id)
        kinds = {m.kind for m in ctx.session.exec(told.where(Message.state == MessageState.planned)).all()}
        assert "not_arrived" not in kinds


def test_a_report_by_the_portal_afterwards_keeps_the_day(owing: App) -> None:
    say(owing)
    with owing.write(NOW, f"agency:{CODE}") as ctx:
        mine = duty(ctx)
        submit_report(
            ctx,
            SubmissionDraft(
                agency_id=mine.agency_id,
                assignment_ids=[mine.id or 0],
                form=SubmissionForm.soft,
                channel=SubmissionChannel.portal,
                content={"entries": [], "figures": []},
                idempotency_key="k",
            ),
        )
        assert duty(ctx).first_received_on == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sent_on": date(2026, 11, 20)}, "sau ngày hôm nay"),
        ({"document_on": date(2026, 10, 31)}, "sau ngày gửi"),
        ({"number": " "}, "số, ký hiệu"),
        ({"way": SubmissionChannel.portal}, "đường gửi"),
    ],
)
def test_what_cannot_be_is_refused(owing: App, changes: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        say(owing, replace(SAID, **changes))  # type: ignore[arg-type]


def test_only_what_is_its_own_and_owed(owing: App) -> None:
    say(owing)
    with pytest.raises(Refused, match="thu hồi rồi báo lại"):
        say(owing, replace(SAID, number="46/BC-STP"))
    with owing.write(NOW, "x") as ctx, pytest.raises(NotFound):
        say_sent(ctx, member(ctx, "so-y-te"), duty(ctx).public_id, SAID)
