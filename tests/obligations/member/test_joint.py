"""One report for two plans: one receipt, two reviews, each consolidation with its own part; on both databases."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm, SubmissionState
from models.tables import Assignment, Message, MessageItem, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.asks.joint import join_report, joint_rows
from obligations.services.asks.recall import recall
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.build_report import build_report
from obligations.services.reviewing.review import accept, return_for_changes
from obligations.services.reviewing.undo import undo, undoable
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import receipt_page
from obligations.services.views_shared import versions_of
from plans.schema import PlanFile
from tests.obligations.small_world import DUTY, PLAN, settle, small_plan
from tests.plan197 import hanoi

OPENED, NOW, LATER = hanoi(2026, 10, 1, 9), hanoi(2026, 11, 5, 9), hanoi(2026, 11, 6, 9)
OTHER = "mau-hai"


def ask_twice(app: App, folder: Path) -> None:
    """Two plans that ask the same three departments."""
    for slug in (PLAN, OTHER):
        head = {"slug": slug, "number": f"{slug}/KH", "citation": f"KH {slug}"}
        settle(app, folder, PlanFile.model_validate(small_plan().model_dump(mode="json") | head))
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Asked twice; Sở A has reported for the first."""
    ask_twice(app, tmp_path)
    with app.write(NOW, "agency:so-a") as ctx:
        send(ctx, duty(ctx, PLAN), "Phần một.")
    return app


def duty(ctx: Context, plan: str, code: str = "so-a") -> Assignment:
    period, agency = find_period(ctx, plan, DUTY, "2026"), agency_by_code(ctx, code)
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == agency.id)
    return ctx.session.exec(query).one()


def said(text: str) -> dict[str, Any]:
    entry = {"clause": "II.a", "result": text, "difficulty": "", "proposal": "", "nil": False}
    figure = {"clause": "II.a", "name": text, "unit": "việc", "value": "1", "note": ""}
    return {"entries": [entry], "figures": [figure]}


def send(ctx: Context, row: Assignment, text: str, form: SubmissionForm = SubmissionForm.signed) -> str:
    draft = SubmissionDraft(
        row.agency_id, [row.id or 0], form, SubmissionChannel.portal, said(text), f"{row.id}:{text}:{ctx.as_of}",
        document_number="45/BC", document_on=date(2026, 11, 4),
    )  # fmt: skip
    return submit_report(ctx, draft).public_id


def clerk(ctx: Context, code: str = "so-a") -> Actor:
    return Actor(f"agency:{code}", code, csrf="", agency_id=agency_by_code(ctx, code).id)


def join(app: App, part: str = "Phần hai.", code: str = "so-a") -> str:
    with app.write(LATER, f"agency:{code}") as ctx:
        row = duty(ctx, OTHER, code)
        chosen = joint_rows(ctx, clerk(ctx, code), row)[0].submission
        return join_report(ctx, clerk(ctx, code), row.public_id, chosen, said(part)).public_id


def consolidated(app: App, plan: str) -> tuple[list[str], list[str], list[str]]:
    """What a consolidated report takes over: texts, figures, who has sent."""
    with app.read(LATER) as ctx:
        report = build_report(ctx, find_period(ctx, plan, DUTY, "2026").id or 0)
    texts = [entry.result for section in report.sections for entry in section.entries]
    return texts, [figure.name for figure in report.figures], [row.agency for row in report.received]


def test_one_receipt_and_each_report_takes_its_own_part_once(office: App) -> None:
    public_id = join(office)
    assert consolidated(office, PLAN) == (["Phần một."], ["Phần một."], ["Sở A"])
    assert consolidated(office, OTHER) == (["Phần hai."], ["Phần hai."], ["Sở A"])
    with office.read(LATER) as ctx:
        assert len(ctx.session.exec(select(Submission)).all()) == 1
        receipt = receipt_page(ctx, clerk(ctx), public_id)
        assert len(receipt.duties) == 2
        second = duty(ctx, OTHER)
        assert second.state == AssignmentState.submitted
        assert second.first_received_on == NOW.date(), "the document arrived when it arrived"
        assert [e["result"] for e in versions_of(ctx, second.id or 0)[0].entries] == ["Phần hai."]
        assert verify(ctx.session) == []


