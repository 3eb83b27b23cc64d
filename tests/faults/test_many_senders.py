"""Two schedulers and four senders at once leave the outbox of one of each, and every message leaves once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.mail_sink import mail_sink
from tests.faults.many_senders import run_crew
from tests.faults.senders import Installation

COUNT = 250


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], tuple[str, str]]:
    """Home and database of the n-th installation, each kind of database."""

    def make(number: int) -> tuple[str, str]:
        home = tmp_path / f"home{number}"
        home.mkdir()
        if request.param == "sqlite":
            return str(home), f"sqlite:///{home / 'dondoc.db'}"
        return str(home), request.getfixturevalue("make_postgresql")()

    return make


@pytest.mark.timeout(200)
def test_many_do_what_one_does(address: Callable[[int], tuple[str, str]]) -> None:
    found = []
    for number, (schedulers, senders) in enumerate(((1, 1), (2, 4))):
        home, url = address(number)
        with mail_sink() as sink:
            installation = Installation(home, sink.port, url, per_minute=100_000)
            found.append(run_crew(installation, sink, COUNT, schedulers, senders))
        assert found[-1].twice == 0, "nothing left twice"
        assert len(found[-1].taken) == found[-1].sent >= COUNT
    assert found[0].outbox == found[1].outbox
