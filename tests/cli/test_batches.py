"""``dondoc batch``, ``pause``, ``resume``, ``pauses``, ``period snooze``."""

from pathlib import Path

from tests.cli.conftest import Dondoc

LATE, MORNING, AFTERNOON = "2026-11-19T09:00", "2026-11-20T08:00", "2026-11-20T14:00"


def test_a_batch_is_listed_shown_stopped_and_refused(home: Path, dondoc: Dondoc) -> None:
    assert dondoc("batch", "list", "--format", "json").json == []
    assert dondoc("batch", "show", "x").code == 1
    assert dondoc("batch", "stop", "x").code == 2, "a reason is needed"
    refused = dondoc("batch", "correct", "--text", "Sai")
    assert (refused.code, "give a batch, or --period" in refused.err) == (1, True)
    assert dondoc("batch", "correct", "--period", "197-kh-ubnd/V.b4/2026", "--step", "open", "--text", "Sai").code == 1


def test_notices_are_paused_and_resumed(home: Path, dondoc: Dondoc) -> None:
    paused = dondoc("pause", "--reason", "sai danh sách", "--plan", "197-kh-ubnd", "--format", "json").json
    assert (paused["plan"], paused["reason"]) == ("197-kh-ubnd", "sai danh sách")
    assert dondoc("pause", "--reason", "lần nữa", "--plan", "197-kh-ubnd").code == 1
    assert [row["plan"] for row in dondoc("pauses", "--format", "json").json] == ["197-kh-ubnd"]
    assert dondoc("resume", "--reason", "xong", "--agency", "so-y-te").code == 1
    assert dondoc("resume", "--reason", "xong", "--plan", "197-kh-ubnd", "--format", "json").json == {"waiting": 0}
    assert dondoc("pauses", "--format", "json").json == []
    assert len(dondoc("pauses", "--all", "--format", "json").json) == 1


def test_a_period_rests(home: Path, dondoc: Dondoc) -> None:
    assert dondoc("period", "confirm", "197-kh-ubnd", "V.b4", "2026", "--as-of", LATE).code == 0
    named = ("period", "snooze", "197-kh-ubnd", "V.b4", "2026", "--reason", "chờ số liệu", "--as-of", LATE)
    done = dondoc(*named, "--until", "2026-11-25", "--agencies", "so-y-te", "--format", "json").json
    assert done == {"snoozed": 1}
    assert dondoc(*named, "--until", "mai").code == 2
    assert dondoc(*named, "--until", "2026-11-01").code == 1


def test_an_approver_is_named(home: Path, dondoc: Dondoc) -> None:
    words = ("account", "add", "binh", "--display-name", "Lãnh đạo phòng", "--email", "binh@x.example")
    assert dondoc(*words, "--role", "chief").code == 1
    made = dondoc(*words, "--role", "approver", "--format", "json").json
    assert made == {"account": "binh", "roles": ["approver"]}
    assert dondoc(*words).code == 1
