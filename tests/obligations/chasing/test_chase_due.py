"""A chase looks only at what has come due by its moment; looking at everything must never find more."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col, select

from calendars.working_days import load_calendar
from models.engine import open_database
from models.enums import AssignmentState, Audience, MessageState, SubmissionChannel, SubmissionForm
from models.period import AT_ONCE
from models.tables import Assignment, Contact, Message, Submission, metadata
from obligations.errors import Refused
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.planning.rehearse import rehearse
from obligations.services.reviewing.review import agree_lateness, exempt, extend, return_for_changes
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.settings import Settings
from tests import builders as build
from tests.plan197 import hanoi

START = hanoi(2026, 10, 12, 8)
AGENCIES = 3


@contextmanager
def world() -> Iterator[App]:
    """Three agencies owe one report by 30/10/2026; each has a clerk's and a leader's mailbox."""
    app = App(Settings(home=Path("unused"), secret_key="a test key"), open_database("sqlite://"), load_calendar())
    metadata.create_all(app.database.engine)
    with app.write(START, "test") as ctx:
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, build.add_plan(ctx.session)))
        for _ in range(AGENCIES):
            agency = build.add_agency(ctx.session)
            build.add_contact(ctx.session, agency)
            build.add_contact(ctx.session, agency, Audience.leader)
            build.add_assignment(ctx.session, period, agency)
    yield app
    app.close()


def _submit(form: SubmissionForm) -> Callable[[Context, Assignment], None]:
    def act(ctx: Context, assignment: Assignment) -> None:
        draft = SubmissionDraft(
            agency_id=assignment.agency_id,
            assignment_ids=[assignment.id or 0],
            form=form,
            channel=SubmissionChannel.portal,
            content={"entries": [], "figures": []},
            idempotency_key=f"{assignment.id}:{ctx.as_of.isoformat()}",
        )
        submit_report(ctx, draft)

    return act


def _return(ctx: Context, assignment: Assignment) -> None:
    if assignment.state == AssignmentState.submitted:
        newest = select(Submission).where(Submission.agency_id == assignment.agency_id)
        submission = ctx.session.exec(newest.order_by(col(Submission.id).desc())).first()
        assert submission is not None
        return_for_changes(ctx, submission.public_id, assignment.public_id, "bổ sung số liệu")


def _extend(ctx: Context, assignment: Assignment) -> None:
    extend(ctx, assignment.public_id, assignment.due_on + timedelta(days=9), "12/UBND", ctx.today)


def _agree(ctx: Context, assignment: Assignment) -> None:
    agree_lateness(ctx, assignment.public_id, ctx.today + timedelta(days=5), "đang trình ký")


def _exempt(ctx: Context, assignment: Assignment) -> None:
    exempt(ctx, assignment.public_id, "giải thể")


def _snooze(ctx: Context, assignment: Assignment) -> None:
    assignment.snoozed_until = ctx.today + timedelta(days=4)
    ctx.session.flush()


def _lose_address(ctx: Context, assignment: Assignment) -> None:
    for contact in ctx.session.exec(select(Contact).where(Contact.agency_id == assignment.agency_id)).all():
        contact.removed_at = None if contact.removed_at else ctx.as_of
    ctx.session.flush()


def _send(ctx: Context, _: Assignment) -> None:
    rehearse(ctx, room=1000)


ACTS = (
    _submit(SubmissionForm.soft),
    _submit(SubmissionForm.signed),
    _return,
    _extend,
    _agree,
    _exempt,
    _snooze,
    _lose_address,
    _send,
    _send,
)
STEPS = st.lists(
    st.tuples(st.integers(1, 120), st.sampled_from(ACTS), st.integers(0, AGENCIES - 1)), min_size=1, max_size=14
)


@examples(max_examples=30)
@given(STEPS)
def test_looking_at_everything_finds_nothing_more(steps: list[tuple[int, Callable[..., None], int]]) -> None:
    with world() as app:
        now = START
        for hours, act, which in steps:
            now += timedelta(hours=hours)
            with app.write(now, "test") as ctx:
                assignment = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).all()[which]
                try:
                    act(ctx, assignment)
                except Refused:
                    continue  # an extended or ended duty refuses some acts
            with app.write(now, "test") as ctx:
                plan_reminders(ctx)
            with app.write(now, "test") as ctx:
                ctx.session.execute(update(Assignment).values(next_at=AT_ONCE))
                everything = plan_reminders(ctx)
                assert (everything.planned, everything.drafts) == (0, 0)


def test_what_was_looked_at_is_left_alone_until_its_next_step() -> None:
    with world() as app:
        with app.write(START, "test") as ctx:
            assert plan_reminders(ctx).planned == 0
            moments = set(ctx.session.exec(select(Assignment.next_at)).all())
        assert moments == {hanoi(2026, 10, 21, 8)}  # T-7


def test_a_change_of_what_is_owed_wakes_it() -> None:
    with world() as app:
        with app.write(START, "test") as ctx:
            plan_reminders(ctx)
        with app.write(START + timedelta(hours=1), "test") as ctx:
            first = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).all()[0]
            _extend(ctx, first)
            assert first.next_at == AT_ONCE


def test_another_calendar_looks_at_everything_again() -> None:
    """The T-7 of an open period may come earlier when a day off is announced; its own dates need not move."""
    with world() as app:
        with app.write(START, "test") as ctx:
            plan_reminders(ctx)
        other = App(app.settings, app.database, load_calendar(culture_day=True))
        with other.write(START, "test") as ctx:
            ctx.session.execute(update(Assignment).values(next_at=None))
            plan_reminders(ctx)
            assert set(ctx.session.exec(select(Assignment.next_at)).all()) == {hanoi(2026, 10, 21, 8)}


def test_an_agency_without_an_address_is_told_once_it_has_one() -> None:
    with world() as app:
        with app.write(START, "test") as ctx:
            first = ctx.session.exec(select(Assignment).order_by(col(Assignment.id))).all()[0]
            _lose_address(ctx, first)
        with app.write(hanoi(2026, 10, 21, 8), "test") as ctx:
            assert plan_reminders(ctx).planned == AGENCIES - 1
        with app.write(hanoi(2026, 10, 22, 9), "test") as ctx:
            _lose_address(ctx, first)  # the address is back
        with app.write(hanoi(2026, 10, 22, 10), "test") as ctx:
            assert plan_reminders(ctx).planned == 1
            planned = ctx.session.exec(select(Message).where(Message.state == MessageState.planned)).all()
            assert len(planned) == AGENCIES
