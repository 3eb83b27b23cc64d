"""The command as a person types it: shapes, refusals in one line, exit statuses."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from cli.main import main

PLAN = "197-kh-ubnd"
ROOT = Path(__file__).parents[2]
FILE = str(ROOT / "plans" / "files" / "197-kh-ubnd.yaml")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Command:
    """``dondoc`` in a home of its own and, being started so often, in this process; ``alone`` starts a real one."""

    def __init__(self, home: Path) -> None:
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("DONDOC_")},
            "DONDOC_HOME": str(home),
        }

    def __call__(self, *arguments: str, **environment: str) -> Done:
        out, err, code = io.StringIO(), io.StringIO(), 0
        with (
            patch.dict(os.environ, {**self.environment, **environment}, clear=True),
            patch.object(sys, "argv", ["dondoc", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def alone(self, *arguments: str, **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "cli.main", *arguments],
            env={**self.environment, **environment}, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str, **environment: str) -> Any:
        done = self(*arguments, "--format", "json", **environment)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments: str, **environment: str) -> str:
        done = self(*arguments, **environment)
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture(scope="module")
def dondoc(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("cli") / "home")
    applied = command.json("plan", "apply", FILE, "--since", "2026-01-01")
    assert applied["changed"]
    assert sorted(applied["opened"]) == ["bao-cao-hang-nam 2026", "tong-hop-bao-cao 2026"]
    return command


def test_applying_again_changes_nothing(dondoc: Command) -> None:
    assert dondoc.json("plan", "apply", FILE)["changed"] is False
    assert dondoc.json("plan", "diff", FILE) == []


def test_deadlines_have_the_published_shape(dondoc: Command) -> None:
    rows = dondoc.json("deadlines", PLAN, "--from", "2026-01-01", "--to", "2026-12-31")
    report = next(row for row in rows if row["obligation"] == "bao-cao-hang-nam")
    wanted = {
        "period": "2026", "due_on": "2026-10-31", "practical_due_on": "2026-10-30", "grace_until": "2026-11-02",
        "opens_on": "2026-10-01", "data_from": "2025-11-01", "data_to": "2026-10-31", "internal": False,
    }  # fmt: skip
    assert {key: report[key] for key in wanted} == wanted
    assert "V.b4(a)" in report["clauses"]
    assert any("thứ Bảy" in reason for reason in report["reasons"])
    assert next(row for row in rows if row["obligation"] == "tong-hop-bao-cao")["internal"] is True
    assert dondoc.json("deadlines", FILE, "--from", "2024-01-01", "--to", "2024-12-31")


def test_explain_goes_from_the_phrase_to_each_reminder(dondoc: Command) -> None:
    lines = dondoc.json("explain", PLAN, "V.b4", "2026")["lines"]
    assert any("trước ngày 01/11" in line for line in lines)
    assert any(line.startswith("T-7") and "21/10/2026" in line for line in lines)


def test_status_has_the_published_shape(dondoc: Command) -> None:
    (report,) = [p for p in dondoc.json("status")["periods"] if p["obligation"] == "bao-cao-hang-nam"]
    assert {
        "plan",
        "obligation",
        "period",
        "due_on",
        "assigned",
        "submitted",
        "accepted",
        "overdue",
        "exempt",
    } <= report.keys()
    assert (report["plan"], report["assigned"], report["submitted"]) == (PLAN, 234, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("period", "confirm", PLAN, "V.b4", "2026", "--received", "khong-co"), "khong-co"),
        (("period", "confirm", PLAN, "V.b9", "2026"), "V.b9"),
        (("period", "confirm", PLAN, "V.b4", "1999"), "1999"),
        (("explain", PLAN, "V.b4", "1999"), "1999"),
        (("tick", "--as-of", "2026-12-01"), "DONDOC_ALLOW_AS_OF"),
        (("plan", "check", "/nowhere/plan.yaml"), "plan.yaml"),
        (("feed", "tokens", "issue", "khong-co"), "khong-co"),
        (("messages", "list", "--state", "nonsense"), "nonsense"),
        (("restore", "/nowhere.tar.gz"), "already holds a database"),
    ],
)
def test_refusals_are_one_line_that_names_the_matter(dondoc: Command, arguments: tuple[str, ...], words: str) -> None:
    stderr = dondoc.refused(*arguments)
    assert words in stderr
    assert stderr.startswith("dondoc: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("deadlines", PLAN),
        ("status", "--format", "xml"),
        ("status", "--as-of", "soon"),
        ("simulate", "--from", "yesterday", "--to", "2026-12-31"),
    ],
)
def test_wrong_usage_is_two_and_one_line(dondoc: Command, arguments: tuple[str, ...]) -> None:
    done = dondoc(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("dondoc: ")
    assert "--help" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_process_of_its_own_says_the_same(dondoc: Command) -> None:
    for arguments in (("feed", "tokens", "list", "--format", "json"), ("explain", PLAN, "V.b4", "1999")):
        assert dondoc.alone(*arguments) == dondoc(*arguments)


def test_a_wrong_setting_is_two_and_named(dondoc: Command) -> None:
    done = dondoc.alone("status", DONDOC_PORTAL_PORT="many")
    assert done.returncode == 2
    assert "DONDOC_PORTAL_PORT" in done.stderr


def test_a_wrong_plan_changes_nothing(dondoc: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        Path(FILE).read_text(encoding="utf-8").replace("completes_on: signed", "completes_on: stamped", 1),
        encoding="utf-8",
    )
    if wrong.read_text(encoding="utf-8") == Path(FILE).read_text(encoding="utf-8"):
        wrong.write_text(Path(FILE).read_text(encoding="utf-8") + "\nnonsense: 1\n", encoding="utf-8")
    before = dondoc.json("status")["periods"]
    assert "wrong.yaml:" in dondoc.refused("plan", "apply", str(wrong))
    assert dondoc.json("status")["periods"] == before


@pytest.fixture
def lone(tmp_path: Path) -> Command:
    """Another home, where exactly one agency has an address and the period is confirmed."""
    command = Command(tmp_path / "home")
    command.json("plan", "apply", FILE, "--since", "2026-01-01")
    file = tmp_path / "contacts.csv"
    file.write_text(HEAD + ROW, encoding="utf-8")
    assert command.json("contacts", "import", str(file))["imported"] == 1
    command.json("period", "confirm", PLAN, "V.b4", "2026", "--as-of", "2026-11-19T09:00", **ALLOWED)
    assert len(command.json("messages", "list", "--state", "planned")) == 1
    return command


HEAD = "agency,audience,channel,address,label,purpose,source\n"
ROW = "so-y-te,clerk,email,vanthu@soyte.example,Văn thư,Nhận thông báo,Danh bạ\n"
ALLOWED = {"DONDOC_ALLOW_AS_OF": "1"}


def test_contacts_come_whole_or_not_at_all(dondoc: Command, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(HEAD + ROW + "so-x,clerk,email,a@b.example,,p,s\n", encoding="utf-8")
    assert "line 3" in dondoc.refused("contacts", "import", str(file))
    assert all(row["address"] is None for row in dondoc.json("agencies", "list"))


def test_a_contact_is_where_its_agencys_notices_go(lone: Command) -> None:
    (row,) = [r for r in lone.json("agencies", "list", "--on", "2026-11-01") if r["code"] == "so-y-te"]
    assert row["address"] == "vanthu@soyte.example"


def test_a_backup_comes_back_with_waiting_messages_held(lone: Command, tmp_path: Path) -> None:
    made = lone.json("backup", str(tmp_path / "backups"))
    other = Command(tmp_path / "restored")
    assert other.json("restore", made["archive"])["held"] == 1
    assert [m["state"] for m in other.json("messages", "list")] == ["held"]
    assert other.json("audit", "verify") == {"whole": True, "problems": []}
    assert "already holds" in other.refused("restore", made["archive"])
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(Path(made["archive"]).read_bytes()[:-200])
    assert "archive" in Command(tmp_path / "third").refused("restore", str(damaged))


def test_tick_sends_once_and_the_trail_is_whole(lone: Command) -> None:
    first = lone.json("tick", "--as-of", "2026-11-20T08:00", **ALLOWED)
    assert first["delivered"]["recorded"] == 1
    assert lone.json("tick", "--as-of", "2026-11-20T08:00", **ALLOWED)["delivered"]["recorded"] == 0
    assert lone.json("audit", "verify")["whole"] is True
    assert all(json.loads(line)["hash"] for line in lone("audit", "export").stdout.splitlines())


def test_doctor_finds_this_installation_well_and_a_public_one_wanting(dondoc: Command) -> None:
    assert [f for f in dondoc.json("doctor") if not f["ok"]] == []
    assert dondoc("doctor", "--deploy").returncode == 1
