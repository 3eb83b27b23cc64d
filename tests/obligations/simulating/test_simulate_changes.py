"""A simulation that begins before agencies changed says what really happened: who was told what under which name."""

from datetime import date, datetime, timedelta

import pytest

from models.enums import SubmissionForm, SuccessionKind
from obligations.rules.successions import Step
from obligations.services.agencies.decide_assignment import Choice, decide_assignment
from obligations.services.agencies.dispute_assignment import dispute_assignment
from obligations.services.agencies.record_succession import Act as Succession
from obligations.services.agencies.record_succession import record_succession
from obligations.services.context import App, Context
from obligations.services.lookup import find_period
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.undo_extension import undo_extension
from obligations.services.reviewing.review import extend
from tests.obligations.simulating.test_simulate_rewind import (
    PLAN,
    REPORT,
    Act,
    adopt,
    at,
    begun,
    live,
    owed,
    sends,
    told,
    went,
)

RULING = "20/QĐ-UBND, 12/10/2026"


def gives_way(kind: str, source: str, targets: tuple[str, ...], on: date) -> Act:
    def act(ctx: Context) -> None:
        record_succession(ctx, Succession(Step(SuccessionKind(kind), (source,), targets, on), "1/QĐ-UBND, 01/09/2026"))

    return act


def decides(code: str, choice: Choice, due_on: date | None = None) -> Act:
    return lambda ctx: decide_assignment(ctx, owed(ctx, code).public_id, choice, RULING, due_on=due_on)


def disputes(code: str, other: str | None = None) -> Act:
    return lambda ctx: dispute_assignment(ctx, owed(ctx, code).public_id, "không thuộc chức năng", "CV 1", other)


COURSE: dict[datetime, Act] = {
    at(9, 2): gives_way("merge", "moved", ("signed",), date(2026, 10, 23)),
    at(9, 3): gives_way("split", "soft", ("agreed", "again"), date(2026, 10, 20)),
    at(9, 4): gives_way("end", "freed", (), date(2026, 10, 26)),
    at(10, 19): sends("soft", SubmissionForm.soft),
    at(10, 21): lambda ctx: extend(ctx, owed(ctx, "moved").public_id, date(2026, 11, 6), "9/UBND", date(2026, 10, 20)),
    at(10, 27): decides("soft", Choice(to=("agreed", "again"))),
    at(10, 28): disputes("silent", "again"),
    at(11, 4): decides("silent", Choice(keep=True), date(2026, 11, 13)),
    at(11, 5): decides("freed", Choice(to=("again",)), date(2026, 11, 20)),
    at(11, 9): sends("again"),
    at(11, 10): sends("silent"),
}


def test_a_simulation_from_any_day_repeats_what_changed_from_there(app: App) -> None:
    adopt(app, at(9, 1))
    live(app, date(2026, 9, 1), date(2026, 12, 1), COURSE)
    kinds = {kind for _, _, kind in went(app, date(2026, 9, 1))}
    assert {"transferred", "assigned", "before", "overdue"} <= kinds
    days = [
        date(2026, 9, 30), date(2026, 10, 20), date(2026, 10, 22), date(2026, 10, 27), date(2026, 10, 28),
        date(2026, 11, 3), date(2026, 11, 10),
    ]  # fmt: skip
    for since in begun(app, days if app.database.is_sqlite else days[::3]):
        assert told(app, since) == went(app, since), since


def extends(to: date) -> Act:
    return lambda ctx: extend_period(
        ctx, find_period(ctx, PLAN, REPORT, "2026").public_id, to, "88/UBND-TH", ctx.today - timedelta(days=1)
    )


def takes_back(ctx: Context) -> None:
    undo_extension(ctx, find_period(ctx, PLAN, REPORT, "2026").public_id, "nhầm kỳ")


TAKEN_BACK = {
    "before the old day": ({at(10, 22): extends(date(2026, 11, 13)), at(10, 27): takes_back}, (26, 29)),
    "after the old day": (
        {at(10, 22): extends(date(2026, 11, 20)), at(11, 2): sends("again"), at(11, 6): takes_back},
        (26, 29),
    ),
    "and given anew": (
        {
            at(10, 20): extends(date(2026, 11, 13)),
            at(10, 22): takes_back,
            at(10, 26): extends(date(2026, 11, 6)),
            at(10, 27): sends("signed"),
        },
        (21, 23),
    ),
}


@pytest.mark.parametrize(
    ("database_url", "course"),
    [*(("sqlite", course) for course in TAKEN_BACK), ("postgresql", "before the old day")],
    indirect=["database_url"],
)
def test_an_extension_of_all_that_was_taken_back_is_given_and_taken_back_again(app: App, course: str) -> None:
    acts, days = TAKEN_BACK[course]
    adopt(app, at(9, 1))
    live(app, date(2026, 9, 1), date(2026, 12, 1), acts)
    kinds = {kind for _, _, kind in went(app, date(2026, 9, 1))}
    assert {"extended", "retracted", "before", "overdue"} <= kinds
    for since in begun(app, [date(2026, 9, 30), *(date(2026, 10, day) for day in days), date(2026, 11, 4)]):
        assert told(app, since) == went(app, since), since