def test_nobody_is_nagged_for_what_came_in_a_joint_report(office: App) -> None:
    with office.write(NOW, "tick") as ctx:
        plan_reminders(ctx)
    join(office)
    with office.write(LATER, "tick") as ctx:
        plan_reminders(ctx)
    with office.read(LATER) as ctx:
        query = select(Message.kind).join(MessageItem).where(MessageItem.assignment_id == duty(ctx, OTHER).id)
        waiting = ctx.session.exec(query.where(col(Message.state).in_(("planned", "retry")))).all()
    assert set(waiting) <= {"received"}


def test_it_is_offered_where_it_can_be_and_nowhere_else(office: App) -> None:
    with office.read(LATER) as ctx:
        assert [row.receipt_number for row in joint_rows(ctx, clerk(ctx), duty(ctx, OTHER))] == ["TN-2026-000001"]
        assert joint_rows(ctx, clerk(ctx), duty(ctx, PLAN)) == [], "its own"
        assert joint_rows(ctx, clerk(ctx, "so-b"), duty(ctx, OTHER, "so-b")) == [], "another agency's"
    with office.write(LATER, "test") as ctx:
        send(ctx, duty(ctx, OTHER), "Riêng.")
        assert joint_rows(ctx, clerk(ctx), duty(ctx, OTHER)) == [], "sent on its own"


