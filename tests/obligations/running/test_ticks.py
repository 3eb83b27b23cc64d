"""However the service runs (gaps, repeats, a clock that jumps), it ends where one that never sleeps ends."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.enums import SubmissionForm, SubmissionState
from models.tables import Submission, SubmissionAssignment
from obligations.errors import DondocError
from obligations.services.context import Context
from obligations.services.reviewing.review import agree_lateness, extend, return_for_changes
from tests.obligations.small_world import CODES, owed, small_plan, submit
from tests.obligations.tick_world import CLERK_STEPS, Owed, World, final_state, mornings, told, unreminded, world
from tests.plan197 import hanoi

PLAN = small_plan(opens={"month": 10, "day": 20})
APPLIED = hanoi(2026, 10, 12, 9)
OPENED = hanoi(2026, 10, 20, 8)
FIRST_ACT, LAST = hanoi(2026, 10, 22), hanoi(2026, 11, 20)
END = [hanoi(2026, 11, 20, 8), hanoi(2026, 12, 29, 8), hanoi(2027, 1, 5, 8)]
"""All is over: the period has closed."""


@dataclass(frozen=True)
class Act:
    """What a person does: ``day`` days after the first possible one, at an hour of office hours."""

    day: int
    hour: int
    code: str
    what: str
    days: int

    @property
    def at(self) -> datetime:
        return FIRST_ACT + timedelta(days=self.day, hours=self.hour)


@dataclass(frozen=True)
class Tick:
    """A pass ``minutes`` after the opening, by a clock that is ``wrong`` by so many minutes."""

    minutes: int
    wrong: int = 0

    @property
    def at(self) -> datetime:
        return OPENED + timedelta(minutes=self.minutes)

    @property
    def by_clock(self) -> datetime:
        return max(self.at + timedelta(minutes=self.wrong), APPLIED)


def returns(ctx: Context, code: str, _days: int) -> None:
    row = owed(ctx, code)
    query = select(Submission).join(SubmissionAssignment).where(SubmissionAssignment.assignment_id == row.id)
    newest = ctx.session.exec(query.order_by(Submission.id.desc())).first()  # type: ignore[union-attr]
    if newest is not None and newest.state == SubmissionState.submitted:
        return_for_changes(ctx, newest.public_id, row.public_id, "Thiếu số liệu")


ACTS: dict[str, Callable[[Context, str, int], None]] = {
    "signed": lambda ctx, code, _: submit(ctx, code),
    "soft": lambda ctx, code, _: submit(ctx, code, SubmissionForm.soft),
    "extended": lambda ctx, code, days: extend(
        ctx, owed(ctx, code).public_id, date(2026, 10, 30) + timedelta(days=days), "1/UBND", ctx.today
    ),
    "snoozed": lambda ctx, code, days: agree_lateness(
        ctx, owed(ctx, code).public_id, ctx.today + timedelta(days=days), "đang trình ký"
    ),
    "returned": returns,
}

acts = st.lists(
    st.builds(
        Act,
        day=st.integers(0, 20),
        hour=st.integers(9, 15),
        code=st.sampled_from(CODES),
        what=st.sampled_from(sorted(ACTS)),
        days=st.integers(1, 14),
    ),
    max_size=5,
    unique_by=lambda act: act.at,
).map(lambda found: tuple(sorted(found, key=lambda act: act.at)))
moments = st.integers(0, (LAST - OPENED) // timedelta(minutes=1))
back = st.builds(Tick, moments, st.just(0) | st.integers(-20 * 1440, 0))
either = st.builds(Tick, moments, st.just(0) | st.integers(-10 * 1440, 10 * 1440))


def perform(made: World, act: Act) -> None:
    """An act that has no place by then is refused, in every course alike."""
    try:
        with made.app.write(act.at, "test") as ctx:
            ACTS[act.what](ctx, act.code, act.days)
    except DondocError:
        return


def run(made: World, course: tuple[Act, ...], ticks: list[Tick]) -> set[tuple[Owed, str]]:
    """Let acts and ticks happen in true order; returns what was told by a clock that ran ahead."""
    ahead: set[tuple[Owed, str]] = set()
    events: list[tuple[datetime, int, Act | Tick]] = [(act.at, 0, act) for act in course]
    events += [(tick.at, 1, tick) for tick in ticks]
    early = False
    for at, _, event in sorted(events, key=lambda e: e[:2]):
        if isinstance(event, Act):
            perform(made, event)
            continue
        before = set(told(made, at)) if event.by_clock > at else set()
        made.tick(event.by_clock)
        if event.by_clock > at:
            early = True
            ahead |= set(told(made, at)) - before
        if not early and event.wrong == 0 and in_office(made, at):
            made.nagged += unreminded(made, at)
    for end in END:
        made.tick(end)
    return ahead


def in_office(made: World, at: datetime) -> bool:
    return made.app.calendar.is_working(at.date()) and 8 <= at.hour < 17


@cache
def dense(course: tuple[Act, ...]) -> tuple[dict[str, Any], Counter[tuple[Owed, str]]]:
    """The service that never sleeps: every morning, and after every act."""
    days = [*mornings(OPENED.date(), LAST.date()), *(act.at + timedelta(minutes=1) for act in course)]
    with world(PLAN, APPLIED) as made:
        run(made, course, [Tick((at - OPENED) // timedelta(minutes=1)) for at in days])
        assert made.nagged == []
        return final_state(made.app, END[-1]), told(made, END[-1])


def check(course: tuple[Act, ...], ticks: list[Tick]) -> None:
    state, all_told = dense(course)
    with world(PLAN, APPLIED) as made:
        ahead = run(made, course, [Tick(1440), *ticks])
        mine = told(made, END[-1])
        assert made.nagged == []
        assert final_state(made.app, END[-1]) == state
        assert state["chain"] == []
        assert set(mine.values()) <= {1}
        assert len({mail.message_id for mail in made.sink.mails}) == len(made.sink.mails)
        assert set(mine) - ahead <= set(all_told)
        assert in_order(mine)


def in_order(mine: Counter[tuple[Owed, str]]) -> bool:
    """What is told of one revision goes forward: never an earlier step after a later one (a Counter keeps its order)."""
    steps: dict[Owed, list[int]] = {}
    for owing, step in mine:
        steps.setdefault(owing, []).append(CLERK_STEPS.get(step, 99))
    told_steps = [[n for n in found if n != 99] for found in steps.values()]
    return all(found == sorted(found) for found in told_steps)


QUICK = settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(acts, st.lists(back, max_size=10))
@example((), [])
@example((Act(0, 9, "so-a", "signed", 1),), [Tick(11 * 1440)] * 3)
@example((Act(7, 10, "so-a", "extended", 2),), [])  # told T-1 twice on one day, but for the cap
def test_gaps_repeats_and_a_clock_set_back_change_nothing(course: tuple[Act, ...], ticks: list[Tick]) -> None:
    check(course, ticks)


@QUICK
@given(acts, st.lists(either, max_size=8))
@example((Act(5, 9, "so-b", "extended", 7),), [Tick(1500, 14000), Tick(1510)])
def test_a_clock_that_runs_ahead_and_back_ends_in_the_same_state(course: tuple[Act, ...], ticks: list[Tick]) -> None:
    check(course, ticks)
