"""Senders that die anywhere lose nothing; what they repeat is what was between the server's word and their next line."""

import shutil
from pathlib import Path

import pytest

from tests.faults.kill_run import EVERY_POINT, finish, run_kills
from tests.faults.mail_sink import Misbehaviour, mail_sink
from tests.faults.senders import MORNING, Installation, prepared


@pytest.mark.timeout(280)
def test_killed_at_random_and_at_every_named_point(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "dondoc.db")
    with mail_sink(Misbehaviour(later=0.02, dropped=0.01, taken_then_dropped=0.005)) as sink:
        installation = Installation(str(tmp_path), sink.port)
        app = prepared(installation, 700)
        result = run_kills(app, installation, sink, 2 * len(EVERY_POINT))
        app.close()
    assert (result.lost, result.unsettled, result.foreign, result.audit_breaks) == (0,) * 4, result
    # Twice in doubt: a kill, and then a connection that was dropped.
    assert result.for_a_person <= 0.01 * result.reminders, result
    assert result.reminders == 700
    # One of sixteen named points repeats a message by nature; at random the window is well under a millisecond.
    assert result.repeats <= 0.1 * result.kills, result


def test_without_a_kill_nothing_goes_twice_whatever_the_server_does(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "dondoc.db")
    with mail_sink(Misbehaviour(later=0.1, dropped=0.05)) as sink:
        installation = Installation(str(tmp_path), sink.port, per_minute=100_000)
        app = prepared(installation, 300)
        finish(installation, MORNING)
        app.close()
    assert len(sink.taken) == 300
    assert set(sink.taken.values()) == {1}
