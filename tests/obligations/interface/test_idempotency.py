"""One act under one key, on both databases: repeated, at the same time, killed in between."""

import threading

import pytest
from sqlmodel import func, select

from models.tables import AuditEntry, IdempotencyKey
from obligations.services import audit
from obligations.services.context import App
from obligations.services.interface.idempotency import KEPT, Asked, KeyReused, keep, sweep_keys, take
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)
ASKED = Asked("token:x", "mot-khoa", "POST /api/v1/pauses", "a" * 64)


def act(app: App, asked: Asked = ASKED) -> tuple[int, str]:
    """An act that leaves a trace, or what it was answered before."""
    with app.write(NOW, "test") as ctx:
        before = take(ctx, asked)
        if before is not None:
            return before.status, before.answer
        audit.record(ctx, "notices.paused", "all", reason="thử")
        keep(ctx, asked, 201, '{"n":1}')
    return 201, "first"


def done(app: App) -> int:
    with app.read(NOW) as ctx:
        return ctx.session.exec(select(func.count()).where(AuditEntry.action == "notices.paused")).one()


def test_it_happens_once(app: App) -> None:
    assert [act(app), act(app), act(app)] == [(201, "first"), (201, '{"n":1}'), (201, '{"n":1}')]
    assert done(app) == 1


@pytest.mark.parametrize("other", [("POST /api/v1/feeds", "a" * 64), ("POST /api/v1/pauses", "b" * 64)])
def test_a_key_means_one_request(app: App, other: tuple[str, str]) -> None:
    act(app)
    with pytest.raises(KeyReused):
        act(app, Asked("token:x", "mot-khoa", *other))
    act(app, Asked("token:y", "mot-khoa", *other))
    assert done(app) == 2


def test_at_the_same_time_one_does_it_and_the_others_are_answered(app: App) -> None:
    answers, begin = [], threading.Barrier(6)

    def ask() -> None:
        begin.wait()
        answers.append(act(app))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted([(201, "first"), *[(201, '{"n":1}')] * 5])
    assert done(app) == 1


def test_an_act_that_dies_half_way_leaves_neither_trace_nor_key(app: App) -> None:
    def die() -> None:
        with app.write(NOW, "test") as ctx:
            assert take(ctx, ASKED) is None
            audit.record(ctx, "notices.paused", "all", reason="thử")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        die()
    assert done(app) == 0
    assert act(app) == (201, "first")


def test_keys_go_after_a_day(app: App) -> None:
    act(app)
    for moment, left in ((NOW + KEPT, 1), (NOW + KEPT * 1.01, 0)):
        sweep_keys(app, lambda: moment)  # noqa: B023 - called at once
        with app.read(NOW) as ctx:
            assert len(ctx.session.exec(select(IdempotencyKey)).all()) == left
