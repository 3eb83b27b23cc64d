"""Five years of a service that is often down and crashes in the middle of its work."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, PeriodState, SubmissionForm
from models.tables import Assignment, Message, Obligation, Period
from obligations.errors import DondocError
from obligations.rules.lateness import CHASED
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.reviewing.review import agree_lateness, extend
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from plans.schema import PlanFile
from tests.obligations.small_world import small_plan
from tests.obligations.tick_world import World, told, unreminded, world
from tests.plan197 import hanoi
from tests.plans.builders import yearly

APPLIED, FIRST, YEARS = hanoi(2026, 1, 5, 9), hanoi(2026, 1, 6), 5
LAST = FIRST + timedelta(days=365 * YEARS)
SEED = 197
QUARTERS = {"quy-mot": (3, 15), "quy-hai": (6, 15), "quy-ba": (9, 15), "quy-bon": (11, 15)}
UNDER_WAY = (MessageState.planned, MessageState.leased, MessageState.sending, MessageState.retry, MessageState.unknown)


class Crash(Exception):
    """The machine goes down here."""


def four_reports() -> PlanFile:
    plan = small_plan()
    first = plan.obligations[0].model_dump(mode="json", by_alias=True)
    specs = [
        {
            **first,
            "code": code,
            "clauses": [f"V.b{number}"],
            "deadline": yearly(month, day, op="by", from_year=2026),
            "opens": {"month": month - 1, "day": 20},
        }
        for number, (code, (month, day)) in enumerate(QUARTERS.items(), 1)
    ]
    return PlanFile.model_validate({**plan.model_dump(mode="json", by_alias=True), "obligations": specs})


@contextmanager
def crashing(made: World, after: int) -> Iterator[None]:
    """Fail at the ``after``-th statement from here."""
    left = [after]

    def count(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    event.listen(made.app.database.engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(made.app.database.engine, "before_cursor_execute", count)


def up_moments(chance: random.Random) -> Iterator[datetime]:
    """When the service happens to run: some passes a day at any hour, between spells of silence."""
    now = FIRST
    while now < LAST:
        until = now + timedelta(days=chance.randint(1, 25))
        while now < min(until, LAST):
            yield now + timedelta(minutes=chance.randrange(1440))
            now += timedelta(days=1 if chance.random() < 0.6 else 3)
        now += timedelta(days=chance.choice([1, 2, 4, 8, 30, 90]))


def people_act(made: World, chance: random.Random, at: datetime) -> None:
    """Now and then somebody sends, or is given more time."""
    with made.app.read(at) as ctx:
        query = (
            select(Assignment.id)
            .join(Period)
            .where(Period.state == PeriodState.open, col(Assignment.state).in_(CHASED))
        )
        owing = list(ctx.session.exec(query.order_by(col(Assignment.id))).all())
    for number in owing:
        if chance.random() < 0.07:
            try:
                with made.app.write(at, "test") as ctx:
                    _act(ctx, chance, ctx.session.get_one(Assignment, number))
            except DondocError:
                continue


def _act(ctx: Context, chance: random.Random, row: Assignment) -> None:
    what = chance.choice(["signed", "signed", "soft", "extend", "agree"])
    if what == "extend":
        extend(ctx, row.public_id, row.due_on + timedelta(days=chance.randint(3, 20)), "1/UBND", ctx.today)
    elif what == "agree":
        agree_lateness(ctx, row.public_id, ctx.today + timedelta(days=chance.randint(1, 15)), "đang trình ký")
    else:
        key, content = f"{row.id}:{ctx.as_of}", {"entries": [], "figures": []}
        draft = SubmissionDraft(row.agency_id, [row.id or 0], SubmissionForm(what), "portal", content, key)  # type: ignore[arg-type]
        submit_report(ctx, draft)


def live(made: World, chance: random.Random) -> int:
    """Five years; returns how often the machine went down in the middle of a pass."""
    crashes = 0
    for at in up_moments(chance):
        people_act(made, chance, at - timedelta(minutes=1))
        if chance.random() < 0.15:
            try:
                with crashing(made, chance.randint(1, 120)):
                    made.tick(at)
            except Crash:
                crashes += 1
                continue
        else:
            made.tick(at)
        if made.app.calendar.is_working(at.date()) and 8 <= at.hour < 17:
            made.nagged += unreminded(made, at)
    return crashes


def test_five_years_of_downtime_and_crashes_lose_nothing_and_nag_nobody() -> None:
    with world(four_reports(), APPLIED) as made:
        crashes = live(made, random.Random(SEED))
        for days in range(4):
            made.tick(LAST.replace(hour=9) + timedelta(days=days))
        assert made.nagged == []
        assert crashes > 10
        all_told = told(made, LAST)
        assert set(all_told.values()) == {1}
        assert len(all_told) > 80
        copies = Counter(mail.message_id for mail in made.sink.mails)
        assert sum(copies.values()) - len(copies) <= crashes
        assert max(copies.values()) <= 2
        nothing_is_left_over(made, LAST + timedelta(days=4))


def nothing_is_left_over(made: World, end: datetime) -> None:
    with made.app.write(end, "test") as ctx:
        assert audit.verify(ctx.session) == []
        assert refresh_feeds(ctx) == 0
        waiting = select(Message).where(col(Message.state).in_(UNDER_WAY), Message.next_at < end - timedelta(days=2))
        assert ctx.session.exec(waiting).all() == []
        found = ctx.session.exec(select(Obligation.code, Period.label, Period.state, Period.due_on).join(Period)).all()
        assert {(code, label) for code, label, _, _ in found} == {
            (code, str(year)) for code in QUARTERS for year in range(2026, 2031)
        }
        over = [state for _, _, state, due_on in found if due_on < date(2030, 10, 15)]
        assert set(over) == {PeriodState.closed}
        assert ctx.session.exec(select(Assignment.id).where(Assignment.state == AssignmentState.submitted)).all()
