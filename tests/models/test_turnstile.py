"""Writers of several processes take turns; whoever dies gives its turn up."""

import os
import signal
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import text

from models import turnstile
from models.engine import open_database
from models.turnstile import Turnstile
from tests.processes import clean_processes

HOLDS = 0.02


def _greedy(path: Path, ready: Event, over: Event) -> None:
    """Writes again and again without a pause, as a busy process does."""
    database = open_database(f"sqlite:///{path}")
    while not over.is_set():
        with database.write() as session:
            session.execute(text("UPDATE t SET n = n + 1"))
            ready.set()
            time.sleep(HOLDS)


def _keeps(path: Path, ready: Event) -> None:
    with Turnstile(path).turn():
        ready.set()
        time.sleep(600)


def test_who_writes_again_and_again_passes_nobody(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    database = open_database(f"sqlite:///{path}")
    with database.write() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        session.execute(text("INSERT INTO t VALUES (0)"))
    context = clean_processes()
    over = context.Event()
    greedy = []
    for _ in range(2):
        ready = context.Event()
        greedy.append(context.Process(target=_greedy, args=(path, ready, over)))
        greedy[-1].start()
        assert ready.wait(60)
    waited = []
    for _ in range(30):
        began = time.monotonic()
        with database.write() as session:
            waited.append(time.monotonic() - began)
            session.execute(text("UPDATE t SET n = n + 1"))
    over.set()
    for process in greedy:
        process.join(60)
        assert process.exitcode == 0
    waited.sort()
    assert waited[len(waited) // 2] < 5 * HOLDS, "two are before us, each once"
    assert waited[-1] < 1.0, "SQLite's own waiting takes seconds here, or gives up"
    database.dispose()


def test_a_killed_holder_gives_its_turn_up(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    context = clean_processes()
    ready = context.Event()
    holder = context.Process(target=_keeps, args=(path, ready))
    holder.start()
    assert ready.wait(60)
    os.kill(holder.pid or 0, signal.SIGKILL)
    holder.join()
    began = time.monotonic()
    with Turnstile(path).turn():
        assert time.monotonic() - began < 1


def test_a_stuck_holder_is_waited_for_so_long_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turnstile, "LONGEST_WAIT", 0.2)
    with Turnstile(tmp_path / "x.db").turn():
        began = time.monotonic()
        with Turnstile(tmp_path / "x.db").turn():
            assert 0.2 <= time.monotonic() - began < 5


def test_a_forked_child_has_a_turn_of_its_own(tmp_path: Path) -> None:
    shared = Turnstile(tmp_path / "x.db")
    with shared.turn():
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            turnstile.LONGEST_WAIT = 0.1
            began = time.monotonic()
            with shared.turn():
                os._exit(0 if time.monotonic() - began >= 0.1 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
