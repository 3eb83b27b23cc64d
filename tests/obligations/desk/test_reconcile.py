"""Recording what a register shows, with plan 197 and the real registry, on both databases."""

import random
import time
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, Message, MessageItem, Receipt, Submission
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.desk.reconcile import Reconciliation, Recorded, reconcile, record_matches
from obligations.services.lookup import find_period
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.obligations.conftest import LATE
from tests.obligations.desk.incoming_book import Line, book, pasted
from tests.plan197 import PLAN, REPORT
from tests.statements import statements

NOW = LATE


@pytest.fixture
def period(owing: App) -> str:
    """The confirmed 2026 period, overdue notices planned for everybody."""
    with owing.read(NOW) as ctx:
        return find_period(ctx, PLAN, REPORT, "2026").public_id


def who_owes(ctx: Context) -> list[tuple[str, str, str]]:
    """(code, name, short name) of who owes the report."""
    query = (
        select(Agency.code, Agency.name, Agency.short_name)
        .join(Assignment, col(Assignment.agency_id) == Agency.id)
        .where(
            Assignment.period_id == find_period(ctx, PLAN, REPORT, "2026").id, Assignment.state == AssignmentState.open
        )
    )
    return list(ctx.session.exec(query.order_by(col(Agency.position))).all())


def take(
    app: App, content: bytes, period: str, chosen: dict[int, str] | None = None
) -> tuple[Reconciliation, Recorded]:
    with app.write(NOW, "văn thư") as ctx:
        found = reconcile(ctx, content, None, period)
        return found, record_matches(ctx, found, [m.row.line for m in found.of("sure")], chosen or {})


def assignment_of(ctx: Context, code: str) -> Assignment:
    query = select(Assignment).join(Agency, col(Assignment.agency_id) == Agency.id).where(Agency.code == code)
    return ctx.session.exec(query.where(Assignment.period_id == find_period(ctx, PLAN, REPORT, "2026").id)).one()


def judged(found: Reconciliation, lines: list[Line], codes: dict[str, str]) -> tuple[int, int, int]:
    """Sure and right, sure and wrong, and reports that cite the plan."""
    right = wrong = 0
    answers = {n: line.answers for n, line in enumerate(lines, 2)}
    for match in found.of("sure"):
        is_right = codes[match.owed[0]] == answers[match.row.line]
        right, wrong = right + is_right, wrong + (not is_right)
    return right, wrong, sum(line.cites for line in lines)


@pytest.mark.parametrize("seed", range(5))
def test_a_book_of_150_is_matched_without_one_wrong_sure_row(app: App, period: str, seed: int) -> None:
    with app.read(NOW) as ctx:
        agencies = who_owes(ctx)
        codes = dict(
            ctx.session.exec(
                select(Assignment.public_id, Agency.code).join(Agency, col(Assignment.agency_id) == Agency.id)
            ).all()
        )
        lines = book(agencies, 140, seed)
        began = time.perf_counter()
        with statements(app.database, begins="SELECT") as asked:
            found = reconcile(ctx, pasted(lines), None, period)
        spent = time.perf_counter() - began
    right, wrong, citing = judged(found, lines, codes)
    assert len(lines) == 150
    assert wrong == 0
    assert right >= 0.9 * citing, f"{right} of {citing}"
    assert not found.register.wrong
    assert len(asked) == 4, "whatever the number of rows"
    assert spent < 20, "a person waits for it"


def test_one_click_records_the_sure_rows_and_nobody_of_them_is_chased(app: App, period: str) -> None:
    with app.read(NOW) as ctx:
        lines = book(who_owes(ctx), 60, 7)
    found, done = take(app, pasted(lines), period)
    assert done.reports == len(found.of("sure")) > 40
    assert done.refused == []
    with app.read(NOW) as ctx:
        keys = [m.owed[0] for m in found.of("sure")]
        rows = ctx.session.exec(select(Assignment).where(col(Assignment.public_id).in_(keys))).all()
        assert {a.state for a in rows} == {AssignmentState.submitted}
        by_key = {a.public_id: a for a in rows}
        for match in found.of("sure"):
            assert by_key[match.owed[0]].first_received_on == match.row.arrived_on, "lateness goes by ngày đến"
        waiting = (
            select(Message.kind)
            .join(MessageItem, col(MessageItem.message_id) == Message.id)
            .where(col(MessageItem.assignment_id).in_([a.id for a in rows]), Message.state == MessageState.planned)
        )
        assert set(ctx.session.exec(waiting).all()) == {"by_hand"}, "only the word of what was recorded"
        for submission in ctx.session.exec(select(Submission)).all():
            assert (submission.form, submission.channel) == (SubmissionForm.signed, SubmissionChannel.document_system)
            assert submission.recorded_by == "văn thư"
            assert submission.incoming_number
        assert verify(ctx.session) == []
    with app.write(NOW + timedelta(days=1), "test") as ctx:
        plan_reminders(ctx)
        assert set(ctx.session.exec(waiting).all()) == {"by_hand"}


