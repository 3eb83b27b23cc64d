"""Killing the process that does everything, a hundred times, loses nothing and repeats only what was under way."""

import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from sqlmodel import col, select

from models.enums import MessageState
from models.migrate import upgrade
from models.tables import Assignment, Message, MessageItem
from obligations.services import audit
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App, open_app
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.confirm_period import confirm_period
from plans.reading import read_plan, read_registry
from tests.faults.worker import settings_for, tick_once
from tests.ports import free_port
from tests.processes import clean_processes

CHASED = ("overdue", "ask_again")
"""What required and requested bodies are told after the due day."""

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
KILLS = 100
FILES = Path(__file__).parents[2] / "plans" / "files"
APPLIED = datetime(2026, 11, 19, 9, tzinfo=HANOI)


class Sink:
    """Counts accepted messages by Message-ID, as the recipient's server would see them."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.recipients: dict[str, str] = {}
        self.lock = threading.Lock()

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept, and remember the identity of what was accepted."""
        mail = message_from_bytes(envelope.content)  # type: ignore[attr-defined]
        with self.lock:
            self.accepted[mail["Message-ID"]] += 1
            self.recipients[mail["Message-ID"]] = envelope.rcpt_tos[0]  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def smtp() -> Iterator[tuple[Sink, int]]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    yield sink, port
    controller.stop()


def prepared(home: Path, port: int) -> App:
    """Plan 197 applied late and the 2026 period confirmed: one message for each agency waits for the next morning."""
    app = open_app(settings_for(home, port))
    upgrade(app.database)
    with app.write(APPLIED, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
    with app.write(APPLIED, "test") as ctx:
        confirm_period(ctx, find_period(ctx, "197-kh-ubnd", "bao-cao-hang-nam", "2026").id or 0)
    return app


def test_a_hundred_kills_lose_nothing_and_repeat_only_what_was_under_way(
    tmp_path: Path, smtp: tuple[Sink, int]
) -> None:
    sink, port = smtp
    app = prepared(tmp_path, port)
    processes = clean_processes()
    dice = random.Random(197)
    as_of = datetime(2026, 11, 20, 8, tzinfo=HANOI)
    for _ in range(KILLS):
        worker = processes.Process(target=tick_once, args=(str(tmp_path), port, as_of.isoformat()))
        worker.start()
        time.sleep(dice.uniform(0.02, 0.35))
        worker.kill()
        worker.join()
        assert worker.exitcode in (-signal.SIGKILL, 0)
        as_of += timedelta(minutes=2)
    for _ in range(3):  # leases run out, what was unknown is sent once more
        as_of += timedelta(minutes=40)
        tick_once(str(tmp_path), port, as_of.isoformat())

    with app.read(as_of) as ctx:
        owed = set(
            ctx.session.exec(
                select(Assignment.id).where(Assignment.state == "open", Assignment.duty != "for_information")
            ).all()
        )
        rows = ctx.session.exec(select(Message).where(col(Message.kind).in_(CHASED))).all()
        told = Counter(
            ctx.session.exec(select(MessageItem.assignment_id).join(Message).where(col(Message.kind).in_(CHASED))).all()  # type: ignore[arg-type]
        )
        assert audit.verify(ctx.session) == []
    assert {m.state for m in rows} == {MessageState.sent}
    assert set(told) <= owed
    assert set(told.values()) == {1}
    assert {f"<{m.message_id}>" for m in rows} == set(sink.accepted), "every message arrived, and nothing else did"
    assert len(set(sink.recipients.values())) == len(rows), "one message an address"
    repeats = sum(count - 1 for count in sink.accepted.values())
    assert repeats <= KILLS * 0.1, f"{repeats} repeats in {KILLS} kills"
    app.close()


def test_a_tick_again_sends_nothing(tmp_path: Path, smtp: tuple[Sink, int]) -> None:
    sink, port = smtp
    prepared(tmp_path, port).close()
    as_of = datetime(2026, 11, 20, 8, tzinfo=HANOI)
    tick_once(str(tmp_path), port, as_of.isoformat())
    first = sum(sink.accepted.values())
    assert first > 100
    for minutes in (0, 30, 600):
        tick_once(str(tmp_path), port, (as_of + timedelta(minutes=minutes)).isoformat())
    assert sum(sink.accepted.values()) == first
