"""What the loopback provider knows: accounts, tokens, users, quotas, and a clock that tests move. docs/zalo.md has sources."""

import random
import secrets
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ACCESS_LIVES = timedelta(hours=25)
REFRESH_LIVES = timedelta(days=90)
CODE_LIVES = timedelta(minutes=10)
WINDOW = timedelta(days=7)
PER_MINUTE = 4000


@dataclass
class Tokens:
    """One official account's pair; the refresh token serves once."""

    access: str
    refresh: str
    access_until: datetime
    refresh_until: datetime


@dataclass
class Misbehaviour:
    """Shares of requests that end in each way of failing; the names are those of ``World.script``."""

    messages: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    dice: random.Random = field(default_factory=lambda: random.Random(197))

    def next(self, *, token: bool) -> str:
        """What happens to the next request; empty when it is served."""
        point = self.dice.random()
        for step, share in (self.tokens if token else self.messages).items():
            point -= share
            if point < 0:
                return step
        return ""


@dataclass
class World:
    """State of the provider; every method that changes it holds ``lock``."""

    app_id: str = "4321"
    app_secret: str = "the application's secret"
    oa_secret: str = "the official account's secret"
    now: datetime = datetime(2026, 10, 29, 3, tzinfo=UTC)
    per_minute: int = PER_MINUTE
    daily_quota: int = 10**9
    night_ban: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    tokens: dict[str, Tokens] = field(default_factory=dict)
    codes: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    """Authorization code -> account, PKCE challenge, until when."""
    last_wrote: dict[str, datetime] = field(default_factory=dict)
    """User -> when they last wrote to the account."""
    not_followers: set[str] = field(default_factory=set)
    without_zalo: set[str] = field(default_factory=set)
    """Telephone numbers that have no account."""
    taken: Counter[str] = field(default_factory=Counter)
    """Accepted messages by ``tracking_id`` or by their text."""
    silent: Counter[str] = field(default_factory=Counter)
    """Accepted, but the answer never left."""
    reached: Counter[str] = field(default_factory=Counter)
    """Accepted messages by what names them to us: ``tracking_id``, or the user where the API carries no name."""
    unsaid: Counter[str] = field(default_factory=Counter)
    """Those of ``reached`` whose answer never left."""
    moments: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When each was accepted, in seconds of the monotonic clock, by the answer's field that names it: templates have their own."""
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    access_lives: timedelta = ACCESS_LIVES
    request_ids: set[str] = field(default_factory=set)
    refreshes: int = 0
    spent_refresh: set[str] = field(default_factory=set)
    sent_today: int = 0
    minute: tuple[int, int] = (0, 0)
    script: list[str] = field(default_factory=list)
    """What happens to the next requests: ``hang``, ``hang-after``, ``drop``, ``drop-after``, ``429``, ``500``, a code."""

    def next_step(self, *, token: bool) -> str:
        """What happens to the next request: as scripted, then by the dice."""
        with self.lock:
            return self.script.pop(0) if self.script else self.misbehaviour.next(token=token)

    def issue(self, oa: str) -> Tokens:
        """A new pair; the old one's refresh token is spent."""
        with self.lock:
            if oa in self.tokens:
                self.spent_refresh.add(self.tokens[oa].refresh)
            until = self.now + self.access_lives, self.now + REFRESH_LIVES
            pair = Tokens(secrets.token_urlsafe(24), secrets.token_urlsafe(24), *until)
            self.tokens[oa] = pair
            return pair

    def oa_of(self, access: str) -> str | None:
        """The account of an access token that still lives."""
        for oa, pair in self.tokens.items():
            if pair.access == access and self.now < pair.access_until:
                return oa
        return None

    def is_night(self) -> bool:
        """22:00 to 06:00 in Vietnam."""
        hour = self.now.astimezone(HANOI).hour
        return self.night_ban and not 6 <= hour < 22

    def over_rate(self) -> tuple[bool, int]:
        """Whether this request is beyond the rate, and how many are left in this minute."""
        with self.lock:
            import time

            minute = int(time.monotonic() // 60)
            count = self.minute[1] + 1 if self.minute[0] == minute else 1
            self.minute = (minute, count)
            return count > self.per_minute, max(self.per_minute - count, 0)
