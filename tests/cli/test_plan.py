"""``dondoc plan``: check, diff, apply; a bad file is refused whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select

from models.tables import Agency, Obligation, Plan
from obligations.services.context import open_app
from obligations.settings import read_settings
from plans.reading import MAX_BYTES
from tests.cli.conftest import Dondoc, refused
from tests.plan197 import FILES, PLAN, hanoi
from tests.plans.builders import PLAN as SMALL
from tests.plans.builders import REGISTRY, write

Ask = Callable[..., Any]
AS_OF = ("--as-of", "2026-11-19T09:00")


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    return write(tmp_path, REGISTRY, "registry.yaml")


def stored() -> tuple[int, int, int]:
    """How many plans, obligations and agencies the installation holds."""
    app = open_app(read_settings())
    with app.read(hanoi(2026, 11, 19)) as ctx:
        plans, obligations, agencies = (
            ctx.session.exec(select(func.count()).select_from(table)).one() for table in (Plan, Obligation, Agency)
        )
    app.close()
    return plans, obligations, agencies


def test_check_tells_what_a_file_holds(empty_home: Path, ask: Ask) -> None:
    found = ask("plan", "check", FILES / "197-kh-ubnd.yaml")
    assert found["slug"] == PLAN
    assert found["obligations"] >= 7
    assert found["notes"]
    assert not empty_home.exists()


def test_apply_opens_what_is_due_and_a_second_time_changes_nothing(bare_home: Path, ask: Ask) -> None:
    file = FILES / "197-kh-ubnd.yaml"
    first = ask("plan", "apply", file, "--since", "2026-01-01", *AS_OF)
    assert (first["slug"], first["version"], first["changed"]) == (PLAN, 1, True)
    assert "bao-cao-hang-nam 2026" in first["opened"]
    again = ask("plan", "apply", file, "--since", "2026-01-01", *AS_OF)
    assert (again["version"], again["changed"], again["opened"]) == (1, False, [])
    assert ask("plan", "diff", file) == []
    assert ask("messages", "list") == []


def test_diff_names_what_would_change(bare_home: Path, ask: Ask, tmp_path: Path, registry: Path) -> None:
    file = write(tmp_path, SMALL)
    assert ask("plan", "diff", file, "--registry", registry)[0]["before"] is None
    ask("plan", "apply", file, "--registry", registry, "--since", "2026-01-01", *AS_OF)
    changed = write(tmp_path, SMALL.replace("title: Báo cáo hằng năm", "title: Báo cáo năm"))
    change = ask("plan", "diff", changed, "--registry", registry)
    assert change == [{"obligation": "bao-cao", "what": "title", "before": "Báo cáo hằng năm", "after": "Báo cáo năm"}]
    assert ask("plan", "apply", changed, "--registry", registry, *AS_OF)["version"] == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SMALL.replace("receiver:", "reciever:").encode(), ["plan.yaml:13", "reciever", "Did you mean"]),
        (SMALL.replace("day: 1\n", "day: 31\n").encode(), ["no day 31"]),
        (SMALL.replace("[cac-so]", "[cac-so, khong-co]").encode(), ["khong-co"]),
        (b"", ["plan.yaml:1", "empty"]),
        (SMALL.encode("utf-16"), ["UTF-8"]),
        (b"x" * (MAX_BYTES + 1), ["plan.yaml"]),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ["plan.yaml"]),
    ],
)
def test_a_bad_plan_is_refused_whole(
    bare_home: Path, dondoc: Dondoc, tmp_path: Path, registry: Path, content: bytes, words: list[str]
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(content)
    for verb in ("check", "apply", "diff"):
        answer = dondoc("plan", verb, file, "--registry", registry)
        assert (answer.code, answer.out) == (1, "")
        assert "Traceback" not in answer.err
        assert all(line.startswith("dondoc: ") for line in answer.err.splitlines())
        for word in words:
            assert word in answer.err
    assert stored() == (0, 0, 0)


def test_a_duplicate_code_and_a_cycle_are_refused(
    bare_home: Path, dondoc: Dondoc, tmp_path: Path, registry: Path
) -> None:
    head, _, tail = SMALL.partition("outline:")
    one = head.partition("obligations:\n")[2]
    double = dondoc("plan", "apply", write(tmp_path, head + one + "outline:" + tail), "--registry", registry)
    assert double.code == 1
    assert "bao-cao" in double.err
    cycle = REGISTRY.replace(
        "groups:", "  - {from: [so-b], to: [so-a], on: 2025-02-01, kind: rename, confidence: H}\ngroups:"
    )
    circular = dondoc("plan", "apply", write(tmp_path, SMALL), "--registry", write(tmp_path, cycle, "cycle.yaml"))
    assert circular.code == 1
    assert "cycle.yaml" in circular.err
    assert stored() == (0, 0, 0)


def test_a_missing_file_is_refused(bare_home: Path, dondoc: Dondoc, tmp_path: Path) -> None:
    answer = dondoc("plan", "apply", tmp_path / "khong-co.yaml")
    assert answer.code == 1
    assert "khong-co.yaml" in answer.err
    assert "Traceback" not in answer.err


def test_a_failure_midway_leaves_nothing_half_applied(
    bare_home: Path, dondoc: Dondoc, tmp_path: Path, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise RuntimeError("power")

    monkeypatch.setattr("obligations.services.feeds.publish_feed.refresh_feeds", stop)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # where the trace of a defect goes
    answer = dondoc("plan", "apply", write(tmp_path, SMALL), "--registry", registry, *AS_OF)
    refused(answer, "power")
    assert stored() == (0, 0, 0)