def test_twice_is_once_and_foreign_ones_are_not_found(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        again = join_report(ctx, clerk(ctx), duty(ctx, OTHER).public_id, public_id, said("Khác."))
        assert again.replayed
        links = ctx.session.exec(select(SubmissionAssignment)).all()
        assert len(links) == 2
    with office.write(LATER, "agency:so-b") as ctx:
        with pytest.raises(NotFound):
            join_report(ctx, clerk(ctx, "so-b"), duty(ctx, OTHER, "so-b").public_id, public_id, said("Lạ."))
        with pytest.raises(NotFound):
            join_report(ctx, clerk(ctx, "so-b"), duty(ctx, OTHER).public_id, public_id, said("Lạ."))


def test_what_cannot_be_joined_is_refused(office: App) -> None:
    with office.write(LATER, "agency:so-a") as ctx:
        sent = ctx.session.exec(select(Submission)).one()
        send(ctx, duty(ctx, OTHER), "Riêng.")
        with pytest.raises(Refused, match="đã có lần gửi"):
            join_report(ctx, clerk(ctx), duty(ctx, OTHER).public_id, sent.public_id, said("Phần hai."))


def test_a_later_version_for_one_leaves_the_other(office: App) -> None:
    join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        send(ctx, duty(ctx, PLAN), "Phần một, sửa.")
    assert consolidated(office, PLAN)[0] == ["Phần một, sửa."]
    assert consolidated(office, OTHER)[0] == ["Phần hai."]
    with office.read(LATER) as ctx:
        assert [v.state for v in versions_of(ctx, duty(ctx, PLAN).id or 0)] == ["submitted", "replaced"]
        assert [v.state for v in versions_of(ctx, duty(ctx, OTHER).id or 0)] == ["submitted"]
    with office.write(LATER, "agency:so-a") as ctx:
        send(ctx, duty(ctx, OTHER), "Phần hai, sửa.")
        first = ctx.session.exec(select(Submission).order_by(col(Submission.id))).first()
        assert first is not None
        assert first.state == SubmissionState.replaced, "it serves nobody any more"
    assert consolidated(office, OTHER)[0] == ["Phần hai, sửa."]


def test_each_is_reviewed_on_its_own(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "lan") as ctx:
        one, two = duty(ctx, PLAN), duty(ctx, OTHER)
        accept(ctx, public_id, one.public_id)
        return_for_changes(ctx, public_id, two.public_id, "Thiếu số liệu.")
    with office.read(LATER) as ctx:
        assert duty(ctx, PLAN).state == AssignmentState.accepted
        assert duty(ctx, OTHER).state == AssignmentState.returned
        assert [v.state for v in versions_of(ctx, duty(ctx, PLAN).id or 0)] == ["accepted"]
        assert [v.state for v in versions_of(ctx, duty(ctx, OTHER).id or 0)] == ["returned"]
    with office.write(LATER, "lan") as ctx:
        two = duty(ctx, OTHER)
        undo(ctx, two.public_id, undoable(ctx, two)[0].act, "Nhầm đầu việc")
    with office.read(LATER) as ctx:
        assert duty(ctx, PLAN).state == AssignmentState.accepted
        assert duty(ctx, OTHER).state == AssignmentState.submitted


def test_one_that_was_replaced_is_reviewed_no_more_for_that_duty(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        send(ctx, duty(ctx, PLAN), "Phần một, sửa.")
    with office.write(LATER, "lan") as ctx:
        with pytest.raises(Refused, match="thay thế"):
            accept(ctx, public_id, duty(ctx, PLAN).public_id)
        accept(ctx, public_id, duty(ctx, OTHER).public_id)


def test_taken_back_it_serves_neither_and_both_are_owed(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        assert len(recall(ctx, clerk(ctx), public_id, "Gửi nhầm")) == 2
    with office.read(LATER) as ctx:
        assert {duty(ctx, plan).state for plan in (PLAN, OTHER)} == {AssignmentState.open}
    assert consolidated(office, OTHER)[0] == []


def test_after_a_newer_one_is_taken_back_the_joint_one_stands_again(office: App) -> None:
    join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        newer = send(ctx, duty(ctx, PLAN), "Phần một, sửa.")
    with office.write(LATER, "agency:so-a") as ctx:
        recall(ctx, clerk(ctx), newer, "Gửi nhầm")
    assert consolidated(office, PLAN)[0] == ["Phần một."]
    assert consolidated(office, OTHER)[0] == ["Phần hai."]


def test_recalling_leaves_a_duty_that_has_a_newer_version(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "agency:so-a") as ctx:
        send(ctx, duty(ctx, PLAN), "Phần một, sửa.")
    with office.write(LATER, "agency:so-a") as ctx:
        assert recall(ctx, clerk(ctx), public_id, "Sai phần hai") == [duty(ctx, OTHER).public_id]
    with office.read(LATER) as ctx:
        assert duty(ctx, PLAN).state == AssignmentState.submitted
        assert duty(ctx, OTHER).state == AssignmentState.open
    assert consolidated(office, PLAN)[0] == ["Phần một, sửa."]


def test_a_joint_soft_copy_waits_for_the_signed_one_for_each(office: App) -> None:
    with office.write(LATER, "agency:so-b") as ctx:
        send(ctx, duty(ctx, PLAN, "so-b"), "Bản mềm.", SubmissionForm.soft)
    join(office, code="so-b")
    with office.read(LATER) as ctx:
        assert {duty(ctx, plan, "so-b").state for plan in (PLAN, OTHER)} == {AssignmentState.soft_received}


def test_a_document_from_before_the_period_answers_nothing_of_it(office: App) -> None:
    with office.write(LATER, "agency:so-a") as ctx:
        row, sent = duty(ctx, OTHER), ctx.session.exec(select(Submission)).one()
        ctx.session.get_one(Period, row.period_id).opens_on = sent.arrived_on + timedelta(days=1)
        ctx.session.flush()
        assert joint_rows(ctx, clerk(ctx), row) == []
        with pytest.raises(Refused, match=r"trước khi đầu việc này được giao, mở kỳ .ngày 06/11/2026"):
            join_report(ctx, clerk(ctx), row.public_id, sent.public_id, said("Phần hai."))


def test_a_duty_needs_a_part_of_its_own_or_the_word_of_the_agency(office: App) -> None:
    nothing: dict[str, Any] = {"entries": [], "figures": []}
    with office.write(LATER, "agency:so-a") as ctx:
        row, sent = duty(ctx, OTHER), ctx.session.exec(select(Submission)).one()
        with pytest.raises(Refused, match="Chưa có phần riêng"):
            join_report(ctx, clerk(ctx), row.public_id, sent.public_id, nothing)
        assert row.state == AssignmentState.open
        join_report(ctx, clerk(ctx), row.public_id, sent.public_id, nothing, in_document=True)
        assert row.state == AssignmentState.submitted


def test_the_receipt_says_each_duty_with_its_own_day(office: App) -> None:
    public_id = join(office)
    with office.write(LATER, "test") as ctx:
        duty(ctx, OTHER).due_on = date(2026, 11, 20)
    with office.read(LATER) as ctx:
        receipt = receipt_page(ctx, clerk(ctx), public_id)
    assert [d.due_on for d in receipt.each] == [date(2026, 10, 30), date(2026, 11, 20)]
    assert all(d.name.endswith(", năm 2026") for d in receipt.each)
