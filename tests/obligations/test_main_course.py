"""The course of the 2026 report through the services, on SQLite and PostgreSQL."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, StepState, SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, Message, MessageItem, Period, PeriodStep, Submission
from notifications.memory import RecordingChannel
from notifications.message import Mail, Outcome
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_obligation, find_period
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import (
    accept,
    agree_lateness,
    cite_plan,
    exempt,
    extend,
    release_message,
    return_for_changes,
)
from obligations.services.sending.deliver import deliver_due
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.submit import submit_report
from tests.plan197 import PLAN, REPORT, Adopt, hanoi

LATE = hanoi(2026, 11, 19, 9)  # a Thursday, after the due date
EARLY = hanoi(2026, 9, 1, 9)
NEXT_MORNING = hanoi(2026, 11, 20, 8)


def period_of(ctx: Context, obligation: str = REPORT) -> Period:
    return find_period(ctx, PLAN, obligation, "2026")


def assignment_of(ctx: Context, agency_code: str) -> Assignment:
    agency = agency_by_code(ctx, agency_code)
    return ctx.session.exec(
        select(Assignment).where(Assignment.agency_id == agency.id, Assignment.period_id == period_of(ctx).id)
    ).one()


def some_codes(ctx: Context, count: int, kind: str = "government") -> list[str]:
    return list(
        ctx.session.exec(
            select(Agency.code)
            .join(Assignment, col(Assignment.agency_id) == Agency.id)
            .where(Assignment.period_id == period_of(ctx).id, Agency.kind == kind)
            .order_by(col(Agency.position).desc())
            .limit(count)
        ).all()
    )


def submit(
    ctx: Context, code: str, form: SubmissionForm = SubmissionForm.signed, key: str = "k", tell: bool = True
) -> Submitted:
    assignment = assignment_of(ctx, code)
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=form,
        channel=SubmissionChannel.portal,
        content={"entries": [], "figures": []},
        idempotency_key=f"{code}:{key}",
    )
    return submit_report(ctx, draft, tell_agency=tell)


def messages(app: App, **where: str) -> list[Message]:
    with app.read(LATE) as ctx:
        query = select(Message)
        for name, value in where.items():
            query = query.where(getattr(Message, name) == value)
        return list(ctx.session.exec(query).all())


def test_a_period_applied_late_waits_for_the_coordinator(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        period = period_of(ctx)
        assert (period.due_on, period.practical_due_on) == (date(2026, 10, 31), date(2026, 10, 30))
        assert period.needs_confirmation
        assert plan_reminders(ctx).planned == 0
    assert deliver_due(app, lambda: NEXT_MORNING).recorded == 0
    assert messages(app) == []


def test_applying_again_changes_nothing(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.read(LATE) as ctx:
        before = [(p.public_id, p.plan_version) for p in ctx.session.exec(select(Period)).all()]
    adopt(LATE + timedelta(days=1))
    with app.read(LATE) as ctx:
        assert [(p.public_id, p.plan_version) for p in ctx.session.exec(select(Period)).all()] == before


def test_after_confirmation_one_message_for_each_that_owes(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "chuyên viên") as ctx:
        received = some_codes(ctx, 5)
        assigned = len(ctx.session.exec(select(Assignment.id).where(Assignment.period_id == period_of(ctx).id)).all())
        result = confirm_period(ctx, period_of(ctx).id or 0, received)
    assert (result.received, result.planned) == (5, assigned - 5)
    planned = messages(app, state="planned")
    assert len(planned) == assigned - 5
    assert {m.planned_at for m in planned} == {NEXT_MORNING}
    assert max(Counter(m.agency_id for m in planned).values()) == 1

    assert deliver_due(app, lambda: NEXT_MORNING - timedelta(minutes=1)).recorded == 0
    assert deliver_due(app, lambda: NEXT_MORNING).recorded == assigned - 5
    assert deliver_due(app, lambda: NEXT_MORNING).recorded == 0
    with app.write(NEXT_MORNING, "tick") as ctx:
        assert plan_reminders(ctx).planned == 0
        told = set(ctx.session.exec(select(Message.agency_id)).all())
        assert not told & {agency_by_code(ctx, code).id for code in received}
        assert audit.verify(ctx.session) == []


def test_a_confirmation_that_names_a_stranger_is_refused_whole(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with pytest.raises(NotFound, match="khong-co"), app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0, [*some_codes(ctx, 1), "khong-co"])
    with app.read(LATE) as ctx:
        assert period_of(ctx).confirmed_at is None
        assert ctx.session.exec(select(Submission)).all() == []


def test_confirming_twice_is_refused(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
    with pytest.raises(Refused), app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)


def test_the_opening_notice_waits_for_its_basis(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    opening = hanoi(2026, 10, 1, 8)
    with app.write(opening, "test") as ctx:
        assert [o.obligation for o in open_due_periods(ctx)] == [REPORT]
        assert open_due_periods(ctx) == []
        assert not period_of(ctx).needs_confirmation
    assert {m.state for m in messages(app)} == {MessageState.held}
    assert deliver_due(app, lambda: opening).recorded == 0
    with app.write(opening, "test") as ctx:
        assert cite_plan(ctx, find_obligation(ctx, PLAN, "V.b4").id or 0) == len(messages(app))
    assert deliver_due(app, lambda: opening).recorded == len(messages(app))


def test_steps_that_were_missed_collapse_into_one(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    with app.write(hanoi(2026, 10, 1, 8), "test") as ctx:
        open_due_periods(ctx)
    with app.write(hanoi(2026, 10, 30, 9), "test") as ctx:  # T-7, T-1 and T0 have passed unseen
        plan_reminders(ctx)
    kinds = Counter(m.kind for m in messages(app, state="planned"))
    assert set(kinds) == {"today"}
    with app.write(hanoi(2026, 11, 2, 8), "test") as ctx:
        plan_reminders(ctx)
        steps = ctx.session.exec(
            select(PeriodStep).where(PeriodStep.name == "remind", PeriodStep.planned_at <= hanoi(2026, 11, 2, 8))
        ).all()
        assert {s.state for s in steps} == {StepState.done}
    assert len(messages(app, state="cancelled", kind="today")) == kinds["today"], "superseded by the overdue notice"
    assert deliver_due(app, lambda: hanoi(2026, 11, 2, 8)).recorded == 0, "shown first (S3)"


def test_a_signed_report_stops_the_chase_and_a_soft_copy_changes_it(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
        signed, soft = some_codes(ctx, 2)
    with app.write(LATE + timedelta(hours=1), "cơ quan") as ctx:
        assert submit(ctx, signed).receipt_number == "TN-2026-000001"
        submit(ctx, soft, SubmissionForm.soft)
        assert assignment_of(ctx, signed).state == AssignmentState.submitted
        assert assignment_of(ctx, soft).state == AssignmentState.soft_received
        quiet = {assignment_of(ctx, code).agency_id for code in (signed, soft)}
    deliver_due(app, lambda: NEXT_MORNING)
    overdue = [m for m in messages(app, kind="overdue") if m.agency_id in quiet]
    assert {m.state for m in overdue} == {MessageState.cancelled}
    three_days_on = hanoi(2026, 11, 24, 8)
    with app.write(three_days_on, "tick") as ctx:
        plan_reminders(ctx)
    official = messages(app, kind="official_copy")
    assert len(official) == 1
    with app.write(three_days_on + timedelta(days=3), "tick") as ctx:
        plan_reminders(ctx)
    assert len(messages(app, kind="official_copy")) == 1


def test_the_same_key_gives_the_same_receipt_and_a_new_one_a_new_version(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "cơ quan") as ctx:
        code = some_codes(ctx, 1)[0]
        first = submit(ctx, code)
    with app.write(LATE + timedelta(hours=1), "cơ quan") as ctx:
        again = submit(ctx, code)
        second = submit(ctx, code, key="k2")
        states = {s.version: s.state.value for s in ctx.session.exec(select(Submission)).all()}
    assert (again.receipt_number, again.replayed) == (first.receipt_number, True)
    assert second.version == 2
    assert states == {1: "replaced", 2: "submitted"}


def test_returning_asks_again_and_keeps_the_first_date(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        code = some_codes(ctx, 1)[0]
        sent = submit(ctx, code, tell=False)
        return_for_changes(ctx, sent.public_id, assignment_of(ctx, code).public_id, "Thiếu số liệu mục III.2")
        assert assignment_of(ctx, code).state == AssignmentState.returned
        assert assignment_of(ctx, code).first_received_on == LATE.date()
        second = submit(ctx, code, key="k2", tell=False)
        with pytest.raises(Refused, match="thay thế"):
            accept(ctx, sent.public_id, assignment_of(ctx, code).public_id)
        accept(ctx, second.public_id, assignment_of(ctx, code).public_id)
        assert assignment_of(ctx, code).state == AssignmentState.accepted
    assert [m.kind for m in messages(app)] == ["returned"]


def test_an_extension_moves_one_agency_and_its_reminders(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
        code = some_codes(ctx, 1)[0]
        extend(ctx, assignment_of(ctx, code).public_id, date(2026, 12, 6), "12/UBND-KT", date(2026, 11, 19))
        moved = assignment_of(ctx, code)
        assert (moved.due_on, moved.practical_due_on) == (date(2026, 12, 6), date(2026, 12, 4))
        assert period_of(ctx).due_on == date(2026, 10, 31)
        with pytest.raises(Refused, match="văn bản"):
            extend(ctx, moved.public_id, date(2026, 12, 20), " ", date(2026, 11, 19))
    with app.write(hanoi(2026, 11, 25, 8), "tick") as ctx:
        plan_reminders(ctx)
        rows = ctx.session.exec(
            select(MessageItem.step).where(
                MessageItem.assignment_id == assignment_of(ctx, code).id, MessageItem.revision == 2
            )
        ).all()
    assert "T-7" in rows


def test_agreed_lateness_only_pauses(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    with app.write(hanoi(2026, 10, 1, 8), "test") as ctx:
        open_due_periods(ctx)
        code = some_codes(ctx, 1)[0]
        agree_lateness(ctx, assignment_of(ctx, code).public_id, date(2026, 11, 10), "đang trình ký")
        assert assignment_of(ctx, code).due_on == date(2026, 10, 31)
    for day, told in ((hanoi(2026, 10, 29, 8), 0), (hanoi(2026, 11, 10, 8), 0), (hanoi(2026, 11, 11, 8), 1)):
        with app.write(day, "tick") as ctx:
            plan_reminders(ctx)
            agency = assignment_of(ctx, code).agency_id
            found = ctx.session.exec(
                select(Message).where(Message.agency_id == agency, col(Message.kind).in_(("tomorrow", "overdue")))
            ).all()
        assert len(found) == told


def test_an_exempt_agency_hears_nothing_more(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
        code = some_codes(ctx, 1)[0]
        exempt(ctx, assignment_of(ctx, code).public_id, "mới thành lập")
        agency = assignment_of(ctx, code).agency_id
    assert {m.state for m in messages(app) if m.agency_id == agency} == {MessageState.cancelled}


def test_a_leader_is_written_to_only_by_a_person(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
    deliver_due(app, lambda: NEXT_MORNING)
    six_days_on = hanoi(2026, 11, 30, 8)
    with app.write(hanoi(2026, 11, 27, 8), "tick") as ctx:
        assert plan_reminders(ctx).drafts == 0
    with app.write(six_days_on, "tick") as ctx:
        assert plan_reminders(ctx).drafts > 100
        assert plan_reminders(ctx).drafts == 0
    drafts = messages(app, kind="leader")
    assert {m.state for m in drafts} == {MessageState.draft}
    assert deliver_due(app, lambda: six_days_on).recorded == 0
    with app.read(six_days_on) as ctx:
        kinds = {ctx.session.get_one(Agency, m.agency_id).kind for m in drafts}
    assert "party" not in kinds
    with app.write(six_days_on, "lãnh đạo") as ctx:
        release_message(ctx, drafts[0].public_id)
    assert deliver_due(app, lambda: six_days_on).recorded == 1


def test_nothing_goes_at_night_or_on_a_day_off(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    friday_night = hanoi(2026, 11, 20, 18)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
    assert deliver_due(app, lambda: friday_night).recorded == 0
    monday: datetime = hanoi(2026, 11, 23, 8)
    assert deliver_due(app, lambda: hanoi(2026, 11, 21, 9)).recorded == 0
    assert deliver_due(app, lambda: monday).recorded > 100


def test_real_mail_stops_at_the_daily_cap_and_goes_on_tomorrow(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, period_of(ctx).id or 0)
    capped = replace(app, settings=app.settings.model_copy(update={"mail_daily_cap": 10, "mail_per_minute": 100_000}))
    sink = Accepting()
    assert deliver_due(capped, lambda: NEXT_MORNING, channel_for=lambda _: sink).accepted == 10
    assert deliver_due(capped, lambda: NEXT_MORNING, channel_for=lambda _: sink).accepted == 0
    assert deliver_due(capped, lambda: hanoi(2026, 11, 23, 8), channel_for=lambda _: sink).accepted == 10
    assert len({mail.message_id for mail in sink.mails}) == 20


class Accepting(RecordingChannel):
    """A provider that takes everything."""

    def send(self, mail: Mail) -> Outcome:
        """Take it."""
        super().send(mail)
        return Outcome("accepted", phase="accepted")
