"""Schedulers and senders at once on one installation, and the outbox they leave: used by a test and by the proof."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Agency, Message, MessageItem
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, open_app
from tests.faults.mail_sink import MailSink
from tests.faults.senders import MORNING, Installation, prepared, send_once
from tests.processes import clean_processes

ROUNDS = 3

Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class CrewResult:
    """What was decided for whom and what became of it, and how often each message was taken."""

    outbox: Sequence[Row]
    """Agency, kind, step and state."""
    sent: int
    taken: Counter[str]

    @property
    def twice(self) -> int:
        """Messages that were taken more than once."""
        return sum(count > 1 for count in self.taken.values())


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


def run_crew(installation: Installation, sink: MailSink, count: int, schedulers: int, senders: int) -> CrewResult:
    """``count`` reminders become due; so many schedulers find them while so many senders hand them over."""
    app = prepared(installation, count, plan=False)
    context = clean_processes()
    crew = [context.Process(target=schedule, args=(installation,)) for _ in range(schedulers)]
    crew += [context.Process(target=send, args=(installation,)) for _ in range(senders)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    if failed := [process.exitcode for process in crew if process.exitcode]:
        raise RuntimeError(f"a process of the crew died: exit codes {failed}")
    send(installation)
    found = _outbox(app)
    app.close()
    sent = sum(state == MessageState.sent.value for *_, state in found)
    return CrewResult(found, sent, Counter(sink.taken))


def _outbox(app: App) -> list[Row]:
    with app.read(MORNING) as ctx:
        query = (
            select(Agency.code, Message.kind, MessageItem.step, Message.state)
            .join(Message, col(Message.agency_id) == Agency.id)
            .join(MessageItem, col(MessageItem.message_id) == Message.id)
        )
        return sorted((code, kind, step, state.value) for code, kind, step, state in ctx.session.exec(query).all())
