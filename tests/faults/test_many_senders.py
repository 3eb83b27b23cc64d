"""Two schedulers and four senders at once leave the outbox of one of each, and every message leaves once."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Message, MessageItem
from obligations.services.chase import plan_reminders
from obligations.services.context import App, open_app
from tests.faults.mail_sink import MailSink, mail_sink
from tests.faults.senders import MORNING, Installation, prepared, send_once

COUNT = 250
ROUNDS = 3


def schedule(installation: Installation) -> None:
    """One scheduler that finds what is due, again and again."""
    app = open_app(installation.settings())
    for step in range(ROUNDS):
        with app.write(MORNING + timedelta(seconds=step), "scheduler") as ctx:
            plan_reminders(ctx)
    app.close()


def send(installation: Installation) -> None:
    """One sender that comes back until nothing is left."""
    for step in range(ROUNDS):
        send_once(installation, (MORNING + timedelta(minutes=step)).isoformat())


def outbox(app: App) -> list[tuple[str, str, str, str]]:
    """What was decided for whom, and what became of it."""
    with app.read(MORNING) as ctx:
        query = (
            select(Agency.code, Message.kind, MessageItem.step, Message.state)
            .join(Message, col(Message.agency_id) == Agency.id)
            .join(MessageItem, col(MessageItem.message_id) == Message.id)
        )
        return sorted((code, kind, step, state.value) for code, kind, step, state in ctx.session.exec(query).all())


def run(installation: Installation, sink: MailSink, schedulers: int, senders: int) -> list[tuple[str, str, str, str]]:
    app = prepared(installation, COUNT, plan=False)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.senders"])
    planning = [context.Process(target=schedule, args=(installation,)) for _ in range(schedulers)]
    sending = [context.Process(target=send, args=(installation,)) for _ in range(senders)]
    for process in [*planning, *sending]:
        process.start()
    for process in [*planning, *sending]:
        process.join()
        assert process.exitcode == 0
    send(installation)
    found = outbox(app)
    app.close()
    return found


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
            found.append(run(installation, sink, schedulers, senders))
            assert set(sink.taken.values()) == {1}, "nothing left twice"
            sent = Counter(row[3] for row in found[-1])
            assert len(sink.taken) == sent[MessageState.sent.value] >= COUNT
    assert found[0] == found[1]
