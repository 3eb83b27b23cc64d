"""Limits against guessing are one count for every process, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import func, select

from models.tables import Attempt
from obligations.services.accounts.attempts import Limit, may_try, take_try, tried
from obligations.services.context import App
from tests.plan197 import hanoi

NOW = hanoi(2026, 11, 19, 9)
LIMIT = Limit("codes", 2, timedelta(minutes=10))


def test_tries_are_counted_by_client_and_forgotten_in_time(app: App) -> None:
    for second in (0, 1):
        with app.write(NOW + timedelta(seconds=second), "link") as ctx:
            assert may_try(ctx, LIMIT, "a")
            tried(ctx, LIMIT, "a")
    with app.read(NOW + timedelta(minutes=9)) as ctx:
        assert not may_try(ctx, LIMIT, "a")
        assert may_try(ctx, LIMIT, "b")
        assert may_try(ctx, Limit("login", 2, LIMIT.window), "a"), "another thing is counted apart"
    with app.read(NOW + timedelta(minutes=10)) as ctx:
        assert may_try(ctx, LIMIT, "a")


def test_processes_that_try_at_once_share_one_count(app: App) -> None:
    """Each session stands for a process: nothing is counted in memory."""

    def one(_: int) -> bool:
        with app.write(NOW, "sign-in") as ctx:
            return take_try(ctx, Limit("login", 5, timedelta(minutes=10)), "203.0.113.7")

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(24))) == 5


def test_addresses_are_kept_as_keyed_hashes_and_for_a_day(app: App) -> None:
    with app.write(NOW, "link") as ctx:
        tried(ctx, LIMIT, "203.0.113.7")
        kept = ctx.session.exec(select(Attempt)).one()
        assert "203" not in kept.client_sha256[:3] + kept.name
        assert len(kept.client_sha256) == 64
    with app.write(NOW + timedelta(days=1, minutes=1), "link") as ctx:
        tried(ctx, LIMIT, "203.0.113.8")
        assert ctx.session.exec(select(func.count()).select_from(Attempt)).one() == 1
