"""Zalo beside mail in a run of faults: contacts that have it, its ways of failing, and the care of its tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update
from sqlmodel import col, select

from benchmarks.world import APPLIED
from models.enums import AddressState, Audience
from models.tables import Contact
from obligations.services.channels.zalo_tokens import EARLY, LEASE, refresh_due_tokens
from obligations.services.context import App
from tests.faults.senders import APP_SECRET, MORNING
from tests.zalo.accounts import OA, alarm, connect, serves
from tests.zalo.server import LoopbackZalo
from tests.zalo.world import Misbehaviour, World

FAILS = {
    "hang-after": 0.002,
    "drop-after": 0.005,
    "hang": 0.002,
    "drop": 0.005,
    "-32": 0.01,
    "-200": 0.01,
    "-244": 0.002,
    "500": 0.01,
    "429": 0.005,
}
"""Shares of messages; ``-after``: it was taken and nobody heard, which only another channel ends."""
FAILS_OF_TOKENS = {"500": 0.05, "drop": 0.03, "drop-after": 0.03}
LIVES = EARLY + timedelta(seconds=30)
"""So short that every tick of a run, which comes a minute after the one before, renews."""


@contextmanager
def zalo_of(*, failing: bool = True) -> Iterator[LoopbackZalo]:
    """A provider of the run's morning whose requests fail by the dice."""
    world = World(now=MORNING, access_lives=LIVES, app_secret=APP_SECRET)
    with LoopbackZalo(world) as server:
        if failing:
            world.misbehaviour = Misbehaviour(FAILS, FAILS_OF_TOKENS)
        yield server


def add_zalo(app: App, world: World) -> None:
    """Of ten agencies two have an account and mail, one a number and mail, one an account only; six have mail only."""
    with app.write(APPLIED, "test") as ctx:
        mails = ctx.session.exec(select(Contact.agency_id).order_by(col(Contact.agency_id))).all()
        followers = [n for n in mails if n % 10 in (0, 1, 3)]
        users = [_row(ctx.as_of, n, "zalooa", f"user{n}") for n in followers]
        numbers = [_row(ctx.as_of, n, "zns", f"09{n:08d}") for n in mails if n % 10 == 2]
        for rows in (users, numbers):
            if rows:
                ctx.session.execute(insert(Contact), rows)
        alone = [n for n in mails if n % 10 == 3]
        mail_of_alone = (Contact.channel == "email", col(Contact.agency_id).in_(alone))
        ctx.session.execute(update(Contact).where(*mail_of_alone).values(removed_at=ctx.as_of))
    world.last_wrote = {f"user{n}": MORNING for n in followers}
    world.not_followers = {f"user{n}" for n in followers if n % 50 == 0}
    world.without_zalo = {f"849{n:08d}" for n in mails if n % 50 == 2}


def _row(at: datetime, agency_id: int, channel: str, address: str) -> dict[str, object]:
    return {
        "agency_id": agency_id,
        "audience": Audience.clerk,
        "channel": channel,
        "address": address,
        "state": AddressState.active,
        "created_at": at,
        "last_interaction_at": MORNING,
    }


@dataclass
class TokenCare:
    """What a person and the next tick do for the account between two kills, and what they find."""

    app: App
    world: World
    consents: int = 0
    """How often a person had to agree again: a pair died with the process that knew it."""
    unnoticed: int = 0
    """How often the pair was dead and no alarm said so after a tick that could ask: promised never."""

    def after_a_kill(self, now: datetime) -> datetime:
        """The tick after the dead one's right has run out, again while the provider does not answer; returns its time."""
        for _ in range(6):
            now += LEASE + timedelta(seconds=1)
            self.world.now = now
            refresh_due_tokens(self.app, lambda moment=now: moment)  # type: ignore[misc]
            if alarm(self.app, now):
                self.consents += 1
                connect(self.app, self.world, now)
                return now
            if serves(self.app, self.world, now):
                return now
        self.unnoticed += 1
        return now

    def revoke(self) -> None:
        """The provider calls the access token invalid before its time."""
        with self.world.lock:
            self.world.tokens[OA].access_until = self.world.now
