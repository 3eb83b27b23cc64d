"""What agencies ask for and say, through the services, on both databases."""

import threading
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, SubmissionChannel, SubmissionForm
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Extension,
    Message,
    MessageItem,
    MoreTimeRequest,
    Submission,
)
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.asks.more_time import (
    answer_by_agreement,
    answer_by_extension,
    ask_more_time,
    refuse_request,
    requests_of,
    waiting_requests,
    withdraw_request,
)
from obligations.services.asks.recall import recall
from obligations.services.asks.signing import promise_signing, signing_until
from obligations.services.asks.view import AsksView
from obligations.services.audit import verify
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import find_period
from obligations.services.reporting.consolidate import build_report
from obligations.services.reviewing.review import accept, return_for_changes
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.render import render_message, rows_of
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import duty_page
from tests.obligations.conftest import LATE
from tests.plan197 import PLAN, REPORT, hanoi

NOW = LATE
MONDAY = hanoi(2026, 11, 23, 9)
CODE = "so-tu-phap"


def duty(ctx: Context, code: str = CODE) -> Assignment:
    query = select(Assignment).join(Agency, col(Assignment.agency_id) == Agency.id).where(Agency.code == code)
    return ctx.session.exec(query.where(Assignment.period_id == find_period(ctx, PLAN, REPORT, "2026").id)).one()


def member(ctx: Context, code: str = CODE) -> Actor:
    agency = ctx.session.exec(select(Agency).where(Agency.code == code)).one()
    return Actor(f"agency:{code}", agency.name, "csrf", agency_id=agency.id)


def asks(ctx: Context) -> AsksView:
    """What the agency may ask for on the page of its duty."""
    return duty_page(ctx, member(ctx), duty(ctx).public_id).asks


def waiting(ctx: Context, code: str = CODE) -> list[str]:
    """Kinds of what is planned for the agency's duty."""
    query = (
        select(Message.kind)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.assignment_id == duty(ctx, code).id, Message.state == MessageState.planned)
    )
    return sorted(ctx.session.exec(query).all())


def ask(app: App, wanted_on: date = date(2026, 11, 30), reason: str = "Chờ số liệu quý III") -> str:
    with app.write(NOW, f"agency:{CODE}") as ctx:
        return ask_more_time(ctx, member(ctx), duty(ctx).public_id, wanted_on, reason, "45/STP-HC ngày 18/11/2026")