def test_the_same_register_twice_records_nothing_twice(app: App, period: str) -> None:
    with app.read(NOW) as ctx:
        lines = book(who_owes(ctx), 30, 11)
    first, done = take(app, pasted(lines), period)
    again, nothing = take(app, pasted(lines), period)
    assert (nothing.reports, nothing.arrivals) == (0, 0)
    assert len(again.of("recorded")) == done.reports
    with app.write(NOW, "văn thư") as ctx:  # the very page of the first click, sent once more
        late = record_matches(ctx, again, [m.row.line for m in first.of("sure")], {})
        assert (late.reports, late.arrivals) == (0, 0)
        assert len(ctx.session.exec(select(Submission)).all()) == done.reports


def line(number: str, author: str, **more: str) -> bytes:
    cells = {"Số đến": "12", "Ngày đến": "30/10/2026", "Nơi gửi": author, "Số ký hiệu": number, **more}
    cells.setdefault("Trích yếu", "Báo cáo kết quả thực hiện Kế hoạch số 197/KH-UBND năm 2026")
    return ("\t".join(cells) + "\n" + "\t".join(cells.values())).encode()


def test_a_document_that_came_by_the_portal_and_by_the_system_is_one_report(app: App, period: str) -> None:
    with app.write(NOW, "agency:so-tu-phap") as ctx:
        owed = assignment_of(ctx, "so-tu-phap")
        draft = SubmissionDraft(
            agency_id=owed.agency_id,
            assignment_ids=[owed.id or 0],
            form=SubmissionForm.signed,
            channel=SubmissionChannel.portal,
            content={"entries": [], "figures": []},
            idempotency_key="portal:x",
            document_number="45/BC-STP",
            document_on=date(2026, 10, 29),
        )
        submit_report(ctx, draft)
        assert assignment_of(ctx, "so-tu-phap").first_received_on == date(2026, 11, 19)
    for _ in range(2):
        _, done = take(app, line("045/BC-STP", "Sở Tư pháp"), period)
    assert (done.reports, done.arrivals) == (0, 0)
    with app.read(NOW) as ctx:
        assert len(ctx.session.exec(select(Submission)).all()) == 1
        assert len(ctx.session.exec(select(Receipt)).all()) == 2
        owed = assignment_of(ctx, "so-tu-phap")
        assert owed.first_received_on == date(2026, 10, 30), "the first recipient's date stands"
        assert owed.first_received_at is None


def test_a_person_decides_what_is_doubtful_and_a_stale_choice_is_refused(app: App, period: str) -> None:
    content = line("9/BC-UBND", "Phòng Kinh tế UBND xã nào đó")
    with app.read(NOW) as ctx:
        code, name, _ = who_owes(ctx)[0]
        key = assignment_of(ctx, code).public_id
        found = reconcile(ctx, content, None, period)
    (match,) = found.matches
    assert match.sureness in ("doubtful", "unmatched")
    _, refused = take(app, content, period, {match.row.line: "không có đầu việc này"})
    assert (refused.reports, list(refused.refused)) == (0, [match.row.line])
    _, done = take(app, content, period, {match.row.line: found.labels[key]})
    assert done.reports == 1
    assert name in found.labels[key]
    with app.read(NOW) as ctx:
        assert assignment_of(ctx, code).state == AssignmentState.submitted


def test_a_duty_that_was_met_between_looking_and_clicking_is_left_alone(app: App, period: str) -> None:
    content = line("45/BC-STP", "Sở Tư pháp")
    with app.read(NOW) as ctx:
        seen = [m.row.line for m in reconcile(ctx, content, None, period).of("sure")]
    assert seen
    take(app, line("44/BC-STP", "Sở Tư pháp", **{"Số đến": "11"}), period)
    with app.write(NOW, "văn thư") as ctx:
        done = record_matches(ctx, reconcile(ctx, content, None, period), seen, {})
        assert (done.reports, list(done.refused)) == (0, seen)


def test_former_names_lead_to_the_body_of_today(app: App, period: str) -> None:
    with app.read(NOW) as ctx:
        found = reconcile(ctx, line("45/BC-STNMT", "Sở Tài nguyên và Môi trường"), None, period)
        (match,) = found.matches
        assert match.sureness == "sure"
        assert found.labels[match.owed[0]].startswith("Sở Nông nghiệp và Môi trường")


def test_order_of_columns_and_rows_changes_nothing(app: App, period: str) -> None:
    with app.read(NOW) as ctx:
        lines = book(who_owes(ctx), 20, 3)
        straight = reconcile(ctx, pasted(lines), None, period)
        order = random.Random(1).sample(range(7), 7)
        header = ("STT", "Số đến", "Ngày đến", "Nơi gửi", "Số, ký hiệu", "Ngày VB", "Trích yếu")
        turned = [Line(tuple(entry.cells[n] for n in order), entry.answers, entry.cites) for entry in lines]
        other = reconcile(ctx, pasted(turned, [header[n] for n in order]), None, period)
    assert [(m.sureness, m.owed) for m in other.matches] == [(m.sureness, m.owed) for m in straight.matches]
