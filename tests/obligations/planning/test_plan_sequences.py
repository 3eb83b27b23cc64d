"""Any sequence of versions and rollbacks ends where applying the last from the start would have ended."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.enums import AssignmentState, MessageState, PeriodState, StepState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period, PeriodStep
from obligations.rules.lateness import is_in_time
from obligations.services import audit
from obligations.services.context import Context, open_app
from obligations.services.planning.apply_plan import EVERYTHING
from obligations.services.planning.history import rollback_plan
from obligations.services.sending.outbox import GONE_OUT
from obligations.settings import Settings
from plans.schema import PlanFile
from tests.obligations.versions import SLUG, TOLD, World, deadline, document, plan_file, report

FILES: list[PlanFile] = [
    plan_file(),
    plan_file(report(deadline=deadline(11, 15))),
    plan_file(report(deadline=deadline(10, 21))),
    plan_file(report(assigned_to=["so-b", "so-d"])),
    plan_file(report(assigned_to=["so-d", "so-a"], deadline=deadline(12, 1))),
    plan_file(report(outline=["III.2"], completes_on="either")),
    plan_file(report(duty="requested", receiver="so-d")),
    plan_file(policy={"grace": True, "before": "inclusive"}),
    plan_file(report("thong-ke")),
    plan_file(report(), report("thong-ke", assigned_to=["so-a"])),
    plan_file(amendments=[document("repeal", "2026-10-15")]),
    plan_file(amendments=[document("repeal", "2026-11-15")]),
    plan_file(amendments=[document("correct", changes={"deadline": deadline(11, 10)})]),
    plan_file(amendments=[document("amend", "2026-10-01", changes={"deadline": deadline(11, 20)})]),
    plan_file(amendments=[document("amend", "2026-10-02", changes={"deadline": deadline(11, 20)})]),
    plan_file(
        amendments=[
            document("amend", "2026-10-02", changes={"deadline": deadline(11, 20)}, open_periods="move"),
            document("repeal", "2027-01-01", document="Quyết định số 30/QĐ-UBND"),
        ]
    ),
]
BACK = "rollback"
TICK = "tick"
Act = int | str
QUICK = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
}
"""Every example walks a database through its life: a failing one is printed as found, not made smaller."""
acts = st.lists(st.one_of(st.integers(0, len(FILES) - 1), st.sampled_from([BACK, TICK])), min_size=1, max_size=6)


@contextmanager
def a_world(template: Path) -> Iterator[World]:
    with tempfile.TemporaryDirectory(prefix="versions") as folder:
        shutil.copy(template, f"{folder}/dondoc.db")
        app = open_app(Settings(home=Path(folder), secret_key="a key known to tests only"))
        yield World(app)
        app.close()


def act(world: World, what: Act, at: datetime) -> None:
    if what == TICK:
        world.deliver(at)
    elif what == BACK:
        with world.app.write(at, "test") as ctx:
            before = ctx.session.exec(select(Obligation)).all()
            if before and (number := _version(ctx)) > 1 and _differs(ctx, number):
                rollback_plan(ctx, SLUG, allow=EVERYTHING)
    else:
        world.apply(FILES[int(what)], at, EVERYTHING)


def _version(ctx: Context) -> int:
    from obligations.services.lookup import find_plan

    return find_plan(ctx, SLUG).version


def _differs(ctx: Context, number: int) -> bool:
    from obligations.services.lookup import find_plan
    from obligations.services.spec import plan_file_of

    plan = find_plan(ctx, SLUG)
    return plan_file_of(ctx, plan, number - 1) != plan_file_of(ctx, plan)


def in_force(world: World) -> PlanFile:
    from obligations.services.lookup import find_plan
    from obligations.services.spec import plan_file_of

    with world.app.read(TOLD) as ctx:
        return plan_file_of(ctx, find_plan(ctx, SLUG))


def state(world: World) -> dict[tuple[str, str], Any]:
    """What is owed: every period in force with its dates, rule, steps ahead and assignments."""
    with world.app.read(TOLD) as ctx:
        found = {}
        for period in ctx.session.exec(select(Period).where(Period.state == PeriodState.open)).all():
            code = ctx.session.get_one(Obligation, period.obligation_id).code
            steps = ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id)).all()
            rows = ctx.session.exec(select(Assignment).where(Assignment.period_id == period.id)).all()
            said = period.model_dump(
                include={"due_on", "due_at", "practical_due_on", "grace_until", "overdue_at", "data_from", "data_to"}
                | {"basis", "basis_note", "reasons", "spec", "grace_applies", "opens_on"}
            )
            ahead = {(s.code, s.planned_at) for s in steps if s.state == StepState.planned and s.planned_at > TOLD}
            owed = {
                (ctx.session.get_one(Agency, r.agency_id).code, r.state, r.duty, r.due_at, r.practical_due_on)
                for r in rows
                if r.state != AssignmentState.ended and not r.kept_due
            }
            assert not any(r.kept_due for r in rows)
            found[code, period.label] = said | {"steps": ahead, "owed": owed}
        return found


def messages(world: World) -> list[tuple[str, str]]:
    with world.app.read(TOLD) as ctx:
        return [(m.key, m.state.value) for m in ctx.session.exec(select(Message)).all()]


def last_told(ctx: Context) -> Iterator[tuple[Assignment, MessageItem, Message]]:
    for row in ctx.session.exec(select(Assignment)).all():
        query = select(MessageItem, Message).join(Message).where(MessageItem.assignment_id == row.id)  # type: ignore[arg-type]
        told = (*GONE_OUT, MessageState.planned)  # a contact who had enough today hears it another day
        heard = [(i, m) for i, m in ctx.session.exec(query).all() if m.state in told]
        if heard:
            item, message = max(heard, key=lambda pair: pair[0].id or 0)
            yield row, item, message


@settings(max_examples=14, **QUICK)
@given(acts=acts)
@example(acts=[8, 3])
@example(acts=[3, 10, 3])
@example(acts=[1, 1, 0])
@example(acts=[7, 10, 9])
@example(acts=[6, 4, 0])
@example(acts=[3, TICK, TICK, 13, TICK, 3])
def test_any_sequence_ends_like_the_last_from_the_start(sqlite_template: Path, acts: list[Act]) -> None:
    with a_world(sqlite_template) as world, a_world(sqlite_template) as fresh:
        world.opened(FILES[0])
        for number, what in enumerate(acts):
            act(world, what, TOLD + timedelta(minutes=number))
        last = TOLD + timedelta(minutes=len(acts))
        fresh.opened(in_force(world))
        assert state(world) == state(fresh)

        world.deliver(last)
        heard = messages(world)
        world.apply(in_force(world), last, EVERYTHING)
        world.deliver(last)
        assert messages(world) == heard, "applying twice is applying once"
        with world.app.read(last) as ctx:
            assert audit.verify(ctx.session) == []
            for row, item, message in last_told(ctx):
                period = ctx.session.get_one(Period, row.period_id)
                if row.state == AssignmentState.ended:
                    assert message.kind == "ended", "who heard of a duty also heard that it is over"
                elif not (period.needs_confirmation and period.confirmed_at is None):
                    assert (message.kind, item.revision) != ("ended", row.revision)
                    assert item.revision == row.revision, "the last thing heard names the date that holds"


@pytest.mark.parametrize("grace", [False, True])
@settings(max_examples=8, **QUICK)
@given(
    moves=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from([(10, 15), (10, 21), (11, 1), (11, 2), (11, 15), (12, 5)])),
        min_size=1,
        max_size=6,
    ),
    sends=st.dictionaries(st.sampled_from(["so-a", "so-b", "so-c"]), st.integers(0, 60), max_size=3),
)
def test_no_sequence_of_moves_makes_anybody_late(
    sqlite_template: Path, grace: bool, moves: list[tuple[int, tuple[int, int]]], sends: dict[str, int]
) -> None:
    with a_world(sqlite_template) as world:
        world.opened(plan_file(policy={"grace": grace}))
        at, begun = TOLD, TOLD
        for days, (month, day) in moves:
            at += timedelta(days=days)
            for code, on in list(sends.items()):
                if begun + timedelta(days=on) <= at:
                    world.send(code, begun + timedelta(days=on))
                    del sends[code]
            before = lateness(world, at)
            world.apply(plan_file(report(deadline=deadline(month, day)), policy={"grace": grace}), at, EVERYTHING)
            after = lateness(world, at)
            assert {code for code in after if after[code]} <= {code for code in before if before[code]}


def lateness(world: World, at: datetime) -> dict[str, bool]:
    with world.app.read(at) as ctx:
        rows = {code: world.row(ctx, code) for code in ("so-a", "so-b", "so-c")}
        return {
            code: not is_in_time(row.first_received_on, row.overdue_at, ctx.settings.zone)
            if row.first_received_on
            else row.overdue_at <= at
            for code, row in rows.items()
        }
