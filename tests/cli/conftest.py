"""The real command in this process, on a home of its own; plan 197 is applied once and copied."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import open_app
from obligations.services.planning.apply_plan import apply_plan
from obligations.settings import Settings
from plans.reading import read_plan, read_registry
from tests.plan197 import FILES, hanoi

KEY = "a key known to tests only"


@dataclass(frozen=True)
class Answer:
    """What one command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Dondoc = Callable[..., Answer]


@pytest.fixture(scope="session")
def adopted_home(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """Plan 197 with sample mailboxes, applied on 19/11/2026."""
    home = tmp_path_factory.mktemp("adopted")
    shutil.copy(sqlite_template, home / "dondoc.db")
    app = open_app(Settings(home=home, secret_key=KEY))
    with app.write(hanoi(2026, 11, 19, 9), "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
    app.close()
    return home


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that does not exist yet, chosen by the environment alone; --as-of is allowed."""
    home = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DONDOC_HOME", str(home))
    monkeypatch.setenv("DONDOC_SECRET_KEY", KEY)
    monkeypatch.setenv("DONDOC_ALLOW_AS_OF", "1")
    monkeypatch.delenv("DONDOC_DATABASE_URL", raising=False)
    return home


@pytest.fixture
def bare_home(empty_home: Path, sqlite_template: Path) -> Path:
    """A migrated database that holds nothing."""
    empty_home.mkdir()
    shutil.copy(sqlite_template, empty_home / "dondoc.db")
    return empty_home


@pytest.fixture
def home(empty_home: Path, adopted_home: Path) -> Path:
    """Plan 197, its 2026 period awaiting confirmation."""
    shutil.copytree(adopted_home, empty_home)
    return empty_home


@pytest.fixture
def dondoc(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dondoc:
    """``dondoc(*arguments)`` through the entry point, exit status included."""

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["dondoc", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Answer(ended.value.code, out, err)

    return run


@pytest.fixture
def ask(dondoc: Dondoc) -> Callable[..., Any]:
    """The JSON of a command that succeeds."""
    return lambda *arguments: dondoc(*arguments, "--format", "json").json


def refused(answer: Answer, *words: str) -> None:
    """Exit 1 with one line that says why, and no trace."""
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("dondoc: ")
    assert answer.err.count("\n") == 1
    assert "Traceback" not in answer.err
    for word in words:
        assert word in answer.err
