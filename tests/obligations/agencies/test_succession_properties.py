"""Whatever happens to agencies while a period is open, what is owed is neither lost nor doubled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import NoResultFound
from sqlmodel import col, select

from calendars.working_days import load_calendar
from models.engine import open_database
from models.enums import AssignmentState, SubmissionForm, SuccessionKind
from models.tables import Agency, Assignment, Message, MessageItem, Succession, metadata
from obligations.errors import DondocError
from obligations.rules.lateness import COMPLETE
from obligations.rules.successions import Step, follows
from obligations.services import audit
from obligations.services.agencies.decide_assignment import Choice, decide_assignment
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.agencies.record_succession import Act, record_succession
from obligations.services.agencies.rename_agency import rename_agency
from obligations.services.agencies.settle_successions import settle_successions
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.settings import Settings
from tests.obligations.changing import CODES, DECISION, make_province, owed, send
from tests.plan197 import hanoi

CALENDAR = load_calendar(None, culture_day=False)
FIRST = hanoi(2026, 10, 13, 9)
ALL = (*CODES, "so-e", "so-f")


@dataclass(frozen=True)
class Deed:
    """One thing that happens on a day; ``places`` choose among the agencies there are."""

    what: str
    after: int
    places: tuple[int, int, int]
    shift: int


def deeds(*what: str) -> st.SearchStrategy[list[Deed]]:
    places = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
    return st.lists(st.builds(Deed, st.sampled_from(what), st.integers(0, 4), places, st.integers(-3, 5)), max_size=12)


EVERYTHING = ("merge", "split", "end", "rename", "send", "soft", "dispute", "decide", "keep", "tick")


@cache
def template() -> App:
    """The province, made once and copied for every example."""
    app = App(Settings(home=Path("unused"), secret_key="test"), open_database("sqlite://"), CALENDAR)
    metadata.create_all(app.database.engine)
    make_province(app, *ALL)
    return app


@contextmanager
def province() -> Iterator[App]:
    made = template()
    app = App(made.settings, open_database("sqlite://"), CALENDAR)
    with made.database.engine.connect() as source, app.database.engine.connect() as target:
        source.rollback()
        target.rollback()
        source.connection.driver_connection.backup(target.connection.driver_connection)  # type: ignore[union-attr]
    yield app
    app.close()


def do(ctx: Context, deed: Deed, number: int) -> None:
    codes = list(ctx.session.exec(select(Agency.code).order_by(col(Agency.id))).all())
    one, two, three = (codes[place % len(codes)] for place in deed.places)
    on = ctx.today + timedelta(days=deed.shift)
    if deed.what in ("merge", "split", "end"):
        targets = {"merge": (two,), "split": (two, three), "end": ()}[deed.what]
        step = Step(SuccessionKind(deed.what), (one,), targets, on)
        record_succession(ctx, Act(step, DECISION, roles_to=two if one == "so-a" and deed.what != "merge" else None))
    elif deed.what == "rename":
        rename_agency(ctx, one, f"Sở mới {number}", on, DECISION, to_code=f"so-moi-{number}")
    elif deed.what in ("send", "soft"):
        send(ctx, one, SubmissionForm.soft if deed.what == "soft" else SubmissionForm.signed, key=str(number))
    elif deed.what == "dispute":
        dispute_assignment(ctx, owed(ctx, one).public_id, "không thuộc chức năng", "CV 1", two if two != one else None)
    elif deed.what in ("decide", "keep"):
        choice = Choice(keep=True) if deed.what == "keep" else Choice(to=tuple(dict.fromkeys((two, three))))
        due = ctx.today + timedelta(days=20) if deed.shift > 2 else None
        decide_assignment(ctx, owed(ctx, one).public_id, choice, DECISION, due_on=due)
    else:
        plan_reminders(ctx)


def holds(ctx: Context, roots: set[int]) -> None:
    """What must hold after every deed."""
    rows = {a.public_id: a for a in ctx.session.exec(select(Assignment)).all()}
    carriers = {carrier(rows, a).id for a in rows.values() if a.id in roots}
    live = {a.id for a in rows.values() if a.state != AssignmentState.ended}
    assert carriers <= live, "a duty was lost"
    several = decided_to_several(rows)
    assert live <= carriers | several, "a duty was doubled"
    assert len({a.agency_id for a in rows.values()}) == len(rows)
    steps = [(s.from_code, s.to_code, s.on) for s in ctx.session.exec(select(Succession)).all()]
    assert not [code for code, _, _ in steps if code in follows(code, steps)]
    for assignment in rows.values():
        agency = ctx.session.get_one(Agency, assignment.agency_id)
        gone = agency.valid_to is not None and agency.valid_to < ctx.today
        settled = (*COMPLETE, AssignmentState.ended, AssignmentState.awaiting_assignment)
        assert not gone or assignment.state in settled, "somebody who is gone would be chased"


def carrier(rows: dict[str, Assignment], assignment: Assignment) -> Assignment:
    seen: set[str] = set()
    while assignment.state == AssignmentState.ended:
        assert assignment.moved_to is not None
        assert assignment.public_id not in seen, "a duty goes in a circle"
        seen.add(assignment.public_id)
        assignment = rows[assignment.moved_to]
    return assignment


def decided_to_several(rows: dict[str, Assignment]) -> set[int | None]:
    """Assignments that exist because a person gave parts of a duty to several."""
    return {a.id for a in rows.values() if "phân công theo" in a.why}


@settings(max_examples=20)
@given(deeds(*EVERYTHING))
def test_no_duty_is_lost_or_doubled_whatever_happens(happening: list[Deed]) -> None:
    with province() as app:
        with app.read(FIRST) as ctx:
            roots = {a for a in ctx.session.exec(select(Assignment.id)).all() if a is not None}
        at = FIRST
        for number, deed in enumerate(happening):
            at += timedelta(days=deed.after)
            try:
                with app.write(at, "test") as ctx:
                    settle_successions(ctx)
                    do(ctx, deed, number)
            except (DondocError, NoResultFound):
                continue
            with app.write(at, "tick") as ctx:
                settle_successions(ctx)
                holds(ctx, roots)
        finish(app, at, roots)


def finish(app: App, at: datetime, roots: set[int]) -> None:
    """Once every recorded day has come: all holds, a second pass does nothing, and no step was told twice."""
    end = at + timedelta(days=10)
    with app.write(end, "tick") as ctx:
        plan_reminders(ctx)
        holds(ctx, roots)
        before = ctx.session.exec(select(Message.id)).all()
    with app.write(end, "tick") as ctx:
        assert settle_successions(ctx).duties == []
        plan_reminders(ctx)
        assert ctx.session.exec(select(Message.id)).all() == before
        items = ctx.session.exec(select(MessageItem)).all()
        keys = [(i.assignment_id, i.step, i.revision, i.contact_key) for i in items]
        assert len(keys) == len(set(keys))
        assert audit.verify(ctx.session) == []


@settings(max_examples=12)
@given(deeds("merge", "rename"))
def test_mergers_applied_late_end_as_those_applied_each_day(recorded: list[Deed]) -> None:
    """Recorded ahead: whether a tick ran every day or once at the end, the same agencies owe the same."""
    ends = []
    for daily in (True, False):
        with province() as app:
            for number, deed in enumerate(recorded):
                try:
                    with app.write(FIRST, "test") as ctx:
                        do(ctx, Deed(deed.what, 0, deed.places, abs(deed.shift) + 1), number)
                except DondocError:
                    continue
            days = range(1, 9) if daily else (8,)
            for day in days:
                with app.write(FIRST + timedelta(days=day), "tick") as ctx:
                    settle_successions(ctx)
            with app.read(FIRST) as ctx:
                query = select(col(Agency.code), col(Assignment.state), col(Assignment.due_on)).join(
                    Assignment, col(Assignment.agency_id) == col(Agency.id)
                )
                rows = ctx.session.execute(query.where(Assignment.state != AssignmentState.ended)).all()
                ends.append(sorted((code, state.value, due) for code, state, due in rows))
    assert ends[0] == ends[1]
    assert all(due == date(2026, 10, 30) for _, _, due in ends[0])
