"""Any course of chasing, stopping, releasing, pausing and sending: never more than the cap, nothing stopped, nothing lost."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.tables import Assignment, Message, MessageItem, NoticeBatch
from obligations.errors import DondocError
from obligations.services.chasing.batch_acts import release_batch, stop_batch
from obligations.services.chasing.pauses import pause, resume
from obligations.services.chasing.snooze import end_snooze, snooze
from obligations.services.context import Context
from obligations.services.sending.daily_queue import CAPPED
from plans.schema import PlanFile
from tests.obligations.notice_world import plan_of
from tests.obligations.small_world import CODES, owed, submit
from tests.obligations.tick_world import World, world
from tests.plan197 import HANOI, hanoi

DUE = {"freq": "once", "op": "by", "on": "2026-11-03", "basis": "plan", "phrase": "hết ngày 03/11/2026"}
SAME = {"deadline": DUE, "kind": "one_off", "opens": {"on": "2026-10-26"}}
"""Two reports for two askers, due the same day: every step comes twice to each body."""


def _plan() -> PlanFile:
    plan = plan_of("so-a", "so-b").model_dump(mode="json", by_alias=True)
    return PlanFile.model_validate(plan | {"obligations": [spec | SAME for spec in plan["obligations"]]})


PLAN = _plan()
APPLIED, FIRST = hanoi(2026, 10, 23, 9), hanoi(2026, 10, 26)
DAYS = 12
END = hanoi(2026, 11, 9)
"""From here on everything is resumed, and some working days later all must have been told."""


@dataclass(frozen=True)
class Act:
    """What a person or the service does at an hour of a day after the first."""

    day: int
    hour: int
    what: str
    code: str

    @property
    def at(self) -> datetime:
        return FIRST + timedelta(days=self.day, hours=self.hour)


def newest_batch(ctx: Context) -> str:
    row = ctx.session.exec(select(NoticeBatch).order_by(col(NoticeBatch.id).desc())).first()
    return row.public_id if row else "-"


def _duty(code: str) -> str:
    return "viec" if code != "so-b" else "viec-hai"


ACTS: dict[str, Callable[[Context, str], object]] = {
    "stop": lambda ctx, _: stop_batch(ctx, newest_batch(ctx), "nhầm"),
    "release": lambda ctx, _: release_batch(ctx, newest_batch(ctx)),
    "pause": lambda ctx, _: pause(ctx, "dừng"),
    "resume": lambda ctx, _: resume(ctx, "tiếp"),
    "pause one": lambda ctx, code: pause(ctx, "dừng", agency=code),
    "resume one": lambda ctx, code: resume(ctx, "tiếp", agency=code),
    "submit": submit,
    "snooze": lambda ctx, code: snooze(
        ctx, owed(ctx, code, _duty(code)).public_id, ctx.today + timedelta(days=2), "chờ"
    ),
    "unsnooze": lambda ctx, code: end_snooze(ctx, owed(ctx, code, _duty(code)).public_id, "xong"),
}
act = st.builds(
    Act, st.integers(0, DAYS), st.integers(7, 18), st.sampled_from([*ACTS, "tick", "tick"]), st.sampled_from(CODES)
)
courses = st.lists(act, max_size=14, unique_by=lambda a: (a.day, a.hour)).map(lambda c: sorted(c, key=lambda a: a.at))


def live(made: World, course: list[Act]) -> None:
    done = [partial(_perform, made, each) for each in course]
    moments = [(each.at, n) for n, each in enumerate(course)]
    regular = [FIRST + timedelta(days=n, hours=hour) for n in range(DAYS + 2) for hour in (8, 14)]
    for at, n in sorted([*moments, *((at, -1) for at in regular if at.day % 3)], key=lambda m: (m[0], m[1])):
        made.tick(at) if n < 0 else done[n]()


def _perform(made: World, each: Act) -> None:
    if each.what == "tick":
        made.tick(each.at)
        return
    try:
        with made.app.write(each.at, "lan") as ctx:
            ACTS[each.what](ctx, each.code)
    except DondocError:
        return


def wind_up(made: World) -> None:
    """Everything is resumed; then the service runs for two weeks."""
    for scope in (None, *CODES):
        try:
            with made.app.write(END, "lan") as ctx:
                resume(ctx, "hết", agency=scope)
        except DondocError:
            continue
    for n in range(14):
        for hour in (8, 14):
            made.tick(END + timedelta(days=n, hours=hour))


def check(made: World) -> None:
    assert [line for line in made.nagged if "out of office" in line] == []
    with made.app.read(END + timedelta(days=20)) as ctx:
        sent = {m.message_id: m for m in ctx.session.exec(select(Message)).all()}
        gone = [sent[mail.message_id] for mail in made.sink.mails]
        per_day = Counter((m.contact_id, _day(m.finished_at)) for m in gone if m.kind in CAPPED)
        assert not per_day or max(per_day.values()) == 1, "at most one a contact a day"
        assert len({m.id for m in gone}) == len(gone), "nothing goes twice"
        assert {m.state for m in gone} == {MessageState.sent} or not gone, "what was stopped did not go"
        stopped = {b.id for b in ctx.session.exec(select(NoticeBatch).where(NoticeBatch.state == "stopped")).all()}
        assert all(m.batch_id for m in gone if m.kind == "overdue"), "never blind"
        for message in gone:
            if message.batch_id in stopped:
                batch = ctx.session.get_one(NoticeBatch, message.batch_id)
                assert _at(message) <= (batch.decided_at or FIRST)
            elif message.batch_id is not None and message.released_by is None:
                batch = ctx.session.get_one(NoticeBatch, message.batch_id)
                assert _at(message) >= batch.goes_at, "shown before it went"
        _nothing_is_lost(ctx, {m.id or 0 for m in gone})


def _nothing_is_lost(ctx: Context, gone: set[int]) -> None:
    """Whoever still owes was told the last step, once, unless a person stopped just that notice."""
    query = (
        select(MessageItem, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(MessageItem.step == "T+1", MessageItem.contact_key == Audience.clerk.value)
    )
    told: dict[int, list[tuple[MessageItem, Message]]] = {}
    for item, message in ctx.session.exec(query).all():
        told.setdefault(item.assignment_id, []).append((item, message))
    for row in ctx.session.exec(select(Assignment).where(Assignment.state == "open")).all():
        found = told.get(row.id or 0, [])
        went = [m for i, m in found if m.id in gone and not i.extra.get("dropped")]
        by_person = [m for i, m in found if "nhầm" in (m.reason, i.extra.get("dropped"))]
        assert len(went) + len(by_person) == 1, (row.id, [(m.state, m.reason) for _, m in found])


def _at(message: Message) -> datetime:
    return message.finished_at or FIRST


def _day(at: datetime | None) -> date | None:
    return at.astimezone(HANOI).date() if at else None


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(courses)
@example([Act(7, 9, "stop", "so-a"), Act(7, 10, "pause", "so-a"), Act(8, 9, "resume", "so-a")])
@example([Act(0, 9, "pause one", "so-c"), Act(9, 10, "resume one", "so-c")])
@example([Act(7, 10, "snooze", "so-a"), Act(7, 11, "unsnooze", "so-a")])
@example([Act(7, 9, "release", "so-a"), Act(7, 9, "tick", "so-a")])
def test_any_course_keeps_the_cap_and_loses_nothing(course: list[Act]) -> None:
    with world(PLAN, APPLIED) as made:
        live(made, course)
        wind_up(made)
        check(made)
