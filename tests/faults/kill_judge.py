"""What a run of kills came to: lost, repeated, left undone, counted where the messages arrived."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import MessageState
from models.tables import Message
from obligations.services import audit
from obligations.services.context import App
from tests.faults.mail_sink import MailSink
from tests.zalo.world import World

WANTED = "tomorrow"
DONE = (MessageState.sent, MessageState.cancelled, MessageState.failed)


@dataclass(frozen=True)
class KillResult:
    """Counts of a run. A reminder and what said it again by another channel are one: a person reads either."""

    kills: int
    at_points: int
    """Of the kills, those at a named point."""
    reminders: int
    lost: int
    """Taken by no channel, and no person was told."""
    for_a_person: int
    """Taken by no channel as far as anybody knows; shown as failed, for a person to act."""
    by_another: int
    """Said by the next channel."""
    unsettled: int
    repeats: int
    """Taken once more although an answer to the first had left: with the same reference, or by the next channel."""
    said_twice: int
    """Of the repeats, those by the next channel."""
    foreign: int
    """Messages taken that no row knows."""
    audit_breaks: int
    left: int = 0
    """Reminders that still waited when the last kill came: above 0, or the last kills struck nothing."""
    consents: int = 0
    unnoticed: int = 0

    @property
    def repeats_a_kill(self) -> float:
        """The figure that is promised to be at most 0.1."""
        return self.repeats / max(self.kills, 1)


@dataclass(frozen=True)
class _Chain:
    """One reminder by all its channels."""

    rows: Sequence[Message]
    taken: Counter[str]
    silent: Counter[str]

    @property
    def names(self) -> list[str]:
        """Of those that may have left: an account's user has one reference for all messages, of which one leaves a day."""
        return [reference(row) for row in self.rows if row.attempts]

    @property
    def copies(self) -> int:
        return sum(self.taken[name] for name in self.names)

    @property
    def repeats(self) -> int:
        return max(self.copies - 1 - sum(self.silent[name] for name in self.names), 0)

    @property
    def said_twice(self) -> bool:
        return self.repeats > 0 and sum(self.taken[name] > 0 for name in self.names) > 1

    @property
    def seen_by_a_person(self) -> bool:
        return any(row.state == MessageState.failed for row in self.rows)


def reference(message: Message) -> str:
    """What names a message where it arrives: the Message-ID, ZNS's tracking_id, or the user for an account's message."""
    return {"zalooa": message.address, "zns": message.public_id}.get(message.channel, f"<{message.message_id}>")


def judged(app: App, sink: MailSink, world: World | None, now: datetime, **counts: int) -> KillResult:
    """Compare what arrived with what the outbox says."""
    taken = sink.taken + (world.reached if world else Counter())
    silent = sink.silent + (world.unsaid if world else Counter())
    with app.read(now) as ctx:
        messages = ctx.session.exec(select(Message).order_by(col(Message.id))).all()
        breaks = len(audit.verify(ctx.session))
    by_root: dict[int, list[Message]] = {}
    for message in messages:
        by_root.setdefault(message.fallback_of or message.id or 0, []).append(message)
    chains = [_Chain(rows, taken, silent) for rows in by_root.values()]
    wanted = [chain for chain in chains if chain.rows[0].kind == WANTED]
    missing = [chain for chain in wanted if not chain.copies]
    return KillResult(
        reminders=len(wanted),
        lost=sum(not chain.seen_by_a_person for chain in missing),
        for_a_person=sum(chain.rows[-1].state == MessageState.failed for chain in wanted),
        by_another=sum(len(chain.rows) > 1 for chain in wanted),
        unsettled=sum(row.state not in DONE for chain in wanted for row in chain.rows),
        repeats=sum(chain.repeats for chain in chains),
        said_twice=sum(chain.said_twice for chain in chains),
        foreign=len(taken.keys() - {reference(message) for message in messages}),
        audit_breaks=breaks,
        **counts,
    )
