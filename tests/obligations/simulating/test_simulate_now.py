"""What goes in the next days, from the real state on, and never more on a day than the cap lets go."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from models.enums import MessageState
from models.tables import Agency, Message
from obligations.errors import Refused
from obligations.services.context import App
from obligations.services.running.tick import run_tick
from obligations.services.simulating.simulate import Simulation, simulate
from obligations.services.simulating.span import span_of
from obligations.services.simulating.summary import by_day, pacing, waiting_lines
from tests.obligations.small_world import CODES, settle, small_plan, submit
from tests.obligations.test_main_course import Accepting
from tests.obligations.tick_world import mornings
from tests.plan197 import HANOI, hanoi

OPENING = hanoi(2026, 10, 1, 8)


def ahead(app: App, *now: int) -> Simulation:
    return simulate(app, span_of(app.settings, hanoi(*now)))


def days(course: Simulation) -> set[tuple[str, str]]:
    return {(f"{m.at:%d/%m %H:%M}", m.kind) for m in course.messages}


def test_from_now_on_nothing_that_went_this_morning_goes_again(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    assert days(ahead(app, 2026, 10, 1, 7)) == {
        ("01/10 08:00", "open"),
        ("21/10 08:00", "before"),
        ("29/10 08:00", "tomorrow"),
        ("30/10 08:00", "today"),
    }
    run_tick(app, OPENING)
    assert days(ahead(app, 2026, 10, 1, 9)) == {
        ("21/10 08:00", "before"),
        ("29/10 08:00", "tomorrow"),
        ("30/10 08:00", "today"),
    }


def test_what_is_due_now_goes_now_and_what_a_server_put_off_goes_at_its_minute(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    run_tick(app, OPENING)
    with app.write(hanoi(2026, 10, 1, 9), "test") as ctx:
        first, second = ctx.session.exec(select(Message).order_by(Message.id).limit(2)).all()  # type: ignore[arg-type]
        first.state, first.finished_at, first.next_at = MessageState.retry, None, hanoi(2026, 10, 1, 9, 20)
        second.state, second.finished_at, second.lease_until = MessageState.sending, None, hanoi(2026, 10, 1, 9, 5)
        submit(ctx, CODES[2])
    found = [f"{m.at:%d/%m %H:%M}" for m in ahead(app, 2026, 10, 1, 9, 1).messages if m.kind == "open"]
    assert found == ["01/10 09:01", "01/10 09:20"]
    assert "so-c" not in {m.agency for m in ahead(app, 2026, 10, 1, 9, 1).messages}


def test_beyond_the_cap_it_goes_the_next_working_morning_in_the_same_order(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    capped = replace(app, settings=app.settings.model_copy(update={"mail_daily_cap": 1}))
    course = ahead(capped, 2026, 10, 1, 7)
    opened = [(m.agency, m.at.astimezone(HANOI).date()) for m in course.messages if m.kind == "open"]
    assert opened == list(zip(CODES, [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5)], strict=True))
    per_day = [row.messages for row in by_day(course.messages)]
    assert set(per_day) == {1}
    assert any("cap: 1 messages a day, reached on" in line for line in pacing(course.messages, capped.settings))
    assert [line for line in waiting_lines(course.waiting) if "beyond the cap" in line]
    slow = replace(app, settings=app.settings.model_copy(update={"mail_per_minute": 1}))
    assert "about 3 minutes" in pacing(ahead(slow, 2026, 10, 1, 7).messages, slow.settings)[0]


@pytest.mark.parametrize("cap", [1, 2, 2000])
def test_what_is_foretold_is_what_then_goes(app: App, tmp_path: Path, cap: int) -> None:
    settle(app, tmp_path, small_plan())
    capped = replace(app, settings=app.settings.model_copy(update={"mail_daily_cap": cap, "mail_per_minute": 100_000}))
    foretold = [(m.at, m.agency, m.kind, m.subject) for m in ahead(capped, 2026, 10, 1, 7).messages]
    sink = Accepting()
    for moment in mornings(date(2026, 10, 1), date(2026, 10, 31)):
        run_tick(capped, moment, channel_for=lambda _: sink)
    with app.read(hanoi(2026, 11, 1)) as ctx:
        query = select(Message, Agency).join(Agency).where(Message.state == MessageState.sent)
        went = [(m.finished_at, a.code, m.kind, m.subject) for m, a in ctx.session.exec(query).all()]
    assert sorted(foretold) == sorted(went)  # type: ignore[type-var]
    assert len(went) == {1: 8, 2: 10, 2000: 12}[cap], "what a later step overtakes while it waits does not go"


def test_what_was_handed_over_this_morning_counts_against_the_cap(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan())
    capped = replace(app, settings=app.settings.model_copy(update={"mail_daily_cap": 2, "mail_per_minute": 100_000}))
    sink = Accepting()
    run_tick(capped, OPENING, channel_for=lambda _: sink)
    assert len(sink.mails) == 2
    found = [m.at.astimezone(HANOI).date() for m in ahead(capped, 2026, 10, 1, 9).messages if m.kind == "open"]
    assert found == [date(2026, 10, 2)]


def test_a_period_that_waits_for_its_review_is_named(app: App, tmp_path: Path) -> None:
    settle(app, tmp_path, small_plan(), at=hanoi(2026, 10, 20, 9))
    course = ahead(app, 2026, 10, 20, 10)
    assert course.messages == []
    assert course.waiting.unconfirmed == ["mau viec 2026"]
    assert waiting_lines(course.waiting) == [
        "not in the list: mau viec 2026 waits for its initial review (dondoc period confirm)"
    ]
    assert pacing([], app.settings) == []


def test_the_days_asked_for_are_whole_and_both_included(app: App) -> None:
    now = hanoi(2026, 10, 1, 9)
    assert span_of(app.settings, now).end == hanoi(2026, 11, 1)
    assert span_of(app.settings, now, date(2026, 10, 5)).end == hanoi(2026, 11, 5)
    assert span_of(app.settings, now, None, date(2026, 10, 1)).end - now == timedelta(hours=15)
    with pytest.raises(Refused, match="is over"):
        span_of(app.settings, now, None, date(2026, 9, 30))
    with pytest.raises(Refused, match="before --from"):
        span_of(app.settings, now, date(2026, 10, 5), date(2026, 10, 4))
