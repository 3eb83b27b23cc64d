"""A simulation that begins in the past says what really happened from there on, whatever that was."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select

from models.enums import Audience, Duty, MessageState, SubmissionChannel, SubmissionForm
from models.tables import Agency, AgencyGroup, Assignment, GroupMember, Message
from obligations.services.chasing.chase import plan_reminders
from obligations.services.chasing.pauses import pause, resume
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import accept, agree_lateness, exempt, extend
from obligations.services.sending.deliver import deliver_due
from obligations.services.simulating.simulate import simulate_messages
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from tests.builders import HANOI, add_agency, add_contact, add_obligation, add_plan
from tests.prepared import Prepared

PLAN, REPORT = "mau", "bao-cao"
CODES = ["silent", "signed", "soft", "moved", "agreed", "freed", "again"]
Act = Callable[[Context], None]


def at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HANOI)


def owed(ctx: Context, code: str) -> Assignment:
    agency, period = agency_by_code(ctx, code), find_period(ctx, PLAN, REPORT, "2026")
    query = select(Assignment).where(Assignment.agency_id == agency.id, Assignment.period_id == period.id)
    return ctx.session.exec(query).one()


def sends(code: str, form: SubmissionForm = SubmissionForm.signed) -> Act:
    def act(ctx: Context) -> None:
        row = owed(ctx, code)
        key = f"{code}:{ctx.as_of.isoformat()}"
        content = {"entries": [], "figures": []}
        submit_report(ctx, SubmissionDraft(row.agency_id, [row.id or 0], form, SubmissionChannel.portal, content, key))

    return act


def pauses(ctx: Context) -> None:
    pause(ctx, "sai địa chỉ", agency="silent")


def resumes(ctx: Context) -> None:
    resume(ctx, "đã sửa", agency="silent")


COURSE: dict[datetime, Act] = {
    at(10, 22): sends("signed"),
    at(10, 23): sends("soft", SubmissionForm.soft),
    at(10, 26, 9): sends("again", SubmissionForm.soft),
    at(10, 26): lambda ctx: extend(ctx, owed(ctx, "moved").public_id, date(2026, 11, 20), "9/UBND", date(2026, 10, 26)),
    at(10, 27): lambda ctx: agree_lateness(ctx, owed(ctx, "agreed").public_id, date(2026, 11, 6), "chờ số liệu"),
    at(10, 28): lambda ctx: exempt(ctx, owed(ctx, "freed").public_id, "không phát sinh nhiệm vụ"),
    at(10, 28, 11): pauses,
    at(10, 29, 20): sends("again"),
    at(11, 5): resumes,
    at(11, 10): sends("moved"),
}


def adopt(app: App, as_of: datetime) -> None:
    """A plan of one yearly report, due 30/10, owed by seven departments with a clerk and a head each."""
    with app.write(as_of, "test") as ctx:
        obligation = add_obligation(ctx.session, add_plan(ctx.session, PLAN, applied_at=as_of), REPORT)
        obligation.cites_plan = True
        group = AgencyGroup(code="cac-so", name="các sở")
        ctx.session.add(group)
        ctx.session.flush()
        for code in CODES:
            agency = add_agency(ctx.session, code)
            ctx.session.add(GroupMember(group_id=group.id or 0, agency_id=agency.id or 0))
            for audience in Audience:
                add_contact(ctx.session, agency, audience)


def live(app: App, first: date, last: date, course: dict[datetime, Act]) -> None:
    """What the service does by itself: a pass at 08:00 and 14:00 of every day and after each act."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    mornings = {datetime.combine(day, time(hour), HANOI): None for day in days for hour in (8, 14)}
    for moment in sorted({**mornings, **course}):
        with app.write(moment, "test") as ctx:
            open_due_periods(ctx)
            if moment in course:
                course[moment](ctx)
            plan_reminders(ctx)
        deliver_due(app, lambda now=moment: now)  # type: ignore[misc]


def went(app: App, since: date) -> list[tuple[datetime, str, str]]:
    with app.read(at(12, 31)) as ctx:
        rows = ctx.session.exec(
            select(Message, Agency).join(Agency).where(Message.state == MessageState.recorded)
        ).all()
        found = [(m.finished_at.astimezone(HANOI), a.code, m.kind) for m, a in rows if m.finished_at]
    return sorted(row for row in found if row[0].date() >= since)


def told(app: App, since: date) -> list[tuple[datetime, str, str]]:
    return sorted((m.at, m.agency, m.kind) for m in simulate_messages(app, since, date(2026, 12, 1), []))


def begun(app: App, days: list[date]) -> list[date]:
    """The days to simulate from: all, or some from PostgreSQL, whose rows a simulation copies and leaves."""
    return days if app.database.is_sqlite else days[1::4]


@pytest.fixture
def lived(app: App, prepared: Prepared) -> App:
    def prepare() -> None:
        adopt(app, at(9, 1))
        live(app, date(2026, 9, 1), date(2026, 12, 1), COURSE)

    prepared.once(app, "lived", prepare)
    return app


def test_a_simulation_from_any_day_repeats_what_happened_from_there(lived: App) -> None:
    everything = went(lived, date(2026, 9, 1))
    assert len(everything) >= 25
    days = [
        date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 20), date(2026, 10, 23), date(2026, 10, 27),
        date(2026, 10, 29), date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 11),
    ]  # fmt: skip
    for since in begun(lived, days if lived.database.is_sqlite else days[::3]):
        assert told(lived, since) == went(lived, since), since


def test_a_review_made_later_is_undone_with_the_rest(lived: App) -> None:
    with lived.write(at(11, 12), "test") as ctx:
        from models.tables import Submission, SubmissionAssignment

        row = owed(ctx, "signed")
        link = ctx.session.exec(select(SubmissionAssignment).where(SubmissionAssignment.assignment_id == row.id)).one()
        accept(ctx, ctx.session.get_one(Submission, link.submission_id).public_id, row.public_id)
    for since in (date(2026, 10, 21), date(2026, 10, 29), date(2026, 11, 12)):
        assert told(lived, since) == went(lived, since)


def test_a_confirmation_of_today_counts_when_asking_from_today(app: App) -> None:
    adopt(app, at(11, 19, 9))
    with app.write(at(11, 19, 9), "test") as ctx:
        open_due_periods(ctx)
    with app.write(at(11, 19, 11), "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ["signed"])
    found = told(app, date(2026, 11, 19))
    assert {row[0] for row in found} == {at(11, 20, 8)}
    assert {row[1] for row in found} == set(CODES) - {"signed"}
    assert "signed" not in {row[1] for row in told(app, date(2026, 11, 20))}


def test_from_before_its_opening_a_period_adopted_late_counts_as_confirmed(app: App) -> None:
    adopt(app, at(11, 19, 9))
    with app.write(at(11, 19, 9), "test") as ctx:
        open_due_periods(ctx)
        ctx.session.exec(select(Assignment)).first()
    kinds = [kind for _, code, kind in told(app, date(2026, 1, 1)) if code == "silent"]
    assert kinds == ["open", "before", "tomorrow", "today", "overdue"]


def test_requested_bodies_are_never_told_that_they_are_late(app: App) -> None:
    adopt(app, at(9, 1))
    with app.write(at(9, 1), "test") as ctx:
        agency_by_code(ctx, "silent").duty = Duty.requested
    subjects = [
        m.subject for m in simulate_messages(app, date(2026, 9, 1), date(2026, 12, 1), []) if m.agency == "silent"
    ]
    assert subjects
    assert not [s for s in subjects if "quá hạn" in s.lower()]