def test_a_request_changes_nothing_by_itself_and_is_one_however_often_it_is_sent(owing: App) -> None:
    with owing.read(NOW) as ctx:
        before = waiting(ctx)
    assert ask(owing) == ask(owing)
    with pytest.raises(Refused, match="đang chờ trả lời"):
        ask(owing, date(2026, 12, 1))
    with owing.read(NOW) as ctx:
        assert waiting(ctx) == before == ["overdue"]
        (row,) = waiting_requests(ctx)
        assert (row.agency, row.wanted_on, row.state) == ("Sở Tư pháp", date(2026, 11, 30), "open")
        assert duty(ctx).due_on == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("wanted_on", "reason", "said"),
    [
        (date(2026, 11, 19), "x", "sau ngày 19/11/2026"),
        (date(2027, 11, 30), "x", "180 ngày"),
        (date(2026, 11, 30), "  ", "lý do"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(owing: App, wanted_on: date, reason: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        ask(owing, wanted_on, reason)
    with owing.read(NOW) as ctx:
        assert waiting_requests(ctx) == []


def test_nobody_asks_in_anothers_name(owing: App) -> None:
    request = ask(owing)
    with pytest.raises(NotFound), owing.write(NOW, "agency:so-y-te") as ctx:
        ask_more_time(ctx, member(ctx, "so-y-te"), duty(ctx).public_id, date(2026, 11, 30), "x")
    with pytest.raises(NotFound), owing.write(NOW, "agency:so-y-te") as ctx:
        withdraw_request(ctx, member(ctx, "so-y-te"), request)
    with pytest.raises(NotFound), owing.write(NOW, "agency:so-y-te") as ctx:
        promise_signing(ctx, member(ctx, "so-y-te"), duty(ctx).public_id, date(2026, 11, 20))


def test_an_extension_answers_it_and_moves_the_due_day(owing: App) -> None:
    request = ask(owing)
    with owing.write(NOW, "cv") as ctx:
        answer_by_extension(ctx, request, date(2026, 11, 30), "99/UBND-TH", date(2026, 11, 19))
    with owing.read(NOW) as ctx:
        assert duty(ctx).due_on == date(2026, 11, 30)
        assert [e.document_number for e in ctx.session.exec(select(Extension)).all()] == ["99/UBND-TH"]
        assert waiting(ctx) == ["extended"]
        (row,) = requests_of(ctx, duty(ctx).id or 0)
        assert (row.state, row.answered_by) == ("extended", "cv")
        assert verify(ctx.session) == []


def test_agreed_lateness_answers_it_and_only_rests_the_chasing(owing: App) -> None:
    request = ask(owing)
    with owing.write(NOW, "cv") as ctx:
        answer_by_agreement(ctx, request, date(2026, 11, 27))
    with owing.read(NOW) as ctx:
        assert duty(ctx).due_on == date(2026, 10, 31)
        (agreed,) = ctx.session.exec(select(AgreedLateness)).all()
        assert (agreed.until_on, agreed.reason) == (date(2026, 11, 27), "Chờ số liệu quý III")
        assert waiting(ctx) == ["agreed_late"]


def test_a_refusal_is_told_once_with_its_reason_and_the_chasing_goes_on(owing: App) -> None:
    request = ask(owing)
    with pytest.raises(Refused, match="lý do"), owing.write(NOW, "cv") as ctx:
        refuse_request(ctx, request, " ")
    with owing.write(NOW, "cv") as ctx:
        refuse_request(ctx, request, "Phải báo cáo UBND tỉnh trước ngày 25/11")
    for again in (
        lambda ctx: refuse_request(ctx, request, "x"),
        lambda ctx: answer_by_agreement(ctx, request, date(2026, 11, 27)),
        lambda ctx: withdraw_request(ctx, member(ctx), request),
    ):
        with pytest.raises(Refused, match="đã được trả lời"), owing.write(NOW, "cv") as ctx:
            again(ctx)
    with owing.read(NOW) as ctx:
        assert waiting(ctx) == ["more_time_refused", "overdue"]
    assert ask(owing, date(2026, 12, 1)), "another request may follow"


def test_two_members_asking_at_once_make_one_request(owing: App) -> None:
    results: list[object] = []
    start = threading.Barrier(2)

    def one(day: int) -> None:
        start.wait()
        try:
            results.append(ask(owing, date(2026, 12, day)))
        except Refused as error:
            results.append(error)

    threads = [threading.Thread(target=one, args=(day,)) for day in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(isinstance(r, Refused) for r in results) == [False, True]
    with owing.read(NOW) as ctx:
        assert len(ctx.session.exec(select(MoreTimeRequest)).all()) == 1


def test_a_promise_to_sign_rests_the_chasing_and_then_one_notice_goes(owing: App) -> None:
    with owing.write(NOW, f"agency:{CODE}") as ctx:
        assert asks(ctx).may_sign_until == date(2026, 11, 26)
        promise_signing(ctx, member(ctx), duty(ctx).public_id, date(2026, 11, 20))
        promise_signing(ctx, member(ctx), duty(ctx).public_id, date(2026, 11, 20))
        assert waiting(ctx) == []
        assert signing_until(ctx, [duty(ctx).id or 0]) == {duty(ctx).id: date(2026, 11, 20)}
        assert duty(ctx).state == AssignmentState.open, "it is no submission"
    with owing.write(hanoi(2026, 11, 20, 15), "tick") as ctx:
        plan_reminders(ctx)
        assert waiting(ctx) == []
    with owing.write(MONDAY, "tick") as ctx:
        plan_reminders(ctx)
        assert waiting(ctx) == ["overdue"]
        assert signing_until(ctx, [duty(ctx).id or 0]) == {}
        promise_signing(ctx, member(ctx), duty(ctx).public_id, date(2026, 11, 27))
        assert waiting(ctx) == []
    with pytest.raises(Refused, match="02 lần"), owing.write(hanoi(2026, 11, 30, 9), "x") as ctx:
        promise_signing(ctx, member(ctx), duty(ctx).public_id, date(2026, 12, 1))


def test_who_has_sent_promises_nothing(owing: App) -> None:
    sent(owing)
    with pytest.raises(Refused, match="đã gửi"), owing.write(NOW, "x") as ctx:
        promise_signing(ctx, member(ctx), duty(ctx).public_id, date(2026, 11, 20))
    with owing.read(NOW) as ctx:
        assert (asks(ctx).may_sign_until, asks(ctx).may_ask) == (None, False)


def sent(app: App, form: SubmissionForm = SubmissionForm.signed, key: str = "portal:1") -> str:
    with app.write(NOW, f"agency:{CODE}") as ctx:
        row = duty(ctx)
        draft = SubmissionDraft(
            agency_id=row.agency_id,
            assignment_ids=[row.id or 0],
            form=form,
            channel=SubmissionChannel.portal,
            content={"entries": [], "figures": []},
            idempotency_key=key,
            document_number="45/BC-STP",
            document_on=date(2026, 11, 18),
        )
        return submit_report(ctx, draft).public_id


def test_a_recalled_report_is_owed_again_and_chased_from_the_next_working_day(owing: App) -> None:
    submission = sent(owing)
    with owing.write(NOW, f"agency:{CODE}") as ctx:
        assert asks(ctx).recallable == submission
        assert recall(ctx, member(ctx), submission, "Gửi nhầm số liệu") == [duty(ctx).public_id]
        assert recall(ctx, member(ctx), submission, "Gửi nhầm số liệu") == [duty(ctx).public_id], "twice is once"
        row = duty(ctx)
        assert (row.state, row.first_received_on, row.completed_at) == (AssignmentState.open, None, None)
        plan_reminders(ctx)
        assert waiting(ctx) == ["recalled"], "the coordinator sees it first; no receipt for what was taken back"
        text = said(ctx)
        assert "Thời điểm thu hồi: 09 giờ 00 phút, thứ Năm, 19/11/2026 Lý do đã nêu: Gửi nhầm số liệu" in text
        assert "Tình trạng: chưa gửi Hạn theo văn bản: trước ngày 01/11" in text
        assert "Việc nhắc được tiếp tục từ ngày làm việc tiếp theo" in text
    with owing.write(NOW + timedelta(days=1), "tick") as ctx:
        plan_reminders(ctx)
        assert waiting(ctx).count("overdue") == 1
        report = build_report(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
        assert "45/BC-STP" not in repr(report), "what was taken back is in no report"
        assert verify(ctx.session) == []
    again = sent(owing, key="portal:2")
    with owing.read(NOW) as ctx:
        rows = {s.public_id: s for s in ctx.session.exec(select(Submission)).all()}
        assert rows[submission].state == "recalled"
        assert (rows[again].version, rows[again].state) == (2, "submitted"), "a number never means two reports"


def test_a_recall_says_which_report_stands_again_and_is_silent_once_another_came(owing: App) -> None:
    first, second = sent(owing), sent(owing, SubmissionForm.soft, "portal:2")
    with owing.write(NOW, f"agency:{CODE}") as ctx:
        recall(ctx, member(ctx), second, "Gửi nhầm tệp")
        receipt = ctx.session.exec(select(Submission.receipt_number).where(Submission.public_id == first)).one()
        assert f"Báo cáo có hiệu lực trở lại: số xác nhận {receipt} Tình trạng: đã gửi" in said(ctx)
        recall(ctx, member(ctx), first, "Gửi nhầm cả bản trước")
    sent(owing, key="portal:3")
    deliver_due(owing, lambda: NOW)
    with owing.read(NOW) as ctx:
        query = select(Message.state).where(Message.kind == "recalled").order_by(col(Message.id))
        assert list(ctx.session.exec(query)) == [MessageState.recorded, MessageState.cancelled], "it is owed no more"


def said(ctx: Context) -> str:
    """The newest receipt for a recall, in one line."""
    query = select(Message).where(Message.kind == "recalled").order_by(col(Message.id).desc())
    notice = ctx.session.exec(query).first()
    assert notice is not None
    return " ".join(render_message(ctx, notice, rows_of(ctx, notice), link=None).text.split())


def test_what_others_have_built_on_is_not_recalled(owing: App) -> None:
    submission = sent(owing)
    with owing.write(NOW, "cv") as ctx:
        accept(ctx, submission, duty(ctx).public_id)
        assert asks(ctx).recallable is None
    with pytest.raises(Refused, match="đủ điều kiện tổng hợp"), owing.write(NOW, "x") as ctx:
        recall(ctx, member(ctx), submission, "x")
    with pytest.raises(NotFound), owing.write(NOW, "x") as ctx:
        recall(ctx, member(ctx, "so-y-te"), submission, "x")


def test_a_returned_report_may_be_recalled(owing: App) -> None:
    submission = sent(owing)
    with owing.write(NOW, "cv") as ctx:
        return_for_changes(ctx, submission, duty(ctx).public_id, "Bổ sung số liệu")
        recall(ctx, member(ctx), submission, "Làm lại từ đầu")
        assert duty(ctx).state == AssignmentState.open
