"""``make prove`` in the smallest size: every row runs, finds what it should, and says so when a promise is broken."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.prove import __main__ as command
from benchmarks.prove.check import Check, at_most, exactly, table
from benchmarks.prove.stub import StubChannel, counted
from tests.faults.outage_run import OutageResult
from tests.notifications.mails import mail

KEPT = OutageResult(30, 30, 30, 0, 0, frozenset({"today"}), 0, 9, Counter(email=1), [], 1.0)
TINY = ["--requests", "700", "--kills", "20", "--sends", "100", "--agencies", "30"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("row", ["fuzz", "outage", "schedulers", "kills", "million"])
def test_every_row_keeps_its_promises(
    row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    # A few kills prove nothing about how many repeat: a single one would be more than a tenth.
    monkeypatch.setattr("benchmarks.prove.kills.REPEATS", 1.0)
    # How long an answer takes is proved on a machine that does nothing else.
    monkeypatch.setattr("benchmarks.prove.fuzz.SLOWEST", 20.0)
    # The same outage is lived through in test_outage.py; here its row is what is proved.
    monkeypatch.setattr("benchmarks.prove.outage.run_outage", lambda *_: KEPT)
    assert command.main([row, *TINY, "--database", "sqlite"]) == 0, capsys.readouterr().out
    shown = capsys.readouterr().out
    assert "every promise was kept" in shown
    assert "BROKEN" not in shown
    assert (tmp_path / "prove.json").is_file()


def test_a_broken_promise_is_named_and_ends_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path))
    monkeypatch.setattr(command.outage, "prove", lambda _: [exactly("lost", 2), at_most("repeats", 0.05, 0.1)])
    assert command.main(["outage"]) == 1
    assert "BROKEN  outage: lost" in capsys.readouterr().out


def test_a_table_says_what_is_promised() -> None:
    shown = table("row", [exactly("lost", 0), at_most("ratio", 0.25, 0.1), Check("seen", 3)])
    assert [line.split()[-1] for line in shown.splitlines()] == ["row", "kept", "BROKEN", "3"]


def test_what_several_processes_took_is_counted_together(tmp_path: Path) -> None:
    (tmp_path / "email-1.ids").write_text("a@d\nb@d\n", encoding="ascii")
    channel = StubChannel("email", tmp_path)
    assert channel.send(mail(message_id="a@d")).kind == "accepted"
    channel.close()
    assert counted(tmp_path) == {"a@d": 2, "b@d": 1}
